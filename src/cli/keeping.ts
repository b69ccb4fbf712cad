import type { SystemDefinition } from '../system/definition.ts';
import { relative, resolve } from 'node:path';
import { playFresh } from '../explore/failure/fresh-play.ts';
import { replay, type Replayed } from '../explore/failure/replay.ts';
import { writeKeptFailure, type KeptFailure } from '../explore/failure/replay-file.ts';
import type { Rig } from '../explore/simulate/rig.ts';
import { shrink, type Schedule } from '../explore/failure/shrink.ts';
import type { Failure } from '../explore/search/slice.ts';
import type { Invocation } from './command.ts';
import { writeOutput } from './output/output-file.ts';
import { replayLines, scheduleLines, violationText } from './schedule-text.ts';
import { widthOf } from './io.ts';

/** A failure made small, and played again. */
export interface Small {
  readonly kept: KeptFailure;
  readonly replayed: Replayed;
}

/** The same, and the file that keeps it, as the user would write its path. */
interface Kept extends Small {
  readonly path: string;
}

/** Makes a failure small. */
export const makeSmall = async (rig: Rig, failure: Failure): Promise<Small> => {
  const { failure: small } = await shrink(rig, failure);
  const replayed = await replay(rig, small);
  return { replayed, kept: { system: rig.system.name, mutations: rig.mutations, violation: small.violation, plan: small.plan, deviations: small.deviations, trace: replayed.trace } };
};

/** Whether a schedule breaks the same invariant where nothing was played before it. */
const comesAgain = async ({ url, mutations, store }: Rig, schedule: Schedule, { invariant }: Failure['violation']): Promise<boolean> => {
  const { broken } = await playFresh({ url, mutations, store, schedule: { plan: schedule.plan, deviations: schedule.deviations } });
  return broken.includes(invariant);
};

/** A failure as small as it comes again in a fresh process; `isFresh` is false where not even the whole does: it hangs on what was played before. */
const makeSmallAndSure = async (rig: Rig, failure: Failure): Promise<Small & { readonly isFresh: boolean }> => {
  const small = await makeSmall(rig, failure);
  if (await comesAgain(rig, small.kept, failure.violation)) return { ...small, isFresh: true };
  const isFresh = await comesAgain(rig, failure, failure.violation);
  const { mutations, system } = rig;
  const replayed = await replay(rig, failure);
  return { kept: { system: system.name, mutations, violation: failure.violation, plan: failure.plan, deviations: failure.deviations, trace: replayed.trace }, replayed, isFresh };
};

/** How the system is named again on a command line; not at all where it is the bundled one. */
const systemFlag = ({ system }: Invocation['settings']): readonly string[] => (system === undefined ? [] : [`--system ${system}`]);

/** What is said of a failure that a file can't keep. */
const hangsOnProcess = ({ settings }: Invocation, { schedule, plan: { seed } }: Failure): string => {
  // A schedule's seed is the exploration's, and its number.
  const wanted = [...systemFlag(settings), `--seed ${seed.slice(0, seed.lastIndexOf('/'))}`, `--schedules ${schedule}`, '--jobs 1', `--search ${settings.search}`];
  const again = ['food-sim explore', ...wanted, ...settings.mutation.map((name) => `--mutation ${name}`)].join(' ');
  return `\nIt does not come again in a fresh process: it hangs on what the process played before (a variable of a module, a cache), so no file keeps it.\nAgain: ${again}\n`;
};

/** A failure as people read it: what was violated, what it takes, and its story. `where` says when it came up. */
const failureText = ({ io, settings }: Invocation, { vocabulary }: SystemDefinition, { kept, replayed }: Small, where: string): string => {
  const { invariant, found } = violationText(kept.violation);
  const story = replayLines(kept, replayed, { lang: settings.lang, vocabulary, width: widthOf(io.stdout, 100) });
  return `\nviolated ${where}: ${invariant}\n${found}\n\n${scheduleLines(kept).join('\n')}\n\n${story.join('\n')}\n`;
};

/**
 * Makes a failure small, plays it again in a fresh process, tells `tell` of it, and writes it to the file of `--save`;
 * to none where it does not come again there. Throws an OperatingError
 * (infrastructure) where that can't be written; what was found has been told by then.
 */
export const keep = async (invocation: Invocation, rig: Rig, failure: Failure, where: string, tell: (text: string) => unknown): Promise<Kept> => {
  const { io, settings } = invocation;
  const { isFresh, ...small } = await makeSmallAndSure(rig, failure);
  tell(failureText(invocation, rig.system, small, where));
  if (!isFresh) {
    tell(hangsOnProcess(invocation, failure));
    return { ...small, path: 'explore' };
  }
  const path = resolve(io.cwd, settings.save);
  writeOutput(settings.save, io.cwd, writeKeptFailure(small.kept), { what: settings.save, mend: 'Name a file that you may write to: --save FILE.' });
  const shown = relative(io.cwd, path);
  tell(`\nAgain: ${['food-sim replay', shown, ...systemFlag(settings)].join(' ')}\n`);
  return { ...small, path: shown };
};
