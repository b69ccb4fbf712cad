/** A handler that threw, as told to whoever keeps the log. */
export interface HandlerFailure {
  readonly world: string;
  readonly consumer: string;
  /** The attempt that failed, from 1. */
  readonly attempt: number;
  readonly error: unknown;
  /** When the batch comes again. */
  readonly pauseMs: number;
}

/** Hears of handlers that threw; the batch comes again whatever it does. */
export type OnHandlerFailure = (failure: HandlerFailure) => void;

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 5_000;

/** How long a batch waits after its `attempt`-th failure: 50 ms, doubled each time, up to 5 s. */
export const redeliveryPauseMs = (attempt: number): number => Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempt - 1, 10));
