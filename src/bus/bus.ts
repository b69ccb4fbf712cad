import type { EpochMs } from '../kernel/clock.ts';
import type { Envelope } from '../kernel/envelope.ts';

/**
 * The port of the bus. A **host** is one server (or one process's memory); a **bus** is one *world*
 * on it: a stream and subjects of its own, so that many runs share a server and never meet.
 * Adapters: `memory.ts`, `nats.ts`; `bus.contract.ts` holds them to the same behaviour.
 *
 * What every adapter promises:
 * - a message published is stored before `publish` resolves, gets the next `seq` of its world, and is
 *   stored once however often its id is published (within the adapter's window of at least 2 minutes);
 * - each consumer gets every message of its types after its starting point, in the order of `seq`, at
 *   least once; the next batch comes only after the last was handled (the handler returned);
 * - a batch whose handler throws comes again, with a higher `attempt`, after a pause that grows;
 * - a message that is too long for the server is refused by itself: `whyTooLarge` says so beforehand, and a `publish` that
 *   holds one rejects and stores none of the others;
 * - what a stopped consumer had not handled comes again when it is opened anew from the position that
 *   the consumer itself kept.
 */
export interface Bus {
  /** The name of this world. */
  readonly world: string;
  /**
   * Stores the messages, in order. Throws, or rejects with, an OperatingError (infrastructure) when the server can't be
   * reached or refuses; then a prefix of them may have been stored, and publishing all again is safe.
   * Returns undefined where they are stored already: a simulation plays whole schedules in one turn.
   */
  publish(messages: readonly Envelope[]): Promise<void> | undefined;
  /**
   * Why no attempt to publish this message can succeed: it is longer than the server takes. As the end of a sentence
   * (`has 5000 bytes …`); undefined where it can be published. Absent from a bus that takes messages of any length.
   */
  whyTooLarge?(message: Envelope): string | undefined;
  /** Opens a consumer and starts delivering to `handle`. One consumer of one name at a time. A promise where that takes time. */
  consume(options: ConsumeOptions, handle: HandleBatch): Promise<Consumption> | Consumption;
  /** What is stored after `afterSeq`, in order, up to the last message at the time of calling; to rebuild and to check. */
  read(options: { readonly afterSeq: number; readonly types?: readonly string[] }): AsyncIterable<Delivery>;
  /** Puts a raw payload under this whole subject, as a stranger might; for tests and scenarios. */
  injectRaw(subject: string, payload: string): Promise<void>;
  /** The stream as it is now, to be told from another one of its name; undefined where it can't be another one, as in a simulation. */
  look(): Promise<StreamLook> | undefined;
  /** The `seq` of the last message stored, 0 when there is none. */
  lastSeq(): Promise<number>;
  /** Stops all consumers and lets go of the world; with `destroy`, its stream is deleted too, or emptied where somebody else made it. */
  close(options?: { readonly destroy?: boolean }): Promise<void>;
}

/** A look at a world's stream. What is asked of it later is asked of the stream as it is then. */
export interface StreamLook {
  /** When it was made, or what else tells it from every other stream of its name. */
  readonly id: string;
  /** The first message still there; one more than the last where there is none. */
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** The id of the event at this place; undefined where there is none. */
  eventAt(seq: number): Promise<string | undefined>;
  /** Whether it holds any event of this source. */
  holdsEventsOf(source: string): Promise<boolean>;
}

/** One server, or one process's memory; opens worlds. */
export interface BusHost {
  readonly kind: 'memory' | 'embedded' | 'external';
  /** For people: `memory`, or the server's URL without credentials. */
  readonly description: string;
  /**
   * Opens a world, made anew or found again. `world` is made of `[A-Za-z0-9_-]`, 1 to 64 characters. Kept for `serve`,
   * where nothing else is said.
   */
  open(world: string, use?: WorldUse): Promise<Bus>;
  /**
   * How many cells the world of this name was made with: 1 where it is not split, undefined where there is none. Absent where
   * worlds end with this process.
   */
  cellsOf?(world: string): Promise<number | undefined>;
  /** Opens the notes that all processes of a world share; absent where no other process can be there. */
  openNotes?(world: string): Promise<SharedNotes>;
  /** The worlds of all processes on this server; absent where only this process has any. */
  readonly worlds?: Worlds;
  /** Closes connections, and stops the server where it is ours. */
  close(): Promise<void>;
}

/** What a world is opened for: a server outlives those who use it, and must tell what nobody needs any more. */
export interface WorldUse {
  readonly madeFor: 'run' | 'serve';
  /** Goes with the process that opened it; where that is killed, whoever comes next removes it. */
  readonly isTemporary: boolean;
  /** Which cell it is, where a world is split: then a stream of its name that is none, or another one, is refused. */
  readonly cell?: CellName;
}

/** A note as it stands. */
export interface Note {
  readonly key: string;
  /** Undefined where it was removed. */
  readonly text: string | undefined;
  /** Tells each change of a note from every other; later ones have a higher one. */
  readonly revision: number;
  /** When it was written, by the server's clock. */
  readonly at: EpochMs;
}

