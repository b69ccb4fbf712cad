/** What comes after a scenario's last step: its verdict is spoken, and what must hold at rest is still to be asked. */
import type { Reads } from '../../runtime/tables/tables.ts';
import type { System } from '../../system/system.ts';
import type { Silence } from '../schedule/plan.ts';
import type { Violation } from './invariant.ts';
import type { Judge } from './judge.ts';
import { PROMISES } from './promises.ts';
import type { Readers } from './readers.ts';
import type { Rig } from './rig.ts';
import { checkForgotten, setSilence, type SilenceOptions } from './silence.ts';
import { driftOf } from './remains.ts';
import type { World } from './world.ts';

/** In simulated milliseconds: longer than the last straggler, pauses and an open breaker take together; what takes longer does not end. */
export const REST_MS = 300_000;

/** Brings everything back that the scenario took away, so that what must hold at rest can be asked. */
const heal = async (system: System, contexts: readonly string[]): Promise<readonly Violation[]> => {
  system.faults.clear();
  for (const context of contexts) if (!system.isRunning(context)) await system.startContext(context);
  const report = await system.waitForRest(REST_MS);
  return report.isAtRest
    ? []
    : [{ invariant: PROMISES.comesToRest, found: `After ${REST_MS} ms: ${report.inFlight.join('; ')}.`, subject: '' }];
};

/** All of the past that comes again has come by then, in milliseconds. */
const LATE_MS = 100;

/** What comes after a silence, and of whose making. */
type Lateness = Omit<SilenceOptions, 'people' | 'restart' | 'consumers'> & { readonly readOf: (context: string) => Reads };

/** After the silence of a plan the past comes again, to contexts that were started anew meanwhile; people have nothing to ask again. */
const comeAgain = async (system: System, contexts: readonly string[], options: Lateness): Promise<readonly Violation[]> => {
  const { silence, time, readOf } = options;
  let restarting: Promise<unknown> = Promise.resolve();
  const anew = async (context: string): Promise<void> => {
    await system.stopContext(context);
    await system.startContext(context);
  };
  setSilence({
    ...options,
    consumers: contexts,
    people: { granted: () => [], again: () => undefined },
    restart: () => void (restarting = Promise.all(contexts.map(anew))),
  });
  await new Promise<void>((resolve) => void time.awaited(silence.forMs + LATE_MS, resolve));
  await restarting;
  const restless = await heal(system, contexts);
  return restless.length > 0
    ? restless
    : checkForgotten(
        silence,
        time.timers.now(),
        contexts.map((name) => ({ name, read: readOf(name) })),
      );
};

const judgeRest = (
  system: System,
  { contexts, definitions }: Rig,
  world: World,
  readOf: (context: string) => Reads,
  judge: Judge,
): void => {
  // At rest, outboxes are empty and nothing is put aside.
  const letters = system.deadLetters();
  const remains = contexts.map((context) => ({
    context,
    outbox: 0,
    parked: [],
    deadLetters: letters.filter((letter) => letter.context === context),
  }));
  judge.atRest({ world, remains, letters: [], unanswered: 0, drift: driftOf(definitions, readOf, world.stream) });
};

/** What the end of a scenario works with. */
export type ScenarioEnd = Omit<Lateness, 'silence'> & {
  /** Undefined where nothing comes any more. */
  readonly silence: Silence | undefined;
  readonly readers: Readers;
  readonly judge: Judge;
  readonly world: World;
};

/** What comes after the last step: everything is healed, may lie in silence, and is judged once it rests again. */
export const endScenario = async (
  system: System,
  rig: Rig,
  { silence, readers, judge, world, ...others }: ScenarioEnd,
): Promise<readonly Violation[]> => {
  const restless = await heal(system, rig.contexts);
  if (restless.length > 0) return restless;
  const late = silence === undefined ? [] : await comeAgain(system, rig.contexts, { silence, ...others });
  if (late.length > 0) return late;
  readers.lookThrough();
  judgeRest(system, rig, world, others.readOf, judge);
  return [];
};
