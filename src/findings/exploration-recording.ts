import type { Exploration } from '../explore/search/explore.ts';
import { writeKeptFailure, type KeptFailure } from '../explore/failure/replay-file.ts';
import type { Replayed } from '../explore/failure/replay.ts';
import { RECORDING_VERSION, type Entry, type EntryBody, type Failure, type Outcome, type SourcePosition } from '../kernel/recording.ts';
import { countOutcomes } from '../kernel/verdicts.ts';
import { VIRTUAL_EPOCH_MS } from '../kernel/virtual-time.ts';
import { EXIT } from '../kernel/exit-codes.ts';
import type { SpokenSystem } from '../scenarios/definition.ts';
import { scheduleLines, subjectOf, violationText } from './schedule-text.ts';

/** One scenario of a recording that is written when all is known. */
interface Told {
  readonly name: string;
  readonly tags: readonly string[];
  readonly position: SourcePosition;
  readonly outcome: Outcome;
  readonly durationMs: number;
  readonly failure?: Failure;
  /** What happened in it. */
  readonly entries: readonly Entry[];
}

/** The exit code of a run that ended so. */
const EXIT_CODE: Readonly<Record<Outcome, number>> = {
  passed: EXIT.passed,
  flaky: EXIT.passed,
  failed: EXIT.failed,
  errored: EXIT.bug,
  inconclusive: EXIT.inconclusive,
  skipped: EXIT.passed,
  interrupted: EXIT.interrupted,
};

/** A scenario's entries: one step, which ends as the scenario does, and what happened meanwhile. */
const scenarioEntries = ({ name, tags, position, outcome, durationMs, failure, entries }: Told, scenario: number): readonly Entry[] => {
  let n = 0;
  const entry = (atMs: number, body: EntryBody): Entry => ({ n: (n += 1), atMs, scenario, ...body });
  const failed = failure === undefined ? {} : { failure };
  return [
    entry(0, { kind: 'scenario.started', name, position, tags, stepCount: 1 }),
    entry(0, { kind: 'step.started', step: '1', text: name, position }),
    ...entries.map((one): Entry => ({ ...one, n: (n += 1), scenario })),
    entry(durationMs, { kind: 'step.finished', step: '1', outcome, durationMs, ...failed }),
    entry(durationMs, { kind: 'scenario.finished', outcome, durationMs, expectationCount: 1, ...failed }),
  ];
};

const runEntries = (
  run: { readonly startedAt: string; readonly seed: string; readonly outcome: Outcome; readonly durationMs: number },
  told: readonly Told[],
): readonly Entry[] => {
  const counts = countOutcomes(told.map((one) => one.outcome));
  const { startedAt, seed, outcome, durationMs } = run;
  return [
    {
      n: 1,
      atMs: 0,
      kind: 'run.started',
      version: RECORDING_VERSION,
      program: 'food-sim',
      startedAt,
      seed,
      bus: 'simulated',
      time: 'virtual',
      scenarioCount: told.length,
    },
    ...told.flatMap((one, index) => scenarioEntries(one, index + 1)),
    { n: 2, atMs: durationMs, kind: 'run.finished', outcome, exitCode: EXIT_CODE[outcome], durationMs, counts },
  ];
};

