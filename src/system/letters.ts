import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { OperatingError } from '../kernel/errors.ts';
import type { DeadLetter } from '../runtime/actor/actor-port.ts';
import type { ContextDefinition } from '../runtime/actor/context.ts';
import { discardLetter, retryLetter } from '../runtime/actor/dead-letters.ts';
import { deadLettersTable, RUNTIME_SCHEMA } from '../runtime/actor/ledger.ts';
import { createFileDisk } from '../runtime/tables/sqlite.ts';
import type { Database } from '../runtime/tables/tables.ts';
import { describeContexts, type SystemDefinition } from './definition.ts';
import { openFolder } from './folder.ts';

/** A dead letter, and the context that gave its message up. */
export interface ContextLetter extends DeadLetter {
  readonly context: string;
}

/** The dead letters of a data folder, while its system is down. */
export interface Letters {
  /** All of them, context by context, oldest first; few at a time are read. */
  list(): Generator<ContextLetter>;
  /** The letter of this context at this place in the stream. */
  find(context: string, seq: number): ContextLetter | undefined;
  /** Lets its context take the message up again when it next starts; returns why not, where nothing could come of it. */
  retry(letter: ContextLetter): string | undefined;
  /** Forgets it. */
  discard(letter: ContextLetter): void;
}

const PAGE = 100;

interface Opened {
  readonly definition: ContextDefinition;
  readonly database: Database;
}

const lettersOf = (opened: ReadonlyMap<string, Opened>): Letters => {
  const at = (context: string): Opened => opened.get(context)!;
  return {
    *list() {
      for (const [context, { database }] of opened) {
        for (let offset = 0; ; offset += PAGE) {
          const page = database.read.select(deadLettersTable, { limit: PAGE, offset });
          for (const letter of page) yield { ...letter, context };
          if (page.length < PAGE) break;
        }
      }
    },
    find: (context, seq) => {
      const letter = opened.get(context)?.database.read.get(deadLettersTable, seq);
      return letter === undefined ? undefined : { ...letter, context };
    },
    retry: (letter) => {
      const { database, definition } = at(letter.context);
      return database.transact((tables) => retryLetter(tables, letter, definition, Date.now()));
    },
    discard: (letter) => at(letter.context).database.transact((tables) => discardLetter(tables, letter)),
  };
};

/**
 * Opens the dead letters of a data folder for some work. Throws an OperatingError (infrastructure) where the folder
 * holds no database of these contexts, or a system runs on it.
 */
export const withLetters = async <Result>(options: { readonly definition: SystemDefinition; readonly dataDir: string }, work: (letters: Letters) => Result): Promise<Result> => {
  const { dataDir } = options;
  const kept = describeContexts(options.definition).filter(({ name }) => existsSync(join(dataDir, `${name}.sqlite`)));
  if (kept.length === 0) {
    throw new OperatingError('infrastructure', `${dataDir} holds no database of a context, so there are no dead letters`, { mend: 'Name the folder that food-sim serve --data-dir was given.' });
  }
  const folder = await openFolder({ dataDir, parts: kept.map(({ name }) => name) });
  const opened = new Map<string, Opened>();
  try {
    const disk = createFileDisk(dataDir, { synchronous: 'FULL' });
    for (const definition of kept) opened.set(definition.name, { definition, database: disk.open(definition.name, [RUNTIME_SCHEMA, definition.schema]) });
    return work(lettersOf(opened));
  } finally {
    for (const { database } of opened.values()) database.close();
    await folder.close();
  }
};
