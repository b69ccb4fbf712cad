import { OperatingError, messageOf, Refusal } from '../../kernel/errors.ts';
import { SILENT_LOG } from '../../kernel/log.ts';
import { SimulatedCrash } from './actor-port.ts';
import { DEFAULT_RETRY } from './backoff.ts';
import { createConsumption } from './consumption.ts';
import { createBinding, type Bound } from './binding.ts';
import { deadLettersTable, outboxTable, parkedTable, positionOf, RUNTIME_SCHEMA } from './ledger.ts';
import { createLife } from './life.ts';
import { parkedMessages } from './parking.ts';
import { afterHostTurn } from './relay.ts';
import type { Calendar } from '../../kernel/clock.ts';
import type { Cause } from '../../kernel/envelope.ts';
import type { IdSource } from '../../kernel/ids.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Random } from '../../kernel/random.ts';
import type { Recorder } from '../../kernel/recording.ts';
import type { Bus, Delivery, HandleBatch } from '../../bus/bus.ts';
import type { Actor, ReachCrashPoint, Workload } from './actor-port.ts';
import type { RetryPolicy } from './backoff.ts';
import { isMisuse, type KnownEvent } from './intake.ts';
import type { ContextDefinition, Scope } from './context.ts';
import type { ActorConsumption } from './consumption.ts';
import type { Life } from './life.ts';
import type { AfterTurn } from './relay.ts';
import type { Database, Disk, Reads } from '../tables/tables.ts';

/** What an actor is made of. */
export interface ActorOptions {
  readonly definition: ContextDefinition;
  readonly disk: Disk;
  readonly bus: Bus;
  readonly timers: Calendar;
  /** What the actor publishes, it publishes after the turn at hand; default: a promise reaction. */
  readonly afterTurn?: AfterTurn;
  readonly ids: IdSource;
  /** Draws the jitter of pauses. */
  readonly random: Random;
  readonly recorder: Recorder;
  /** Where the context hears everything: every event of the system. */
  readonly knownEvents?: readonly KnownEvent[];
  /** Called at each crash point; may throw SimulatedCrash. */
  readonly reach?: ReachCrashPoint | undefined;
  /** The most messages handled in one transaction; default 100. */
  readonly maxBatch?: number;
  /** The most unpublished events; beyond it, commands are refused (`overloaded`) and messages wait. Default 10,000. */
  readonly maxOutbox?: number;
  /** The most messages put aside at once; default 10,000. */
  readonly maxParked?: number;
  /** The most bytes of messages put aside at once; default 64 MiB. */
  readonly maxParkedBytes?: number;
  /** The most bytes of dead letters; beyond it, the oldest go. Default 64 MiB. */
  readonly maxDeadLetterBytes?: number;
  readonly retry?: Partial<RetryPolicy>;
  /** How long a message may be too early before it is given up on; default 5 minutes. */
  readonly tooEarlyDeadlineMs?: number;
  /** How long published rows may stand in an idle actor's outbox; default 1,000 ms. */
  readonly housekeepingDelayMs?: number;
  readonly log?: Logger;
  /** Hears of trouble that nobody else is told: the database failed while a message was handled. The actor goes on and tries again. */
  readonly onFailure?: (error: unknown) => void;
  /** Hears of a handler that is not what it must be, or asks for what can't be, beside whoever meets its failure. */
  readonly onMisuse?: (error: OperatingError) => void;
}

type Complete = Required<Omit<ActorOptions, 'retry' | 'reach' | 'onFailure'>> & {
  readonly retry: RetryPolicy;
  readonly reach: ReachCrashPoint | undefined;
  readonly onFailure: (error: unknown) => void;
};

const MEBIBYTE = 1_048_576;