/**
 * Notes that all processes of a world share. A change may depend on the one before: of two that come at once, one is told that it
 * came too late. Each rejects with an OperatingError (infrastructure) where the server can't be asked.
 */
export interface SharedNotes {
  /** The note of this key, removed or not; undefined where there never was one. */
  get(key: string): Promise<Note | undefined>;
  /**
   * Writes a note where the last change has this revision (0: there is none). Its own revision, or undefined where another one came
   * before.
   */
  put(key: string, text: string, after: number): Promise<number | undefined>;
  /** Removes a note where its last change has this revision; false where another one came before. */
  remove(key: string, after: number): Promise<boolean>;
  /** Every note that there is, as it stands. */
  list(): Promise<readonly Note[]>;
  /** Hears every note that there is, and each change from then on, in order. Resolves when all there were are heard, if there were any. */
  watch(heard: (note: Note) => void): Promise<void>;
  /** Ends what watches; with `destroy`, all notes are removed. */
  close(options?: { readonly destroy?: boolean }): Promise<void>;
}

/** A cell, as its stream is told from all others. */
export interface CellName {
  /** The world that it is a cell of. */
  readonly of: string;
  readonly cell: number;
  /** How many cells that world has. */
  readonly cells: number;
}

/** The world on the bus that a cell of a world is. */
export const worldOfCell = (world: string, cell: number): string => `${world}_${cell}`;

/** A world as it stands on a server. */
export interface WorldState {
  readonly world: string;
  /** Undefined where whoever made it did not say: an older version of this program, or somebody else. */
  readonly madeFor: WorldUse['madeFor'] | undefined;
  /** Whether this program made it. */
  readonly isOurs: boolean;
  /** Of which world it is a cell; undefined where it is none. */
  readonly cellOf: string | undefined;
  readonly ageMs: number;
  readonly messages: number;
  readonly bytes: number;
  /** Whether somebody listens there now. */
  readonly isConsumed: boolean;
  /** Whether it went with a process, and that one is gone without having removed it. */
  readonly isLeftOver: boolean;
}

/** The worlds on a server, whoever opened them. */
export interface Worlds {
  /** By name. */
  list(): Promise<readonly WorldState[]>;
  /**
   * Deletes one with all its messages, and all its cells where it is split. Throws an OperatingError where there is none of this
   * name, where it is in use, or somebody else's.
   */
  remove(world: string): Promise<void>;
  /** Deletes those that are left over, and returns their names. */
  removeLeftOvers(): Promise<readonly string[]>;
}

/** What a consumer wants to hear, and from where on. */
export interface ConsumeOptions {
  /** The consumer's name: the context. */
  readonly consumer: string;
  /** The event types wanted, or `all`: whatever is published in this world, malformed or foreign messages included. */
  readonly types: readonly string[] | 'all';
  /** Deliver what comes after this `seq`; 0 for everything. Kept by the consumer, in the transaction of its effects. */
  readonly afterSeq: number;
  /**
   * Whose position it is: the database that keeps it. While one of another owner listens, a consumer is refused; one that went
   * on from two databases in turn would do everything twice. Nobody is refused where it is absent.
   */
  readonly owner?: string;
  /**
   * Asked before a consumer is made anew on a stream that was out of sight. What it rejects with ends the consumer, unless
   * it passes by itself.
   */
  readonly verify?: () => Promise<void>;
  /** The most messages handed over at once. */
  readonly maxBatch: number;
}

/** Handles a batch and returns when its effects are committed; only then is it acknowledged. Throwing brings the batch again. */
export type HandleBatch = (batch: readonly Delivery[]) => void;

/** One message as a consumer gets it. */
export interface Delivery {
  /** Its place in the world's stream: 1, 2, 3 …; the same for each delivery of it. */
  readonly seq: number;
  /** 1 for the first delivery, then 2 … */
  readonly attempt: number;
  readonly message: Envelope | Malformed;
}

/** Something on our subjects that is not an envelope of ours: to be dead-lettered, never to stop the line. */
export interface Malformed {
  readonly malformed: true;
  readonly subject: string;
  /** The payload as text, cut at 64 KiB. */
  readonly raw: string;
  /** What is wrong with it, as the end of a sentence: `is not JSON: …`. */
  readonly reason: string;
}

/** Tells a foreign or broken message from an envelope. */
export const isMalformed = (message: Envelope | Malformed): message is Malformed => 'malformed' in message;

/** An open consumer. */
export interface Consumption {
  /** What the bus still holds for this consumer. */
  lag(): Promise<ConsumerLag>;
  /**
   * Stops delivering; resolves when no handler runs, and returns undefined where that is so already. What was not
   * handled comes again to the next consumer of this name.
   */
  stop(): Promise<void> | undefined;
}

/** What the bus still holds for a consumer, in messages. */
export interface ConsumerLag {
  /** Stored, of its types, and not yet delivered. */
  readonly pending: number;
  /** Delivered and not yet acknowledged. */
  readonly unacknowledged: number;
}
