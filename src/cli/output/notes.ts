import { visible } from '../../reports/width.ts';
import type { Io } from '../io.ts';
import type { Settings } from '../options/options.ts';

/** Tells what is worth a word and no mistake: on stderr, beside the results, unless the user wants it quiet. */
export const tellNotesOf =
  ({ quiet }: Pick<Settings, 'quiet'>, io: Pick<Io, 'stderr'>) =>
  (note: string): void => {
    if (quiet !== true) io.stderr.write(visible(`food-sim: ${note}\n`));
  };
