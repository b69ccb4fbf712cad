import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { firstDifference, replay } from '../../explore/replay.ts';
import { readKeptFailure } from '../../explore/replay-file.ts';
import { createRig } from '../../explore/rig.ts';
import { sequenceDiagram } from '../../explore/sequence-diagram.ts';
import { OperatingError, messageOf } from '../../kernel/errors.ts';
import type { Run } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { replayLines, scheduleLines } from '../schedule-text.ts';

const readText = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new OperatingError('invalid-input', `${path} can not be read: ${messageOf(error)}`, { mend: 'Give a file that `food-sim explore` wrote.', cause: error });
  }
};

/** `food-sim replay`: plays one failure again as its file tells it, and says whether it is still the same. */
export const run: Run = async ({ io, words, settings }) => {
  const path = words[0] ?? '';
  const kept = readKeptFailure(readText(resolve(io.cwd, path)), path);
  const replayed = await replay(createRig(kept.mutations), kept);
  io.stdout.write(`${scheduleLines(kept).join('\n')}\n\n${replayLines(kept, replayed, { lang: settings.lang, width: io.stdout.columns ?? 100 }).join('\n')}\n\n`);
  if (settings.diagram === true) io.stdout.write(`${sequenceDiagram(replayed.entries).join('\n')}\n\n`);
  const difference = firstDifference(kept.trace, replayed.trace);
  if (difference !== undefined) {
    const { line, before, now } = difference;
    io.stdout.write(`differs from what the file tells, first at event ${line}:\n  then: ${before ?? 'nothing more'}\n  now:  ${now ?? 'nothing more'}\n`);
  }
  const [violation] = replayed.violations;
  io.stdout.write(violation === undefined ? 'every invariant held: what the file tells is mended\n' : `violated: ${violation.invariant}\n${violation.found}\n`);
  return violation === undefined ? EXIT.passed : EXIT.failed;
};
