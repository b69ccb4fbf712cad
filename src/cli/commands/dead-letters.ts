import { resolve } from 'node:path';
import { OperatingError } from '../../kernel/errors.ts';
import { visible } from '../../reports/width.ts';
import { withLetters, type AllLetters } from '../../system/all-letters.ts';
import { contextNamesOf } from '../../system/definition.ts';
import type { Letters } from '../../system/letters-port.ts';
import type { Run } from '../command.ts';
import { EXIT } from '../../kernel/exit-codes.ts';
import type { Io } from '../io.ts';
import { definitionOf } from '../system-module.ts';

interface Place {
  readonly context: string;
  readonly seq: number;
}

const nameOf = ({ context, seq }: Place): string => `${context}/${seq}`;

const counted = (count: number): string => `${count} dead ${count === 1 ? 'letter' : 'letters'}`;

const placeOf = (name: string): Place | undefined => {
  const [, context, seq] = /^([a-z][a-z0-9-]*)\/(-?\d{1,15})$/.exec(name) ?? [];
  return context === undefined ? undefined : { context, seq: Number(seq) };
};

/** What somebody asked for, and the contexts that there are. */
interface Asked {
  readonly words: readonly string[];
  readonly contexts: readonly string[];
}

/**
 * The letters that words name, `store/17` each, or `all`. Throws an OperatingError (usage) for one that there is not,
 * before anything is done.
 */
const chosen = async (letters: Letters, { words, contexts }: Asked): Promise<readonly Place[]> => {
  const places: Place[] = [];
  if (words.includes('all')) {
    // By name first, since their texts together may be many; each is read when its turn comes.
    for await (const { context, seq } of letters.list()) places.push({ context, seq });
    return places;
  }
  for (const name of new Set(words)) {
    const place = placeOf(name);
    if (place === undefined || (await letters.find(place.context, place.seq)) === undefined) {
      throw new OperatingError('usage', `there is no dead letter ${JSON.stringify(name)}`, {
        mend: `Write CONTEXT/NUMBER, as food-sim dead-letters list does, or all. The contexts are ${contexts.join(', ')}.`,
      });
    }
    places.push(place);
  }
  return places;
};

const list = async (letters: Letters, io: Io): Promise<number> => {
  let count = 0;
  let sum = 0;
  for await (const letter of letters.list()) {
    const { bytes } = letter;
    const attempts = `${letter.attempts} ${letter.attempts === 1 ? 'attempt' : 'attempts'}`;
    const line = `${nameOf(letter).padEnd(16)} ${letter.at}  ${(letter.type ?? 'malformed').padEnd(20)} ${letter.subject}  ${bytes} bytes, ${attempts}: ${letter.error}`;
    io.stdout.write(`${visible(line.replace(/[\r\n\t]+/g, ' '))}\n`);
    count += 1;
    sum += bytes;
  }
  io.stdout.write(count === 0 ? 'No dead letters.\n' : `${counted(count)}, ${sum} bytes.\n`);
  return EXIT.passed;
};

const show = async (letters: Letters, asked: Asked, io: Io): Promise<number> => {
  for (const { context, seq } of await chosen(letters, asked)) {
    const letter = await letters.find(context, seq);
    // A running system may have let it go for newer ones.
    if (letter !== undefined) io.stdout.write(`${visible(JSON.stringify(letter, null, 2))}\n`);
  }
  return EXIT.passed;
};

const retry = async (letters: AllLetters, asked: Asked, io: Io): Promise<number> => {
  const put = { running: 0, idle: 0 };
  let left = 0;
  for (const place of await chosen(letters, asked)) {
    const why = await letters.retry(place.context, place.seq);
    if (why === undefined) {
      put[letters.isRunning(place.context) ? 'running' : 'idle'] += 1;
      continue;
    }
    left += 1;
    io.stdout.write(visible(`${nameOf(place)} stays: ${why.replace(/[\r\n]+/g, ' ')}\n`));
  }
  const told = [
    ...(put.running > 0 ? [`${counted(put.running)} put back: handled at once.`] : []),
    ...(put.idle > 0 || put.running === 0 ? [`${counted(put.idle)} put back: handled when the system starts again.`] : []),
    ...(left > 0 ? [`${counted(left)} left.`] : []),
  ];
  io.stdout.write(`${told.join(' ')}\n`);
  return left === 0 ? EXIT.passed : EXIT.failed;
};

const discard = async (letters: Letters, asked: Asked, io: Io): Promise<number> => {
  const places = await chosen(letters, asked);
  for (const { context, seq } of places) await letters.discard(context, seq);
  io.stdout.write(`${counted(places.length)} discarded.\n`);
  return EXIT.passed;
};

/** `food-sim dead-letters list|show|retry|discard`: what a data folder's contexts gave up on, whether its system runs or not. */
export const run: Run = async (invocation) => {
  const {
    io,
    settings,
    words: [action = 'list', ...names],
  } = invocation;
  const dataDir = settings['data-dir'];
  if (dataDir === undefined) {
    throw new OperatingError('usage', 'dead-letters needs --data-dir: the folder whose dead letters are meant', {
      mend: `For example: food-sim dead-letters ${action} --data-dir data`,
    });
  }
  if (action === 'list' && names.length > 0) {
    throw new OperatingError('usage', `dead-letters list takes no letters, and got ${JSON.stringify(names[0])}`, {
      mend: 'Name letters with show, retry or discard.',
    });
  }
  if (action !== 'list' && names.length === 0) {
    throw new OperatingError('usage', `dead-letters ${action} needs letters`, {
      mend: `For example: food-sim dead-letters ${action} store/17 --data-dir data, or all.`,
    });
  }
  const definition = await definitionOf(invocation);
  const asked: Asked = { words: names, contexts: contextNamesOf(definition) };
  return withLetters({ definition, dataDir: resolve(io.cwd, dataDir) }, (letters) => {
    switch (action) {
      case 'show':
        return show(letters, asked, io);
      case 'retry':
        return retry(letters, asked, io);
      case 'discard':
        return discard(letters, asked, io);
      default:
        return list(letters, io);
    }
  });
};
