/**
 * What became of one request of a load: which of the load's requests (from 0), when it was meant to start, when it
 * did and when it ended (milliseconds since the load began), the HTTP status (0 for no answer), the kind of outcome
 * ({@link OUTCOME_KINDS}), the bytes received.
 */
export type LoadAnswer = readonly [
  request: number,
  intendedMs: number,
  startMs: number,
  endMs: number,
  status: number,
  kind: string,
  bytes: number,
];

/** How a journey ended: with its last step, at a step that did not pass, or by the end of the load before it was through. */
export const JOURNEY_OUTCOMES = ['finished', 'failed', 'unfinished'] as const;

/** How one journey ended: which of the load's journeys (from 0), when it was meant to begin and when it ended. */
export interface LoadJourneyEnd {
  readonly journey: number;
  readonly intendedMs: number;
  readonly endMs: number;
  readonly outcome: (typeof JOURNEY_OUTCOMES)[number];
  /** The step that did not pass, from 0, and why; absent for a finished one. */
  readonly step?: number;
  readonly message?: string;
  /** The id of what that step is about, whose messages are the story. */
  readonly subject?: string;
}

/** Latencies of the requests of one name, which stands as its kind; so many of them failed. */
export interface RequestLine extends LatencyLine {
  readonly failed: number;
}

/** What became of the journeys of one name. */
export interface JourneyLine {
  readonly name: string;
  readonly started: number;
  readonly finished: number;
  readonly failed: number;
  readonly unfinished: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Where they failed or stopped, the most frequent first: the step as written, its place, and one of the reasons. */
  readonly failures: readonly {
    readonly step: string;
    readonly place: string;
    readonly count: number;
    readonly message: string;
    readonly subject?: string;
  }[];
}

/** What must hold of a system, or of what its clients were told, and did not: one that was found, of so many. */
export interface LoadFinding {
  /** Of the system as a whole, or of what clients were told. */
  readonly of: 'saga' | 'history';
  /** What must hold, as a sentence. */
  readonly rule: string;
  readonly found: string;
  /** The id of what is concerned; empty where it is nothing single. */
  readonly subject: string;
  readonly count: number;
}

/** Every kind of outcome: below 400; 4xx; the breaker's kinds of a failed look-up; any other 5xx; no answer at all. */
export const OUTCOME_KINDS = [
  'success',
  'refused',
  'timeout',
  'short-circuited',
  'rejected',
  'upstream-error',
  'unreachable',
  'other-failure',
  'no-answer',
] as const;

/**
 * The summary that siege prints, in its units, by its rules (siege 4, browser.c and data.c): 408 and 500 to 509 fail, and so
 * does no answer; the time of all answers, failed ones too, counts in Response time and Concurrency.
 */
export interface SiegeSummary {
  /** Requests that did not fail by siege's rule; siege counts only these. */
  readonly transactions: number;
  readonly availabilityPercent: number;
  readonly elapsedSeconds: number;
  readonly dataMegabytes: number;
  readonly responseSeconds: number;
  readonly transactionsPerSecond: number;
  readonly megabytesPerSecond: number;
  readonly concurrency: number;
  readonly successful: number;
  readonly failed: number;
  readonly longestSeconds: number;
  readonly shortestSeconds: number;
}

/** Latencies of one kind of outcome (or of `all`), in milliseconds, from a histogram with three significant digits. */
export interface LatencyLine {
  readonly kind: string;
  readonly count: number;
  readonly minMs: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** The state of a circuit at a moment. */
export type BreakerState = 'closed' | 'open' | 'half-open';

/** One column of the strip of time: what ended in it, and the breaker's window as last seen in it. */
export interface StripColumn {
  /** The states that the circuit was in, in order. */
  readonly states: readonly BreakerState[];
  readonly requests: number;
  readonly failed: number;
  readonly shortCircuited: number;
  /** Calls and errors in the breaker's window; absent where the breaker told nothing. */
  readonly window?: { readonly total: number; readonly errors: number };
}

/** What happened over time, column by column. */
export interface LoadStrip {
  readonly columnMs: number;
  /**
   * When the load ends by its plan, in milliseconds; what comes later, while the last answers are waited for, counts in no
   * metric. Absent in results of earlier versions.
   */
  readonly plannedMs?: number | undefined;
  /** Whether the breaker told of its states, or only the answers show them. */
  readonly source: 'breaker' | 'answers';
  readonly columns: readonly StripColumn[];
}

/** A threshold and what became of it; `actual` is absent where the metric has no value. */
export interface ThresholdResult {
  readonly text: string;
  readonly holds: boolean;
  readonly actual?: number;
}

/** What many simulations of the same load say, beside what was measured; shares of runs from 0 to 1. */
export interface LoadForecast {
  /** Simulated loads. */
  readonly runs: number;
  /** What was taken for the cost of a look-up, a request and a turnaround, in milliseconds. */
  readonly costs: { readonly overheadMs: number; readonly requestMs: number; readonly turnaroundMs: number };
  /** The share of runs in which the circuit opens, with its 95 % interval. */
  readonly opens: { readonly share: number; readonly low: number; readonly high: number };
  /** When it first opens, of the runs in which it does, in milliseconds. */
  readonly firstOpenMs?: { readonly min: number; readonly median: number; readonly p90: number; readonly max: number };
  /** Each figure that was held against the prediction: its mean over the runs (of the opening: the median), and what would be plausible. */
  readonly figures: readonly {
    readonly metric: string;
    readonly measured: number;
    readonly predicted: number;
    readonly least: number;
    readonly most: number;
    readonly isPlausible: boolean;
  }[];
  readonly isPlausible: boolean;
  /** The chance, at most, that a load which goes just as simulated is found implausible. */
  readonly falseAlarm: number;
  readonly warning?: string;
}

/** The result of one load: all that reports and comparisons need. */
export interface LoadResult {
  readonly name: string;
  readonly target: string;
  /** `25 users for 5 s`. */
  readonly shape: string;
  readonly siege: SiegeSummary;
  readonly latencies: readonly LatencyLine[];
  /** By the name of each request; absent in results of earlier versions. */
  readonly requests?: readonly RequestLine[];
  /** By the name of each journey; absent where there are none. */
  readonly journeys?: readonly JourneyLine[];
  /** What did not hold once all was over, by its rule; absent where nobody judged. */
  readonly findings?: readonly LoadFinding[];
  readonly strip: LoadStrip;
  /** Every metric that has a value, by its name; units by {@link unitOf}. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly thresholds: readonly ThresholdResult[];
  /** Thresholds of the file for other situations of the breaker than the one it was in; absent where there are none. */
  readonly notJudged?: { readonly situation: string; readonly thresholds: readonly string[] } | undefined;
  readonly warnings: readonly string[];
  readonly forecast?: LoadForecast;
}

/** The unit of a metric: milliseconds, percent, a rate per second, or a plain number. */
export type MetricUnit = 'ms' | '%' | '/s' | '';

/** The unit of a metric, by its name. */
export const unitOf = (metric: string): MetricUnit => {
  if (/\.(?:share|availability)$|^journey\.(?:.+\.)?(?:finished|failed|unfinished)$/.test(metric)) return '%';
  if (/\.(?:min|mean|max|p\d+(?:\.\d+)?|first-opened)$/.test(metric)) return 'ms';
  return metric.endsWith('.rate') ? '/s' : '';
};