/** Told one by one: spreading defaults and options costs more than all else that an actor is made of. */
const complete = (options: ActorOptions): Complete => ({
  definition: options.definition,
  disk: options.disk,
  bus: options.bus,
  timers: options.timers,
  afterTurn: options.afterTurn ?? afterHostTurn,
  ids: options.ids,
  random: options.random,
  recorder: options.recorder,
  knownEvents: options.knownEvents ?? [],
  reach: options.reach,
  maxBatch: options.maxBatch ?? 100,
  maxOutbox: options.maxOutbox ?? 10_000,
  maxParked: options.maxParked ?? 10_000,
  maxParkedBytes: options.maxParkedBytes ?? 64 * MEBIBYTE,
  maxDeadLetterBytes: options.maxDeadLetterBytes ?? 64 * MEBIBYTE,
  retry: options.retry === undefined ? DEFAULT_RETRY : { ...DEFAULT_RETRY, ...options.retry },
  tooEarlyDeadlineMs: options.tooEarlyDeadlineMs ?? 300_000,
  housekeepingDelayMs: options.housekeepingDelayMs ?? 1_000,
  log: options.log ?? SILENT_LOG,
  onFailure: options.onFailure ?? (() => undefined),
  onMisuse: options.onMisuse ?? (() => undefined),
});

/** An actor's database, opened when it is first needed, and opened again when it was closed. */
const createDatabaseHolder = ({ disk, definition }: ActorOptions) => {
  let database: Database | undefined;
  const open = (): Database => (database ??= disk.open(definition.name, [RUNTIME_SCHEMA, definition.schema]));
  const read: Reads = {
    get: (table, ...key) => open().read.get(table, ...key),
    select: (table, query) => open().read.select(table, query),
    count: (table, where) => open().read.count(table, where),
  };
  return {
    open,
    read,
    close: (): void => {
      const closing = database;
      database = undefined;
      closing?.close();
    },
  };
};

const typesHeard = new WeakMap<ContextDefinition, readonly string[]>();

/** The types of events that a context subscribes to, or all; the same list for all its lives. */
const typesOf = (definition: ContextDefinition): readonly string[] | 'all' => {
  if (definition.hearsAll === true) return 'all';
  let types = typesHeard.get(definition);
  if (types === undefined) typesHeard.set(definition, (types = definition.subscriptions.map(({ event }) => event.type)));
  return types;
};

/** What is on its way to, in and from an actor that is down: counted in what it left behind. */
const workloadLeft = async (read: Reads, bus: Bus, definition: ContextDefinition): Promise<Workload> => {
  const types = typesOf(definition);
  const after = { afterSeq: positionOf(read, definition.name) };
  let pending = 0;
  if (types.length > 0)
    for await (const { attempt } of bus.read(types === 'all' ? after : { ...after, types })) pending += Math.min(attempt, 1);
  return { outbox: read.count(outboxTable), parked: parkedMessages(read.select(parkedTable)), pending, unacknowledged: 0 };
};

const downErrors = new Map<string, OperatingError>();

/** Says that a context is down. Made once for each: people ask again and again meanwhile, and where they ask is not why. */
const notRunning = (name: string): OperatingError => {
  let error = downErrors.get(name);
  if (error === undefined)
    downErrors.set(
      name,
      (error = new OperatingError('infrastructure', `the context ${name} is not running`, { mend: `Start ${name} and try again.` })),
    );
  return error;
};

/** Nobody called, so nobody can be told but by `onFailure`, which was done; what is no trouble of operation is a bug, and throws. */
const withoutCaller = (guarded: () => void): void => {
  try {
    guarded();
  } catch (error) {
    if (!(error instanceof SimulatedCrash) && !(error instanceof OperatingError)) throw error;
  }
};

/** Executes a command, and tells of a handler that is not what it must be. */
const executeIn = <Result>(
  living: Life,
  { onMisuse }: Complete,
  cause: Cause,
  command: (scope: Scope) => Result,
  operation: string,
): Result => {
  try {
    return living.execute(cause, command, operation);
  } catch (error) {
    if (isMisuse(error)) onMisuse(error);
    throw error;
  }
};

