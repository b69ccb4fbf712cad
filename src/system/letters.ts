import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { OperatingError, assert } from '../kernel/errors.ts';
import type { Actor, DeadLetter } from '../runtime/actor/actor-port.ts';
import type { ContextDefinition } from '../runtime/actor/context.ts';
import { discardLetter, retryLetter } from '../runtime/actor/dead-letters.ts';
import { deadLettersTable, RUNTIME_SCHEMA } from '../runtime/actor/ledger.ts';
import { createFileDisk } from '../runtime/tables/sqlite.ts';
import type { Database, Reads } from '../runtime/tables/tables.ts';
import { describeContexts, type SystemDefinition } from './definition.ts';
import { openFolder, type Folder } from './folder.ts';
import type { LetterHead, Letters } from './letters-port.ts';

/** What keeps the dead letters of one context. */
export interface LetterKeeper {
  readonly read: Reads;
  readonly retryLetter: (letter: DeadLetter) => string | undefined;
  readonly discardLetter: (letter: DeadLetter) => void;
}

const PAGE = 100;

const headOf = (context: string, { seq, type, subject, error, attempts, at, message }: DeadLetter): LetterHead => ({
  context,
  seq,
  type,
  subject,
  error,
  attempts,
  at,
  bytes: Buffer.byteLength(message),
});

/** The dead letters of contexts by what keeps them, in their order. */
const lettersOf = (keepers: ReadonlyMap<string, LetterKeeper>): Letters => {
  const find = (context: string, seq: number): DeadLetter | undefined => keepers.get(context)?.read.get(deadLettersTable, seq);
  const at = (context: string, seq: number): { readonly keeper: LetterKeeper; readonly letter: DeadLetter } => {
    const [keeper, letter] = [keepers.get(context), find(context, seq)];
    if (keeper === undefined || letter === undefined) throw noLetter(`${context}/${seq}`);
    return { keeper, letter };
  };
  return {
    async *list() {
      for (const [context, { read }] of keepers) {
        for (let offset = 0; ; offset += PAGE) {
          const page = read.select(deadLettersTable, { limit: PAGE, offset });
          for (const letter of page) yield headOf(context, letter);
          if (page.length < PAGE) break;
        }
      }
    },
    find: async (context, seq) => {
      const letter = find(context, seq);
      return letter === undefined ? undefined : { ...letter, context };
    },
    retry: async (context, seq) => {
      const { keeper, letter } = at(context, seq);
      return keeper.retryLetter(letter);
    },
    discard: async (context, seq) => {
      const { keeper, letter } = at(context, seq);
      keeper.discardLetter(letter);
    },
  };
};

/** Says that there is no such letter. */
export const noLetter = (name: string): OperatingError =>
  new OperatingError('usage', `there is no dead letter ${JSON.stringify(name)}`, {
    mend: 'Write CONTEXT/NUMBER, as food-sim dead-letters list does, or all.',
  });

/** The dead letters of contexts that run in this process. */
export const lettersOfActors = (actors: readonly Actor[]): Letters => lettersOf(new Map(actors.map((actor) => [actor.name, actor])));

/** The contexts that have a database in this folder. Throws an OperatingError (infrastructure) where none has. */
export const contextsIn = (definition: SystemDefinition, dataDir: string): readonly ContextDefinition[] => {
  const kept = describeContexts(definition).filter(({ name }) => existsSync(join(dataDir, `${name}.sqlite`)));
  if (kept.length > 0) return kept;
  throw new OperatingError('infrastructure', `${dataDir} holds no database of a context, so there are no dead letters`, {
    mend: 'Name the folder that food-sim serve --data-dir was given.',
  });
};

/** Dead letters that were opened. */
export interface OpenedLetters {
  readonly letters: Letters;
  close(): Promise<void>;
}

const keeperOf = (definition: ContextDefinition, database: Database): LetterKeeper => ({
  read: database.read,
  retryLetter: (letter) => database.transact((tables) => retryLetter(tables, letter, definition, Date.now())),
  discardLetter: (letter) => database.transact((tables) => discardLetter(tables, letter)),
});

/**
 * Opens the dead letters of contexts that run nowhere. Throws an OperatingError (infrastructure) where a system runs on
 * their databases.
 */
export const openLetters = async (dataDir: string, contexts: readonly ContextDefinition[]): Promise<OpenedLetters> => {
  const folder: Folder = await openFolder({ dataDir, parts: contexts.map(({ name }) => name) });
  assert(!folder.isTemporary, 'dead letters are read where they are kept');
  const databases: Database[] = [];
  const close = async (): Promise<void> => {
    for (const database of databases) database.close();
    await folder.close();
  };
  try {
    const disk = createFileDisk(dataDir, { synchronous: 'FULL' });
    const keepers = new Map<string, LetterKeeper>();
    for (const definition of contexts) {
      const database = disk.open(definition.name, [RUNTIME_SCHEMA, definition.schema]);
      databases.push(database);
      keepers.set(definition.name, keeperOf(definition, database));
    }
    return { letters: lettersOf(keepers), close };
  } catch (error) {
    await close();
    throw error;
  }
};
