import type { JourneyLine, LoadJourneyEnd } from '../../kernel/load.ts';
import type { CompiledJourney } from '../journeys.ts';
import { shareOf } from './answers.ts';
import { createDurations, metricsOf, type Durations } from './histogram.ts';

/** A fold over how journeys ended. */
export interface JourneyFold {
  readonly put: (end: LoadJourneyEnd) => void;
  /** By name, in the order of the file. */
  readonly lines: () => readonly JourneyLine[];
  /** `journey.NAME.finished`, `journey.finished` (of all together), `journey.NAME.duration.p99` … */
  readonly metrics: () => Readonly<Record<string, number>>;
}

type Failure = JourneyLine['failures'][number];

interface Group {
  readonly counts: Record<LoadJourneyEnd['outcome'], number>;
  /** Of those that finished. */
  readonly durations: Durations;
  /** By the step, and by what was said apart from names and numbers of its own. */
  readonly failures: Map<string, { count: number; readonly first: Failure }>;
}

/** The most reasons that are told of one journey. */
const MOST_REASONS = 10;

const createGroup = (): Group => ({ counts: { finished: 0, failed: 0, unfinished: 0 }, durations: createDurations(), failures: new Map() });

const startedOf = ({ counts }: Group): number => counts.finished + counts.failed + counts.unfinished;

const metricsOfGroup = (prefix: string, group: Group): Readonly<Record<string, number>> => {
  const started = startedOf(group);
  const { finished, failed, unfinished } = group.counts;
  return {
    [`${prefix}.started`]: started,
    [`${prefix}.finished.count`]: finished,
    [`${prefix}.failed.count`]: failed,
    [`${prefix}.unfinished.count`]: unfinished,
    ...(started === 0
      ? {}
      : {
          [`${prefix}.finished`]: shareOf(finished, started),
          [`${prefix}.failed`]: shareOf(failed, started),
          [`${prefix}.unfinished`]: shareOf(unfinished, started),
        }),
    ...metricsOf(`${prefix}.duration`, group.durations),
  };
};

const noteFailure = ({ failures }: Group, { places }: CompiledJourney, { step, message = '', subject }: LoadJourneyEnd): void => {
  const at = step === undefined ? undefined : places[step];
  // What differs in ids and times alone is one reason.
  const key = `${step ?? ''} ${message.replaceAll(/\p{L}*\d[\p{L}\d_-]*/gu, '#')}`;
  const known = failures.get(key);
  if (known !== undefined) known.count += 1;
  else if (failures.size < 1_000)
    failures.set(key, {
      count: 1,
      first: { step: at?.text ?? '', place: at?.place ?? '', count: 1, message, ...(subject === undefined ? {} : { subject }) },
    });
};

/** Folds the ends of these journeys, as far as they were meant to begin after the warm-up. */
export const foldJourneys = (journeys: readonly CompiledJourney[], warmUpMs: number): JourneyFold => {
  const groups = journeys.map(createGroup);
  const all = createGroup();
  const metrics = (): readonly Readonly<Record<string, number>>[] => [
    metricsOfGroup('journey', all),
    ...journeys.map(({ name }, index) => metricsOfGroup(`journey.${name}`, groups[index] as Group)),
  ];
  return {
    put: (end) => {
      const [journey, group] = [journeys[end.journey], groups[end.journey]];
      if (journey === undefined || group === undefined || end.intendedMs < warmUpMs) return;
      for (const one of [group, all]) {
        one.counts[end.outcome] += 1;
        if (end.outcome === 'finished') one.durations.put(end.endMs - end.intendedMs);
      }
      if (end.outcome !== 'finished') noteFailure(group, journey, end);
    },
    lines: () =>
      journeys.map(({ name }, index) => {
        const { counts, durations, failures } = groups[index] as Group;
        return {
          name,
          started: startedOf(groups[index] as Group),
          ...counts,
          meanMs: durations.mean(),
          p50Ms: durations.percentile(50),
          p99Ms: durations.percentile(99),
          maxMs: durations.max(),
          failures: [...failures.values()]
            .sort((one, other) => other.count - one.count)
            .slice(0, MOST_REASONS)
            .map(({ count, first }) => ({ ...first, count })),
        };
      }),
    metrics: () => (journeys.length === 0 ? {} : (Object.assign({}, ...metrics()) as Record<string, number>)),
  };
};
