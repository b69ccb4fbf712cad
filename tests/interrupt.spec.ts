/** What stops the program politely, or not at all politely, leaves nothing behind. */
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { startEmbeddedServer } from '../src/bus/embedded-server.ts';
import { SLOW_MS, areGone, childrenOf, cleanUpAfterEach, newFolder, start, startServe, type Program } from './process.fixture.ts';

cleanUpAfterEach();

/** From the signal to the end, on a busy machine; what is interrupted would wait for longer. */
const PATIENCE_MS = 30_000;
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** The arguments that choose a bus; an external one is started. */
const choose = async (bus: string): Promise<readonly string[]> => {
  if (bus !== 'external') return ['--bus', bus];
  const server = await startEmbeddedServer({ storeDir: newFolder() });
  closers.push(() => server.stop());
  return ['--bus', server.url];
};

const LONG = `name: A long one
steps:
  - place: { order: lunch, customer: kim, price: 12000 }
  - settle
  - expect: { order: lunch, is: 결재됨 }
  - pause: 60s
  - expect: { order: lunch, is: 결재됨 }
`;

const linesOf = (file: string): readonly Record<string, unknown>[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** Starts a run that passes one scenario and stays in a second one. */
const startRun = async (args: readonly string[]): Promise<{ readonly program: Program; readonly recording: string }> => {
  const recording = join(newFolder(), 'run.ndjson');
  const folder = newFolder();
  writeFileSync(join(folder, 'short.yaml'), LONG.replace('A long one', 'A short one').replace('60s', '1ms'));
  writeFileSync(join(folder, 'stays.yaml'), LONG);
  const program = start(
    ['run', 'short.yaml', 'stays.yaml', '--jobs', '1', '--report', 'plain', '--report', `ndjson=${recording}`, ...args],
    { cwd: folder },
  );
  // The recording is written at the end of each step; the one before the pause is the third.
  const isPausing = (): boolean =>
    existsSync(recording) &&
    linesOf(recording).some(({ kind, step, scenario }) => kind === 'step.finished' && scenario === 2 && step === '3');
  await expect.poll(isPausing, { timeout: 60_000 }).toBe(true);
  return { program, recording };
};

/** How it ended, where it did so in time. */
const endedInTime = async (program: Program): Promise<unknown> => {
  let late: NodeJS.Timeout | undefined;
  const patience = new Promise((resolve) => {
    late = setTimeout(() => {
      resolve(`still running after ${PATIENCE_MS} ms`);
    }, PATIENCE_MS);
  });
  const how = await Promise.race([program.ended, patience]);
  clearTimeout(late);
  return how;
};

const expectNothingLeft = async (program: Program, left: readonly number[]): Promise<void> => {
  await expect.poll(() => areGone(left), { timeout: PATIENCE_MS }).toBe(true);
  await expect.poll(() => readdirSync(program.temporary), { timeout: PATIENCE_MS }).toEqual([]);
};

test.each([
  ['embedded', 'SIGINT'],
  ['embedded', 'SIGTERM'],
  ['external', 'SIGINT'],
  ['external', 'SIGTERM'],
  ['memory', 'SIGINT'],
  ['memory', 'SIGTERM'],
] as const)(
  'a run on the %s bus ends on %s with what it reached, and leaves nothing behind',
  async (bus, signal) => {
    const { program, recording } = await startRun(await choose(bus));
    const left = childrenOf(program.pid);
    // The server and its watchdog.
    expect(left).toHaveLength(bus === 'embedded' ? 2 : 0);
    program.kill(signal);
    expect(await endedInTime(program)).toEqual({ code: 130, signal: null });
    expect(program.out()).toMatch(/A short one[^]*A long one[^]*interrupted/);
    const counts = { passed: 1, failed: 0, errored: 0, inconclusive: 0, skipped: 0, interrupted: 1 };
    expect(linesOf(recording).at(-1)).toMatchObject({ kind: 'run.finished', outcome: 'interrupted', exitCode: 130, counts });
    await expectNothingLeft(program, left);
  },
  SLOW_MS,
);

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 0],
] as const)(
  'a served system ends on %s with code %i, and leaves nothing behind',
  async (signal, code) => {
    const program = await startServe([]);
    const left = childrenOf(program.pid);
    expect(left).toHaveLength(2);
    program.kill(signal);
    expect(await endedInTime(program)).toEqual({ code, signal: null });
    await expectNothingLeft(program, left);
  },
  SLOW_MS,
);

test(
  'a run that is killed outright takes its server and its folder with it',
  async () => {
    const { program } = await startRun(await choose('embedded'));
    const left = childrenOf(program.pid);
    expect(left).toHaveLength(2);
    program.kill('SIGKILL');
    expect(await endedInTime(program)).toEqual({ code: null, signal: 'SIGKILL' });
    await expectNothingLeft(program, left);
  },
  SLOW_MS,
);

test(
  'a second Ctrl-C does not wait for what the first one waits for',
  async () => {
    const program = await startServe(['--fault', 'slow-order-lookup=60000ms..60000ms']);
    const left = childrenOf(program.pid);
    const placed = await fetch(`${program.gateway}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ customerId: 'kim', storeId: 's1', foodId: 'bibimbap', price: 9_000, address: 'Seoul' }),
    });
    expect(placed.status).toBe(201);
    const { orderId } = (await placed.json()) as { orderId: string };
    const slow = fetch(`${program.gateway}/orders/${orderId}`).catch(() => 'cut off');
    // It is under way when one that came later has been answered.
    await (await fetch(`${program.gateway}/orders`)).json();
    program.kill('SIGINT');
    await program.line(/press Ctrl-C again to end at once/);
    // Two within the same moment are one: a terminal sends its Ctrl-C to every process in front of it.
    const again = setInterval(() => {
      program.kill('SIGINT');
    }, 100);
    const how = await Promise.race([program.ended, slow]);
    clearInterval(again);
    // It ended before the first one's patience with the request was over, which would have answered or cut it off alone.
    expect(await endedInTime(program)).toEqual({ code: 130, signal: null });
    expect([{ code: 130, signal: null }, 'cut off']).toContainEqual(how);
    await expectNothingLeft(program, left);
  },
  SLOW_MS,
);