/** Opens the consumer of a life, on a stream that its database belongs to; a promise where the bus takes time for it. */
const createListening = (
  { definition, bus, maxBatch }: Complete,
  consumption: ActorConsumption,
  bind: ReturnType<typeof createBinding>,
) => {
  const types = typesOf(definition);
  return (position: () => number, isAlive: () => boolean, handle: HandleBatch): Promise<void> | undefined => {
    // It may have crashed again at once; and a context that listens to nobody asks no consumer of the bus.
    if (!isAlive() || types.length === 0) return undefined;
    const open = (bound: Bound): Promise<void> | undefined => {
      // It may crash at the first message, before it is told of its consumer.
      return consumption.opened(bus.consume({ consumer: definition.name, types, maxBatch, ...bound }, handle), isAlive);
    };
    const looking = bus.look();
    if (looking === undefined) return open({ afterSeq: position() });
    return bind(looking, isAlive).then((bound) => (bound === undefined ? undefined : open(bound)));
  };
};

/** The lives of an actor, one after the other: what `start`, `stop` and `crash` do, and who is alive now. */
const createLives = (given: Complete, holder: ReturnType<typeof createDatabaseHolder>, onActivity: (count: number) => void) => {
  const { definition, log, recorder } = given;
  const { name } = definition;
  const consumption = createConsumption(name, log);
  const recordedIds = new Set<string>();
  const listen = createListening(given, consumption, createBinding({ ...given, name, open: holder.open }));
  let life: Life | undefined;

  const over = (change: 'stopped' | 'crashed'): void => {
    life?.halt();
    life = undefined;
    holder.close();
    onActivity(1);
    recorder.record({ kind: 'context', context: name, change });
  };

  const die = (): Promise<void> | undefined => {
    if (life === undefined) return consumption.released();
    over('crashed');
    log.warn({ context: name }, `${name} crashed`);
    return consumption.close();
  };

  const alive = (): Life => {
    if (life !== undefined) return life;
    throw notRunning(name);
  };

  /**
   * Runs what the actor does; a crash point kills it. What the bus or a timer started has no caller to hear
   * of any failure, and a failing database is trouble whoever called: both are told to whoever listens.
   */
  const guarded = <Result>(work: (living: Life) => Result, hasCaller: boolean): Result => {
    const living = alive();
    try {
      return work(living);
    } catch (error) {
      if (error instanceof SimulatedCrash) {
        // Its next life waits for its consumer to be gone, by itself.
        if (life === living) void die();
      } else if (!hasCaller || (error instanceof OperatingError && error.trouble === 'infrastructure')) {
        log.error({ context: name, err: error }, `${name} has trouble: ${messageOf(error)}`);
        given.onFailure(error);
      }
      throw error;
    }
  };

  const acted = (): void => onActivity(1);
  const unasked = (work: () => void): void => withoutCaller(() => guarded(work, false));

  const handleBatch = (born: Life, batch: readonly Delivery[]): void => {
    if (life !== born) throw notRunning(name);
    onActivity(batch.length);
    guarded((living) => living.handleBatch(batch), false);
  };

  const live = (): Promise<void> | undefined => {
    const born = createLife(given, { database: holder.open(), recordedIds, onActivity: acted, guarded: unasked });
    life = born;
    recorder.record({ kind: 'context', context: name, change: 'started' });
    born.begin();
    const failed = (error: unknown): never => {
      if (life === born) over('stopped');
      throw error;
    };
    try {
      return listen(
        born.position,
        () => life === born,
        (batch) => handleBatch(born, batch),
      )?.catch(failed);
    } catch (error) {
      return failed(error);
    }
  };

  /** Begins a life; a promise where something must be waited for, on which it may also fail. */
  const begin = (): Promise<void> | undefined => {
    const former = consumption.released();
    return former === undefined ? live() : former.then(live);
  };

  const end = async (): Promise<void> => {
    const ending = life;
    await consumption.close();
    await ending?.finish();
    if (ending !== undefined && life === ending) over('stopped');
    // Also where it had crashed, and was read since.
    holder.close();
  };

  return { alive, living: () => life, guarded, die, begin, end, lag: consumption.lag };
};

