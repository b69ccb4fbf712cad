/** What a load needs to know of a system: how its sagas are told by their events, and what may be asked before anything counts. */

/** How a saga may end. */
export type SagaEnd = 'finished' | 'compensated';

/** How sagas are told by their events alone. */
export interface Sagas {
  /** Members of an event's data, of which the first that is there names its saga. */
  readonly names: readonly string[];
  /** What must follow each event for its saga to go on: one of these. What waits for a person is not listed. */
  readonly followers: Readonly<Record<string, readonly string[]>>;
  /** Where all of these were told, the other must be told too. */
  readonly owed: readonly { readonly after: readonly string[]; readonly event: string }[];
  /** What ends a saga. */
  readonly ends: Readonly<Record<string, SagaEnd>>;
  /** The names among {@link names} whose sagas have no such end: they are over once nothing is to follow. */
  readonly withoutEnd: readonly string[];
  /** The context whose view of things is measured: how far it lags behind what was published. */
  readonly viewOf: string;
}

/** A request that changes nothing. */
export interface IdleRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly body?: unknown;
}

/** What a load needs to know of a system. */
export interface UnderLoad {
  readonly sagas: Sagas;
  /** The call whose circuit a load watches, by its name. */
  readonly call: string;
  /** The one request that makes this call, once for each, and what it makes, in words. */
  readonly calling: { readonly method: string; readonly path: string; readonly makes: string };
  /** Asks for what the call asks for, where there is none: slowed down by the same fault. */
  readonly missed: string;
  /** Asks the same context for something else that there is not: no fault slows it down. */
  readonly unslowed: string;
  /** What warms the system up, and makes no call. */
  readonly warmUp: readonly IdleRequest[];
}
