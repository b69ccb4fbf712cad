import { describe, expect, it } from 'vitest';
import type { Bus, StreamLook } from '../../bus/bus.ts';
import { bondOf } from './binding.ts';
import { bindingTable, positionTable, RUNTIME_SCHEMA } from './ledger.ts';
import { charged, createWorld, opened } from './actor.fixture.ts';
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
    ['a new database that was bound before it handled anything, though its context has spoken since', { stream: 'monday', begunAt: 3 }, { firstSeq: 4, holdsEventsOf: async () => true }, 3],
    ['one that has handled nothing, on a new stream', { stream: 'sunday', begunAt: 7 }, { lastSeq: 2 }, 0],
    ['one that goes on', { seq: 5, eventId: 'e5', stream: 'monday' }, {}, 5],
    ['one that has handled everything', { seq: 9, eventId: 'e9', stream: 'monday' }, {}, 9],
    ['one whose last message was no event', { seq: 5, stream: 'monday' }, { eventAt: async () => 'e77' }, 5],
    ['one whose last message was removed alone', { seq: 5, eventId: 'e5', stream: 'monday' }, { eventAt: async () => undefined }, 5],
    ['one whose handled messages were removed, and no other', { seq: 5, eventId: 'e5', stream: 'monday' }, { firstSeq: 6, eventAt: async () => Promise.reject(new Error('not asked')) }, 5],
    ['one of before streams were remembered', { seq: 5 }, {}, 5],
  ])('belong together: %s', async (_what, left, changes, seq) => {
    expect(await bondOf(databaseWith(left), 'store', streamOf(changes))).toEqual({ stream: 'monday', seq });
  });

  it.each<readonly [string, Left, Partial<StreamLook>, RegExp]>([
    ['a new database of a context that the stream knows', {}, { holdsEventsOf: async (source) => source === '/store' }, /the stream holds events of store, and the database is new/],
    ['one that was bound to another stream', { seq: 5, eventId: 'e5', stream: 'sunday' }, {}, /the stream was made anew \(monday; the database knows the one of sunday\)/],
    ['a stream that fell back', { seq: 10, eventId: 'e10', stream: 'monday' }, {}, /store has handled message 10, and the stream ends at 9/],
    ['a stream that fell back and grew again', { seq: 5, eventId: 'e5', stream: 'monday' }, { eventAt: async () => 'another' }, /message 5 is another one than store has handled/],
    ['a stream that was purged beyond what was handled', { seq: 5, eventId: 'e5', stream: 'monday' }, { firstSeq: 7 }, /store has come to message 5, and those up to 6 were removed/],
    ['a stream that was emptied beyond what was handled', { seq: 5, eventId: 'e5', stream: 'monday' }, { firstSeq: 10 }, /those up to 9 were removed/],
    ['a new database on a stream without its beginning', {}, { firstSeq: 2 }, /store has come to message 0, and those up to 1 were removed/],
    ['one of before streams were remembered, on a shorter one', { seq: 10 }, {}, /the stream ends at 9/],
  ])('do not: %s', async (_what, left, changes, reason) => {
    const refused = expect(bondOf(databaseWith(left), 'store', streamOf(changes))).rejects;
    await refused.toMatchObject({ trouble: 'infrastructure', isPassing: false, message: expect.stringMatching(reason), mend: expect.stringMatching(/--world.*delete the stream and the data folder both/) });
  });
});

describe('an actor', () => {
  /** The same bus, whose stream looks different. */
  const looking =
    (change: () => Partial<StreamLook>) =>
    (bus: Bus): Bus => ({ ...bus, look: () => bus.look()?.then((look) => ({ ...look, ...change() })) });

  it('remembers its stream before it handles anything, and the event at its place with each commit', async () => {
    const world = await createWorld();
    await world.actor.start();
    const { id } = (await world.bus.look())!;
    expect(world.actor.read.get(bindingTable, 'tabs')).toMatchObject({ stream: id, seq: 0, owner: expect.stringMatching(/^[0-9a-z]+$/) });
    const [first, early] = [opened('a'), charged('b', 1)];
    await world.publish(first);
    await world.pass(10);
    expect(world.actor.read.get(positionTable, 'tabs')).toEqual({ consumer: 'tabs', seq: 1, eventId: first.id });
    // One that is put aside is taken in, too; the first stored event of its own is 2.
    await world.publish(early);
    await world.pass(10);
    expect(world.actor.read.get(positionTable, 'tabs')).toEqual({ consumer: 'tabs', seq: 3, eventId: early.id });
  });

  it('does not start on a stream that grew again, and is down then; on its own it starts', async () => {
    let change: Partial<StreamLook> = {};
    const world = await createWorld({ wrapBus: looking(() => change) });
    await world.actor.start();
    await world.publish(opened('a'));
    await world.pass(10);
    await world.actor.stop();
    change = { eventAt: async () => 'another' };
    await expect(world.actor.start()).rejects.toThrow('the stream fell back, and grew again');
    expect(() => world.actor.execute({ causationId: 'c', correlationId: 'c', traceId: 't' }, () => 1)).toThrow('not running');
    change = {};
    await world.actor.start();
    await world.publish(charged('a', 3));
    await world.pass(10);
    expect(world.total('a')).toBe(3);
  });

  it('tells the bus whose position it is, the same in each life, and verifies the stream when asked', async () => {
    let change: Partial<StreamLook> = {};
    const opened: Parameters<Bus['consume']>[0][] = [];
    const world = await createWorld({
      wrapBus: (bus) => ({ ...looking(() => change)(bus), consume: (options, handle) => (opened.push(options), bus.consume(options, handle)) }),
    });
    await world.actor.start();
    await world.actor.stop();
    await world.actor.start();
    expect(opened.map(({ owner, afterSeq }) => [owner, afterSeq])).toEqual(Array.from({ length: 2 }, () => [world.actor.read.get(bindingTable, 'tabs')!.owner, 0]));
    await opened[1]!.verify!();
    change = { firstSeq: 3, lastSeq: 2 };
    await expect(opened[1]!.verify!()).rejects.toThrow('those up to 2 were removed');
    // A life that is over verifies nothing.
    await expect(opened[0]!.verify!()).resolves.toBeUndefined();
  });
});
