import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONTEXT_NAMES } from '../../contexts/index.ts';
import { askJson, servingIn } from './serving.fixture.ts';
import { freePort, withConfiguredServer } from '../../bus/test-server.contract.ts';

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'food-sim-serve-'));
});
afterAll(() => rmSync(cwd, { recursive: true }));

/** Serves in this process until `work` is done, and gives what was said. */
const serving = async (argv: readonly string[], work: (gateway: string | undefined) => Promise<void>) => {
  const { code, err } = await servingIn(cwd, argv, work);
  return { code, err };
};

const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1') === true);
const NOTHING = (): Promise<void> => Promise.resolve();

describe('serve warns that nobody is asked who they are', () => {
  const WARNING =
    /^food-sim: (\S+) can be reached from elsewhere, and nobody is asked who they are: give a token with --token-file or FOOD_SIM_TOKEN$/m;

  it.each(['0.0.0.0', ...(hasIpv6 ? ['::'] : [])])('where others reach it: %s', async (host) => {
    const { code, err } = await serving(['--contexts', 'gateway', '--port', 'gateway=0', '--host', host], NOTHING);
    expect([code, WARNING.exec(err)?.[1]]).toEqual([0, host]);
  });

  it.each(['192.0.2.1', 'nowhere.invalid', '1'])('before it finds that it can not listen there: %s', async (host) => {
    const { err } = await serving(['--contexts', 'gateway', '--port', 'gateway=0', '--host', host], NOTHING);
    expect(WARNING.exec(err)?.[1]).toBe(host);
  });

  it.each(['127.0.0.1', 'localhost', '127.9.9.9', ...(hasIpv6 ? ['::1', '0:0:0:0:0:0:0:1'] : [])])(
    'and not where only this machine reaches it: %s',
    async (host) => {
      const { code, err } = await serving(['--contexts', 'gateway', '--port', 'gateway=0', '--host', host], NOTHING);
      expect([code, err]).toEqual([0, '']);
    },
  );

  it('and not where it asks for a token', async () => {
    const { code, err } = await serving(
      ['--contexts', 'gateway', '--port', 'gateway=0', '--host', '0.0.0.0', '--token', 'a-token-of-ours'],
      async (gateway) => {
        expect((await fetch(`${gateway}/orders`)).status).toBe(401);
      },
    );
    expect([code, err]).toEqual([0, '']);
  });
});

/** A port for each that is free on ::1 too, as options. */
const freePorts = async (names: readonly string[]): Promise<readonly string[]> => {
  const ports: string[] = [];
  for (const name of names) {
    const port = await freePort();
    await new Promise<void>((resolve, reject) => {
      const probe = createServer()
        .once('error', reject)
        .listen(port, '::1', () => probe.close(() => resolve()));
    });
    ports.push('--port', `${name}=${port}`);
  }
  return ports;
};

describe('contexts and a gateway on ::1', () => {
  it.skipIf(!hasIpv6)('reach each other, each served on its own', { timeout: 60_000 }, () =>
    withConfiguredServer('jetstream { store_dir: "FOLDER" }', async (port) => {
      const places = ['--host', '::1', ...(await freePorts([...CONTEXT_NAMES, 'gateway'])), '--world', 'six'];
      const bus = ['--bus', `nats://127.0.0.1:${port}`];
      const answers: unknown[] = [];
      const useIt = async (gateway: string | undefined): Promise<void> => {
        expect(gateway).toMatch(/^http:\/\/\[::1\]:\d+$/);
        const placed = await askJson(`${gateway}/orders`, 'POST', { customerId: 'kim', storeId: 's', foodId: 'f', price: 1, address: 'a' });
        const orderId = String(placed.body['id']);
        // The look-up of a review goes from front to front, by its own address.
        answers.push(placed.status, (await askJson(`${gateway}/reviews`, 'POST', { orderId, content: 'good' })).body['code']);
        await expect
          .poll(async () => (await askJson(`${gateway}/foodCookings/${orderId}/accept`, 'PUT')).status, { timeout: 20_000 })
          .toBe(200);
        await expect
          .poll(async () => (await askJson(`${gateway}/mypages/${orderId}`)).body['status'], { timeout: 20_000 })
          .toBe('accepted');
        answers.push((await askJson(`${gateway}/health`)).status);
      };
      const rest = await serving(['--contexts', 'store,rider,notification,customer', ...bus, ...places], async () => {
        const front = await serving(['--contexts', 'front', ...bus, ...places], async () => {
          const gateway = await serving(['--contexts', 'gateway', ...places], useIt);
          expect(gateway).toEqual({ code: 0, err: '' });
        });
        expect(front).toEqual({ code: 0, err: '' });
      });
      expect(rest).toEqual({ code: 0, err: '' });
      expect(answers).toEqual([201, 'order-not-delivered', 200]);
    }),
  );
});
