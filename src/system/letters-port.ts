import type { DeadLetter } from '../runtime/actor/actor-port.ts';

/** A dead letter, and the context that gave its message up. */
export interface ContextLetter extends DeadLetter {
  readonly context: string;
}

/** The same without its text. */
export interface LetterHead extends Omit<ContextLetter, 'message' | 'id'> {
  readonly bytes: number;
}

/** The dead letters of some contexts, wherever they are kept. */
export interface Letters {
  /** All of them, context by context, oldest first; few at a time are read. */
  list(): AsyncIterable<LetterHead>;
  /** The letter of this context at this place in the stream. */
  find(context: string, seq: number): Promise<ContextLetter | undefined>;
  /** Lets its context take the message up again; returns why not, where nothing could come of it. */
  retry(context: string, seq: number): Promise<string | undefined>;
  /** Forgets it. */
  discard(context: string, seq: number): Promise<void>;
}
