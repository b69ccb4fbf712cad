import { OperatingError, messageOf } from '../../kernel/errors.ts';
import { SimulatedCrash } from './actor-port.ts';
import { createConsumption } from './consumption.ts';
import { createBinding, type Bound } from './binding.ts';
import { RUNTIME_SCHEMA } from './ledger.ts';
import { createLife } from './life.ts';
import type { HandleBatch } from '../../bus/bus.ts';
import type { ContextDefinition } from './context.ts';
import type { ActorConsumption } from './consumption.ts';
import type { Life } from './life.ts';
import type { Database, Reads } from '../tables/tables.ts';

import type { CompleteOptions } from './actor-options.ts';
/** An actor's database, opened when it is first needed, and opened again when it was closed. */
export const createDatabaseHolder = ({ disk, definition }: Pick<CompleteOptions, 'disk' | 'definition'>) => {
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
export const typesOf = (definition: ContextDefinition): readonly string[] | 'all' => {
  if (definition.hearsAll === true) return 'all';
  let types = typesHeard.get(definition);
  if (types === undefined) typesHeard.set(definition, (types = definition.subscriptions.map(({ event }) => event.type)));
  return types;
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

/** Nobody called, so only `onFailure` could be told, and was. A failure that is no trouble of operation is a bug, and throws. */
const withoutCaller = (guarded: () => void): void => {
  try {
    guarded();
  } catch (error) {
    if (!(error instanceof SimulatedCrash) && !(error instanceof OperatingError)) throw error;
  }
};

/** Opens the consumer of a life, on a stream that its database belongs to; a promise where the bus takes time for it. */
const createListening = (
  { definition, bus, maxBatch }: CompleteOptions,
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

/** The lives of an actor. */
export type Lives = ReturnType<typeof createLives>;

/** The lives of an actor, one after the other: what `start`, `stop` and `crash` do, and who is alive now. */
export const createLives = (
  given: CompleteOptions,
  holder: ReturnType<typeof createDatabaseHolder>,
  onActivity: (count: number) => void,
) => {
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
    if (life === undefined) throw notRunning(name);
    return life;
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

  const live = (): Promise<void> | undefined => {
    const born = createLife(given, {
      database: holder.open(),
      recordedIds,
      onActivity: () => onActivity(1),
      guarded: (work) => withoutCaller(() => guarded(work, false)),
    });
    life = born;
    recorder.record({ kind: 'context', context: name, change: 'started' });
    born.begin();
    const isAlive = (): boolean => life === born;
    const failed = (error: unknown): never => {
      if (isAlive()) over('stopped');
      throw error;
    };
    try {
      return listen(born.position, isAlive, (batch) => {
        if (!isAlive()) throw notRunning(name);
        onActivity(batch.length);
        guarded((living) => living.handleBatch(batch), false);
      })?.catch(failed);
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
