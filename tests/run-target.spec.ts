/** Scenarios judged against a system that another process serves: over HTTP, and by what its stream tells. */
import { createServer } from 'node:http';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import bank from '../examples/bank/bank.ts';
import { withConfiguredServer } from '../src/bus/test-server.contract.ts';
import { runMain } from '../src/cli/main.fixture.ts';
import { Secret } from '../src/kernel/secret.ts';
import { createMarking } from '../src/system/remote-marks.ts';
import { FOOD } from '../src/contexts/index.ts';
import { readVersion } from '../src/system/version.ts';
import { SLOW_MS, cleanUpAfterEach, newFolder } from './process.fixture.ts';
import { placeAt, serving } from './serving.fixture.ts';

cleanUpAfterEach();

const SERVER = 'jetstream { store_dir: "FOLDER" }';

/** A scenario file in a folder of its own. */
const written = (text: string): { readonly folder: string; readonly file: string } => {
  const folder = newFolder();
  writeFileSync(join(folder, 'it.yaml'), text);
  return { folder, file: 'it.yaml' };
};

const REJECTED = `name: A rejected order is refunded
steps:
  - place: { order: lunch, customer: kim, store: s1, food: bibimbap, price: 12000, address: Seoul }
  - reject: lunch
  - expect: { order: lunch, is: rejected }
  - expect: { payment: lunch, is: refunded }
`;
const CRASH = `name: A crash
steps:
  - place: { order: lunch, customer: kim, store: s1, food: bibimbap, price: 12000, address: Seoul }
  - crash: store
  - expect: { order: lunch, is: paid }
`;

test(
  'the bundled scenarios pass on a system in use, but for those that need more than can be done from outside',
  { timeout: SLOW_MS },
  () =>
    withConfiguredServer(SERVER, (port) =>
      serving(port, { dataDir: join(newFolder(), 'data') }, async ({ gatewayUrl = '' }) => {
        // Somebody else's, by a name that the scenarios use too.
        await placeAt(gatewayUrl);
        const target = ['run', '--target', gatewayUrl, '--bus', `nats://127.0.0.1:${port}`];
        const cwd = newFolder();
        for (let time = 1; time <= 2; time += 1) {
          const { code, out, err } = await runMain([...target, '--skip-faults'], cwd);
          expect([code, /^32 scenarios: (.*) \(/m.exec(out)?.[1]], out).toEqual([0, '13 passed, 19 skipped']);
          expect(err.match(/^food-sim: skipped "/gm)).toHaveLength(19);
          expect(err).toMatch(/skipped "Contexts that crash .*26-crashes-lose-nothing\.yaml:\d+:\d+: a context is crashed/);
        }
        // Events are heard: those of the scenario, and no others.
        const heard = written(`name: It
steps:
  - place: { order: lunch, customer: kim, store: s1, food: bibimbap, price: 12000, address: Seoul }
  - eventually: { events: lunch, include: [Paid] }
  - expect: { events: lunch, exactly: [OrderPlaced, Paid, CouponGranted] }
  - expect: { dead letters: 0 }
`);
        const { code: heardCode, out: heardOut } = await runMain([...target, heard.file], heard.folder);
        expect(heardCode, heardOut).toBe(0);
        const wrong = written(`name: It
steps:
  - place: { order: lunch, customer: kim, store: s1, food: bibimbap, price: 12000, address: Seoul }
  - expect: { events: lunch, include: [Delivered] }
`);
        expect(await runMain([...target, wrong.file], wrong.folder)).toMatchObject({ code: 1 });
      }),
    ),
);

test('what does not hold there fails, and what can not be seen without its stream is refused by file and line', { timeout: SLOW_MS }, () =>
  serving(0, { bus: { kind: 'memory' }, mutations: ['reject-keeps-money'], token: new Secret('t0ken') }, async ({ gatewayUrl = '' }) => {
    const { folder, file } = written(`${REJECTED}---\n${CRASH}`);
    const target = ['run', file, '--target', gatewayUrl];
    const trusted = [...target, '--token', 't0ken'];
    expect(await runMain(target, folder)).toMatchObject({
      code: 3,
      err: expect.stringMatching(/it\.yaml:11:5: a context is crashed.*--skip-faults/s) as string,
    });
    expect(await runMain([...target, '--skip-faults'], folder)).toMatchObject({
      code: 2,
      err: expect.stringContaining('asks for a token') as string,
    });
    const judged = await runMain([...trusted, '--skip-faults'], folder);
    expect(judged.code, judged.out).toBe(1);
    expect(judged.out).toMatch(/payment lunch is .*paid.* and not refunded/);
    expect(judged.out).toContain('1 failed, 1 skipped');
    // What proves nothing must not pass.
    expect(await runMain([...trusted, '--skip-faults', '--grep', 'crash'], folder)).toMatchObject({ code: 3 });
    const unseen = written(
      'name: It\nsteps:\n  - place: { order: a, customer: kim, store: s1, food: b, price: 1, address: Seoul }\n  - expect: { events: a, include: [Paid] }\n',
    );
    expect(await runMain([...trusted.with(1, unseen.file)], unseen.folder)).toMatchObject({
      code: 3,
      err: expect.stringMatching(/it\.yaml:4:\d+: events are looked at, which needs --bus/) as string,
    });
  }),
);

test(
  'a target that is no food-sim, of another version, of another system, or on another server is refused by name',
  { timeout: SLOW_MS },
  async () => {
    const { folder, file } = written(REJECTED);
    const run = (target: string, ...more: readonly string[]) => runMain(['run', file, '--target', target, ...more], folder);
    let root: object = { hello: 'world' };
    const stranger = createServer((_request, response) => response.setHeader('content-type', 'application/json').end(JSON.stringify(root)));
    await new Promise<void>((resolve) => void stranger.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(stranger.address() as { port: number }).port}`;
    try {
      expect(await run(url)).toMatchObject({ code: 2, err: expect.stringContaining('this is not a gateway of food-sim') as string });
      root = { name: 'food-sim', version: '9.9.9', system: 'food', world: 'food' };
      expect(await run(url)).toMatchObject({
        code: 2,
        err: expect.stringContaining(`a food-sim 9.9.9 runs there, and this is ${readVersion()}`) as string,
      });
      root = { name: 'food-sim', version: readVersion(), system: 'food', world: 'food' };
      expect(await run(url)).toMatchObject({ code: 5, out: expect.stringContaining('told of no contexts') as string });
      expect(await run(url, '--mutation', 'no-outbox', '--time', 'virtual')).toMatchObject({
        code: 2,
        err: expect.stringContaining('--time virtual, --mutation: works on a system of our own') as string,
      });
    } finally {
      stranger.closeAllConnections();
      await new Promise((resolve) => stranger.close(resolve));
    }
    expect((await run(url)).code).toBe(5);
    await serving(0, { definition: bank, world: 'bank', bus: { kind: 'memory' } }, async ({ gatewayUrl = '' }) => {
      expect(await run(gatewayUrl)).toMatchObject({ code: 2, err: expect.stringContaining('the system bank runs there') as string });
    });
    await withConfiguredServer(SERVER, (port) =>
      serving(0, { bus: { kind: 'memory' } }, async ({ gatewayUrl = '' }) => {
        expect(await run(gatewayUrl, '--bus', `nats://127.0.0.1:${port}`)).toMatchObject({
          code: 2,
          err: expect.stringContaining('its world is food, and --bus has none of that name') as string,
        });
      }),
    );
  },
);

