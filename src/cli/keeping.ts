import { relative, resolve } from 'node:path';
import { replay, type Replayed } from '../explore/replay.ts';
import { writeKeptFailure, type KeptFailure } from '../explore/replay-file.ts';
import type { Rig } from '../explore/rig.ts';
import { shrink } from '../explore/shrink.ts';
import type { Failure } from '../explore/slice.ts';
import type { Invocation } from './command.ts';
import { writeOutput } from './output-file.ts';
import { replayLines, scheduleLines } from './schedule-text.ts';
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
  return { replayed, kept: { mutations: rig.mutations, violation: small.violation, plan: small.plan, deviations: small.deviations, trace: replayed.trace } };
};

/** A failure as people read it: what was violated, what it takes, and its story. `where` says when it came up. */
const failureText = ({ io, settings }: Invocation, { kept, replayed }: Small, where: string): string => {
  const story = replayLines(kept, replayed, { lang: settings.lang, width: widthOf(io.stdout, 100) });
  return `\nviolated ${where}: ${kept.violation.invariant}\n${kept.violation.found}\n\n${scheduleLines(kept).join('\n')}\n\n${story.join('\n')}\n`;
};

/**
 * Makes a failure small, tells `tell` of it, and writes it to the file of `--save`. Throws an OperatingError
 * (infrastructure) where that can't be written; what was found has been told by then.
 */
export const keep = async (invocation: Invocation, rig: Rig, failure: Failure, where: string, tell: (text: string) => unknown): Promise<Kept> => {
  const { io, settings } = invocation;
  const small = await makeSmall(rig, failure);
  tell(failureText(invocation, small, where));
  const path = resolve(io.cwd, settings.save);
  writeOutput(settings.save, io.cwd, writeKeptFailure(small.kept), { what: settings.save, mend: 'Name a file that you may write to: --save FILE.' });
  const shown = relative(io.cwd, path);
  tell(`\nAgain: food-sim replay ${shown}\n`);
  return { ...small, path: shown };
};
