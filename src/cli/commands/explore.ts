import { findUnlike } from '../../explore/search/determinism.ts';
import type { Drawing, Workload } from '../../explore/schedule/draw-schedule.ts';
import type { Exploration } from '../../explore/search/explore.ts';
import { createRig, type Rig } from '../../explore/simulate/rig.ts';
import type { SystemModule } from '../../explore/definition.ts';
import { sizeOf } from '../../explore/failure/shrink.ts';
import { OperatingError } from '../../kernel/errors.ts';
import type { Outcome } from '../../kernel/recording.ts';
import { readableLine } from '../../reports/readable.ts';
import { nearest } from '../../kernel/nearest.ts';
import type { Invocation, Run } from '../command.ts';
import { EXIT } from '../../kernel/exit-codes.ts';
import { explorationRecording } from '../../findings/exploration-recording.ts';
import { createDeadline, drawingOf, schedulesOf } from '../options/exploring.ts';
import { fromCwd } from '../options/from-cwd.ts';
import { breathe, exploreOnThreads } from '../../explore/search/explore-on-threads.ts';
import { makeSmall } from '../../explore/failure/make-small.ts';
import { tellNotesOf } from '../output/notes.ts';
import { openProgress } from '../output/progress.ts';
import { searchOnce } from './explore-exhaustive.ts';
import type { Output } from '../io.ts';
import { chooseWorkload, workloadTitle, type WantedWorkload } from '../../explore/schedule/choose-workload.ts';
import { keep } from '../output/keep-failure.ts';
import { hasStdoutReport, openReports, type Reporting } from '../output/reporting.ts';
import { seedOf } from '../options/seed.ts';
import { systemOf } from '../system-module.ts';

/** What is said to people goes where no report goes. */
const outOf = (invocation: Invocation): Output => (hasStdoutReport(invocation) ? invocation.io.stderr : invocation.io.stdout);

const most = (counts: ReadonlyMap<string, number>): readonly string[] =>
  [...counts].sort(([, a], [, b]) => b - a).map(([name, count]) => `  ${String(count).padStart(8)}  ${readableLine(name)}`);

/** How much was reached, and with --verbose each thing by name. */
const coverageLines = ({ settings }: Invocation, found: Exploration): readonly string[] => {
  const { transitions, unreachedTransitions, faults, unreachedFaults } = found.coverage;
  const of = (reached: number, unreached: readonly string[]): string => `${reached} of ${reached + unreached.length}`;
  const lines = [
    `reached: ${of(transitions.size, unreachedTransitions)} transitions of status, ${of(faults.size, unreachedFaults)} pairs of a fault and a step`,
  ];
  if (settings.quiet === true) return lines;
  lines.push(...most(found.sightings));
  if (settings.verbose !== true) return lines;
  return [
    ...lines,
    ...most(transitions),
    ...most(faults),
    ...[...unreachedTransitions, ...unreachedFaults].map((name) => `     never  ${name}`),
  ];
};

const speedLine = (found: Exploration, seed: string, seconds: number): string => {
  const speed = Math.round(found.schedules / Math.max(seconds, 0.001));
  const ratio = Math.round(found.simulatedMs / 1000 / Math.max(seconds, 0.001));
  return `${found.schedules} ${found.schedules === 1 ? 'schedule' : 'schedules'} of seed ${seed} in ${seconds.toFixed(1)} s (${speed} a second), ${found.steps} steps, ${(found.simulatedMs / 3_600_000).toFixed(2)} simulated hours (${ratio} times real time)`;
};

const outcomeOf = (found: Exploration, isInterrupted: boolean): Outcome => {
  if (found.failure !== undefined) return 'failed';
  if (isInterrupted) return 'interrupted';
  return found.unseen.length > 0 ? 'inconclusive' : 'passed';
};