test('what a scenario asks is marked as its own, and nothing of that is seen in the answers', () => {
  const { request, answer, note, isOurs } = createMarking(FOOD, '-x1');
  const ask = (url: string, body?: unknown) => request({ method: 'POST', url, headers: { 'idempotency-key': 'k' }, body });
  expect(ask('/customers/kim?customerId=lee&storeId=s1', { customerId: 'kim', storeId: 'kim', deep: [{ customerId: 'lee' }] })).toEqual({
    method: 'POST',
    url: '/customers/kim-x1?customerId=lee-x1&storeId=s1',
    headers: { 'idempotency-key': 'k-x1', 'x-correlation-id': 'request-1-x1' },
    body: { customerId: 'kim-x1', storeId: 'kim', deep: [{ customerId: 'lee-x1' }] },
  });
  // What tries the limits of the system stays as it is.
  for (const customerId of ['', ' kim', 'x'.repeat(81)]) expect(ask('/orders', { customerId }).body).toEqual({ customerId });
  expect(ask('/orders/customerId').url).toBe('/orders/customerId');
  expect(answer({ status: 200, headers: { 'x-correlation-id': 'a-x1' }, body: { text: 'kim-x1 has no order' } })).toEqual({
    status: 200,
    headers: { 'x-correlation-id': 'a' },
    body: { text: 'kim has no order' },
  });
  note({ orderId: 'o1' });
  expect([{ orderId: 'o1' }, { orderId: 'o2' }, { customerId: 'kim-x1' }, { customerId: 'kim' }].map(isOurs)).toEqual([
    true,
    false,
    true,
    false,
  ]);
});
