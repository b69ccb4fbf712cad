/** Somebody's own system, served as a whole program on a real bus, with real databases, behind a real gateway. */
import { dirname, join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, it, vi } from 'vitest';
import { BIN, SLOW_MS, cleanUpAfterAll, newFolder, runToEnd, startServe } from './process.fixture.ts';

cleanUpAfterAll();

const EXAMPLES = join(dirname(dirname(BIN)), 'examples');
const BANK = join(EXAMPLES, 'bank', 'bank.ts');
const SCENARIOS = join(EXAMPLES, 'bank', 'scenarios');
const BOOKING = join(EXAMPLES, 'booking', 'booking.ts');

it(
  'keeps the money of a bank over a restart, and tells what it refuses',
  async () => {
    const folder = join(newFolder(), 'data');
    const started = () => startServe(['--system', BANK, '--data-dir', folder]);
    const first = await started();
    const post = (path: string, body: object) =>
      fetch(`${first.gateway}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    expect((await post('/accounts', { accountId: 'kim', balance: 500 })).status).toBe(201);
    expect((await post('/accounts', { accountId: 'lee', balance: 0 })).status).toBe(201);
    const again = await post('/accounts', { accountId: 'kim', balance: 1 });
    expect(await again.json()).toMatchObject({ status: 409, code: 'account-exists', mend: 'Choose another id.' });
    expect((await post('/transfers', { from: 'kim', to: 'lee', amount: 120 })).status).toBe(201);
    await vi.waitFor(
      async () => {
        expect(await (await fetch(`${first.gateway}/transfers?from=kim`)).json()).toMatchObject({
          items: [{ status: 'done', amount: 120 }],
        });
      },
      { timeout: 30_000 },
    );
    first.kill('SIGTERM');
    expect((await first.ended).code).toBe(0);

    const second = await started();
    expect(await (await fetch(`${second.gateway}/accounts`)).json()).toMatchObject({
      items: [
        { accountId: 'kim', balance: 380 },
        { accountId: 'lee', balance: 120 },
      ],
    });
    const { paths } = (await (await fetch(`${second.gateway}/openapi.json`)).json()) as { readonly paths: object };
    expect(Object.keys(paths)).toEqual(expect.arrayContaining(['/accounts', '/accounts/{accountId}', '/transfers']));
  },
  SLOW_MS,
);

it(
  'keeps the deadline of a booking over the death of its process, and has it come at the next start where it is overdue',
  async () => {
    const folder = join(newFolder(), 'data');
    const started = () => startServe(['--system', BOOKING, '--data-dir', folder]);
    const bookingsAt = async (gateway: string): Promise<unknown> => (await fetch(`${gateway}/bookings`)).json();
    const first = await started();
    const made = await fetch(`${first.gateway}/bookings`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ price: 100 }),
    });
    expect(made.status).toBe(201);
    await vi.waitFor(async () => expect(await bookingsAt(first.gateway)).toMatchObject({ items: [{ status: 'held' }] }), {
      timeout: 30_000,
    });
    first.kill('SIGKILL');
    await first.ended;

    // A quarter of an hour later, as far as its database can tell.
    const database = new Sqlite(join(folder, 'bookings.sqlite'));
    expect(database.prepare('UPDATE deadlines SET at = at - 900000').run().changes).toBe(1);
    database.close();
    const second = await started();
    await vi.waitFor(async () => expect(await bookingsAt(second.gateway)).toMatchObject({ items: [{ status: 'canceled' }] }), {
      timeout: 30_000,
    });
    for (const path of ['seats', 'rooms'])
      expect(await (await fetch(`${second.gateway}/${path}`)).json()).toMatchObject({ items: [{ status: 'released' }] });
  },
  SLOW_MS,
);

it(
  'plays the scenarios of the bank on a real server, with faults, crashes and all',
  async () => {
    const { code, out, err } = await runToEnd(['run', '--system', BANK, SCENARIOS, '--report', 'plain']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^3 scenarios: 3 passed/m);
  },
  SLOW_MS,
);
