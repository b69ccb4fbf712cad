import { OperatingError, Refusal } from '../../kernel/errors.ts';
import { createConsumer } from './consumer.ts';
import { buryUnsent, discardLetter, retryLetter, type LetterLimit } from './dead-letters.ts';
import { createDeadlines, type Deadlines, type DeadlinesOptions } from './deadlines.ts';
import { createHousekeeping, type Housekeeping } from './housekeeping.ts';
import { inboxTable, parkedTable, RUNTIME_SCHEMA } from './ledger.ts';
import { createParking, type Parking } from './parking.ts';
import { createRelay } from './relay.ts';
import { createScope } from './scope.ts';
import type { Calendar } from '../../kernel/clock.ts';
import type { Cause } from '../../kernel/envelope.ts';
import type { IdSource } from '../../kernel/ids.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Random } from '../../kernel/random.ts';
import { SILENT_RECORDER, type Recorder } from '../../kernel/recording.ts';
import type { Bus, Delivery } from '../../bus/bus.ts';
import type { CrashPoint, DeadLetter, ParkedMessage, ReachCrashPoint } from './actor-port.ts';
import type { RetryPolicy } from './backoff.ts';
import type { KnownEvent } from './intake.ts';
import type { ContextDefinition, Scope } from './context.ts';
import type { AfterTurn, Relay, RelayOptions } from './relay.ts';
import type { ActorScope } from './scope.ts';
import type { Database, Reads, RowChange } from '../tables/tables.ts';
import type { Tally } from '../tally.ts';

/** What all lives of an actor are made of. */
export interface LifeOptions {
  readonly definition: ContextDefinition;
  readonly knownEvents: readonly KnownEvent[];
  readonly bus: Bus;
  readonly timers: Calendar;
  readonly afterTurn: AfterTurn;
  readonly ids: IdSource;
  readonly random: Random;
  readonly recorder: Recorder;
  readonly tally: Tally | undefined;
  readonly reach: ReachCrashPoint | undefined;
  readonly maxOutbox: number;
  readonly maxParked: number;
  readonly maxParkedBytes: number;
  readonly maxDeadLetterBytes: number;
  readonly retry: RetryPolicy;
  readonly tooEarlyDeadlineMs: number;
  readonly housekeepingDelayMs: number;
  readonly log: Logger;
  readonly onFailure: (error: unknown) => void;
  readonly onMisuse: (error: OperatingError) => void;
}

/** What an actor gives to one life. */
export interface LifeSurroundings {
  readonly database: Database;
  readonly recordedIds: Set<string>;
  /** A transaction was committed, or a publish came through. */
  readonly onActivity: () => void;
  /** Runs what a timer or the bus started; crashes the actor where it throws a SimulatedCrash. */
  readonly guarded: (work: () => void) => void;
}

/** An actor between a start and the stop or crash that follows: all that a crash loses is in here. */
export interface Life {
  readonly position: () => number;
  readonly unpublished: () => number;
  readonly oldestUnpublished: () => string | undefined;
  readonly whyUnpublished: () => string | undefined;
  readonly obstacle: () => OperatingError | undefined;
  readonly parked: () => readonly ParkedMessage[];
  /** Deadlines that have passed and are not told. */
  readonly overdue: () => number;
  /** Goes on with what earlier lives left: parked messages that are due, old rows. */
  readonly begin: () => void;
  execute<Result>(cause: Cause, command: (scope: Scope) => Result, operation: string): Result;
  readonly handleBatch: (batch: readonly Delivery[]) => void;
  /** Takes the message of a dead letter up again, soon; returns why not, where nothing could come of it. */
  readonly retryLetter: (letter: DeadLetter) => string | undefined;
  readonly discardLetter: (letter: DeadLetter) => void;
  /** Publishes the outbox, as far as the bus takes it, and removes what was published. */
  readonly finish: () => Promise<void>;
  /** Nothing happens any more, whatever was under way. */
  readonly halt: () => void;
}

/**
 * Records each change of the context's own tables, with the event or command that caused it. One commit
 * may hold many events' effects; each is told by the inbox row (or the parked row) that its handling
 * wrote first.
 */
const recordChanges = (
  definition: ContextDefinition,
  database: Database,
  recorder: Recorder | undefined,
  commandId: () => string,
): void => {
  if (recorder === undefined) return;
  const own = new Set(RUNTIME_SCHEMA.tables.map((table) => table.name));
  database.onCommit((changes: readonly RowChange[]) => {
    let cause = commandId();
    for (const { table, key, row } of changes) {
      if (table === inboxTable.name || table === parkedTable.name) cause = String(key[0]);
      if (!own.has(table)) recorder.record({ kind: 'state', context: definition.name, table, key, row, cause });
    }
  });
};

