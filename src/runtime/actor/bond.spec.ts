import { describe, expect, it } from 'vitest';
import type { StreamLook } from '../../bus/bus.ts';
import { bondOf } from './bond.ts';
import { bindingTable, positionTable, RUNTIME_SCHEMA } from './ledger.ts';
import { createSqliteMemoryDisk } from '../tables/sqlite.ts';
import type { Reads } from '../tables/tables.ts';

/** What stands in a database of `store`: where it has come to, and which stream it knows. */
interface Left {
  readonly seq?: number;
  readonly eventId?: string | null;
  readonly stream?: string;
  readonly begunAt?: number;
}

const databaseWith = ({ seq, eventId = null, stream, begunAt = 0 }: Left): Reads => {
  const database = createSqliteMemoryDisk().open('store', [RUNTIME_SCHEMA]);
  database.transact((tables) => {
    if (seq !== undefined) tables.put(positionTable, { consumer: 'store', seq, eventId });
    if (stream !== undefined) tables.put(bindingTable, { consumer: 'store', stream, seq: begunAt, owner: 'one' });
  });
  return database.read;
};

/** A stream of the events e1, e2 … in which `/front` spoke. */
const streamOf = (changes: Partial<StreamLook> = {}): StreamLook => ({
  id: 'monday',
  firstSeq: 1,
  lastSeq: 9,
  eventAt: async (seq) => `e${seq}`,
  holdsEventsOf: async (source) => source === '/front',
  ...changes,
});

describe('a database and a stream', () => {
  it.each<readonly [string, Left, Partial<StreamLook>, number]>([
    ['a new database of a context that has said nothing yet', {}, {}, 0],
    ['a new database on a new stream', {}, { lastSeq: 0 }, 0],
    ['a new database on a stream that somebody emptied', {}, { firstSeq: 10 }, 9],
    [
      'a new database that was bound before it handled anything, though its context has spoken since',
      { stream: 'monday', begunAt: 3 },
      { firstSeq: 4, holdsEventsOf: async () => true },
      3,
    ],
    ['one that has handled nothing, on a new stream', { stream: 'sunday', begunAt: 7 }, { lastSeq: 2 }, 0],
    ['one that goes on', { seq: 5, eventId: 'e5', stream: 'monday' }, {}, 5],
    ['one that has handled everything', { seq: 9, eventId: 'e9', stream: 'monday' }, {}, 9],
    ['one whose last message was no event', { seq: 5, stream: 'monday' }, { eventAt: async () => 'e77' }, 5],
    ['one whose last message was removed alone', { seq: 5, eventId: 'e5', stream: 'monday' }, { eventAt: async () => undefined }, 5],
    [
      'one whose handled messages were removed, and no other',
      { seq: 5, eventId: 'e5', stream: 'monday' },
      { firstSeq: 6, eventAt: async () => Promise.reject(new Error('not asked')) },
      5,
    ],
    ['one of before streams were remembered', { seq: 5 }, {}, 5],
  ])('belong together: %s', async (_what, left, changes, seq) => {
    expect(await bondOf(databaseWith(left), 'store', streamOf(changes))).toEqual({ stream: 'monday', seq });
  });

  it.each<readonly [string, Left, Partial<StreamLook>, RegExp]>([
    [
      'a new database of a context that the stream knows',
      {},
      { holdsEventsOf: async (source) => source === '/store' },
      /the stream holds events of store, and the database is new/,
    ],
    [
      'one that was bound to another stream',
      { seq: 5, eventId: 'e5', stream: 'sunday' },
      {},
      /the stream was made anew \(monday; the database knows the one of sunday\)/,
    ],
    [
      'a stream that fell back',
      { seq: 10, eventId: 'e10', stream: 'monday' },
      {},
      /store has handled message 10, and the stream ends at 9/,
    ],
    [
      'a stream that fell back and grew again',
      { seq: 5, eventId: 'e5', stream: 'monday' },
      { eventAt: async () => 'another' },
      /message 5 is another one than store has handled/,
    ],
    [
      'a stream that was purged beyond what was handled',
      { seq: 5, eventId: 'e5', stream: 'monday' },
      { firstSeq: 7 },
      /store has come to message 5, and those up to 6 were removed/,
    ],
    [
      'a stream that was emptied beyond what was handled',
      { seq: 5, eventId: 'e5', stream: 'monday' },
      { firstSeq: 10 },
      /those up to 9 were removed/,
    ],
    [
      'a new database on a stream without its beginning',
      {},
      { firstSeq: 2 },
      /store has come to message 0, and those up to 1 were removed/,
    ],
    ['one of before streams were remembered, on a shorter one', { seq: 10 }, {}, /the stream ends at 9/],
  ])('do not: %s', async (_what, left, changes, reason) => {
    const refused = expect(bondOf(databaseWith(left), 'store', streamOf(changes))).rejects;
    await refused.toMatchObject({
      trouble: 'infrastructure',
      isPassing: false,
      message: expect.stringMatching(reason),
      mend: expect.stringMatching(/--world.*delete the stream and the data folder both/),
    });
  });
});