const closingText = (outcome: Outcome, found: Exploration): string => {
  if (outcome === 'passed') return 'every invariant held\n';
  if (outcome === 'interrupted') return 'interrupted: so far every invariant held\n';
  if (outcome !== 'inconclusive') return '';
  const more = Math.max(1_000, found.schedules * 10);
  return `\ninconclusive: these were never seen, so that little was proved; more schedules reach them (--schedules ${more}):\n${found.unseen.map((one) => `  ${readableLine(one)}\n`).join('')}`;
};

const EXIT_OF = {
  passed: EXIT.passed,
  flaky: EXIT.passed,
  failed: EXIT.failed,
  inconclusive: EXIT.inconclusive,
  interrupted: EXIT.interrupted,
  errored: EXIT.bug,
  skipped: EXIT.passed,
} as const satisfies Record<Outcome, number>;

const exploreOn = async (invocation: Invocation, rig: Rig, drawing: Drawing, threads: number): Promise<Exploration> => {
  const schedules = schedulesOf(invocation);
  const progress = openProgress(invocation, schedules);
  return exploreOnThreads({ rig, drawing, schedules, threads, isOver: createDeadline(invocation), onProgress: progress.done }).finally(
    progress.close,
  );
};

/** Explores once, and says what was found. */
const exploreOnce = async (invocation: Invocation, module: SystemModule, workload: Workload, reports: Reporting): Promise<Outcome> => {
  const { settings, signal } = invocation;
  const out = outOf(invocation);
  const seed = seedOf(settings);
  const rig = createRig(module, { mutations: settings.mutation, store: settings.store });
  const startedAt = new Date().toISOString();
  const startedAtMs = performance.now();
  const found = await exploreOn(invocation, rig, drawingOf(invocation, seed, workload), settings.jobs);
  const durationMs = performance.now() - startedAtMs;
  const lines = [speedLine(found, seed, durationMs / 1000), ...coverageLines(invocation, found)];
  out.write(`${lines.join('\n')}\n`);
  const outcome = outcomeOf(found, signal.aborted);
  out.write(closingText(outcome, found));
  const failed =
    found.failure === undefined
      ? undefined
      : await keep(invocation, rig, found.failure, `in schedule ${found.failure.schedule}`, (text) => out.write(text));
  const title = `${workloadTitle(workload)}, seed ${seed}, ${settings.search}`;
  const entries = explorationRecording({
    seed,
    title,
    startedAt,
    durationMs: Math.round(durationMs),
    found,
    outcome,
    notes: lines,
    ...(failed === undefined ? {} : { failed: { ...failed, system: rig.system } }),
  });
  for (const entry of entries) reports.entry(entry);
  reports.end();
  return outcome;
};

/** Hunts each mutation, and prints what it took; passes where each one was found. */
const huntAll = async (invocation: Invocation, module: SystemModule, workload: Workload): Promise<number> => {
  const { io, settings, signal } = invocation;
  const seed = seedOf(settings);
  const { mutations } = module.system;
  let missed = 0;
  const line = (name: string, schedules: number | string, steps: number | string, invariant: string): string =>
    `${name.padEnd(26)}${String(schedules).padStart(9)}${String(steps).padStart(7)}  ${invariant}\n`;
  io.stdout.write(`seed ${seed}\n${line('mutation', 'schedules', 'steps', 'invariant')}`);
  for (const { name } of mutations) {
    const rig = createRig(module, { mutations: [name], store: settings.store });
    // Most are found within tens of schedules, sooner than threads have started.
    const { failure, schedules } = await exploreOn(invocation, rig, drawingOf(invocation, seed, workload), 1);
    if (failure !== undefined) {
      const { kept } = await makeSmall(rig, failure);
      io.stdout.write(line(name, failure.schedule, sizeOf(kept, module.system), readableLine(kept.violation.invariant)));
      continue;
    }
    if (signal.aborted) return EXIT.interrupted;
    missed += 1;
    io.stdout.write(line(name, schedules, '–', 'NOT FOUND'));
  }
  io.stdout.write(
    missed === 0
      ? `all ${mutations.length} found\n`
      : `${missed} of ${mutations.length} not found within ${settings.schedules} schedules\n`,
  );
  return missed === 0 ? EXIT.passed : EXIT.failed;
};

