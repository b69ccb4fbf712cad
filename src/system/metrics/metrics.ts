import type { Actor } from '../../runtime/actor/actor-port.ts';
import type { CircuitState } from '../../runtime/breaker/hystrix-circuit.ts';
import type { MetricsText, OnAnswer } from '../../runtime/http/answered.ts';
import type { Tally } from '../../runtime/tally.ts';
import type { Outlet } from '../definition.ts';

/** What is looked at whenever somebody asks for metrics: nothing of it is counted meanwhile. */
export interface Watched {
  /** Which cell of its world it is; undefined where that is not split. */
  readonly cell?: number | undefined;
  /** The contexts of this process. */
  readonly contexts: readonly { readonly name: string; readonly actor: Actor; isRunning(): boolean }[];
  readonly outlets: readonly { readonly context: string; readonly outlet: Pick<Outlet, 'waiting'> }[];
  /** The calls that contexts of this process make, each with the state of its circuit. */
  readonly calls: readonly { readonly context: string; readonly call: string; readonly state: () => CircuitState }[];
}

/** What a process knows of its work in numbers: what can be seen is looked up when asked for, and only what passes is counted. */
export interface Metrics {
  /** Counts what this context does. */
  tallyOf(context: string): Tally;
  /** Counts what is answered on the port of this context, or of the `gateway`. */
  onAnswerOf(server: string): OnAnswer;
  /** Counts how the calls of this name end for their callers. */
  onCallOf(context: string, call: string): (outcome: string) => void;
  /** Says what is there to be looked at, until what it returns is called. */
  watch(watched: Watched): () => void;
  /** All of it, in the Prometheus text format. */
  readonly text: MetricsText;
}
