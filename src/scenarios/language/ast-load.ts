/** The section of a scenario that a load test gives its meaning to. */
import type { SourcePosition } from '../../kernel/recording.ts';
import type { HttpMethod, JsonTemplate, Template } from './template-types.ts';

/**
 * What the circuit breaker of the look-up can come to under a load: it can open, and will; whether it does is chance;
 * look-ups are slow, and too few for it; or all look-ups end in time.
 */
export const LOAD_SITUATIONS = ['the circuit can open', 'chance decides', 'too few look-ups', 'look-ups in time'] as const;
/** One of {@link LOAD_SITUATIONS}. */
export type LoadSituation = (typeof LOAD_SITUATIONS)[number];

/** A value that a feeder gives. */
export type FedValue = string | number | boolean;

/** How a feeder gives its values: one after another and then from the beginning, any of them, or each once. */
export const DRAWS = ['in turn', 'at random', 'unique'] as const;

/** Values for what is sent, drawn anew for each request, or for each journey. */
export interface Feeder {
  readonly draw: (typeof DRAWS)[number];
  /** By variable: the feeder's name, or, where it has columns, `NAME.COLUMN` for each. */
  readonly rows: readonly Readonly<Record<string, FedValue>>[];
  readonly position: SourcePosition;
}

/** What somebody does under load, one thing after another; each journey has names of its own. */
export interface LoadJourney<Step> {
  readonly name: string;
  readonly tags: readonly string[];
  /** Its share among the journeys; 1 unless said. */
  readonly weight: number;
  readonly steps: readonly Step[];
  readonly position: SourcePosition;
}

/** A load test's description; what it means, the load runner says. */
export interface LoadSection<Step> {
  /** Closed loop: so many users, each waiting for its answer. */
  readonly users?: number;
  /** Open loop: requests that begin in each second. */
  readonly arrivalsPerSecond?: number;
  readonly stages: readonly LoadStage[];
  readonly durationMs?: number;
  readonly warmUpMs?: number;
  readonly requests: readonly LoadRequest[];
  /** Beside them, each request is a journey of one step. */
  readonly journeys: readonly LoadJourney<Step>[];
  readonly feeders: Readonly<Record<string, Feeder>>;
  /** `saga.stuck == 0`, as written; with a situation, judged in that one alone. */
  readonly thresholds: readonly { readonly text: string; readonly position: SourcePosition; readonly when?: LoadSituation }[];
  readonly position: SourcePosition;
}
/** A part of a load: reaches `users` or `arrivalsPerSecond` at its end; `ramp` says whether gradually or at once. */
export interface LoadStage {
  readonly durationMs: number;
  readonly users?: number;
  readonly arrivalsPerSecond?: number;
  readonly ramp: boolean;
  /** From its beginning on; null: no delay; absent: as it was. */
  readonly slowLookup?: { readonly fromMs: number; readonly toMs: number } | null;
}
/** One request template of a load. */
export interface LoadRequest {
  readonly name?: string;
  readonly tags: readonly string[];
  readonly method: HttpMethod;
  readonly path: Template;
  readonly body?: JsonTemplate;
  readonly headers: Readonly<Record<string, Template>>;
  /** Its share among the requests; 1 unless said. */
  readonly weight: number;
}
