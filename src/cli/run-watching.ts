import { statSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { OperatingError } from '../kernel/errors.ts';
import { EXIT } from '../kernel/exit-codes.ts';
import { visible } from '../reports/width.ts';
import { grammarOf } from '../scenarios/grammar.ts';
import { scenarioFilesAt } from '../scenarios/language/lint.ts';
import type { RunOptions } from '../scenarios/runner/options.ts';
import { filesOf, planRun } from '../scenarios/runner/plan.ts';
import { pathsOf } from '../scenarios/runner/select.ts';
import type { Invocation } from './command.ts';

/** How often files are looked at, in milliseconds: soon enough for eyes, and no work for the disk. */
const LOOK_MS = 150;

/** What tells one state of each file from the next; editors and folders from elsewhere tell of changes in ways of their own. */
type Snapshot = ReadonlyMap<string, string>;

const snapshotOf = (paths: readonly string[], included: ReadonlySet<string>): Snapshot =>
  new Map(
    [...new Set([...paths.flatMap(scenarioFilesAt), ...included])].flatMap((file) => {
      const found = statSync(file, { throwIfNoEntry: false });
      return found === undefined ? [] : [[file, `${found.mtimeMs} ${found.size} ${found.ino}`] as const];
    }),
  );

const changedIn = (before: Snapshot, now: Snapshot): readonly string[] =>
  [...now].filter(([file, state]) => before.get(file) !== state).map(([file]) => file);

/** The files that what is chosen is made of, beyond those that are named; none where they can't be read as they are. */
const includedBy = async (options: RunOptions): Promise<ReadonlySet<string>> => {
  try {
    const { scenarios } = await planRun({ ...options, lastFailed: false, onNote: () => undefined }, grammarOf(options.system));
    return new Set(scenarios.flatMap((scenario) => [...filesOf(scenario)]));
  } catch (error) {
    if (error instanceof OperatingError) return new Set();
    throw error;
  }
};

/** Waits until a file changes: which did, and how all are then; undefined once the command is interrupted. */
const nextChange = async (
  before: Snapshot,
  look: () => Snapshot,
  signal: AbortSignal,
): Promise<{ readonly changed: readonly string[]; readonly now: Snapshot } | undefined> => {
  while (!signal.aborted) {
    await pause(LOOK_MS, undefined, { signal }).catch(() => undefined);
    const now = look();
    const changed = changedIn(before, now);
    if (changed.length > 0) return signal.aborted ? undefined : { changed, now };
  }
  return undefined;
};

/**
 * `food-sim run --watch`: runs all, and then whatever is made of a file that changes, until it is interrupted. What a file
 * has wrong meanwhile is said, and waited out.
 */
export const runWatching = async (
  { io, signal }: Invocation,
  options: RunOptions,
  runOnce: (options: RunOptions) => Promise<number>,
): Promise<number> => {
  const paths = pathsOf(options.paths, options.system);
  let included = await includedBy(options);
  const look = (): Snapshot => snapshotOf(paths, included);
  let before = look();
  let asked: RunOptions = options;
  while (!signal.aborted) {
    try {
      await runOnce(asked);
    } catch (error) {
      if (!(error instanceof OperatingError)) throw error;
      io.stderr.write(visible(`food-sim: ${error.message}\n${error.mend === undefined ? '' : `${error.mend}\n`}`));
    }
    if (signal.aborted) break;
    included = await includedBy(options);
    io.stdout.write('\nwatching for changes; Ctrl-C ends it\n');
    const change = await nextChange(before, look, signal);
    if (change === undefined) break;
    before = change.now;
    asked = { ...options, changed: change.changed, lastFailed: false };
  }
  return EXIT.interrupted;
};
