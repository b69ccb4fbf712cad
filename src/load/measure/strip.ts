import type { BreakerState, LoadAnswer, LoadResult, StripColumn } from '../../kernel/load.ts';

/** A thing that the breaker told, with its time since the load began, in milliseconds. */
export type BreakerNews =
  | { readonly atMs: number; readonly state: BreakerState }
  | { readonly atMs: number; readonly window: { readonly total: number; readonly errors: number } };

/** What happened over time, and when the circuit opened. */
export interface StripFold {
  readonly put: (answer: LoadAnswer) => void;
  readonly hear: (news: BreakerNews) => void;
  readonly strip: (untilMs: number) => LoadResult['strip'];
  /** Counts of changes of the circuit within the planned time; without news from the breaker, as far as the answers show. */
  readonly metrics: () => Readonly<Record<string, number>>;
}

const MOST_COLUMNS = 60;
/** The cells that are counted while it runs; columns are made of whole ones. */
const CELL_MS = 100;

interface Cell {
  requests: number;
  failed: number;
  shortCircuited: number;
  window?: { readonly total: number; readonly errors: number };
}

interface Change {
  readonly atMs: number;
  readonly state: BreakerState;
}

/** Requests by when they began, fine enough to part those before the opening from those after it. */
const START_CELL_MS = 10;

/** Of the requests that began after the circuit first opened, the share in percent that it refused; undefined where none did. */
const createAfterOpening = () => {
  const begun: number[] = [];
  const refused: number[] = [];
  const sum = (cells: readonly number[], from: number): number => cells.slice(from).reduce((total, count) => total + (count ?? 0), 0);
  return {
    put: (startMs: number, isRefused: boolean): void => {
      const index = Math.max(0, Math.floor(startMs / START_CELL_MS));
      begun[index] = (begun[index] ?? 0) + 1;
      if (isRefused) refused[index] = (refused[index] ?? 0) + 1;
    },
    share: (openedMs: number): number | undefined => {
      const from = Math.floor(openedMs / START_CELL_MS) + 1;
      const all = sum(begun, from);
      return all === 0 ? undefined : (100 * sum(refused, from)) / all;
    },
  };
};

/** The highest share of errors, in percent, that a health tick saw among enough calls and left the circuit closed. */
export const createTolerated = (volumeThreshold: number) => {
  let most: number | undefined;
  let state: BreakerState = 'closed';
  let seen: { readonly atMs: number; readonly share: number } | undefined;
  const commit = (): void => {
    if (seen !== undefined) most = Math.max(most ?? 0, seen.share);
    seen = undefined;
  };
  return {
    hear: (news: BreakerNews): void => {
      // A tick tells its counts first, and what follows from them then.
      if ('state' in news && news.state === 'open' && seen?.atMs === news.atMs) seen = undefined;
      commit();
      if ('state' in news) state = news.state;
      else if (state === 'closed' && news.window.total >= volumeThreshold)
        seen = { atMs: news.atMs, share: (100 * news.window.errors) / news.window.total };
    },
    most: (): number | undefined => {
      commit();
      return most;
    },
  };
};

/** From outside, a circuit is open in each stretch of cells in which it refused calls; cells without any answer say nothing. */
const changesSeen = (cells: readonly (Cell | undefined)[]): readonly Change[] => {
  const changes: Change[] = [];
  let state: BreakerState = 'closed';
  for (const [index, cell] of cells.entries()) {
    if (cell === undefined || cell.requests === 0) continue;
    const seen = cell.shortCircuited > 0 ? 'open' : 'closed';
    if (seen !== state) changes.push({ atMs: index * CELL_MS, state: seen });
    state = seen;
  }
  return changes;
};

const openMsOf = (changes: readonly Change[], untilMs: number): number =>
  changes.reduce(
    (sum, { atMs, state }, index) =>
      state === 'open' ? sum + Math.max(0, Math.min(untilMs, changes[index + 1]?.atMs ?? untilMs) - Math.max(0, atMs)) : sum,
    0,
  );

const merge = (cells: readonly (Cell | undefined)[], states: readonly BreakerState[]): StripColumn => {
  const sum = (key: 'requests' | 'failed' | 'shortCircuited'): number => cells.reduce((total, cell) => total + (cell?.[key] ?? 0), 0);
  const window = cells.findLast((cell) => cell?.window !== undefined)?.window;
  return {
    states,
    requests: sum('requests'),
    failed: sum('failed'),
    shortCircuited: sum('shortCircuited'),
    ...(window === undefined ? {} : { window }),
  };
};

/**
 * An empty strip of a circuit that may open from so many calls in its window, under a load planned to take so long. What
 * happens later, while the last answers are waited for, is shown and not counted: it strikes no request.
 */
export const foldStrip = (volumeThreshold: number, plannedMs: number): StripFold => {
  const afterOpening = createAfterOpening();
  const tolerated = createTolerated(volumeThreshold);
  const cells: (Cell | undefined)[] = [];
  const told: Change[] = [];
  let hasTold = false;
  const cellAt = (ms: number): Cell => (cells[Math.max(0, Math.floor(ms / CELL_MS))] ??= { requests: 0, failed: 0, shortCircuited: 0 });
  const changes = (): readonly Change[] => (hasTold ? told : changesSeen(cells));
  return {
    put: ([, , startMs, endMs, status, kind]) => {
      afterOpening.put(startMs, kind === 'short-circuited');
      const cell = cellAt(endMs);
      cell.requests += 1;
      if (status === 0 || status >= 400) cell.failed += 1;
      if (kind === 'short-circuited') cell.shortCircuited += 1;
    },
    hear: (news) => {
      hasTold = true;
      if (news.atMs < plannedMs) tolerated.hear(news);
      if ('state' in news) told.push(news);
      else cellAt(news.atMs).window = news.window;
    },
    strip: (untilMs) => {
      const columnMs = Math.max(1, Math.ceil(untilMs / CELL_MS / MOST_COLUMNS)) * CELL_MS;
      const all = changes();
      const columns = Array.from({ length: Math.ceil(untilMs / columnMs) }, (_, index) => {
        const [fromMs, toMs] = [index * columnMs, (index + 1) * columnMs];
        const before = all.findLast(({ atMs }) => atMs <= fromMs)?.state ?? 'closed';
        const within = all.filter(({ atMs }) => atMs > fromMs && atMs < toMs).map(({ state }) => state);
        return merge(cells.slice(fromMs / CELL_MS, toMs / CELL_MS), [before, ...within]);
      });
      return { columnMs, plannedMs, source: hasTold ? 'breaker' : 'answers', columns };
    },
    metrics: () => {
      const all = changes().filter(({ atMs }) => atMs < plannedMs);
      const count = (state: BreakerState): number => all.filter((change) => change.state === state).length;
      const first = all.find(({ state }) => state === 'open');
      const refused = first === undefined ? undefined : afterOpening.share(first.atMs);
      const toleratedShare = tolerated.most();
      return {
        'breaker.opened': count('open'),
        'breaker.closed': count('closed'),
        ...(hasTold ? { 'breaker.half-opened': count('half-open') } : {}),
        ...(plannedMs === 0 ? {} : { 'breaker.open.share': (100 * openMsOf(all, plannedMs)) / plannedMs }),
        ...(first === undefined ? {} : { 'breaker.first-opened': Math.max(0, Math.round(first.atMs)) }),
        ...(refused === undefined ? {} : { 'breaker.short-circuited.share': refused }),
        ...(toleratedShare === undefined ? {} : { 'breaker.tolerated.share': toleratedShare }),
      };
    },
  };
};
