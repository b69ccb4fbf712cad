import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { birthOf } from './process-alive.ts';
import { lockStore } from './store-lock.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'food-sim-lock-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Another process that holds the lock until it is killed. */
const holdElsewhere = async (part: string): Promise<{ readonly pid: number; readonly kill: () => Promise<void> }> => {
  const script = `
    const { lockStore } = await import(${JSON.stringify(new URL('./store-lock.ts', import.meta.url).href)});
    await lockStore(${JSON.stringify(folder)}, ${JSON.stringify(part)});
    console.log('held');
    // The lock is kept although nobody refers to it any more.
    setInterval(() => gc(), 20);`;
  const child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await new Promise<string>((resolve) => createInterface({ input: child.stdout }).once('line', resolve));
  return {
    pid: child.pid!,
    kill: () => {
      child.kill('SIGKILL');
      return ended;
    },
  };
};

describe('the lock of a folder', () => {
  it('is one process’s, part by part, until that one ends, whatever numbers stand in the folder', async () => {
    const other = await holdElsewhere('store');
    await expect(lockStore(folder, 'store')).rejects.toMatchObject({
      trouble: 'infrastructure',
      message: `${folder} is in use by process ${other.pid}`,
      mend: expect.stringMatching(/another folder/),
    });
    await (await lockStore(folder, 'front')).release();
    // A container on the same volume is a process of our own number, on a host of another name.
    await writeFile(join(folder, 'store.owner'), JSON.stringify({ pid: process.pid, host: 'another' }));
    await expect(lockStore(folder, 'store')).rejects.toThrow(`${folder} is in use by process ${process.pid} on another`);
    // Whoever removes the word for people has not removed the lock.
    await rm(join(folder, 'store.owner'));
    await expect(lockStore(folder, 'store')).rejects.toThrow(`${folder} is in use by another process`);
    await other.kill();
    await (await lockStore(folder, 'store')).release();
  });

  it('is refused to this process a second time, and free after its release', async () => {
    const lock = await lockStore(folder);
    await expect(lockStore(folder)).rejects.toThrow(`${folder} is in use by process ${process.pid}`);
    await expect(lockStore(folder)).rejects.toThrow('is in use');
    await lock.release();
    const again = await lockStore(folder);
    // Released once more, it lets go of nobody else's.
    await lock.release();
    await expect(lockStore(folder)).rejects.toThrow('is in use');
    await again.release();
    expect(await readdir(folder)).toEqual(['food-sim.lock']);
  });

  it('is taken over from a process that is gone, of any number, and from half a word of one', async () => {
    for (const left of [JSON.stringify({ pid: process.pid, host: hostname() }), JSON.stringify({ pid: 1, host: 'another' }), '{"pid":']) {
      await writeFile(join(folder, 'food-sim.owner'), left);
      await (await lockStore(folder)).release();
    }
  });

  it('waits for the server of an owner that was killed, and for no other process that has its number since', async () => {
    const server = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'ignore' });
    const gone = new Promise((resolve) => server.once('close', resolve));
    const owner = { pid: 4_999_999, host: hostname(), server: { pid: server.pid!, birth: birthOf(server.pid!) } };
    await writeFile(join(folder, 'food-sim.owner'), JSON.stringify(owner));
    let isTaken = false;
    const taking = lockStore(folder).then((lock) => {
      isTaken = true;
      return lock;
    });
    await expect(lockStore(folder)).rejects.toThrow('is in use');
    expect(isTaken).toBe(false);
    server.kill('SIGKILL');
    await gone;
    const lock = await taking;
    await lock.addServer(process.pid);
    expect(JSON.parse(await readFile(join(folder, 'food-sim.owner'), 'utf8'))).toMatchObject({
      pid: process.pid,
      server: { pid: process.pid },
    });
    await lock.release();
    if (process.platform !== 'linux') return;
    await writeFile(join(folder, 'food-sim.owner'), JSON.stringify({ ...owner, server: { pid: process.pid, birth: owner.server.birth } }));
    await (await lockStore(folder)).release();
  });

  it('says what is wrong with a folder that can’t be written to', async () => {
    await expect(lockStore(join(folder, 'nowhere'))).rejects.toThrow(/ENOENT/);
  });
});
