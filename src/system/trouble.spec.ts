import { describe, expect, it } from 'vitest';
import { OperatingError } from '../kernel/errors.ts';
import { SILENT_LOG } from '../kernel/log.ts';
import { asTrouble } from '../runtime/tables/sqlite-trouble.ts';
import { createTrouble } from './trouble.ts';

/** What SQLite throws, under its code. */
const sqliteError = (code: string): unknown => asTrouble(Object.assign(new Error(code), { code }), 'a.sqlite');

/** Whether a system goes on after this, once all promise reactions ran. */
const goesOn = async (error: unknown): Promise<boolean> => {
  const trouble = createTrouble(SILENT_LOG);
  trouble.put(error);
  return Promise.race([trouble.broken.catch(() => false), new Promise<boolean>((resolve) => setImmediate(() => resolve(true)))]);
};

describe('trouble', () => {
  it.each([
    ['a bug', new Error('a bug'), false],
    ['a server that ended', new OperatingError('infrastructure', 'the server ended'), false],
    ['a full disk', sqliteError('SQLITE_FULL'), false],
    ['a database in use', sqliteError('SQLITE_BUSY'), true],
    ['a database in use, as SQLite says it elsewhere', sqliteError('SQLITE_LOCKED_SHAREDCACHE'), true],
    ['a bus that takes nothing for a while', new OperatingError('infrastructure', 'store takes no messages', { isPassing: true }), true],
  ])('ends a system unless it passes by itself: %s', async (_what, error, isPassing) => {
    expect(await goesOn(error)).toBe(isPassing);
  });

  it('remembers what came first, and logs each', () => {
    const logged: unknown[] = [];
    const trouble = createTrouble({ ...SILENT_LOG, error: (_fields, text) => void logged.push(text) });
    for (const text of ['one', 'two']) trouble.put(new OperatingError('infrastructure', text, { isPassing: true }));
    expect(trouble.first()).toMatchObject({ message: 'one' });
    expect(logged).toEqual(['trouble: one', 'trouble: two']);
  });
});
