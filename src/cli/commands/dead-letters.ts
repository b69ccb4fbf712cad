import { resolve } from 'node:path';
import { CONTEXT_NAMES, FOOD } from '../../contexts/index.ts';
import { OperatingError } from '../../kernel/errors.ts';
import { visible } from '../../reports/width.ts';
import { withLetters, type ContextLetter, type Letters } from '../../system/letters.ts';
import type { Run } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';

const nameOf = ({ context, seq }: ContextLetter): string => `${context}/${seq}`;

const counted = (count: number): string => `${count} dead ${count === 1 ? 'letter' : 'letters'}`;

/** The letters that words name, `store/17` each, or `all`. Throws an OperatingError (usage) for one that there is not. */
const chosen = (letters: Letters, words: readonly string[]): readonly (() => ContextLetter)[] => {
  // By name first, since their texts together may be many; each is read when its turn comes.
  const names = words.includes('all') ? [...letters.list()].map(nameOf) : [...new Set(words)];
  return names.map((name) => {
    const [, context = '', seq = ''] = /^([a-z]+)\/(-?\d{1,15})$/.exec(name) ?? [];
    const find = (): ContextLetter | undefined => letters.find(context, Number(seq));
    const isThere = find() !== undefined;
    if (!isThere) {
      throw new OperatingError('usage', `there is no dead letter ${JSON.stringify(name)}`, { mend: `Write CONTEXT/NUMBER, as food-sim dead-letters list does, or all. The contexts are ${CONTEXT_NAMES.join(', ')}.` });
    }
    return () => find()!;
  });
};

const list = (letters: Letters, io: Io): number => {
  let count = 0;
  let bytes = 0;
  for (const letter of letters.list()) {
    const size = Buffer.byteLength(letter.message);
    const attempts = `${letter.attempts} ${letter.attempts === 1 ? 'attempt' : 'attempts'}`;
    const line = `${nameOf(letter).padEnd(16)} ${letter.at}  ${(letter.type ?? 'malformed').padEnd(20)} ${letter.subject}  ${size} bytes, ${attempts}: ${letter.error}`;
    io.stdout.write(`${visible(line.replace(/[\r\n\t]+/g, ' '))}\n`);
    count += 1;
    bytes += size;
  }
  io.stdout.write(count === 0 ? 'No dead letters.\n' : `${counted(count)}, ${bytes} bytes.\n`);
  return EXIT.passed;
};

const show = (letters: Letters, words: readonly string[], io: Io): number => {
  for (const read of chosen(letters, words)) io.stdout.write(`${visible(JSON.stringify(read(), null, 2))}\n`);
  return EXIT.passed;
};

const retry = (letters: Letters, words: readonly string[], io: Io): number => {
  let put = 0;
  let left = 0;
  for (const read of chosen(letters, words)) {
    const letter = read();
    const why = letters.retry(letter);
    if (why === undefined) {
      put += 1;
      continue;
    }
    left += 1;
    io.stdout.write(visible(`${nameOf(letter)} stays: ${why.replace(/[\r\n]+/g, ' ')}\n`));
  }
  io.stdout.write(`${counted(put)} put back: handled when the system starts again.${left === 0 ? '' : ` ${counted(left)} left.`}\n`);
  return left === 0 ? EXIT.passed : EXIT.failed;
};

const discard = (letters: Letters, words: readonly string[], io: Io): number => {
  const reads = chosen(letters, words);
  for (const read of reads) letters.discard(read());
  io.stdout.write(`${counted(reads.length)} discarded.\n`);
  return EXIT.passed;
};

/** `food-sim dead-letters list|show|retry|discard`: what a data folder's contexts gave up on, while its system is down. */
export const run: Run = async ({ io, settings, words: [action = 'list', ...names] }) => {
  const dataDir = settings['data-dir'];
  if (dataDir === undefined) {
    throw new OperatingError('usage', 'dead-letters needs --data-dir: the folder whose dead letters are meant', { mend: `For example: food-sim dead-letters ${action} --data-dir data` });
  }
  if (action === 'list' && names.length > 0) {
    throw new OperatingError('usage', `dead-letters list takes no letters, and got ${JSON.stringify(names[0])}`, { mend: 'Name letters with show, retry or discard.' });
  }
  if (action !== 'list' && names.length === 0) {
    throw new OperatingError('usage', `dead-letters ${action} needs letters`, { mend: `For example: food-sim dead-letters ${action} store/17 --data-dir data, or all.` });
  }
  return withLetters({ definition: FOOD, dataDir: resolve(io.cwd, dataDir) }, (letters) => {
    switch (action) {
      case 'show':
        return show(letters, names, io);
      case 'retry':
        return retry(letters, names, io);
      case 'discard':
        return discard(letters, names, io);
      default:
        return list(letters, io);
    }
  });
};
