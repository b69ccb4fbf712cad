/** A load as a process: interrupted, killed; and a served system whose look-ups are switched while it runs. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Entry } from '../src/kernel/recording.ts';
import { SLOW_MS, areGone, childrenOf, cleanUpAfterEach, newFolder, start, startServe } from './process.fixture.ts';

cleanUpAfterEach();

const descendantsOf = (pid: number): readonly number[] => childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);
const entriesIn = (file: string): readonly Entry[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line) as Entry);

/**
 * What comes before the first answer (an order is delivered, the system warmed up, the load simulated) is work for the
 * machine, and it may have other work.
 */
const START_MS = 240_000;

/** Starts the seed's load of half a minute, and waits until requests are answered. */
const startLoad = async () => {
  const recording = join(newFolder(), 'load.ndjson');
  const program = start(['load', '--duration', '30s', '--bus', 'memory', '--report', 'plain', '--report', `ndjson=${recording}`]);
  await expect
    .poll(() => existsSync(recording) && readFileSync(recording, 'utf8').includes('"kind":"load.answers"'), {
      timeout: START_MS,
      interval: 200,
    })
    .toBe(true);
  return { program, recording };
};

it('is interrupted with 130, and reports what it has measured', { timeout: START_MS + SLOW_MS }, async () => {
  const { program, recording } = await startLoad();
  const below = descendantsOf(program.pid);
  expect(below.length).toBeGreaterThan(0);
  program.kill('SIGINT');
  expect(await program.ended).toEqual({ code: 130, signal: null });
  expect(program.out()).toContain('Failed transactions:');
  expect(program.out()).not.toMatch(/✓ held|✗ missed/);
  const results = entriesIn(recording).flatMap((entry) => (entry.kind === 'load.finished' ? [entry.result] : []));
  expect(results).toHaveLength(1);
  expect(results[0]?.metrics['http.requests']).toBeGreaterThan(0);
  await expect.poll(() => areGone(below), { timeout: 30_000 }).toBe(true);
});

it('leaves no process behind that makes load where it is killed', { timeout: START_MS + SLOW_MS }, async () => {
  const { program } = await startLoad();
  const below = descendantsOf(program.pid);
  program.kill('SIGKILL');
  await program.ended;
  await expect.poll(() => areGone(below), { timeout: 30_000 }).toBe(true);
});

it.skipIf(process.platform === 'win32')('switches slow look-ups of a served system by a signal', { timeout: SLOW_MS }, async () => {
  const served = await startServe(['--bus', 'memory', '--fault', 'slow-order-lookup=60000ms..60000ms']);
  let answered = 0;
  const lookUp = (): Promise<void> =>
    fetch(`${served.gateway}/orders/none`).then(
      () => void (answered += 1),
      // The system ended before.
      () => undefined,
    );
  /** What is asked for later than a slow look-up is answered before. */
  const others = async (): Promise<unknown> => (await fetch(`${served.gateway}/orders`)).json();
  void lookUp();
  await others();
  expect(answered).toBe(0);
  served.kill('SIGUSR2');
  await expect.poll(served.err).toContain('look-ups of orders are quick again');
  await lookUp();
  expect(answered).toBe(1);
  served.kill('SIGUSR2');
  await expect.poll(served.err).toContain('look-ups of orders are slow now');
  void lookUp();
  await others();
  expect(answered).toBe(1);
});
