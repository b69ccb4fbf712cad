import { OperatingError, messageOf, Refusal } from '../../kernel/errors.ts';
import { deadLettersTable, outboxTable, parkedTable, positionOf } from './ledger.ts';
import { parkedMessages } from './parking.ts';
import type { Cause } from '../../kernel/envelope.ts';
import type { Bus } from '../../bus/bus.ts';
import type { Actor, Workload } from './actor-port.ts';
import { isMisuse } from './intake.ts';
import type { ContextDefinition, Scope } from './context.ts';
import type { Life } from './life.ts';
import type { Reads } from '../tables/tables.ts';

import { complete, type ActorOptions, type CompleteOptions } from './actor-options.ts';
import { createDatabaseHolder, createLives, typesOf, type Lives } from './lives.ts';
/** What is on its way to, in and from an actor that is down: counted in what it left behind. */
const workloadLeft = async (read: Reads, bus: Bus, definition: ContextDefinition): Promise<Workload> => {
  const types = typesOf(definition);
  const after = { afterSeq: positionOf(read, definition.name) };
  let pending = 0;
  if (types.length > 0)
    for await (const { attempt } of bus.read(types === 'all' ? after : { ...after, types })) pending += Math.min(attempt, 1);
  return { outbox: read.count(outboxTable), parked: parkedMessages(read.select(parkedTable)), pending, unacknowledged: 0 };
};

/** Executes a command, and tells of a handler that is not what it must be. */
const executeIn = <Result>(
  living: Life,
  { onMisuse }: CompleteOptions,
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

/** What an actor has before it; where it is down, what its database and the bus tell of that. */
const workloadOf = async (lives: Lives, { bus, definition }: CompleteOptions, read: Reads): Promise<Workload> => {
  const living = lives.living();
  if (living === undefined) return workloadLeft(read, bus, definition);
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

/** Starts and stops, each one after what is under way. */
const createStarts = (lives: Lives) => {
  let starting: Promise<void> | undefined;
  let stopping: Promise<void> | undefined;

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

  const endAfterStart = async (): Promise<void> => {
    // Whoever started it hears of a start that failed; here it only must be over.
    await Promise.allSettled([starting]);
    await lives.end();
  };

  return {
    isStopping: () => stopping !== undefined,
    start: (): Promise<void> | undefined => {
      if (stopping !== undefined || starting !== undefined) return startLater();
      try {
        return startNow();
      } catch (error) {
        return Promise.reject(error instanceof Error ? error : new Error(messageOf(error)));
      }
    },
    stop: (): Promise<void> => {
      stopping ??= endAfterStart().finally(() => {
        stopping = undefined;
      });
      return stopping;
    },
  };
};

/**
 * Makes a context's actor. It is down until it is started; then it handles commands and messages, each as
 * one transaction. A crash (asked for, or thrown by `reach`) loses what is in memory and keeps what was
 * committed; `start` begins a new life on it.
 */
export const createActor = (options: ActorOptions): Actor => {
  const given = complete(options);
  const { definition } = given;
  const { name } = definition;
  const holder = createDatabaseHolder(options);
  let activity = 0;
  const lives = createLives(given, holder, (count) => {
    activity += count;
  });
  const { start, stop, isStopping } = createStarts(lives);

  const checkReady = (): void => {
    const unpublished = lives.alive().unpublished();
    if (isStopping())
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
    workload: () => workloadOf(lives, given, holder.read),
    unpublished: () => lives.living()?.unpublished() ?? 0,
    oldestUnpublished: () => lives.living()?.oldestUnpublished(),
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