/** Runs one transaction of the actor. */
type Transact = <Result>(work: (scope: ActorScope) => Result) => Result;

/** Makes the one way in which an actor changes its database. */
const createTransactions = (
  { database, onActivity }: LifeSurroundings,
  { timers, tally }: LifeOptions,
  scope: ActorScope,
  relay: Relay,
  deadlines: Deadlines,
) => {
  return <Result>(work: (scope: ActorScope) => Result): Result => {
    let result: Result;
    try {
      result = database.transact((tables) => {
        scope.open(tables, timers.now());
        relay.removePublished(tables);
        return work(scope);
      });
    } catch (error) {
      relay.rolledBack();
      deadlines.rolledBack();
      tally?.transacted(false);
      throw error;
    } finally {
      scope.close();
    }
    relay.committed();
    deadlines.committed();
    tally?.transacted(true);
    onActivity();
    return result;
  };
};

/** Who hears of what a life does; absent where nobody does. */
interface Heard {
  readonly recorder: Recorder | undefined;
  readonly reach: ((point: CrashPoint, messageType: string) => void) | undefined;
}

/** How much room dead letters have, and the log's word where one had to go. */
const letterLimitOf = ({ definition: { name }, maxDeadLetterBytes, log }: LifeOptions): LetterLimit => ({
  maxBytes: maxDeadLetterBytes,
  onDropped: ({ seq, type, subject, error }) => {
    log.error(
      { context: name, seq, type, subject, reason: error },
      `${name} has ${maxDeadLetterBytes} bytes of dead letters at most, and lets the oldest go: message ${seq} of the stream (${type ?? 'malformed'})`,
    );
  },
});

/** What becomes of events that were committed and that the bus can never take: dead letters, told in the log and in the recording. */
const createSettingAside =
  (options: LifeOptions, { guarded }: LifeSurroundings, { recorder }: Heard, transact: () => Transact): RelayOptions['setAside'] =>
  (events, remove) => {
    const {
      definition: { name },
      timers,
      log,
    } = options;
    let isDone = false;
    guarded(() => {
      transact()(({ tables }) => {
        remove(tables);
        for (const { envelope, why } of events)
          buryUnsent(tables, { message: envelope, reason: `The event ${why}.`, attempts: 1, at: timers.now() }, letterLimitOf(options));
      });
      isDone = true;
    });
    if (!isDone) return false;
    for (const { envelope, why } of events) {
      const text = `${name} sets its event ${envelope.type} of ${envelope.subject} aside: it ${why}`;
      log.error({ context: name, event: envelope.id, type: envelope.type, subject: envelope.subject }, text);
      recorder?.record({ kind: 'note', text });
    }
    return true;
  };

/** Each part is given what it needs, one by one: copying all the options for each costs as much as making the part. */
const createRelayOf = (
  options: LifeOptions,
  around: LifeSurroundings,
  heard: Heard,
  housekeeping: () => Housekeeping,
  transact: () => Transact,
): Relay => {
  const { definition, bus, timers, afterTurn, random, retry, log, onFailure } = options;
  const { database, recordedIds, guarded } = around;
  const { recorder, reach } = heard;
  return createRelay({
    context: definition.name,
    read: database.read,
    bus,
    timers,
    afterTurn,
    random,
    retry,
    log,
    recorder,
    tally: options.tally,
    recordedIds,
    reach,
    onCrash: (crash) =>
      guarded(() => {
        throw crash;
      }),
    onPublished: (isDue) => {
      around.onActivity();
      if (isDue) guarded(() => housekeeping().tidy());
      else housekeeping().arm();
    },
    setAside: createSettingAside(options, around, heard, transact),
    onFailure,
  });
};

const createDeadlinesOf = (
  { definition, timers, log, retry }: LifeOptions,
  { database, guarded }: LifeSurroundings,
  within: Pick<DeadlinesOptions, 'reach' | 'letterLimit' | 'stage' | 'isOutboxFull' | 'transact'>,
): Deadlines => createDeadlines({ ...within, definition, read: database.read, timers, log, pauseMs: retry.maxDelayMs, guarded });

/** Takes dead letters up again while their context lives: what is put aside, and what is to be published, is known in memory too. */
const createRetrying = (
  { definition, timers }: LifeOptions,
  {
    transact,
    relay,
    parking,
    read,
  }: { readonly transact: Transact; readonly relay: Relay; readonly parking: Parking; readonly read: Reads },
): Life['retryLetter'] => {
  return (letter) => {
    let why: string | undefined;
    try {
      why = transact(({ tables }) => retryLetter(tables, letter, definition, timers.now(), relay.stage));
    } catch (error) {
      // The bus takes it as little as before.
      if (error instanceof Refusal) return error.message;
      throw error;
    }
    const row = letter.id === null ? undefined : read.get(parkedTable, letter.id);
    if (why === undefined && row !== undefined) parking.keep(row);
    return why;
  };
};

