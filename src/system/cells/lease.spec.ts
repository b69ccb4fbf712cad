import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createMemoryNotes } from '../../bus/memory-notes.fixture.ts';
import type { BusHost, SharedNotes } from '../../bus/bus.ts';
import { createMemoryBusHost } from '../../bus/memory.ts';
import { FOOD } from '../../contexts/index.ts';
import type { Timers } from '../../kernel/clock.ts';
import { OperatingError } from '../../kernel/errors.ts';
import { createVirtualTime } from '../../kernel/virtual-time.ts';
import { createFileDisk } from '../../runtime/tables/sqlite.ts';
import { RUNTIME_SCHEMA } from '../../runtime/actor/ledger.ts';
import { describeContexts } from '../definition.ts';
import { nextTurn } from '../wall-time.ts';
import { createClaims } from './claims.ts';
import { createDirectory } from './directory.ts';
import { fencedDisk, fencedHost } from './fenced.ts';
import { createElapsed, openLease, type Lease } from './lease.ts';

const made: string[] = [];
afterEach(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true });
});

const LEASE_MS = 10_000;
const front = describeContexts(FOOD).find(({ name }) => name === 'front')!;

const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'food-sim-lease-'));
  made.push(folder);
  return folder;
};

/** Processes that share notes, on one virtual time. */
const createShared = () => {
  const time = createVirtualTime(nextTurn);
  const shared = createMemoryNotes(time);
  let tokens = 0;

  /** A process, that can be paused: then it does nothing, and its time goes on; and whose bus can be away. */
  const open = async (id: string) => {
    let isPaused = false;
    let isAway = false;
    const missed: (() => void)[] = [];
    const timers: Timers = {
      now: time.now,
      after: (delayMs, wake) => time.after(delayMs, () => (isPaused ? void missed.push(wake) : wake())),
    };
    const own = shared.open();
    const unlessAway =
      <Arguments extends unknown[], Result>(ask: (...asked: Arguments) => Promise<Result>) =>
      (...asked: Arguments): Promise<Result> =>
        isAway ? Promise.reject(new OperatingError('infrastructure', 'the bus is away', { isPassing: true })) : ask(...asked);
    const notes: SharedNotes = { ...own, get: unlessAway(own.get), put: unlessAway(own.put), remove: unlessAway(own.remove) };
    const losses: OperatingError[] = [];
    const elapsed = time.now;
    const lease = await openLease({ notes, id, leaseMs: LEASE_MS, timers, elapsed, onLost: (error) => void losses.push(error) });
    const claims = createClaims({ notes, lease, timers, elapsed, newToken: () => `token ${(tokens += 1)}` });
    const claim = (folder: string, cell = 0): Promise<void> =>
      claims.claim({ cell, definition: front, disk: createFileDisk(folder, { synchronous: 'OFF' }), folder, url: `http://${id}` });
    return {
      lease,
      losses,
      claim,
      pause: () => void (isPaused = true),
      resume: (): void => {
        isPaused = false;
        for (const wake of missed.splice(0)) wake();
      },
      loseBus: () => void (isAway = true),
      findBus: () => void (isAway = false),
    };
  };
  const wait = (ms: number): Promise<void> => new Promise((resolve) => void time.after(ms, resolve));
  return { time, shared, open, wait };
};

/** Plays it to its end on virtual time; processes that are left release their leases. */
const play = (work: (given: ReturnType<typeof createShared>) => Promise<void>): Promise<void> => {
  const given = createShared();
  return given.time.run(() => work(given));
};

const troubleOf = (lease: Lease, marginMs?: number): unknown => {
  try {
    lease.check(marginMs);
    return undefined;
  } catch (error) {
    return error;
  }
};

const PASSING = expect.objectContaining({ trouble: 'infrastructure', isPassing: true }) as unknown;
const FOR_GOOD = expect.objectContaining({ trouble: 'infrastructure', isPassing: false }) as unknown;