/** A path as a shell takes it for one word. */
const shellWord = (path: string): string => (/^[\w./@:+,=-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);

const at = (file: string): SourcePosition => ({ file, line: 1, column: 1 });

/** What it takes to see a failure again: the command, and what its file holds, for whoever has but the report. */
const howToReproduce = (kept: KeptFailure, path: string, system: SpokenSystem): string => {
  const mutations = kept.mutations.length === 0 ? '' : ` with ${kept.mutations.map((name) => `--mutation ${name}`).join(' ')}`;
  return [
    `food-sim replay ${shellWord(path)} plays it again; its schedule has seed ${kept.plan.seed}${mutations}: ${scheduleLines(kept, system)[0] ?? ''}`,
    ...scheduleLines(kept, system).slice(1),
  ].join('\n');
};

const failureOf = (kept: KeptFailure, replayed: Replayed, path: string, system: SpokenSystem): Failure => {
  const { invariant, found } = violationText(kept.violation);
  return {
    message: `${invariant} ${found}`,
    subject: subjectOf(kept, replayed),
    mend: howToReproduce(kept, path, system),
    replay: writeKeptFailure(kept),
  };
};

/**
 * A replay as a recording: a run of one scenario, which fails as the invariant does. The same replay gives the
 * same bytes, so its times are all simulated.
 */
export const replayRecording = (kept: KeptFailure, replayed: Replayed, path: string, system: SpokenSystem): readonly Entry[] => {
  const durationMs = replayed.entries.at(-1)?.atMs ?? 0;
  const [violation] = replayed.violations;
  const outcome: Outcome = violation === undefined ? 'passed' : 'failed';
  const told: Told = {
    name: kept.violation.invariant,
    tags: ['replay', ...kept.mutations],
    position: at(path),
    outcome,
    durationMs,
    entries: replayed.entries,
    ...(violation === undefined ? {} : { failure: failureOf({ ...kept, violation }, replayed, path, system) }),
  };
  return runEntries({ startedAt: new Date(VIRTUAL_EPOCH_MS).toISOString(), seed: kept.plan.seed, outcome, durationMs }, [told]);
};

/** An exploration that is over. */
export interface ExplorationTold {
  readonly seed: string;
  /** Says what was explored, and how. */
  readonly title: string;
  readonly startedAt: string;
  readonly durationMs: number;
  /** What was seen; undefined where nothing was looked for but violations. */
  readonly found?: Pick<Exploration, 'schedules' | 'sightings' | 'demanded'>;
  readonly outcome: Outcome;
  /** What is said of it to people, a line each. */
  readonly notes: readonly string[];
  /** Where it failed: the failure made small, played again, and the file that keeps it. */
  readonly failed?: { readonly system: SpokenSystem; readonly kept: KeptFailure; readonly replayed: Replayed; readonly path: string };
}

/**
 * An exploration as a recording: a scenario for the invariants, in which a failure is told as it happened, and one
 * for each thing that must be seen. So a CI server shows a case for each, and the story of the one that failed.
 */
export const explorationRecording = ({
  seed,
  title,
  startedAt,
  durationMs,
  found,
  outcome,
  notes,
  failed,
}: ExplorationTold): readonly Entry[] => {
  const noted = notes.map((text): Entry => ({ n: 0, atMs: 0, kind: 'note', text }));
  const invariants: Told = {
    name: `${title}: every invariant holds`,
    tags: ['explore'],
    position: at(failed?.path ?? 'explore'),
    // What was not seen is told apart; where nothing was looked for, an end before the end is all that there is to tell.
    outcome: failed !== undefined ? 'failed' : outcome === 'interrupted' || found === undefined ? outcome : 'passed',
    durationMs,
    entries: [...noted, ...(failed?.replayed.entries ?? [])],
    ...(failed === undefined ? {} : { failure: failureOf(failed.kept, failed.replayed, failed.path, failed.system) }),
    ...(failed === undefined && found === undefined && outcome !== 'passed' ? { failure: { message: notes.at(-1) ?? '' } } : {}),
  };
  const sightings = (found?.demanded ?? []).map((sighting): Told => {
    const unseen: Outcome = failed === undefined && outcome !== 'interrupted' ? 'inconclusive' : 'skipped';
    const isSeen = found?.sightings.has(sighting) === true;
    const failure: Failure = { message: `It was never seen in ${found?.schedules ?? 0} schedules.`, mend: 'Play more schedules.' };
    return {
      name: `sometimes: ${sighting}`,
      tags: ['explore'],
      position: at('explore'),
      outcome: isSeen ? 'passed' : unseen,
      durationMs: 0,
      entries: [],
      ...(isSeen || unseen === 'skipped' ? {} : { failure }),
    };
  });
  return runEntries({ startedAt, seed, outcome, durationMs }, [invariants, ...sightings]);
};