/** The parts of a life, each knowing those that it needs. */
type Parts = ReturnType<typeof createParts>;

const createParts = (options: LifeOptions, around: LifeSurroundings, heard: Heard) => {
  const { definition, knownEvents, timers, ids, random, retry, log, onMisuse } = options;
  const { database, guarded } = around;
  const { read } = database;
  const { recorder, reach } = heard;
  const relay = createRelayOf(
    options,
    around,
    heard,
    () => housekeeping,
    () => transact,
  );
  const letterLimit = letterLimitOf(options);
  const isOutboxFull = (): boolean => relay.unpublished() >= options.maxOutbox;
  const deadlines = createDeadlinesOf(options, around, {
    reach,
    letterLimit,
    stage: relay.stage,
    isOutboxFull,
    transact: (work) => transact(work),
  });
  const scope = createScope({ definition, ids, stage: relay.stage, deadlines });
  const transact: Transact = createTransactions(around, options, scope, relay, deadlines);
  const { tooEarlyDeadlineMs, maxParked, maxParkedBytes } = options;
  const limits = { tooEarlyDeadlineMs, maxParked, maxParkedBytes };
  const parking = createParking({ read, timers, random, retry, ...limits, onDue: () => guarded(retryDue) });
  const consumer = createConsumer({
    definition,
    knownEvents,
    read,
    timers,
    log,
    recorder,
    tally: options.tally,
    reach,
    parking,
    letterLimit,
    transact,
    onMisuse,
  });
  const retryDue = (): void => {
    try {
      consumer.retryDue();
      parking.arm();
    } catch (error) {
      // Not the messages' fault (the database fails, say): they stay as they are, and wait for a while.
      parking.arm(retry.maxDelayMs);
      throw error;
    }
  };
  const { hasPublishedRows } = relay;
  const housekeeping = createHousekeeping({ timers, delayMs: options.housekeepingDelayMs, transact, guarded, hasPublishedRows });
  return { relay, deadlines, transact, parking, consumer, housekeeping, isOutboxFull };
};

/** Throws where the bus has not taken so many events that no more may be made. */
const checkOutbox = (name: string, { relay, isOutboxFull }: Parts): void => {
  if (!isOutboxFull()) return;
  throw new OperatingError('infrastructure', `${name} takes no messages: the bus has not taken ${relay.unpublished()} of its events`, {
    mend: 'See to it that the bus can be reached; messages go on by themselves then.',
    isPassing: true,
  });
};

/** Begins a life on a database. */
export const createLife = (options: LifeOptions, around: LifeSurroundings): Life => {
  const { definition, reach: reachIn } = options;
  const { database, guarded } = around;
  const { name } = definition;
  const heard: Heard = {
    recorder: options.recorder === SILENT_RECORDER ? undefined : options.recorder,
    reach: reachIn && ((point, messageType) => reachIn(point, name, messageType)),
  };
  const { recorder, reach } = heard;
  const parts = createParts(options, around, heard);
  const { relay, deadlines, transact, parking, consumer, housekeeping } = parts;
  let commandId = '';
  recordChanges(definition, database, recorder, () => commandId);

  return {
    position: consumer.position,
    unpublished: relay.unpublished,
    oldestUnpublished: () => relay.oldest()?.time,
    whyUnpublished: relay.whyUnpublished,
    obstacle: relay.obstacle,
    parked: parking.list,
    overdue: deadlines.due,
    begin: () => {
      parking.arm();
      deadlines.begin();
      housekeeping.arm();
      if (parking.size() > 0) guarded(consumer.retryEarly);
    },
    execute: (cause, command, operation) => {
      commandId = cause.causationId;
      const result = transact((open) => {
        open.causedBy(cause);
        const answer = command(open);
        reach?.('before-commit', operation);
        return answer;
      });
      reach?.('after-commit', operation);
      return result;
    },
    handleBatch: (batch) => {
      checkOutbox(name, parts);
      consumer.handleBatch(batch);
    },
    retryLetter: createRetrying(options, { transact, relay, parking, read: database.read }),
    discardLetter: (letter) => transact(({ tables }) => discardLetter(tables, letter)),
    finish: async () => {
      parking.halt();
      deadlines.halt();
      await relay.drain();
      if (relay.hasPublishedRows()) guarded(() => housekeeping.tidy());
    },
    halt: () => {
      parking.halt();
      deadlines.halt();
      housekeeping.halt();
      relay.halt();
    },
  };
};