describe('a lease', () => {
  it('lasts as long as its process beats, and is over at once when it is released', () =>
    play(async ({ open, wait, shared }) => {
      const one = await open('one');
      await wait(10 * LEASE_MS);
      expect(troubleOf(one.lease)).toBeUndefined();
      await one.lease.release();
      expect((await shared.open().get('process.one'))?.text).toBeUndefined();
      await wait(LEASE_MS);
      expect(troubleOf(one.lease)).toEqual(PASSING);
    }));

  it('runs out while the bus is away, and goes on when it is back', () =>
    play(async ({ open, wait }) => {
      const one = await open('one');
      one.loseBus();
      await wait(LEASE_MS * 0.5);
      expect(troubleOf(one.lease)).toBeUndefined();
      // What is sent now may still be on its way when the lease is over.
      expect(troubleOf(one.lease, LEASE_MS * 0.5)).toEqual(PASSING);
      await wait(LEASE_MS * 0.5);
      expect(troubleOf(one.lease)).toEqual(PASSING);
      one.findBus();
      await wait(LEASE_MS * 0.5);
      expect(troubleOf(one.lease)).toBeUndefined();
      expect(one.losses).toEqual([]);
      await one.lease.release();
    }));

  it('counts from when a beat was sent, and not from when it was answered', () =>
    play(async ({ shared, time, wait }) => {
      const own = shared.open();
      const put: SharedNotes['put'] = async (...note) => {
        const revision = await own.put(...note);
        await wait(4_000);
        return revision;
      };
      const notes = { ...own, put };
      const lease = await openLease({ notes, id: 'one', leaseMs: LEASE_MS, timers: time, elapsed: time.now, onLost: () => undefined });
      expect([troubleOf(lease, 4_900), troubleOf(lease, 5_100)]).toEqual([undefined, expect.any(OperatingError)]);
      await lease.release();
    }));

  it('survives a beat whose answer was lost', () =>
    play(async ({ open, wait, shared }) => {
      const one = await open('one');
      const notes = shared.open();
      const note = (await notes.get('process.one'))!;
      await notes.put(note.key, note.text!, note.revision);
      await wait(LEASE_MS);
      expect([troubleOf(one.lease), one.losses]).toEqual([undefined, []]);
      await one.lease.release();
    }));
});

describe('two processes', () => {
  it('never both hold a context of a cell: the second is told who serves it, and takes nothing', () =>
    play(async ({ open, wait }) => {
      const [folder, copy] = [newFolder(), newFolder()];
      const one = await open('one');
      await one.claim(folder);
      cpSync(folder, copy, { recursive: true });
      const two = await open('two');
      await expect(two.claim(copy)).rejects.toMatchObject({
        isPassing: true,
        message: expect.stringContaining(`process ${process.pid} on`) as string,
      });
      await wait(LEASE_MS);
      expect([troubleOf(one.lease), one.losses]).toEqual([undefined, []]);
      await one.lease.release();
      await two.lease.release();
    }));

  it('go on one after the other from the same folder, wherever it is brought', () =>
    play(async ({ open }) => {
      const [folder, moved] = [newFolder(), newFolder()];
      const one = await open('one');
      await one.claim(folder);
      await one.lease.release();
      cpSync(folder, moved, { recursive: true });
      const two = await open('two');
      await two.claim(moved);
      await two.lease.release();
      // The first folder was left behind.
      const three = await open('three');
      await expect(three.claim(folder)).rejects.toMatchObject({
        isPassing: false,
        message: expect.stringContaining(`${folder} is not the folder`) as string,
      });
      await expect(three.claim(newFolder())).rejects.toMatchObject({ isPassing: false });
      await three.claim(moved);
      await three.lease.release();
    }));

  it('change hands when one is silent for longer than its lease, and the silent one stops', () =>
    play(async ({ open, wait }) => {
      const [folder, copy] = [newFolder(), newFolder()];
      const one = await open('one');
      await one.claim(folder);
      const disk = fencedDisk(createFileDisk(folder, { synchronous: 'OFF' }), one.lease);
      const database = disk.open('front', [RUNTIME_SCHEMA, front.schema]);
      expect(database.transact(() => 'committed')).toBe('committed');
      one.pause();
      cpSync(folder, copy, { recursive: true });
      const two = await open('two');
      await two.claim(copy);
      expect(troubleOf(two.lease)).toBeUndefined();
      // It has not noticed yet, and can do no harm.
      expect(troubleOf(one.lease)).toEqual(PASSING);
      expect(() => database.transact(() => 'harm')).toThrow('could not be renewed');
      one.resume();
      await wait(1);
      expect([troubleOf(one.lease), one.losses]).toEqual([FOR_GOOD, [FOR_GOOD]]);
      expect(() => database.transact(() => 'harm')).toThrow('another one took over');
      database.close();
      await expect(one.claim(folder)).rejects.toEqual(FOR_GOOD);
      await two.lease.release();
    }));

  it('do not change hands where one was away for less than its lease', () =>
    play(async ({ open, wait }) => {
      const [folder, copy] = [newFolder(), newFolder()];
      const one = await open('one');
      await one.claim(folder);
      cpSync(folder, copy, { recursive: true });
      one.pause();
      const two = await open('two');
      const taking = two.claim(copy);
      const refused = expect(taking).rejects.toMatchObject({ isPassing: true });
      await wait(LEASE_MS * 0.8);
      one.resume();
      await refused;
      expect([troubleOf(one.lease), one.losses]).toEqual([undefined, []]);
      await one.lease.release();
      await two.lease.release();
    }));
});

