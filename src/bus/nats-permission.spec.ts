import { describe, expect, it, vi } from 'vitest';
import type { OperatingError } from '../kernel/errors.ts';
import { drained, envelopes, nameOf } from './bus.contract.ts';
import type { Bus, BusHost } from './bus.ts';
import { createNatsBusHost } from './nats.ts';
import { withConfiguredServer } from './test-server.contract.ts';

const CONSUME = { consumer: 'store', types: 'all', afterSeq: 0, maxBatch: 100 } as const;

/** Opens a bus on a server whose only user may do everything but this. */
const without = (
  operation: 'publish' | 'subscribe',
  subject: string,
  work: (open: () => Promise<Bus>, troubles: readonly OperatingError[]) => Promise<void>,
): Promise<void> =>
  withConfiguredServer(
    `jetstream { store_dir: "FOLDER" }\nauthorization { users: [ { user: u, password: p, permissions: { ${operation}: { deny: ["${subject}"] } } } ] }`,
    async (port) => {
      const troubles: OperatingError[] = [];
      let host: BusHost | undefined;
      try {
        await work(async () => {
          host = await createNatsBusHost({
            servers: [`127.0.0.1:${port}`],
            user: 'u',
            password: 'p',
            onTrouble: (error) => void troubles.push(error),
          });
          return host.open('w');
        }, troubles);
      } finally {
        await host?.close();
      }
    },
  );

const consuming = async (open: () => Promise<Bus>) => (await open()).consume(CONSUME, () => undefined);

/** What each permission is needed for first. */
const AT_THE_START: readonly (readonly [subject: string, doing: string, work: (open: () => Promise<Bus>) => Promise<unknown>])[] = [
  ['$JS.API.INFO', 'be asked about JetStream', (open) => open()],
  ['$JS.API.STREAM.CREATE.>', 'open stream FOODSIM_w', (open) => open()],
  ['$JS.API.STREAM.INFO.>', 'consume stream FOODSIM_w as store', consuming],
  ['$JS.API.STREAM.INFO.>', 'say what stream FOODSIM_w holds', async (open) => (await open()).look()],
  ['$JS.API.CONSUMER.DELETE.>', 'consume stream FOODSIM_w as store', consuming],
  ['$JS.API.CONSUMER.DURABLE.CREATE.>', 'consume stream FOODSIM_w as store', consuming],
  ['$JS.API.STREAM.DELETE.>', 'delete stream FOODSIM_w', async (open) => (await open()).close({ destroy: true })],
];

describe('a user who may not', () => {
  it.each(AT_THE_START)('publish on %s is told so when the server could not %s', (subject, doing, work) =>
    without('publish', subject, async (open) => {
      await expect(work(open)).rejects.toMatchObject({
        trouble: 'infrastructure',
        message: expect.stringMatching(
          new RegExp(`could not ${doing}: Permissions Violation for Publish to "${subject.replace(/[.$]/g, '\\$&').replace('>', '')}`),
        ) as string,
        mend: expect.stringContaining(`permissions { publish: { allow: [ "${subject}" ] } }`) as string,
        isPassing: false,
      });
    }),
  );

  it('subscribe where the server answers is told so', () =>
    without('subscribe', '_INBOX.>', async (open) => {
      await expect(open()).rejects.toMatchObject({
        message: expect.stringMatching(/could not be asked about JetStream: Permissions Violation for Subscription to "_INBOX\./) as string,
        mend: expect.stringContaining('permissions { subscribe: { allow: [ "_INBOX.>" ] } }') as string,
        isPassing: false,
      });
    }));

  it('pull is told so when the consumer is opened', () =>
    without('publish', '$JS.API.CONSUMER.MSG.NEXT.>', async (open) => {
      await expect(consuming(open)).rejects.toMatchObject({
        message: `store can't get messages of world w: Permissions Violation for Publish to "$JS.API.CONSUMER.MSG.NEXT.FOODSIM_w.store"`,
        mend: expect.stringContaining('permissions { publish: { allow: [ "$JS.API.CONSUMER.MSG.NEXT.>" ] } }') as string,
        isPassing: false,
      });
    }));

  it('acknowledge is told so once there is something to acknowledge, and each time that its lag is asked for', () =>
    without('publish', '$JS.ACK.>', async (open, troubles) => {
      const bus = await open();
      const got: string[] = [];
      const consumption = await bus.consume(CONSUME, (batch) => void got.push(...batch.map(nameOf)));
      expect(await consumption.lag()).toEqual({ pending: 0, unacknowledged: 0 });
      await bus.publish(envelopes('a', 3));
      const told = {
        message: expect.stringMatching(
          /^store can't acknowledge messages of world w: Permissions Violation for Publish to "\$JS\.ACK\.FOODSIM_w\.store\./,
        ) as string,
        mend: expect.stringContaining('allow: [ "$JS.ACK.>" ]') as string,
        isPassing: true,
      };
      await vi.waitFor(() => expect(consumption.lag()).rejects.toMatchObject(told), { timeout: 10_000 });
      await bus.publish(envelopes('b', 3));
      await vi.waitFor(() => expect(got).toHaveLength(6), { timeout: 10_000 });
      expect(troubles).toEqual([expect.objectContaining(told)]);
    }));

  it('publish an event is told so with the subjects of its world', () =>
    without('publish', 'foodsim.w.>', async (open) => {
      const bus = await open();
      await expect(bus.publish(envelopes('a', 1))).rejects.toMatchObject({
        mend: expect.stringContaining('permissions { publish: { allow: [ "foodsim.w.>" ] } }') as string,
      });
      await drained(await bus.consume(CONSUME, () => undefined));
    }));
});
