import { writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { MUTATIONS } from '../../mutations/index.ts';
import { findUnlike } from '../../explore/determinism.ts';
import { explore, type Exploration, type Failure } from '../../explore/explore.ts';
import { replay } from '../../explore/replay.ts';
import { writeKeptFailure, type KeptFailure } from '../../explore/replay-file.ts';
import { createRig, type Rig } from '../../explore/rig.ts';
import { shrink, sizeOf } from '../../explore/shrink.ts';
import { OperatingError } from '../../kernel/errors.ts';
import type { Invocation, Run } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { replayLines, scheduleLines } from '../schedule-text.ts';
import { seedOf } from '../seed.ts';

const breathe = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

const exploreOn = ({ settings, signal }: Invocation, rig: Rig, seed: string): Promise<Exploration> =>
  explore({ rig, seed, schedules: settings.schedules, workload: settings.workload, signal, breathe });

/** The failure made small, with its trace. */
const keep = async (rig: Rig, failure: Failure): Promise<KeptFailure> => {
  const { failure: small } = await shrink(rig, failure);
  const { trace } = await replay(rig, small);
  return { mutations: rig.mutations, violation: small.violation, plan: small.plan, deviations: small.deviations, trace };
};

const most = (counts: ReadonlyMap<string, number>): readonly string[] => [...counts].sort(([, a], [, b]) => b - a).map(([name, count]) => `  ${String(count).padStart(8)}  ${name}`);

const sayCoverage = ({ io, settings }: Invocation, found: Exploration): void => {
  const { transitions, unreachedTransitions, faults, unreachedFaults } = found.coverage;
  const of = (reached: number, unreached: readonly string[]): string => `${reached} of ${reached + unreached.length}`;
  io.stdout.write(`reached: ${of(transitions.size, unreachedTransitions)} transitions of status, ${of(faults.size, unreachedFaults)} pairs of a fault and a step\n`);
  if (settings.quiet === true) return;
  for (const [sighting, count] of found.sightings) io.stdout.write(`  ${String(count).padStart(8)}  ${sighting}\n`);
  if (settings.verbose !== true) return;
  const never = [...unreachedTransitions, ...unreachedFaults].map((name) => `     never  ${name}`);
  io.stdout.write(`${[...most(transitions), ...most(faults), ...never].join('\n')}\n`);
};

const sayFailure = async ({ io, settings }: Invocation, rig: Rig, failure: Failure): Promise<void> => {
  const kept = await keep(rig, failure);
  const path = resolve(io.cwd, settings.save);
  writeFileSync(path, writeKeptFailure(kept));
  const replayed = await replay(rig, kept);
  const story = replayLines(kept, replayed, { lang: settings.lang, width: io.stdout.columns ?? 100 });
  io.stdout.write(
    `\nviolated in schedule ${failure.schedule}: ${kept.violation.invariant}\n${kept.violation.found}\n\n${scheduleLines(kept).join('\n')}\n\n${story.join('\n')}\n\n` +
      `Again: food-sim replay ${relative(io.cwd, path)}\n`,
  );
};

/** Explores once, and says what was found. */
const exploreOnce: Run = async (invocation) => {
  const { io, settings, signal } = invocation;
  const seed = seedOf(settings);
  const rig = createRig(settings.mutation);
  const startedAt = performance.now();
  const found = await exploreOn(invocation, rig, seed);
  const seconds = (performance.now() - startedAt) / 1000;
  const speed = Math.round(found.schedules / Math.max(seconds, 0.001));
  io.stdout.write(
    `${found.schedules} schedules of seed ${seed} in ${seconds.toFixed(1)} s (${speed} a second), ${found.steps} steps, ${(found.simulatedMs / 3_600_000).toFixed(2)} simulated hours\n`,
  );
  sayCoverage(invocation, found);
  if (found.failure !== undefined) {
    await sayFailure(invocation, rig, found.failure);
    return EXIT.failed;
  }
  if (signal.aborted) return EXIT.interrupted;
  if (found.unseen.length > 0) {
    io.stdout.write(`\ninconclusive: more schedules are needed, for these were never seen:\n${found.unseen.map((one) => `  ${one}\n`).join('')}`);
    return EXIT.inconclusive;
  }
  io.stdout.write('every invariant held\n');
  return EXIT.passed;
};

/** Hunts each mutation, and prints what it took; passes where each one was found. */
const huntAll: Run = async (invocation) => {
  const { io, settings, signal } = invocation;
  const seed = seedOf(settings);
  let missed = 0;
  io.stdout.write(`seed ${seed}\n${'mutation'.padEnd(26)}${'schedules'.padStart(9)}${'steps'.padStart(7)}  invariant\n`);
  for (const { name } of MUTATIONS) {
    if (signal.aborted) return EXIT.interrupted;
    const rig = createRig([name]);
    const { failure, schedules } = await exploreOn(invocation, rig, seed);
    if (failure === undefined) {
      missed += 1;
      io.stdout.write(`${name.padEnd(26)}${String(schedules).padStart(9)}${'–'.padStart(7)}  NOT FOUND\n`);
      continue;
    }
    const small = await keep(rig, failure);
    io.stdout.write(`${name.padEnd(26)}${String(failure.schedule).padStart(9)}${String(sizeOf(small)).padStart(7)}  ${small.violation.invariant}\n`);
  }
  io.stdout.write(missed === 0 ? `all ${MUTATIONS.length} found\n` : `${missed} of ${MUTATIONS.length} not found within ${settings.schedules} schedules\n`);
  return missed === 0 ? EXIT.passed : EXIT.failed;
};

/** Plays every schedule twice; anything that differs came from outside the seed. */
const checkDeterminism: Run = async (invocation) => {
  const { io, settings, signal } = invocation;
  const seed = seedOf(settings);
  const { schedules, workload } = settings;
  const unlike = await findUnlike({ rig: createRig(settings.mutation), seed, schedules, workload, signal });
  if (signal.aborted) return EXIT.interrupted;
  if (unlike === undefined) {
    io.stdout.write(`${schedules} schedules of seed ${seed}, each played twice: the recordings are the same\n`);
    return EXIT.passed;
  }
  const shown = (line: string | undefined): string => line ?? 'nothing more';
  io.stdout.write(`schedule ${unlike.schedule} of seed ${seed} was not the same twice:\n  ${shown(unlike.first)}\n  ${shown(unlike.second)}\n`);
  return EXIT.failed;
};

/** `food-sim explore`: plays seeded schedules with faults on simulated time, and holds them to the invariants. */
export const run: Run = async (invocation) => {
  const { mutation } = invocation.settings;
  if (invocation.settings['check-determinism'] === true) return checkDeterminism(invocation);
  if (!mutation.includes('all')) return exploreOnce(invocation);
  if (mutation.length > 1) throw new OperatingError('usage', '--mutation all stands alone', { mend: 'Name single mutations, or all of them.' });
  return huntAll(invocation);
};
