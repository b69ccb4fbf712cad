import { resolve } from 'node:path';
import { FOOD } from '../../contexts/index.ts';
import { OperatingError } from '../../kernel/errors.ts';
import { rebuildView } from '../../system/rebuild.ts';
import { busChoiceOf } from '../options/bus-choice.ts';
import type { Run } from '../command.ts';
import { EXIT } from '../../kernel/exit-codes.ts';

/** `food-sim rebuild mypage`: folds Mypage anew from the stream; with `--check` it only compares, and drift is a failure. */
export const run: Run = async ({ io, settings, words: [view = 'mypage'] }) => {
  const dataDir = settings['data-dir'];
  if (dataDir === undefined) {
    throw new OperatingError('usage', 'rebuild needs --data-dir: the folder whose Mypage is to be rebuilt', {
      mend: 'For example: food-sim rebuild mypage --data-dir data',
    });
  }
  const checkOnly = settings.check === true;
  const { drift, rows, events } = await rebuildView({
    definition: FOOD,
    view,
    bus: busChoiceOf(settings),
    world: settings.world,
    dataDir: resolve(io.cwd, dataDir),
    checkOnly,
  });
  for (const line of drift) io.stdout.write(`drift: ${line}\n`);
  const found =
    drift.length === 0
      ? 'Mypage is what its stream says'
      : `${drift.length} ${drift.length === 1 ? 'difference' : 'differences'} from its stream`;
  io.stdout.write(`${events} events read: ${found}${rows === undefined ? '' : `; rebuilt with ${rows} rows`}.\n`);
  return checkOnly && drift.length > 0 ? EXIT.failed : EXIT.passed;
};