/**
 * Makes a context's actor. It is down until it is started; then it handles commands and messages, each as
 * one transaction. A crash (asked for, or thrown by `reach`) loses what is in memory and keeps what was
 * committed; `start` begins a new life on it.
 */
export const createActor = (options: ActorOptions): Actor => {
  const given = complete(options);
  const { definition, bus } = given;
  const { name } = definition;
  const holder = createDatabaseHolder(options);
  let activity = 0;
  const lives = createLives(given, holder, (count) => {
    activity += count;
  });
  let starting: Promise<void> | undefined;
  let stopping: Promise<void> | undefined;

  const checkReady = (): void => {
    const unpublished = lives.alive().unpublished();
    if (stopping !== undefined)
      throw new OperatingError('infrastructure', `the context ${name} is stopping`, { mend: `Start ${name} and try again.` });
    const obstacle = lives.alive().obstacle();
    // What is accepted now would wait for nobody knows how long, and fill the database meanwhile.
    if (obstacle?.lacksRoom === true)
      throw new Refusal('bus-full', `${name} takes no commands until the bus has room for their events: ${obstacle.message}.`, {
        context: name,
      });
    if (unpublished >= given.maxOutbox)
      throw new Refusal('overloaded', `${name} has ${unpublished} events that the bus has not taken yet.`);
  };

  const workload = async (): Promise<Workload> => {
    const living = lives.living();
    if (living === undefined) return workloadLeft(holder.read, bus, definition);
    // An event that is published while the bus is asked was asked for too early: it must not be missed on both sides.
    const unpublished = living.unpublished();
    const lag = await lives.lag();
    const work = {
      outbox: Math.max(unpublished, living.unpublished()),
      parked: living.parked(),
      pending: lag.pending,
      unacknowledged: lag.unacknowledged,
    };
    const [why, obstacle] = [living.whyUnpublished(), living.obstacle()];
    if (why === undefined && obstacle === undefined) return work;
    return { ...work, ...(why === undefined ? {} : { whyUnpublished: why }), ...(obstacle === undefined ? {} : { obstacle }) };
  };

  const startNow = (): Promise<void> | undefined => {
    if (lives.living() !== undefined) return undefined;
    starting = lives.begin()?.finally(() => {
      starting = undefined;
    });
    return starting;
  };

  const startLater = async (): Promise<void> => {
    await stopping;
    // A start under way may belong to a life that crashed since: it is let end, and another one begins.
    if (starting !== undefined && lives.living() === undefined) await Promise.allSettled([starting]);
    await (starting ?? startNow());
  };

  const start = (): Promise<void> | undefined => {
    if (stopping !== undefined || starting !== undefined) return startLater();
    try {
      return startNow();
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(messageOf(error)));
    }
  };

  const endAfterStart = async (): Promise<void> => {
    // Whoever started it hears of a start that failed; here it only must be over.
    await Promise.allSettled([starting]);
    await lives.end();
  };

  const stop = (): Promise<void> => {
    stopping ??= endAfterStart().finally(() => {
      stopping = undefined;
    });
    return stopping;
  };

  return {
    name,
    read: holder.read,
    execute: (cause, command, operation = 'command') => {
      checkReady();
      return lives.guarded((living) => executeIn(living, given, cause, command, operation), true);
    },
    start,
    stop,
    crash: async () => lives.die(),
    workload,
    unpublished: () => lives.living()?.unpublished() ?? 0,
    whyUnpublished: () => lives.living()?.whyUnpublished(),
    parked: () => lives.living()?.parked() ?? parkedMessages(holder.read.select(parkedTable)),
    overdue: () => lives.living()?.overdue() ?? 0,
    deadLetterCount: () => holder.read.count(deadLettersTable),
    deadLetters: () => holder.read.select(deadLettersTable),
    retryLetter: (letter) => lives.guarded((living) => living.retryLetter(letter), true),
    discardLetter: (letter) => lives.guarded((living) => living.discardLetter(letter), true),
    activity: () => activity,
  };
};
