import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@nats-io/transport-node';
import { busContract } from './bus.contract.ts';
import { createEmbeddedBusHost, startEmbeddedServer } from './embedded-server.ts';
import { createNatsBusHost } from './nats.ts';

const makeFolder = () => mkdtemp(join(tmpdir(), 'food-sim-bus-'));

busContract('embedded', async () => {
  const storeDir = await makeFolder();
  const host = await createEmbeddedBusHost({ storeDir });
  return {
    host,
    dispose: async () => {
      await host.close();
      await rm(storeDir, { recursive: true });
    },
  };
});

busContract('external', async () => {
  const storeDir = await makeFolder();
  const server = await startEmbeddedServer({ storeDir });
  const host = await createNatsBusHost({ servers: [server.url] });
  const { port, username, password } = new URL(server.url);
  const foreign = await connect({ servers: `127.0.0.1:${port}`, user: username, pass: password });
  return {
    host,
    publishForeign: async (subject, payload) => {
      foreign.publish(subject, payload);
      await foreign.flush();
    },
    dispose: async () => {
      await foreign.close();
      await host.close();
      await server.stop();
      await rm(storeDir, { recursive: true });
    },
  };
});
