/** What people do to a system that runs on a data folder: faults set and ended, and dead letters seen to. */
import { execFileSync, spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { runMain } from '../src/cli/main.fixture.ts';
import { FOOD } from '../src/contexts/index.ts';
import { bury, buryUnsent } from '../src/runtime/actor/dead-letters.ts';
import { eventOf } from '../src/runtime/actor/actor.fixture.ts';
import { RUNTIME_SCHEMA } from '../src/runtime/actor/ledger.ts';
import { createFileDisk } from '../src/runtime/tables/sqlite.ts';
import { describeContexts } from '../src/system/definition.ts';
import { SLOW_MS, cleanUpAfterEach, newFolder, startServe } from './process.fixture.ts';

cleanUpAfterEach();

const LIMIT = { maxBytes: 1e9, onDropped: () => undefined };
const WRITTEN = { attempts: 6, at: 0 };

const place = async (gateway: string): Promise<string> => {
  const body = JSON.stringify({ customerId: 'kim', storeId: 's1', foodId: 'bibimbap', price: 9_000, address: 'Seoul' });
  const answer = await fetch(`${gateway}/orders`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  return ((await answer.json()) as { id: string }).id;
};

const timed = async (url: string): Promise<number> => {
  const startedAt = performance.now();
  await fetch(url);
  return performance.now() - startedAt;
};

describe.skipIf(process.platform === 'win32')('food-sim fault', () => {
  it('sets faults on a running system, lists them and ends them', { timeout: SLOW_MS }, async () => {
    const dataDir = join(newFolder(), 'data');
    const served = await startServe(['--bus', 'memory', '--data-dir', dataDir, '--fault', 'duplicate=Picked']);
    expect(statSync(join(dataDir, 'front.control')).mode & 0o777).toBe(0o600);
    const fault = (...words: readonly string[]) => runMain(['fault', ...words, '--data-dir', dataDir], newFolder());

    expect(await fault('slow-lookup', '700ms')).toMatchObject({ code: 0, out: 'slow-order-lookup=700ms is set.\n' });
    expect(await timed(`${served.gateway}/orders/none`)).toBeGreaterThanOrEqual(690);
    expect(await fault('slow-lookup', 'off')).toMatchObject({ code: 0, out: '1 fault ended.\n' });
    expect(await timed(`${served.gateway}/orders/none`)).toBeLessThan(690);

    expect(await fault('delay', 'OrderPlaced@store')).toMatchObject({ code: 0 });
    expect(await fault('crash=rider@before-commit:OrderPlaced')).toMatchObject({ code: 0 });
    const id = await place(served.gateway);
    await vi.waitFor(async () => expect((await fetch(`${served.gateway}/deliveries/${id}`)).status).toBe(200), { timeout: 20_000 });
    await vi.waitFor(async () => expect((await fetch(`${served.gateway}/foodCookings/${id}`)).status).toBe(200), { timeout: 20_000 });
    // The crash came, and is over.
    expect((await fault('list')).out).toMatch(/^duplicate=Picked +struck 0\ndelay=OrderPlaced@store +struck 1\n$/);
    expect(await fault('crash', 'store@after-commit')).toMatchObject({ code: 0 });
    expect(await fault('crash', 'off')).toMatchObject({ code: 0, out: '1 fault ended.\n' });
    expect(await fault('clear')).toMatchObject({ code: 0, out: '2 faults ended.\n' });
    expect(await fault('list')).toMatchObject({ code: 0, out: 'No faults are set.\n' });
    expect(await fault('drop', 'off')).toMatchObject({ code: 2, err: expect.stringContaining('no drop is set') as string });

    served.kill('SIGTERM');
    expect((await served.ended).code).toBe(0);
    expect(await fault('list')).toMatchObject({ code: 5, err: expect.stringMatching(/no food-sim serve runs on .*SIGUSR2/s) as string });
  });

  it('says what is wrong with its words before it looks for anybody', async () => {
    const cwd = newFolder();
    const fault = (...words: readonly string[]) => runMain(['fault', ...words], cwd);
    expect(await fault('dropp', '--data-dir', 'data')).toMatchObject({
      code: 2,
      err: expect.stringContaining('did you mean drop') as string,
    });
    expect(await fault('drop', 'Payd', '--data-dir', 'data')).toMatchObject({
      code: 2,
      err: expect.stringContaining('"Payd" is not an event') as string,
    });
    expect(await fault('slow-lookup', 'long', '--data-dir', 'data')).toMatchObject({
      code: 2,
      err: expect.stringContaining('fault: "long" is not a range of a delay') as string,
    });
    expect(await fault('slow-lookup=3s', '4s', '--data-dir', 'data')).toMatchObject({
      code: 2,
      err: expect.stringContaining('has its value already') as string,
    });
    expect(await fault('list', 'drop', '--data-dir', 'data')).toMatchObject({
      code: 2,
      err: expect.stringContaining('takes nothing more') as string,
    });
    expect(await fault('list')).toMatchObject({ code: 2, err: expect.stringContaining('--data-dir') as string });
    expect(await fault('list', '--data-dir', 'nowhere')).toMatchObject({ code: 5, err: expect.stringContaining('nowhere') as string });
    const long = 'x'.repeat(120);
    execFileSync('mkdir', [join(cwd, long)]);
    expect(await fault('list', '--data-dir', long)).toMatchObject({
      code: 5,
      err: expect.stringContaining('longer than a socket') as string,
    });
  });

  it('has a fallback: the signal reaches the process whose number serve prints, through npx too', { timeout: SLOW_MS }, async () => {
    const temporary = newFolder();
    const npx = spawn('npx', ['food-sim', 'serve', '--port', 'all=0', '--bus', 'memory'], {
      cwd: dirname(import.meta.dirname),
      env: { ...process.env, TMPDIR: temporary },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise((resolve) => npx.once('close', resolve));
    let [out, err] = ['', ''];
    npx.stdout.on('data', (text) => (out += String(text)));
    npx.stderr.on('data', (text) => (err += String(text)));
    await vi.waitFor(() => expect(out).toMatch(/^ready/m), { timeout: 60_000 });
    const pid = Number(/^process +(\d+)$/m.exec(out)?.[1]);
    process.kill(pid, 'SIGUSR2');
    await vi.waitFor(() => expect(err).toContain('look-ups of orders are slow now'), { timeout: 20_000 });
    process.kill(pid, 'SIGTERM');
    await ended;
  });
});

describe('food-sim dead-letters', () => {
  it('lists, shows, retries and discards while the system runs, and after it', { timeout: SLOW_MS }, async () => {
    const dataDir = join(newFolder(), 'data');
    const store = describeContexts(FOOD).find(({ name }) => name === 'store')!;
    const first = await startServe(['--bus', 'memory', '--data-dir', dataDir]);
    first.kill('SIGTERM');
    await first.ended;
    const order = '00000000-0000-7000-8000-000000000001';
    const heard = eventOf(
      'OrderPlaced',
      order,
      { orderId: order, customerId: 'kim', storeId: 's1', foodId: 'bibimbap', price: 9_000, address: 'Seoul', options: [] },
      { source: '/front' },
    );
    const database = createFileDisk(dataDir, { synchronous: 'FULL' }).open('store', [RUNTIME_SCHEMA, store.schema]);
    database.transact((tables) => {
      bury(tables, { ...WRITTEN, seq: 4, message: heard, reason: 'out of order' }, LIMIT);
      bury(
        tables,
        {
          ...WRITTEN,
          seq: 7,
          message: { malformed: true, subject: 'w.x', raw: '{"half', reason: 'is not JSON' },
          reason: 'The message is not JSON.',
        },
        LIMIT,
      );
      buryUnsent(
        tables,
        { ...WRITTEN, message: eventOf('OrderAccepted', order, { orderId: order }, { source: '/store' }), reason: 'too large' },
        LIMIT,
      );
    });
    database.close();

    const served = await startServe(['--bus', 'memory', '--data-dir', dataDir]);
    const letters = (...words: readonly string[]) => runMain(['dead-letters', ...words, '--data-dir', dataDir], newFolder());
    const listed = await letters('list');
    expect(listed).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        /^store\/-1 .*\nstore\/4 .* 6 attempts: out of order\nstore\/7 .*\n3 dead letters, \d+ bytes\.\n$/,
      ) as string,
    });
    expect(JSON.parse((await letters('show', 'store/7')).out)).toMatchObject({ seq: 7, context: 'store', message: '{"half' });
    expect((await fetch(`${served.gateway}/foodCookings/${order}`)).status).toBe(404);
    expect(await letters('retry', 'store/4', 'store/7')).toMatchObject({
      code: 1,
      out: expect.stringMatching(
        /^store\/7 stays: It is not an event.*\n1 dead letter put back: handled at once\. 1 dead letter left\.\n$/,
      ) as string,
    });
    await vi.waitFor(async () => expect((await fetch(`${served.gateway}/foodCookings/${order}`)).status).toBe(200), { timeout: 10_000 });
    expect(await letters('retry', 'store/4')).toMatchObject({
      code: 2,
      err: expect.stringContaining('there is no dead letter "store/4"') as string,
    });
    expect(await letters('discard', 'store/7')).toMatchObject({ code: 0, out: '1 dead letter discarded.\n' });
    expect((await letters('list')).out).toMatch(/^store\/-1 .*\n1 dead letter, /);
    expect(await (await fetch(`${served.gateway}/health`)).json()).toMatchObject({ contexts: { store: { deadLetters: 1 } } });

    served.kill('SIGTERM');
    await served.ended;
    expect(await letters('discard', 'all')).toMatchObject({ code: 0, out: '1 dead letter discarded.\n' });
    expect(await letters('list')).toMatchObject({ code: 0, out: 'No dead letters.\n' });
  });
});
