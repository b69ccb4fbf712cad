/** Processes that share a world of cells, of which one is paused for longer than its lease, and one is killed. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { withConfiguredServer } from '../src/bus/test-server.contract.ts';
import { askJson } from '../src/cli/commands/serving.fixture.ts';
import { EXIT } from '../src/kernel/exit-codes.ts';
import { cleanUpAfterEach, newFolder, SLOW_MS, start, SERVE, startServe } from './process.fixture.ts';

cleanUpAfterEach();

it(
  'a process that was paused beyond its lease does no harm, says so and stops; one that was killed goes on from its folder at once',
  { timeout: SLOW_MS },
  () =>
    withConfiguredServer('jetstream { store_dir: "FOLDER" }', async (port) => {
      const on = ['--bus', `nats://127.0.0.1:${port}`, '--world', 'w', '--cells', '2'];
      const [own, copy] = [join(newFolder(), 'own'), join(newFolder(), 'copy')];
      const { gateway } = await startServe([...on, '--contexts', 'gateway']);
      const contexts = ['--contexts', 'front,store,rider,notification,customer', '--lease', '1s'];
      const ask = (path: string, method?: string, body?: object) => askJson(`${gateway}${path}`, method, body);

      const killed = await startServe([...on, ...contexts, '--data-dir', own, '--lease', '1h']);
      const order = { customerId: 'kim', storeId: 's1', foodId: 'f1', price: 1_000, address: 'Seoul' };
      await expect.poll(async () => (await ask('/orders', 'POST', order)).status).toBe(201);
      await expect.poll(async () => (await ask('/mypages?status=paid')).body['page']).toMatchObject({ totalItems: 1 });
      killed.kill('SIGKILL');
      await killed.ended;
      // On one machine a process that is gone is known to be: nobody waits an hour for its lease.
      const paused = await startServe([...on, ...contexts, '--data-dir', own]);
      await expect.poll(async () => (await ask('/orders', 'POST', order)).status).toBe(201);
      await expect.poll(async () => (await ask('/mypages?status=paid')).body['page']).toMatchObject({ totalItems: 2 });

      paused.kill('SIGSTOP');
      cpSync(own, copy, { recursive: true });
      const taking = await startServe([...on, ...contexts, '--data-dir', copy]);
      await expect.poll(async () => (await ask('/orders', 'POST', order)).status).toBe(201);
      paused.kill('SIGCONT');
      expect(await paused.ended).toEqual({ code: EXIT.infrastructure, signal: null });
      expect(paused.err()).toMatch(/silent for longer than its lease, and another one took over/);

      // Nothing was lost, and nothing was done twice.
      await expect.poll(async () => (await ask('/mypages?status=paid')).body['page']).toMatchObject({ totalItems: 3 });
      expect((await ask('/payments?status=paid')).body['page']).toMatchObject({ totalItems: 3 });
      expect((await ask('/customers/kim')).body).toMatchObject({ couponCount: 1 });
      await expect.poll(async () => (await ask('/notices?type=Paid')).body['page']).toMatchObject({ totalItems: 3 });

      const behind = start([...SERVE, ...on, ...contexts, '--data-dir', own]);
      expect(await behind.ended).toEqual({ code: EXIT.infrastructure, signal: null });
      expect(behind.err()).toMatch(/is not the folder that cell \d of front went on in/);
      taking.kill('SIGTERM');
      expect(await taking.ended).toEqual({ code: 0, signal: null });
    }),
);
