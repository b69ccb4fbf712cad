import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { expect, it, vi } from 'vitest';
import type { BusHost, Delivery } from './bus.ts';
import { drained, envelopes, nameOf } from './bus.contract.ts';
import { createNatsBusHost } from './nats.ts';
import { startTestCluster, withFolder } from './test-server.contract.ts';

/** Which of the servers leads the stream. */
const leaderOf = async (servers: readonly string[], stream: string): Promise<number> => {
  const connection = await connect({ servers: [...servers] });
  try {
    const { cluster } = await (await jetstreamManager(connection)).streams.info(stream);
    return Number(cluster?.leader?.replace('server-', ''));
  } finally {
    await connection.close();
  }
};

/** The ids of all messages of a stream, each asked of its leader: a reader of its own may be put on the server that is gone. */
const storedIn = async (servers: readonly string[], stream: string): Promise<readonly string[]> => {
  const connection = await connect({ servers: [...servers] });
  try {
    const { streams } = await jetstreamManager(connection);
    const { last_seq: lastSeq } = (await streams.info(stream)).state;
    const ids: string[] = [];
    for (let seq = 1; seq <= lastSeq; seq += 1) {
      const stored = await streams.getMessage(stream, { seq });
      ids.push((stored?.json() as { readonly id: string }).id);
    }
    return ids;
  } finally {
    await connection.close();
  }
};

it('a cluster of three goes on, and loses nothing, when the server that leads is killed for good', { timeout: 180_000 }, () =>
  withFolder(async (folder) => {
    const cluster = await startTestCluster(folder);
    let host: BusHost | undefined;
    try {
      const { servers } = cluster;
      host = await vi.waitFor(() => createNatsBusHost({ servers }), { timeout: 40_000 });
      // The servers take a moment to find each other.
      const bus = await vi.waitFor(() => (host as BusHost).open('w'), { timeout: 40_000 });
      const got: Delivery[] = [];
      const consume = { consumer: 'store', types: 'all', afterSeq: 0, maxBatch: 20 } as const;
      const consumption = await vi.waitFor(() => bus.consume(consume, (batch) => void got.push(...batch)), { timeout: 40_000 });
      await bus.publish(envelopes('before', 50));
      const inFlight = bus.publish(envelopes('during', 200));
      await cluster.kill(await vi.waitFor(() => leaderOf(servers, 'FOODSIM_w'), { timeout: 40_000 }), 'SIGKILL');
      // What the leader took with it nobody answers; whoever publishes does so again, as the relay does.
      await Promise.resolve(inFlight).catch(() => vi.waitFor(() => bus.publish(envelopes('during', 200)), { timeout: 60_000 }));
      await vi.waitFor(() => bus.publish(envelopes('after', 50)), { timeout: 60_000 });
      await vi.waitFor(() => expect(new Set(got.map(nameOf)).size).toBe(300), { timeout: 60_000, interval: 50 });
      await drained(consumption);
      const stored = await vi.waitFor(() => storedIn(servers, 'FOODSIM_w'), { timeout: 40_000 });
      const idsOf = (name: string, count: number): readonly string[] => envelopes(name, count).map(({ id }) => id);
      expect(stored.slice(0, 50)).toEqual(idsOf('before', 50));
      // What is published again comes behind those that were not lost.
      expect(stored.slice(50, 250).toSorted()).toEqual(idsOf('during', 200).toSorted());
      expect(stored.slice(250)).toEqual(idsOf('after', 50));
      expect([...new Set(got.map(nameOf))]).toEqual(stored);
    } finally {
      await host?.close();
      await cluster.stop();
    }
  }),
);
