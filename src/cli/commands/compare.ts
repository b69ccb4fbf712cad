import { OperatingError } from '../../kernel/errors.ts';
import type { LoadResult } from '../../kernel/load.ts';
import { compareLoads, LEAST_REPEATS } from '../../load/measure/compare.ts';
import { comparisonLines } from '../../reports/compare-text.ts';
import { createPaint } from '../../reports/pretty.ts';
import { readRecording } from '../../reports/read-recording.ts';
import type { Run } from '../command.ts';
import { EXIT } from '../../kernel/exit-codes.ts';
import { findRecording, linesOf } from '../output/recording-file.ts';

/** The loads of a recording. Throws an OperatingError (invalid-input) where there is none. */
const loadsOf = async (path: string, cwd: string): Promise<readonly LoadResult[]> => {
  const results: LoadResult[] = [];
  for await (const entry of readRecording(linesOf(await findRecording(path, cwd), cwd), path))
    if (entry.kind === 'load.finished') results.push(entry.result);
  if (results.length === 0) {
    throw new OperatingError('invalid-input', `${path} holds no load that was finished`, {
      mend: 'Record one with food-sim load --report ndjson=FILE.',
    });
  }
  return results;
};

const shapesOf = (results: readonly LoadResult[]): string => [...new Set(results.map(({ name, shape }) => `${name}: ${shape}`))].join('; ');

/** `food-sim compare`: two recorded loads, metric by metric; a regression beyond the noise is exit 6. */
export const run: Run = async ({ io, words, settings }) => {
  const [before, after] = [await loadsOf(words[0] as string, io.cwd), await loadsOf(words[1] as string, io.cwd)];
  if (shapesOf(before) !== shapesOf(after)) {
    throw new OperatingError('invalid-input', `these are two different loads: ${shapesOf(before)}, and ${shapesOf(after)}`, {
      mend: 'Compare recordings of the same load.',
    });
  }
  const comparisons = compareLoads(before, after);
  const worse = comparisons.filter(({ verdict }) => verdict === 'worse');
  const isRepeated = comparisons.some(({ source }) => source === 'repeats');
  const noise = isRepeated
    ? `noise: 99 % of the differences between repeats (${before.length} and ${after.length})`
    : `noise: half of the value (of tails, all of it), since both sides need ${LEAST_REPEATS} repeats to tell it (there are ${before.length} and ${after.length}; --repeat ${LEAST_REPEATS})`;
  const verdict = worse.length === 0 ? 'no regression' : `regression: ${worse.map(({ metric }) => metric).join(', ')}`;
  const shown = settings.quiet === true ? comparisons.filter((one) => one.verdict === 'worse') : comparisons;
  const paint = createPaint(settings.color ?? io.stdout.isTTY === true);
  io.stdout.write(`${[shapesOf(before), '', ...comparisonLines(shown, paint), '', noise, verdict].join('\n')}\n`);
  return worse.length === 0 ? EXIT.passed : EXIT['threshold-missed'];
};
