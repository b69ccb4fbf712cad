import type { Run } from '../command.ts';
import { completionScript } from '../completion-scripts.ts';
import { EXIT } from '../../kernel/exit-codes.ts';
import type { SHELLS } from '../words.ts';

/** `food-sim completion`: prints the completion script of a shell. */
export const run: Run = async ({ io, words, commands }) => {
  io.stdout.write(completionScript(words[0] as (typeof SHELLS)[number], commands));
  return EXIT.passed;
};
