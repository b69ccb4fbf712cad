import type { Entry } from '../../kernel/recording.ts';

/** One time line through a recording, whose scenarios each count from their own beginning. */
export interface TimeLine {
  /** When the entry happened, on the one line; never before 0. */
  at(entry: Entry): number;
  /** The latest moment so far. */
  readonly latest: () => number;
  copy(): TimeLine;
}

const build = (beginnings: Map<number, number>, latestSoFar: number): TimeLine => {
  let latest = latestSoFar;
  return {
    at: (entry) => {
      const { scenario, atMs } = entry;
      if (entry.kind === 'scenario.started' && scenario !== undefined) beginnings.set(scenario, latest - atMs);
      const at = Math.max(0, scenario === undefined ? atMs : (beginnings.get(scenario) ?? 0) + atMs);
      // The run's own clock and its scenarios' may differ (virtual time): the line itself never goes back.
      latest = Math.max(latest, at);
      return at;
    },
    latest: () => latest,
    copy: () => build(new Map(beginnings), latest),
  };
};

/** Begins at 0. */
export const createTimeLine = (): TimeLine => build(new Map(), 0);
