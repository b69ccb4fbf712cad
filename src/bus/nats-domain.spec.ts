import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { expect, it, vi } from 'vitest';
import type { BusHost } from './bus.ts';
import { drained, envelopes, nameOf, readAll } from './bus.contract.ts';
import { createNatsBusHost } from './nats.ts';
import { freePort, startTestServer, withConfiguredServer, withFolder } from './test-server.contract.ts';

/** Publishes and consumes in a new world. */
const tryOut = async (host: BusHost): Promise<void> => {
  const bus = await vi.waitFor(() => host.open('w'), { timeout: 40_000, interval: 100 });
  const got: string[] = [];
  const consumption = await bus.consume(
    { consumer: 'store', types: 'all', afterSeq: 0, maxBatch: 20 },
    (batch) => void got.push(...batch.map(nameOf)),
  );
  await bus.publish(envelopes('a', 3));
  await drained(consumption);
  expect(got).toEqual(['a1', 'a2', 'a3']);
  expect((await readAll(bus)).map(nameOf)).toEqual(got);
};

it('uses the streams of the JetStream domain that is named, and names one that nobody has', async () => {
  const leafPort = await freePort();
  const hub = `jetstream { store_dir: "FOLDER", domain: "hub" }\nleafnodes { host: "127.0.0.1", port: ${leafPort} }`;
  const leaf = `jetstream { store_dir: "FOLDER", domain: "leaf" }\nleafnodes { remotes: [ { url: "nats://127.0.0.1:${leafPort}" } ] }`;
  await withConfiguredServer(hub, (hubPort) =>
    withConfiguredServer(leaf, async (port) => {
      const servers = [`nats://127.0.0.1:${port}`];
      const host = await vi.waitFor(() => createNatsBusHost({ servers, jetStreamDomain: 'hub' }), { timeout: 30_000, interval: 50 });
      const atHub = await connect({ servers: `127.0.0.1:${hubPort}` });
      try {
        await tryOut(host);
        expect((await (await jetstreamManager(atHub)).streams.info('FOODSIM_w')).state.messages).toBe(3);
      } finally {
        await atHub.close();
        await host.close();
      }
      await expect(createNatsBusHost({ servers, jetStreamDomain: 'elsewhere' })).rejects.toMatchObject({
        message: `no JetStream of the domain elsewhere answers through the NATS server ${servers[0]}`,
        mend: expect.stringContaining('--js-domain') as string,
      });
    }),
  );
});

it('uses a cluster in which only some servers keep streams, through one that keeps none', () =>
  withFolder(async (folder) => {
    const [ports, routes] = [await Promise.all([0, 1, 2].map(freePort)), await Promise.all([0, 1, 2].map(freePort))];
    const urls = routes.map((port) => `nats://127.0.0.1:${port}`);
    const started = ports.map((port, index) => {
      const streams = index === 1 ? [] : ['-js', '-sd', join(folder, `server-${index}`)];
      return startTestServer(port, [
        ...streams,
        '--server_name',
        `server-${index}`,
        '--cluster_name',
        'mixed',
        '--cluster',
        urls[index] as string,
        '--routes',
        urls.join(','),
      ]);
    });
    const servers = await Promise.all(started);
    try {
      const host = await vi.waitFor(() => createNatsBusHost({ servers: [`127.0.0.1:${ports[1]}`] }), { timeout: 40_000, interval: 100 });
      await tryOut(host);
      await host.close();
    } finally {
      for (const server of servers) await server.kill('SIGKILL');
    }
  }));
