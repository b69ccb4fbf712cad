import { createCast, type Cast } from './cast.ts';
import { checkGivenUp } from './failing-handler.ts';
import type { Rest } from './invariant.ts';
import { createJudge, sightingsOf } from './judge.ts';
import type { Guide, Outcome, SimulateOptions } from './options.ts';
import { PROMISES } from './promises.ts';
import { driftOf, remainsOf } from './remains.ts';
import type { Silence } from '../schedule/plan.ts';
import type { Rig } from './rig.ts';
import { checkForgotten, setSilence } from './silence.ts';
import { createSurroundings, type Surroundings } from './surroundings.ts';

/** A schedule takes a few hundred steps; one that takes this many goes round in circles. */
const MAX_STEPS = 20_000;

/** Begins: the contexts are up before people come. */
const begin = async ({ actors, people }: Cast): Promise<void> => {
  for (const actor of Object.values(actors)) {
    const starting = actor.start();
    if (starting !== undefined) await starting;
  }
  people.begin();
};

/** Whether a guide broke the schedule off. */
const createCut = (guide: Guide | undefined, { time: { timers } }: Surroundings): (() => boolean) => {
  let isCut = false;
  if (guide?.stopAtMs !== undefined) timers.after(guide.stopAtMs, () => (isCut = true));
  return () => isCut;
};

/** Steps until nothing is set that is more than tidying up, or it is enough; the number of steps. Throws where a handler was misused. */
const stepToRest = async (
  { time }: Surroundings,
  { turn, isAwaiting, readers, misuse }: Cast,
  isEnough: (steps: number) => boolean,
): Promise<number> => {
  let steps = 0;
  // Nearly every step is over when it returns; time must not overtake the others.
  if (isAwaiting()) await turn.endWithReactions();
  else turn.end();
  readers.look();
  while (time.pending() > 0 && misuse() === undefined && !isEnough(steps)) {
    time.advance();
    steps += 1;
    if (isAwaiting()) await turn.endWithReactions();
    else turn.end();
    readers.look();
  }
  const wrong = misuse();
  if (wrong !== undefined) throw wrong;
  return steps;
};

/** Sets what comes after a long silence: contexts that were started anew, and the past once more. */
const fallSilent = (
  silence: Silence,
  { contexts }: Rig,
  { decisions }: SimulateOptions,
  { time, bus, naming, faultLog }: Surroundings,
  { people, setOutages }: Cast,
): void =>
  setSilence({
    silence,
    time,
    bus,
    people,
    decisions,
    nameOf: (place) => naming.nameOf(bus.stream[place]!),
    consumers: contexts,
    restart: () => setOutages(contexts.map((context) => ({ context, how: 'stopped', atMs: 0, forMs: 1 }))),
    onFault: faultLog.onFault,
  });

/** Judges what is left once nothing moves any more. */
const judgeRest = (rig: Rig, { plan }: SimulateOptions, around: Surroundings, { actors, people, readers, takenIn }: Cast): void => {
  const { world, judge, violations, report } = around;
  const { failingHandler } = plan.faults;
  readers.lookThrough();
  const remains = remainsOf(actors);
  const rest: Rest = {
    world,
    remains,
    letters: people.letters(),
    unanswered: people.waiting(),
    drift: driftOf(rig.definitions, (context) => actors[context]!.read, world.stream),
  };
  if (takenIn === undefined || failingHandler === undefined) {
    judge.atRest(rest);
    return;
  }
  violations.push(...checkGivenUp(failingHandler, world, remains, rig.definitions, takenIn));
  createJudge(rig.codeWhereOneFails, world, report).atRest(rest);
};

/**
 * Plays one schedule on a rig, to its rest, and judges it. Everything happens within the caller's turn of the
 * event loop; the same plan and decisions give the same outcome. Throws an OperatingError where a handler asks the runtime
 * for what can't be.
 */
export const simulate = async (rig: Rig, options: SimulateOptions): Promise<Outcome> => {
  const { plan, decisions, guide, code = rig.code, mostSteps = MAX_STEPS } = options;
  const { silence } = plan.faults;
  const around = createSurroundings(rig, options);
  const { time, world, violations, noticed } = around;
  const { faults } = around.faultLog;
  const cast = createCast(rig, options, around);
  await begin(cast);
  const isCut = createCut(guide, around);
  const isOver = (): boolean => violations.length > 0 || isCut();
  const goToRest = (): Promise<number> => stepToRest(around, cast, (taken) => isOver() || taken >= mostSteps);

  let steps = await goToRest();
  if (silence !== undefined && !isOver()) {
    fallSilent(silence, rig, options, around, cast);
    steps += await goToRest();
    violations.push(...checkForgotten(silence, time.timers.now(), Object.values(cast.actors)));
  }
  if (!isOver()) {
    if (steps >= mostSteps) around.report({ invariant: PROMISES.comesToRest, found: `It did not within ${mostSteps} steps.`, subject: '' });
    judgeRest(rig, options, around, cast);
  }
  const simulatedMs = time.elapsedMs();
  // Where nothing was cut short, nobody is left who could write to it.
  if (!isOver()) rig.returnDisk(cast.memory);
  return {
    violations,
    sightings: new Set(sightingsOf(code, { world, faults, noticed })),
    world,
    labels: world.labels,
    faults,
    deviations: decisions.deviations(),
    steps,
    simulatedMs,
  };
};
