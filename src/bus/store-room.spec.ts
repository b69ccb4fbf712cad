import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRoomWatch, roomOnDisk } from './store-room.ts';
import { withFolder } from './test-server.contract.ts';

const MEBIBYTE = 1_048_576;

/** A disk with so much free. */
const withFree = (bytes: number) => () => Promise.resolve({ bavail: bytes / 4_096, bsize: 4_096 });

describe('the room of a store', () => {
  it.each([
    ['a large disk: all that is free but 64 MiB', 1_000 * MEBIBYTE, 936 * MEBIBYTE],
    ['a small disk: three quarters of what is free', 20 * MEBIBYTE, 15 * MEBIBYTE],
  ])('on %s, beside what it holds already', (_, free, more) =>
    withFolder(async (folder) => {
      const room = roomOnDisk(folder, withFree(free));
      expect(await room.limit()).toBe(more);
      expect(await room.free()).toBe(free);
      await mkdir(join(folder, 'streams', 'one'), { recursive: true });
      await writeFile(join(folder, 'streams', 'one', '1.blk'), Buffer.alloc(5_000));
      await writeFile(join(folder, 'meta'), Buffer.alloc(700));
      expect(await room.limit()).toBe(more + 5_700);
    }),
  );

  it('on a full disk is never none, which a server takes for no limit', () =>
    withFolder(async (folder) => {
      expect(await roomOnDisk(folder, withFree(0)).limit()).toBe(1);
    }));
});

describe('the watch over a full store', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const watching = (free: number) => {
    const disk = { free };
    const enlarge = vi.fn(async () => undefined);
    const watch = createRoomWatch('/data/nats', { limit: async () => 0, free: async () => disk.free }, enlarge);
    return { disk, enlarge, watch };
  };

  it('looks at nothing until the store is full', async () => {
    const { disk, enlarge, watch } = watching(0);
    watch.hears('[INF] Server is ready');
    disk.free = 100 * MEBIBYTE;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(enlarge).not.toHaveBeenCalled();
    expect(watch.trouble()).toBeUndefined();
  });

  it('waits for 4 MiB more than the least there was, once for each time', async () => {
    const { disk, enlarge, watch } = watching(10 * MEBIBYTE);
    watch.wantsRoom();
    await vi.advanceTimersByTimeAsync(1_500);
    disk.free = 2 * MEBIBYTE;
    await vi.advanceTimersByTimeAsync(1_500);
    disk.free = 6 * MEBIBYTE - 1;
    await vi.advanceTimersByTimeAsync(3_000);
    expect(enlarge).not.toHaveBeenCalled();
    disk.free = 6 * MEBIBYTE;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(enlarge).toHaveBeenCalledTimes(1);
    // Full again: what counts is what is free now.
    watch.wantsRoom();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(enlarge).toHaveBeenCalledTimes(1);
    disk.free = 10 * MEBIBYTE;
    await vi.advanceTimersByTimeAsync(1_500);
    expect(enlarge).toHaveBeenCalledTimes(2);
  });

  it.each([
    "[ERR] JetStream failed to store a msg on stream '$G > FOODSIM_a': write /data/nats/3.blk: no space left on device",
    '[ERR] JetStream file resource limits exceeded for server',
    '[ERR] write C:\\data\\3.blk: There is not enough space on the disk.',
    '[ERR] write /data/nats/3.blk: disk quota exceeded',
    '[ERR] JetStream out of resources, will be DISABLED',
  ])('begins at the server’s own word: %s', async (line) => {
    const { disk, enlarge, watch } = watching(0);
    watch.hears(line);
    expect(watch.trouble()).toBe('the disk of /data/nats has no room for the embedded server');
    await vi.advanceTimersByTimeAsync(1);
    disk.free = 8 * MEBIBYTE;
    await vi.advanceTimersByTimeAsync(1_500);
    expect(enlarge).toHaveBeenCalledTimes(1);
    expect(watch.trouble()).toBeUndefined();
  });

  it('asks a slow disk once at a time, and one that could not be asked again', async () => {
    let asked = 0;
    let answer: (free: Promise<number>) => void = () => undefined;
    const free = (): Promise<number> => new Promise((resolve) => ((asked += 1), (answer = resolve)));
    const watch = createRoomWatch('/data/nats', { limit: async () => 0, free }, async () => undefined);
    watch.wantsRoom();
    watch.wantsRoom();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked).toBe(1);
    answer(Promise.reject(new Error('not now')));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(asked).toBe(2);
    answer(Promise.resolve(0));
    watch.end();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked).toBe(2);
  });

  it('ends with the server', async () => {
    const { disk, enlarge, watch } = watching(0);
    watch.wantsRoom();
    await vi.advanceTimersByTimeAsync(1_500);
    watch.end();
    disk.free = 100 * MEBIBYTE;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(enlarge).not.toHaveBeenCalled();
  });
});
