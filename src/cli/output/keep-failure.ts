import type { SpokenSystem } from '../../scenarios/definition.ts';
import { relative, resolve } from 'node:path';
import { makeSmallAndSure, type Small } from '../../explore/failure/make-small.ts';
import { writeKeptFailure } from '../../explore/failure/replay-file.ts';
import type { Failure } from '../../explore/search/slice.ts';
import type { Rig } from '../../explore/simulate/rig.ts';
import { replayLines, scheduleLines, violationText } from '../../findings/schedule-text.ts';
import type { Invocation } from '../command.ts';
import { widthOf } from '../io.ts';
import { writeOutput } from './output-file.ts';

/** A failure made small, and the file that keeps it, as the user would write its path. */
interface Kept extends Small {
  readonly path: string;
}

/** How the system is named again on a command line; not at all where it is the bundled one. */
const systemFlag = ({ system }: Invocation['settings']): readonly string[] => (system === undefined ? [] : [`--system ${system}`]);

/** What is said of a failure that a file can't keep. */
const hangsOnProcess = ({ settings }: Invocation, { schedule, plan: { seed } }: Failure): string => {
  // A schedule's seed is the exploration's, and its number.
  const wanted = [
    ...systemFlag(settings),
    `--seed ${seed.slice(0, seed.lastIndexOf('/'))}`,
    `--schedules ${schedule}`,
    '--jobs 1',
    `--search ${settings.search}`,
  ];
  const again = ['food-sim explore', ...wanted, ...settings.mutation.map((name) => `--mutation ${name}`)].join(' ');
  return `\nIt does not come again in a fresh process: it hangs on what the process played before (a variable of a module, a cache), so no file keeps it.\nAgain: ${again}\n`;
};

/** A failure as people read it: what was violated, what it takes, and its story. `where` says when it came up. */
const failureText = ({ io, settings }: Invocation, system: SpokenSystem, { kept, replayed }: Small, where: string): string => {
  const { invariant, found } = violationText(kept.violation);
  const story = replayLines(kept, replayed, { lang: settings.lang, vocabulary: system.vocabulary, width: widthOf(io.stdout, 100) });
  return `\nviolated ${where}: ${invariant}\n${found}\n\n${scheduleLines(kept, system).join('\n')}\n\n${story.join('\n')}\n`;
};

/**
 * Makes a failure small, plays it again in a fresh process, tells `tell` of it, and writes it to the file of `--save`;
 * to none where it does not come again there. Throws an OperatingError
 * (infrastructure) where that can't be written; what was found has been told by then.
 */
export const keep = async (
  invocation: Invocation,
  rig: Rig,
  failure: Failure,
  where: string,
  tell: (text: string) => unknown,
): Promise<Kept> => {
  const { io, settings } = invocation;
  const { isFresh, ...small } = await makeSmallAndSure(rig, failure);
  tell(failureText(invocation, rig.system, small, where));
  if (!isFresh) {
    tell(hangsOnProcess(invocation, failure));
    return { ...small, path: 'explore' };
  }
  const path = resolve(io.cwd, settings.save);
  writeOutput(settings.save, io.cwd, writeKeptFailure(small.kept), {
    what: settings.save,
    mend: 'Name a file that you may write to: --save FILE.',
  });
  const shown = relative(io.cwd, path);
  tell(`\nAgain: ${['food-sim replay', shown, ...systemFlag(settings)].join(' ')}\n`);
  return { ...small, path: shown };
};