describe('what was lost on the way', () => {
  it('a claim that was told, and not kept, is known to its database', () =>
    play(async ({ open, shared }) => {
      const folder = newFolder();
      const one = await open('one');
      await one.claim(folder);
      await one.lease.release();
      const disk = createFileDisk(folder, { synchronous: 'OFF' });
      // Killed between telling the others and keeping it.
      const database = disk.open('front', [RUNTIME_SCHEMA, front.schema]);
      const { claimTable } = await import('../../runtime/actor/ledger.ts');
      database.transact((tables) => tables.put(claimTable, { consumer: 'front', token: 'an older one', next: 'told' }));
      database.close();
      const notes = shared.open();
      const note = (await notes.get('cell.0.front'))!;
      await notes.put(note.key, JSON.stringify({ process: 'gone', url: 'http://gone', token: 'told' }), note.revision);
      const two = await open('two');
      await two.claim(folder);
      await two.lease.release();
    }));

  it('a claim whose process was killed as it was told is known to its database, which was told first', () =>
    play(async ({ shared, open, time }) => {
      const folder = newFolder();
      const own = shared.open();
      const put: SharedNotes['put'] = async (key, ...rest) => {
        await own.put(key, ...rest);
        if (key.startsWith('cell.')) throw new Error('killed');
        return own.get(key).then((note) => note?.revision);
      };
      const given = { notes: { ...own, put }, timers: time, elapsed: time.now };
      const lease = await openLease({ ...given, id: 'one', leaseMs: LEASE_MS, onLost: () => undefined });
      const claims = createClaims({ ...given, lease, newToken: () => 'told' });
      const disk = createFileDisk(folder, { synchronous: 'OFF' });
      await expect(claims.claim({ cell: 0, definition: front, disk, folder, url: 'http://one' })).rejects.toThrow('killed');
      await lease.release();
      const two = await open('two');
      await two.claim(folder);
      await two.lease.release();
    }));
});