/** Plays every schedule twice; anything that differs came from outside the seed. */
const checkDeterminism = async (invocation: Invocation, module: SystemModule, workload: Workload): Promise<number> => {
  const { io, settings, signal } = invocation;
  const seed = seedOf(settings);
  const isOver = createDeadline(invocation);
  let done = 0;
  const unlike = await findUnlike({
    ...drawingOf(invocation, seed, workload),
    rig: createRig(module, { mutations: settings.mutation, store: settings.store }),
    schedules: schedulesOf(invocation),
    isOver,
    breathe: (schedulesDone) => {
      done = schedulesDone;
      return breathe();
    },
  });
  if (unlike !== undefined) {
    const shown = (line: string | undefined): string => (line === undefined ? 'nothing more' : readableLine(line));
    io.stdout.write(
      `schedule ${unlike.schedule} of seed ${seed} was not the same twice:\n  ${shown(unlike.first)}\n  ${shown(unlike.second)}\n`,
    );
    return EXIT.failed;
  }
  io.stdout.write(`${done} ${done === 1 ? 'schedule' : 'schedules'} of seed ${seed}, each played twice: the recordings are the same\n`);
  return signal.aborted ? EXIT.interrupted : EXIT.passed;
};

const wantedOf = ({ settings, origins, words, io }: Invocation): WantedWorkload => ({
  scenarios: words,
  tags: settings.tag,
  vars: Object.fromEntries(settings.var),
  find: (path) => fromCwd(path, io),
  onNote: tellNotesOf(settings, io),
  ...(settings.grep === undefined ? {} : { grep: settings.grep }),
  ...(settings.workload === undefined ? {} : { people: settings.workload }),
  ...(origins.workload === 'default' ? {} : { peopleSaidBy: origins.workload }),
});

/** Throws an OperatingError (usage) for a name that no mutation has, with the nearest right one. */
const checkNames = ({ system }: SystemModule, names: readonly string[]): void => {
  const known = [...system.mutations.map(({ name }) => name), 'all'];
  for (const name of names) {
    if (known.includes(name)) continue;
    const hint = nearest(name, known);
    throw new OperatingError(
      'usage',
      `there is no mutation ${JSON.stringify(name)}${hint === undefined ? '' : `; did you mean ${hint}?`}`,
      { mend: `Known are: ${known.join(', ')}.` },
    );
  }
  if (names.includes('all') && names.length > 1)
    throw new OperatingError('usage', '--mutation all stands alone', { mend: 'Name single mutations, or all of them.' });
};

const refuse = ({ settings, origins }: Invocation, what: string): void => {
  if (settings.report.length > 0)
    throw new OperatingError('usage', `${origins.report}: ${what} makes no reports`, { mend: 'Leave --report out.' });
  if (settings.search === 'exhaustive')
    throw new OperatingError('usage', `${origins.search}: ${what} plays drawn schedules`, { mend: 'Choose --search random or pct.' });
};

/** `food-sim explore`: plays seeded schedules with faults on simulated time, and holds them to the invariants. */
export const run: Run = async (invocation) => {
  const { mutation, search } = invocation.settings;
  const module = await systemOf(invocation);
  checkNames(module, mutation);
  const { workload, leftOut } = await chooseWorkload(wantedOf(invocation), module.system);
  for (const line of leftOut) outOf(invocation).write(`${line}\n`);
  if (invocation.settings['check-determinism'] === true) {
    refuse(invocation, '--check-determinism');
    return checkDeterminism(invocation, module, workload);
  }
  if (mutation.includes('all')) {
    refuse(invocation, '--mutation all');
    return huntAll(invocation, module, workload);
  }
  const explore = search === 'exhaustive' ? searchOnce : exploreOnce;
  return EXIT_OF[await explore(invocation, module, workload, openReports(invocation, { isDefaultWanted: false, system: module.system }))];
};
