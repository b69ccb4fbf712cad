/** The section of a scenario that a load test gives its meaning to. */
import type { SourcePosition } from '../../kernel/recording.ts';
import type { JsonTemplate, RequestStep, Template } from './ast.ts';

/** A load test's description; what it means, the load runner says. */
export interface LoadSection {
  /** Closed loop: so many users, each waiting for its answer. */
  readonly users?: number;
  /** Open loop: requests that begin in each second. */
  readonly arrivalsPerSecond?: number;
  readonly stages: readonly LoadStage[];
  readonly durationMs?: number;
  readonly warmUpMs?: number;
  readonly requests: readonly LoadRequest[];
  /** Lists of values by variable name, taken in turn, one for each request. */
  readonly feeders: Readonly<Record<string, readonly (string | number | boolean)[]>>;
  /** `saga.stuck == 0`, as written. */
  readonly thresholds: readonly { readonly text: string; readonly position: SourcePosition }[];
  readonly position: SourcePosition;
}
/** A part of a load: reaches `users` or `arrivalsPerSecond` at its end; `ramp` says whether gradually or at once. */
export interface LoadStage {
  readonly durationMs: number;
  readonly users?: number;
  readonly arrivalsPerSecond?: number;
  readonly ramp: boolean;
}
/** One request template of a load. */
export interface LoadRequest {
  readonly name?: string;
  readonly method: RequestStep['method'];
  readonly path: Template;
  readonly body?: JsonTemplate;
  readonly headers: Readonly<Record<string, Template>>;
  /** Its share among the requests; 1 unless said. */
  readonly weight: number;
}
