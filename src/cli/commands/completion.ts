import { SPOKEN_FOOD } from '../../contexts/spoken.ts';
import type { Run } from '../command.ts';
import { completionScript } from '../completion-scripts.ts';
import { askedWords, systemWords } from '../completion-words.ts';
import { EXIT } from '../../kernel/exit-codes.ts';
import { fromCwd } from '../options/from-cwd.ts';
import type { ASKED, SHELLS } from '../words.ts';

/** `food-sim completion`: prints the completion script of a shell; or, for that script, the tags or names in scenario files. */
export const run: Run = async ({ io, words, commands }) => {
  const [shell, asked, ...paths] = words;
  if (asked === undefined) io.stdout.write(completionScript(shell as (typeof SHELLS)[number], commands, systemWords(SPOKEN_FOOD)));
  else {
    const found = await askedWords(
      asked as (typeof ASKED)[number],
      paths.map((path) => fromCwd(path, io)),
      SPOKEN_FOOD,
    );
    for (const word of found) io.stdout.write(`${word}\n`);
  }
  return EXIT.passed;
};