describe('a fence', () => {
  it('is looked at before a transaction begins, and for as long ahead as a message is on its way', async () => {
    const margins: (number | undefined)[] = [];
    let isOver = false;
    const lease: Lease = {
      id: 'x',
      check: (marginMs) => {
        margins.push(marginMs);
        if (isOver) throw new OperatingError('infrastructure', 'over', { isPassing: true });
      },
      leave: () => Promise.resolve(),
      release: () => Promise.resolve(),
    };
    const bus = await fencedHost(createMemoryBusHost({ timers: createVirtualTime(nextTurn) }), lease, 5).open('w');
    await bus.publish([]);
    expect(margins).toEqual([5]);
    const database = fencedDisk(createFileDisk(newFolder(), { synchronous: 'OFF' }), lease).open('front', [RUNTIME_SCHEMA, front.schema]);
    isOver = true;
    let hasBegun = false;
    expect(() => database.transact(() => (hasBegun = true))).toThrow('over');
    expect(hasBegun).toBe(false);
    database.close();
  });

  it('stands before the bus, and within a transaction that lasted too long', async () => {
    let isOver = false;
    const lease: Lease = {
      id: 'x',
      check: () => {
        if (isOver) throw new OperatingError('infrastructure', 'over', { isPassing: true });
      },
      leave: () => Promise.resolve(),
      release: () => Promise.resolve(),
    };
    const time = createVirtualTime(nextTurn);
    const host: BusHost = fencedHost(createMemoryBusHost({ timers: time }), lease, 5);
    const bus = await host.open('w');
    await bus.publish([]);
    const database = fencedDisk(createFileDisk(newFolder(), { synchronous: 'OFF' }), lease).open('front', [RUNTIME_SCHEMA, front.schema]);
    const { claimTable } = await import('../../runtime/actor/ledger.ts');
    const write = () =>
      database.transact((tables) => {
        tables.put(claimTable, { consumer: 'front', token: 'harm', next: 'harm' });
        isOver = true;
      });
    expect(write).toThrow('over');
    expect(database.read.get(claimTable, 'front')).toBeUndefined();
    expect(() => bus.publish([])).toThrow('over');
    database.close();
  });
});

describe('a directory', () => {
  it('says where a context of a cell is, and why it can not be asked', () => {
    let now = 0;
    const directory = createDirectory(() => now);
    let revision = 0;
    const hear = (key: string, value: object | undefined): void =>
      directory.hear({ key, text: value === undefined ? undefined : JSON.stringify(value), revision: (revision += 1), at: 0 });
    const beat = (id: string, more = {}): void =>
      hear(`process.${id}`, { name: '{}', host: 'h', pid: 7, leaseMs: 1_000, isLeaving: false, ...more });
    const find = () => directory.find('front', 3);
    expect(find()).toEqual({ reason: 'nobody has served it yet' });
    beat('one');
    hear('cell.3.front', { process: 'one', url: 'http://one', token: 't' });
    expect(find()).toEqual({ url: 'http://one' });
    expect(directory.find('store', 3)).toEqual({ reason: 'nobody has served it yet' });
    // While nobody is heard, nobody is to blame.
    now = 60_000;
    expect(find()).toEqual({ url: 'http://one' });
    beat('two');
    expect(find()).toEqual({ reason: 'process 7 on h has been silent for 60 s' });
    beat('one');
    expect(find()).toEqual({ url: 'http://one' });
    beat('one', { isLeaving: true });
    expect(find()).toEqual({ reason: 'process 7 on h is about to stop' });
    hear('process.one', undefined);
    expect(find()).toEqual({ reason: 'nobody serves it at the moment' });
    hear('cell.3.front', { process: 'two', url: 'http://two', token: 't' });
    expect(find()).toEqual({ url: 'http://two' });
  });
});

describe('elapsed time', () => {
  it('goes on by whichever clock went further, and never back', () => {
    let [wall, steady] = [1_000, 0];
    const elapsed = createElapsed(
      () => wall,
      () => steady,
    );
    [wall, steady] = [1_100, 100];
    expect(elapsed()).toBe(100);
    // The machine slept.
    [wall, steady] = [5_100, 110];
    expect(elapsed()).toBe(4_100);
    // Somebody set the clock back.
    [wall, steady] = [100, 210];
    expect(elapsed()).toBe(4_200);
    expect(elapsed()).toBe(4_200);
  });
});
