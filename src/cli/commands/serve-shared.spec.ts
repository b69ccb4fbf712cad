import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withConfiguredServer } from '../../bus/test-server.contract.ts';
import { cellOfOwner } from '../../kernel/cells.ts';
import { EXIT } from '../../kernel/exit-codes.ts';
import { runMain } from '../main.fixture.ts';
import { askJson, servingIn, type ServedOnce } from './serving.fixture.ts';

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'food-sim-shared-'));
});
afterAll(() => rmSync(cwd, { recursive: true }));

const order = (customerId: string) => ({ customerId, storeId: 's1', foodId: 'f1', price: 1_000, address: 'Seoul' });
// Two customers of two cells.
const [MOVING, STAYING] = ['kim', 'lee'] as const;

/** Something served beside the test, until it is stopped. */
interface Beside {
  readonly gateway: string;
  readonly stop: () => Promise<ServedOnce>;
}

const serveBeside = async (argv: readonly string[]): Promise<Beside> => {
  let stop = (): void => undefined;
  const until = new Promise<void>((resolve) => (stop = resolve));
  let served: Promise<ServedOnce> | undefined;
  const gateway = await new Promise<string>((resolve, reject) => {
    served = servingIn(cwd, ['--port', 'all=0', ...argv], (url = '') => {
      resolve(url);
      return until;
    });
    served.then(({ err }) => reject(new Error(`it ended: ${err}`)), reject);
  });
  return {
    gateway,
    stop: async () => {
      stop();
      return (await served) as ServedOnce;
    },
  };
};

describe('cells over processes', { timeout: 60_000 }, () => {
  it('are found by any gateway, and move by being stopped here and started there, while others go on', () =>
    withConfiguredServer('jetstream { store_dir: "FOLDER" }', async (port) => {
      expect([cellOfOwner(MOVING, 2), cellOfOwner(STAYING, 2)]).toEqual([1, 0]);
      const on = ['--bus', `nats://127.0.0.1:${port}`, '--world', 'w', '--lease', '6s'];
      const gate = await serveBeside([...on, '--contexts', 'gateway', '--cells', '2']);
      const { gateway } = gate;
      expect((await askJson(`${gateway}/orders`)).body).toMatchObject({
        code: 'cell-unavailable',
        detail: expect.stringContaining('nobody has served it yet') as string,
      });
      const one = await serveBeside([...on, '--cells', '0/2', '--data-dir', 'one']);
      const two = await serveBeside([...on, '--cells', '1/2', '--data-dir', 'two']);

      const place = (customerId: string) => askJson(`${gateway}/orders`, 'POST', order(customerId));
      await expect.poll(async () => (await place(MOVING)).status).toBe(201);
      expect((await place(STAYING)).status).toBe(201);
      await expect.poll(async () => (await askJson(`${gateway}/mypages?status=paid`)).body['page']).toMatchObject({ totalItems: 2 });

      const listed = (await runMain(['cells', '--bus', on[1]!, '--world', 'w'], cwd)).out;
      expect(listed).toMatch(
        /^world w: 2 cells\ncell 0 +front,store,rider,notification,customer +process \d+ on \S+ +serves +heard [\d.]+ s ago, lease 6 s\n/,
      );
      expect(listed).toMatch(/^no cell +gateway +process \d+ on \S+ +serves/m);

      // The gateways are told before anything closes.
      expect(await two.stop()).toMatchObject({ code: 0, err: '' });
      await expect.poll(async () => (await askJson(`${gateway}/customers/${MOVING}`)).status).toBe(503);
      expect((await runMain(['cells', '--bus', on[1]!, '--world', 'w'], cwd)).out).toMatch(
        /^cell 1 +\S+ +nobody +not served at the moment$/m,
      );
      const refused = await place(MOVING);
      expect([refused.status, refused.headers.get('retry-after'), refused.body['cell']]).toEqual([503, '1', 1]);
      expect((await place(STAYING)).status).toBe(201);
      expect((await askJson(`${gateway}/orders`)).body).toMatchObject({ code: 'cell-unavailable', cell: 1 });

      cpSync(join(cwd, 'two'), join(cwd, 'three'), { recursive: true });
      const three = await serveBeside([...on, '--cells', '1-1', '--data-dir', 'three']);
      await expect.poll(async () => (await place(MOVING)).status).toBe(201);
      expect((await askJson(`${gateway}/orders`)).body['page']).toMatchObject({ totalItems: 4 });
      await expect.poll(async () => (await askJson(`${gateway}/mypages?status=paid`)).body['page']).toMatchObject({ totalItems: 4 });
      expect((await askJson(`${gateway}/customers/${MOVING}`)).body).toMatchObject({ couponCount: 1 });

      // A copy of what is being served waits for it to end, and may not have it as long as it goes on.
      cpSync(join(cwd, 'three'), join(cwd, 'copy'), { recursive: true });
      const copied = await servingIn(cwd, ['--port', 'all=0', ...on, '--cells', '1-1', '--data-dir', 'copy', '--wait', '100ms'], () =>
        Promise.reject(new Error('it was served twice')),
      );
      expect([copied.code, copied.err]).toEqual([EXIT.infrastructure, expect.stringMatching(/is served by process \d+ on/)]);
      expect((await place(MOVING)).status).toBe(201);
      expect(await three.stop()).toMatchObject({ code: 0 });

      // What was left behind is told from what went on.
      const behind = await servingIn(cwd, ['--port', 'all=0', ...on, '--cells', '1-1', '--data-dir', 'two'], () =>
        Promise.reject(new Error('it went back in time')),
      );
      expect([behind.code, behind.err]).toEqual([
        EXIT.infrastructure,
        expect.stringMatching(/two\/cell-1 is not the folder that cell 1 of front went on in/),
      ]);
      expect(await one.stop()).toMatchObject({ code: 0 });
      expect(await gate.stop()).toMatchObject({ code: 0, err: '' });
    }));
});

