import type { OperatingError } from '../../kernel/errors.ts';
import { createIds } from '../../kernel/ids.ts';
import { createRandom } from '../../kernel/random.ts';
import type { Guard } from '../../runtime/breaker/guard.ts';
import { createSimulatedActors } from './actors.ts';
import { createTakenIn } from './failing-handler.ts';
import type { Violation } from './invariant.ts';
import { createPeople } from './people.ts';
import { PROMISES } from './promises.ts';
import { createReaders } from './readers.ts';
import type { Rig } from './rig.ts';
import type { SimulateOptions } from './options.ts';
import type { Surroundings } from './surroundings.ts';
import { createTurn } from './turn.ts';
import { createWatchedBreaker, type WatchedBreaker, type WatchedBreakerOptions } from './watched-breaker.ts';
import { watchDisk } from './watched-disk.ts';

/** The breakers of a schedule, one around each call from one context to another. */
const createWatchedBreakers = ({ system }: Rig, options: Omit<WatchedBreakerOptions, 'call'>) => {
  const breakers: ReadonlyMap<string, WatchedBreaker> = new Map(
    system.contexts.flatMap(({ name: by, calls = {} }) =>
      Object.keys(calls).map((name) => [name, createWatchedBreaker({ ...options, call: { name, by } })] as const),
    ),
  );
  return {
    guardOf: (call: string): Guard => breakers.get(call)!.guard,
    isUnderWay: (): boolean => {
      for (const breaker of breakers.values()) if (breaker.underWay() > 0) return true;
      return false;
    },
  };
};

/** What goes wrong in actors by nobody's fault: bugs, which are told, and a handler that asks the runtime for what can't be. */
const createTrouble = (report: (violation: Violation) => void) => {
  let misuse: OperatingError | undefined;
  return {
    misuse: () => misuse,
    onFailure: (error: unknown): void => {
      // What crashed will come back, and what the bus refused is tried again; anything else is a bug.
      if (error instanceof Error && error.name !== 'OperatingError')
        report({ invariant: PROMISES.failsByFaultsAlone, found: error.message, subject: '' });
    },
    onMisuse: (error: OperatingError): void => {
      misuse ??= error;
    },
  };
};

/** Who acts in a schedule, and who looks on. */
export type Cast = ReturnType<typeof createCast>;

/** Brings the contexts, the people and the readers of a schedule into its surroundings; nobody has begun yet. */
export const createCast = (rig: Rig, { plan, guide }: SimulateOptions, around: Surroundings) => {
  const { time, clocks, bus, decided, faultLog, naming, world, committed, judge, recorder, report, onSeen } = around;
  const { timers } = time;
  const { dispatch } = rig;
  const memory = rig.borrowDisk();
  const watched = watchDisk(memory);
  const turn = createTurn();
  const { misuse, onFailure, onMisuse } = createTrouble(report);
  const breakers = createWatchedBreakers(rig, { timers, recorder, onSeen, judge: judge.guarded });
  const people = createPeople({
    verbs: rig.system.verbs,
    errands: plan.errands,
    timers,
    dispatch,
    world,
    busyMs: decided.busyMs,
    paceOf: guide?.paceOf ?? ((errand) => errand.afterMs),
    judge: judge.answered,
  });
  const { actors, setOutages, isUp, isBusy } = createSimulatedActors({
    rig,
    plan,
    time,
    clocks,
    bus,
    disk: watched.disk,
    turn,
    recorder,
    decided,
    nameOf: naming.nameOf,
    troubles: faultLog.troubles,
    onFault: faultLog.onFault,
    onFailure,
    onMisuse,
    report,
  });
  const readers = createReaders({ readables: rig.readables, seed: plan.seed, dispatch, isUp, world, judge: judge.seen });
  const takenIn = plan.faults.failingHandler?.failures === 'always' ? createTakenIn() : undefined;
  watched.listen((context, changes) => {
    guide?.committed(context, changes);
    const now = clocks.nowOf(context);
    committed(context, changes, (change) => {
      judge.changed(change, now);
      people.saw(change);
      readers.saw(change);
    });
    judge.committed(context, changes, now);
    takenIn?.committed(context, changes);
    decided.committed(context);
  });
  const ids = createIds(timers, createRandom(`${plan.seed}/requests`));
  rig.set({ timers, ids, recorder, actors, lookup: decided.lookup, guardOf: breakers.guardOf });
  return {
    actors,
    people,
    readers,
    takenIn,
    turn,
    memory,
    misuse,
    setOutages,
    /** Whether somebody waits for what a promise will bring. */
    isAwaiting: (): boolean => people.waiting() > 0 || breakers.isUnderWay() || bus.isAnswering() || isBusy(),
  };
};
