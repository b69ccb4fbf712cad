/** Which databases go on with which streams: what does not belong together is refused, and what does is not. */
import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '@nats-io/transport-node';
import { jetstreamManager } from '@nats-io/jetstream';
import { expect, test, vi } from 'vitest';
import { withConfiguredServer } from '../src/bus/test-server.contract.ts';
import type { Served } from '../src/system/serve.ts';
import { SERVE, SLOW_MS, cleanUpAfterEach, newFolder, runToEnd, startServe } from './process.fixture.ts';
import { placeAt, serving } from './serving.fixture.ts';

cleanUpAfterEach();

const SERVER = 'jetstream { store_dir: "FOLDER" }';
const ANEW = /to begin anew on purpose, name another world with --world, or delete the stream and the data folder both/;

/** The store has heard of it, and says yes once. */
const acceptedAt = (gateway: string, orderId: string): Promise<void> =>
  vi.waitFor(async () => expect((await fetch(`${gateway}/foodCookings/${orderId}/accept`, { method: 'PUT' })).status).toBe(200), {
    timeout: 30_000,
  });

test(
  'the program refuses a second database and a missing one with 5, and goes on with what belongs together',
  () =>
    withConfiguredServer(SERVER, async (port) => {
      const bus = ['--bus', `nats://127.0.0.1:${port}`];
      const dataDir = join(newFolder(), 'data');
      const first = await startServe([...bus, '--data-dir', dataDir]);
      const orderId = await placeAt(first.gateway);
      await acceptedAt(first.gateway, orderId);

      // One that has spoken is known by the stream, one that never does by its consumer.
      const others = await Promise.all(
        ['store', 'notification'].map((context) =>
          runToEnd([...SERVE, ...bus, '--contexts', context, '--data-dir', join(newFolder(), 'other')]),
        ),
      );
      expect(others.map(({ code }) => code)).toEqual([5, 5]);
      expect(others[0]?.err).toMatch(/the stream holds events of store, and the database is new/);
      expect(others[0]?.err).toMatch(ANEW);
      expect(others[1]?.err).toMatch(/another process, with another database, consumes world food as notification/);
      // The first one was not disturbed.
      await acceptedAt(first.gateway, await placeAt(first.gateway));
      first.kill('SIGTERM');
      expect((await first.ended).code).toBe(0);
      expect(first.err()).not.toMatch(/another process/);

      const [database, away] = [join(dataDir, 'store.sqlite'), join(dataDir, 'away')];
      renameSync(database, away);
      const refused = await runToEnd([...SERVE, ...bus, '--data-dir', dataDir]);
      expect(refused.code).toBe(5);
      expect(refused.err).toMatch(
        /the database of store and its stream do not belong together: the stream holds events of store, and the database is new/,
      );
      expect(refused.err).toMatch(ANEW);
      // What was brought back would be spoiled by the log of another one.
      expect(existsSync(`${database}-wal`)).toBe(false);

      renameSync(away, database);
      const again = await startServe([...bus, '--data-dir', dataDir]);
      expect((await fetch(`${again.gateway}/foodCookings/${orderId}/start`, { method: 'PUT' })).status).toBe(200);
      again.kill('SIGTERM');
      expect((await again.ended).code).toBe(0);
    }),
  SLOW_MS,
);

test('what is told to stop goes on as long as it is to drain, and says that it is not ready', async () => {
  const told: unknown[] = [];
  const leaving = new AbortController();
  const ask = async (url: string | undefined): Promise<void> => {
    const answer = await fetch(`${url ?? ''}/readyz`);
    told.push([answer.status, await answer.json()]);
  };
  await serving(0, { bus: { kind: 'memory' }, drainMs: 700, signal: leaving.signal }, async ({ gatewayUrl, urls }) => {
    await ask(gatewayUrl);
    leaving.abort();
    await ask(gatewayUrl);
    await ask(urls['front']);
    await placeAt(gatewayUrl ?? '');
  });
  const notReady = [503, { status: 'down', reason: 'it is about to stop' }];
  expect(told).toEqual([[200, { status: 'up' }], notReady, notReady]);
});

const orderOf = (served: Served): Promise<string> => placeAt(served.gatewayUrl ?? '');

test(
  'a whole system without a folder is served again and again, and takes its stream along; in parts it leaves it',
  () =>
    withConfiguredServer(SERVER, async (port) => {
      const admin = await connect({ servers: `127.0.0.1:${port}` });
      try {
        const { streams } = await jetstreamManager(admin);
        for (let time = 1; time <= 2; time += 1) {
          await serving(port, {}, async (served) => {
            expect(served.isStreamTemporary).toBe(true);
            await orderOf(served);
            expect((await streams.info('FOODSIM_food')).state.messages).toBeGreaterThan(0);
          });
          await expect(streams.info('FOODSIM_food')).rejects.toThrow('stream not found');
        }
        await serving(port, { contexts: ['front', 'store'] }, orderOf);
        expect((await streams.info('FOODSIM_food')).state.messages).toBeGreaterThan(0);
        // What the others have not said yet they may begin with.
        await serving(port, { contexts: ['rider', 'customer', 'notification'], gateway: false }, () => Promise.resolve());
        await expect(serving(port, {}, () => Promise.resolve())).rejects.toThrow('the database is new');
        expect((await streams.info('FOODSIM_food')).state.messages).toBeGreaterThan(0);
      } finally {
        await admin.close();
      }
    }),
  SLOW_MS,
);

test(
  'a stream that somebody else made is emptied at the end, and stays as they made it',
  () =>
    withConfiguredServer(SERVER, async (port) => {
      const admin = await connect({ servers: `127.0.0.1:${port}` });
      try {
        const { streams } = await jetstreamManager(admin);
        await streams.add({ name: 'FOODSIM_food', subjects: ['foodsim.food.>'], description: 'kept by the operators' });
        for (let time = 1; time <= 2; time += 1) await serving(port, {}, orderOf);
        const { config, state } = await streams.info('FOODSIM_food');
        expect([config.description, state.messages, state.last_seq > 0]).toEqual(['kept by the operators', 0, true]);
      } finally {
        await admin.close();
      }
    }),
  SLOW_MS,
);

test(
  'processes that share a folder and a server go on each with their contexts, in whichever parts they are served later',
  () =>
    withConfiguredServer(SERVER, async (port) => {
      const dataDir = join(newFolder(), 'data');
      let orderId = '';
      await serving(port, { dataDir }, async (served) => {
        orderId = await orderOf(served);
        await acceptedAt(served.gatewayUrl ?? '', orderId);
      });
      await serving(port, { dataDir, contexts: ['front', 'customer'], gateway: false }, () =>
        serving(port, { dataDir, contexts: ['store', 'rider', 'notification'], gateway: false }, async ({ urls }) => {
          expect((await fetch(`${urls['store']}/foodCookings/${orderId}/start`, { method: 'PUT' })).status).toBe(200);
        }),
      );
      await serving(port, { dataDir }, async ({ gatewayUrl }) => {
        await vi.waitFor(
          async () => expect(await (await fetch(`${gatewayUrl}/orders/${orderId}`)).json()).toMatchObject({ status: 'cooking' }),
          { timeout: 30_000 },
        );
      });
    }),
  SLOW_MS,
);