describe('cells without a folder', () => {
  it('are served again and again, and take their streams and notes along', () =>
    withConfiguredServer('jetstream { store_dir: "FOLDER" }', async (port) => {
      for (const _time of [1, 2]) {
        const { code, err } = await servingIn(
          cwd,
          ['--port', 'all=0', '--bus', `nats://127.0.0.1:${port}`, '--cells', '2'],
          async (gateway) => {
            await expect.poll(async () => (await askJson(`${gateway}/orders`, 'POST', order(MOVING))).status).toBe(201);
            expect((await askJson(`${gateway}/orders`)).body['page']).toMatchObject({ totalItems: 1 });
          },
        );
        expect([code, err]).toEqual([0, '']);
      }
    }));
});

describe('a world of cells that nobody needs any more', () => {
  it('is removed as one, with its notes', () =>
    withConfiguredServer('jetstream { store_dir: "FOLDER" }', async (port) => {
      const bus = `nats://127.0.0.1:${port}`;
      const serve = (dataDir: string) =>
        servingIn(cwd, ['--port', 'all=0', '--bus', bus, '--world', 'w', '--cells', '2', '--data-dir', dataDir], async (gateway) => {
          await expect.poll(async () => (await askJson(`${gateway}/orders`, 'POST', order(MOVING))).status).toBe(201);
        });
      expect((await serve('removed')).code).toBe(0);
      const removal = await runMain(['doctor', '--bus', bus, '--remove-world', 'w'], cwd);
      expect(removal.out).toMatch(/0 worlds of food-sim\n +removed the world w/);
      expect((await serve('anew')).code).toBe(0);
    }));
});

describe('food-sim cells', () => {
  it('needs a server, and a world that is split', () =>
    withConfiguredServer('jetstream { store_dir: "FOLDER" }', async (port) => {
      const bus = `nats://127.0.0.1:${port}`;
      expect(await runMain(['cells'], cwd)).toMatchObject({
        code: EXIT.usage,
        err: expect.stringContaining('cells needs --bus') as string,
      });
      const none = await runMain(['cells', '--bus', bus, '--world', 'nowhere'], cwd);
      expect(none).toMatchObject({ code: EXIT.usage, out: '', err: expect.stringContaining('there is no world nowhere on') as string });
      await servingIn(cwd, ['--port', 'all=0', '--bus', bus, '--world', 'whole', '--data-dir', 'whole'], () => Promise.resolve());
      const whole = await runMain(['cells', '--bus', bus, '--world', 'whole'], cwd);
      expect(whole).toMatchObject({ code: EXIT.usage, err: expect.stringContaining('the world whole is not split into cells') as string });
    }));
});
