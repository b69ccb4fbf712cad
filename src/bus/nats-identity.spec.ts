import { connect } from '@nats-io/transport-node';
import { jetstreamManager } from '@nats-io/jetstream';
import { expect, it, vi } from 'vitest';
import { OperatingError } from '../kernel/errors.ts';
import { drained, envelopes, nameOf } from './bus.contract.ts';
import { createNatsBusHost } from './nats.ts';
import { withConfiguredServer } from './test-server.contract.ts';

const CONFIGURATION = 'jetstream { store_dir: "FOLDER" }\n';
const CONSUME = { consumer: 'store', types: 'all', afterSeq: 0, maxBatch: 20 } as const;

it('refuses a second database while the first one listens, lets the same one take over, and any one later', () =>
  withConfiguredServer(CONFIGURATION, async (port) => {
    const troubles: OperatingError[] = [];
    const servers = [`127.0.0.1:${port}`];
    const first = await createNatsBusHost({ servers, onTrouble: (error) => void troubles.push(error) });
    const second = await createNatsBusHost({ servers });
    try {
      const bus = await first.open('w');
      const got: string[] = [];
      const former = await bus.consume({ ...CONSUME, owner: 'one' }, (batch) => void got.push(...batch.map(nameOf)));
      const other = await second.open('w');
      await expect(other.consume({ ...CONSUME, owner: 'two' }, () => undefined)).rejects.toMatchObject({
        trouble: 'infrastructure',
        message: 'another process, with another database, consumes world w as store',
      });
      // The first one was not disturbed.
      await bus.publish(envelopes('a', 2));
      await drained(former);
      expect([got, troubles]).toEqual([['a1', 'a2'], []]);
      await former.stop();
      await first.close();
      const latter = await other.consume({ ...CONSUME, owner: 'two' }, () => undefined);
      const again = await (await second.open('w')).consume({ ...CONSUME, owner: 'two' }, () => undefined);
      await again.stop();
      await latter.stop();
    } finally {
      await first.close();
      await second.close();
    }
  }));

it('verifies the stream each time that its consumer is made anew, and ends where it is another one', () =>
  withConfiguredServer(CONFIGURATION, async (port) => {
    const troubles: OperatingError[] = [];
    const host = await createNatsBusHost({ servers: [`127.0.0.1:${port}`], onTrouble: (error) => void troubles.push(error) });
    const admin = await connect({ servers: `127.0.0.1:${port}` });
    try {
      const { consumers } = await jetstreamManager(admin);
      const answers = [
        () => Promise.resolve(),
        () => Promise.reject(new OperatingError('infrastructure', 'it does not answer now', { isPassing: true })),
        () => Promise.reject(new OperatingError('infrastructure', 'it is another stream')),
      ];
      let asked = 0;
      const verify = (): Promise<void> => answers[asked++]!();
      await (await host.open('w')).consume({ ...CONSUME, owner: 'one', verify }, () => undefined);
      expect(asked).toBe(0);
      await consumers.delete('FOODSIM_w', 'store');
      await vi.waitFor(() => expect(asked).toBe(1), { timeout: 30_000 });
      await vi.waitFor(async () => expect((await consumers.info('FOODSIM_w', 'store')).num_waiting).toBe(1), { timeout: 30_000 });
      expect(troubles).toEqual([]);
      await consumers.delete('FOODSIM_w', 'store');
      await vi.waitFor(() => expect(troubles.map(({ message }) => message)).toEqual(['it is another stream']), { timeout: 30_000 });
      expect(asked).toBe(3);
    } finally {
      await admin.close();
      await host.close();
    }
  }));
