import { describe, expect, it } from 'vitest';
import { OperatingError } from '../kernel/errors.ts';
import type { Note, SharedNotes } from './bus.ts';
import { createMemoryNotes } from './memory-notes.fixture.ts';
import { createNatsBusHost } from './nats.ts';
import { withConfiguredServer } from './test-server.contract.ts';

/** Runs work with notes of one world, opened twice, as by two processes. */
type WithNotes = (work: (one: SharedNotes, other: SharedNotes) => Promise<void>) => Promise<void>;

const inMemory: WithNotes = (work) => {
  const notes = createMemoryNotes(Date);
  return work(notes.open(), notes.open());
};

const onServer: WithNotes = (work) =>
  withConfiguredServer('jetstream { store_dir: "FOLDER" }', async (port) => {
    const hosts = await Promise.all([1, 2].map(() => createNatsBusHost({ servers: [`127.0.0.1:${port}`] })));
    const notes = await Promise.all(hosts.map((host) => host.openNotes!('w')));
    try {
      await work(notes[0]!, notes[1]!);
    } finally {
      for (const one of notes) await one.close();
      for (const host of hosts) await host.close();
    }
  });

describe.each<[string, WithNotes]>([
  ['in memory', inMemory],
  ['on a server', onServer],
])('notes %s', (_where, withNotes) => {
  it('are written by whoever knows the last change, and by nobody else', () =>
    withNotes(async (one, other) => {
      expect(await other.get('a')).toBeUndefined();
      const first = await one.put('a', '1', 0);
      expect(await other.put('a', '2', 0)).toBeUndefined();
      expect(await other.get('a')).toMatchObject({ key: 'a', text: '1', revision: first });
      const second = await other.put('a', '2', first!);
      expect(second).toBeGreaterThan(first!);
      expect(await one.put('a', '3', first!)).toBeUndefined();
      expect(await one.remove('a', first!)).toBe(false);
      expect(await one.remove('a', second!)).toBe(true);
      const removed = await other.get('a');
      expect(removed?.text).toBeUndefined();
      expect(await other.put('a', '4', second!)).toBeUndefined();
      expect(await other.put('a', '4', removed?.revision ?? 0)).toBeGreaterThan(second!);
    }));

  it('are listed as they stand, and not as they were', () =>
    withNotes(async (one, other) => {
      expect(await other.list()).toEqual([]);
      const first = await one.put('a', '1', 0);
      await one.put('a', '2', first!);
      await one.put('b', '3', 0);
      expect((await other.list()).map(({ key, text }) => [key, text])).toEqual([
        ['a', '2'],
        ['b', '3'],
      ]);
    }));

  it('are gone where somebody closes them for good', () =>
    withNotes(async (one, other) => {
      await one.put('a', '1', 0);
      await one.close({ destroy: true });
      const left = await other.list().catch((error: unknown) => error);
      expect(left instanceof OperatingError ? left.trouble : left).toEqual(left instanceof OperatingError ? 'infrastructure' : []);
    }));

  it('are heard as they are, and as they change, by whoever watches', () =>
    withNotes(async (one, other) => {
      const first = await one.put('cell.0.front', 'x', 0);
      await one.put('process.1', 'y', 0);
      const heard: Note[] = [];
      await other.watch((note) => void heard.push(note));
      const told = () => heard.map(({ key, text }) => [key, text]);
      expect(told()).toEqual([
        ['cell.0.front', 'x'],
        ['process.1', 'y'],
      ]);
      await one.put('cell.0.front', 'z', first!);
      await expect.poll(() => told().at(-1)).toEqual(['cell.0.front', 'z']);
      await one.remove('cell.0.front', (await one.get('cell.0.front'))!.revision);
      await expect.poll(() => told().at(-1)).toEqual(['cell.0.front', undefined]);
      expect(Math.abs(heard[0]!.at - Date.now())).toBeLessThan(3_600_000);
    }));
});
