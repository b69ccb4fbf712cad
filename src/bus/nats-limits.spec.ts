import { jetstreamManager } from '@nats-io/jetstream';
import type { JetStreamManager } from '@nats-io/jetstream';
import { connect, headers } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import { describe, expect, it, vi } from 'vitest';
import type { OperatingError } from '../kernel/errors.ts';
import type { BusHost } from './bus.ts';
import { drained, envelopeOf, envelopes, longestTaken, nameOf, readAll } from './bus.contract.ts';
import { createNatsBusHost } from './nats.ts';
import type { NatsBusOptions } from './nats.ts';
import { withConfiguredServer } from './test-server.contract.ts';

const CONSUME = { consumer: 'store', types: 'all', afterSeq: 0, maxBatch: 100 } as const;

interface At {
  readonly port: number;
  readonly url: string;
  readonly notes: readonly string[];
  readonly host: (options?: Partial<NatsBusOptions>) => Promise<BusHost>;
  /** As whoever runs the server would look at it. */
  readonly jsm: JetStreamManager;
  readonly connection: NatsConnection;
}

/** Runs `work` at a server of this configuration. Hosts are closed at its end. */
const at = (
  configuration: string,
  work: (server: At) => Promise<void>,
  admin: { readonly user?: string; readonly pass?: string } = {},
): Promise<void> =>
  withConfiguredServer(configuration, async (port) => {
    const hosts: BusHost[] = [];
    const notes: string[] = [];
    const connection = await connect({ servers: `127.0.0.1:${port}`, ...admin });
    const url = `nats://127.0.0.1:${port}`;
    try {
      const host = async (options: Partial<NatsBusOptions> = {}): Promise<BusHost> => {
        const opened = await createNatsBusHost({ servers: [url], onNote: (text) => void notes.push(text), ...options });
        hosts.push(opened);
        return opened;
      };
      await work({ port, url, notes, host, jsm: await jetstreamManager(connection), connection });
    } finally {
      for (const host of hosts) await host.close();
      await connection.close();
    }
  });

describe('a server with a small max_payload', () => {
  it('is told at the start, takes events up to exactly that, and refuses longer ones by themselves', () =>
    at('max_payload: 4096\njetstream { store_dir: "FOLDER" }', async ({ host, url, notes, jsm }) => {
      const bus = await (await host()).open('w');
      expect(notes).toEqual([
        `${url} takes messages of 4096 bytes at most; commands whose events are longer are refused (event-too-large)`,
      ]);
      const long = envelopeOf('long', 'OrderPlaced', '/front', { text: 'x'.repeat(longestTaken(bus)) });
      await bus.publish([long]);
      // What we count is what the server counts.
      expect((await jsm.streams.info('FOODSIM_w')).state.messages).toBe(1);
      const longer = envelopeOf('many', 'OrderPlaced', '/front', { text: 'x'.repeat(longestTaken(bus) + 1) });
      expect(bus.whyTooLarge?.(longer)).toBe('has 4097 bytes with its headers, and the bus takes 4096 at most');
      await expect(bus.publish([envelopeOf('a'), longer])).rejects.toThrow(
        /OrderPlaced has 4097 bytes with its headers, and the bus takes 4096 at most/,
      );
      await bus.publish([envelopeOf('b')]);
      expect((await readAll(bus)).map(nameOf)).toEqual(['long', 'b']);
    }));

  it('is refused where no event would fit', () =>
    at('max_payload: 1000\njetstream { store_dir: "FOLDER" }', async ({ host, url }) => {
      await expect((await host()).open('w')).rejects.toMatchObject({
        message: `the NATS server ${url} takes messages of 1000 bytes at most, and events need 1024`,
        mend: expect.stringContaining('max_payload') as string,
      });
    }));

  it('is learnt from a stream whose limit somebody lowers meanwhile', () =>
    at('jetstream { store_dir: "FOLDER" }', async ({ host, notes, jsm }) => {
      const bus = await (await host()).open('w');
      expect(notes).toEqual([]);
      await jsm.streams.update('FOODSIM_w', { max_msg_size: 2_000 });
      const long = envelopeOf('long', 'OrderPlaced', '/front', { text: 'x'.repeat(3_000) });
      expect(bus.whyTooLarge?.(long)).toBeUndefined();
      await expect(bus.publish([long])).rejects.toMatchObject({
        message: expect.stringMatching(/message size exceeds maximum allowed/) as string,
        mend: 'Raise max_msg_size of the stream, or max_payload of the server.',
      });
      expect(bus.whyTooLarge?.(long)).toMatch(/^has 3\d\d\d bytes/);
      await bus.publish([envelopeOf('a')]);
      // Opened again, it is known beforehand.
      await bus.close();
      expect((await (await host()).open('w')).whyTooLarge?.(long)).toMatch(/the bus takes 2000 at most$/);
    }));
});

describe('a server that does not store', () => {
  it('for want of room is told with its own words, at once, and is used again when there is room', () =>
    at('jetstream { store_dir: "FOLDER", max_file_store: 20000 }', async ({ host, url }) => {
      const bus = await (await host({ publishTimeoutMs: 20_000 })).open('w');
      const filling = async (): Promise<void> => {
        for (let round = 0; round < 20; round += 1) await bus.publish(envelopes(`r${round}-`, 10));
      };
      await expect(filling()).rejects.toMatchObject({
        trouble: 'infrastructure',
        message: `the NATS server ${url} did not store events of world w: insufficient resources`,
        mend: expect.stringContaining('max_file_store') as string,
      });
      await bus.close({ destroy: true });
      const again = await (await host()).open('w');
      await again.publish([envelopeOf('a')]);
      expect((await readAll(again)).map(nameOf)).toEqual(['a']);
    }));

  it('for want of room is told to whoever keeps its store, who knows the mend', () =>
    at('jetstream { store_dir: "FOLDER", max_file_store: 5000 }', async ({ host }) => {
      let wanted = 0;
      const keeper = { wantsRoom: () => void (wanted += 1), trouble: () => undefined, mend: 'Make room on our disk.' };
      const bus = await (await host({ keeper })).open('w');
      await expect(bus.publish(envelopes('a', 50))).rejects.toMatchObject({
        message: expect.stringMatching(/insufficient resources$/) as string,
        mend: 'Make room on our disk.',
        lacksRoom: true,
      });
      expect(wanted).toBeGreaterThan(0);
    }));

  it('for want of permission is told so, at once, with the subject', () =>
    at(
      `jetstream { store_dir: "FOLDER" }
       accounts { A { jetstream: enabled, users: [
         { user: full, password: p }
         { user: nopub, password: p, permissions: { publish: { allow: ["$JS.>"] }, subscribe: ">" } } ] } }`,
      async ({ host, url }) => {
        const bus = await (await host({ user: 'nopub', password: 'p', publishTimeoutMs: 20_000 })).open('w');
        await expect(bus.publish(envelopes('a', 2))).rejects.toMatchObject({
          trouble: 'infrastructure',
          message: `the NATS server ${url} did not store events of world w: Permissions Violation for Publish to "foodsim.w.front.OrderPlaced"`,
          mend: expect.stringContaining('foodsim.w.>') as string,
        });
      },
      { user: 'full', pass: 'p' },
    ));
});

describe('a server whose limits are adapted to', () => {
  it('remembers ids for a shorter time', () =>
    at('jetstream { store_dir: "FOLDER", limits { duplicate_window: "3m" } }', async ({ host, url, notes, jsm }) => {
      const bus = await (await host()).open('w');
      expect(notes).toEqual([`${url}: the server remembers ids of messages for 3m0s at most`]);
      expect((await jsm.streams.info('FOODSIM_w')).config.duplicate_window).toBe(180e9);
      await bus.publish(envelopes('a', 2));
      const got: string[] = [];
      const consumption = await bus.consume(CONSUME, (batch) => void got.push(...batch.map(nameOf)));
      await drained(consumption);
      expect(got).toEqual(['a1', 'a2']);
    }));

  it('but not for less than is needed', () =>
    at('jetstream { store_dir: "FOLDER", limits { duplicate_window: "1m" } }', async ({ host }) => {
      await expect((await host()).open('w')).rejects.toMatchObject({
        message: expect.stringMatching(/remembers ids of messages for 1m0s only, and this bus needs 2m0s/) as string,
        mend: expect.stringContaining('duplicate_window') as string,
      });
    }));

  it('lets a stream hold so many bytes, and wants to be told how many', () =>
    at(
      'jetstream { store_dir: "FOLDER" }\naccounts { A { jetstream { max_file: 4000000, max_mem: 0, max_bytes_required: true, max_ack_pending: 700 }, users: [ { user: u, password: p } ] } }',
      async ({ host, url, notes, jsm }) => {
        const bus = await (await host({ user: 'u', password: 'p' })).open('w');
        expect(notes).toEqual([`${url}: the account lets a stream hold 4000000 bytes at most; what is beyond waits in outboxes`]);
        expect((await jsm.streams.info('FOODSIM_w')).config).toMatchObject({ max_bytes: 4_000_000, discard: 'new' });
        await bus.publish(envelopes('a', 2));
      },
      { user: 'u', pass: 'p' },
    ));

  it.each([
    ['server', 'jetstream { store_dir: "FOLDER", limits { max_ack_pending: 30 } }', {}, 30],
    ['stream that somebody made', 'jetstream { store_dir: "FOLDER" }', { consumer_limits: { max_ack_pending: 20 } }, 20],
    ['both', 'jetstream { store_dir: "FOLDER", limits { max_ack_pending: 30 } }', { consumer_limits: { max_ack_pending: 20 } }, 20],
  ])('lets a consumer have few messages under way: %s', (_, configuration, limits, most) =>
    at(configuration, async ({ host, jsm }) => {
      await jsm.streams.add({ name: 'FOODSIM_w', subjects: ['foodsim.w.>'], ...limits });
      const bus = await (await host()).open('w');
      const got: string[] = [];
      const consumption = await bus.consume(CONSUME, (batch) => void got.push(...batch.map(nameOf)));
      expect((await jsm.consumers.info('FOODSIM_w', 'store')).config.max_ack_pending).toBe(most);
      await bus.publish(envelopes('a', 150));
      await drained(consumption);
      expect(got).toEqual(envelopes('a', 150).map(({ id }) => id));
    }),
  );

  it('lets an account have few messages under way', () =>
    at(
      'jetstream { store_dir: "FOLDER" }\naccounts { A { jetstream { max_file: 4000000, max_mem: 0, max_ack_pending: 70 }, users: [ { user: u, password: p } ] } }',
      async ({ host, jsm }) => {
        const bus = await (await host({ user: 'u', password: 'p' })).open('w');
        const got: string[] = [];
        const consumption = await bus.consume(CONSUME, (batch) => void got.push(...batch.map(nameOf)));
        expect((await jsm.consumers.info('FOODSIM_w', 'store')).config.max_ack_pending).toBe(70);
        await bus.publish(envelopes('a', 150));
        await drained(consumption);
        expect(got).toHaveLength(150);
      },
      { user: 'u', pass: 'p' },
    ));

  it('lets a consumer ask for few messages at once', () =>
    at('jetstream { store_dir: "FOLDER", limits { max_request_batch: 100 } }', async ({ host, notes }) => {
      const bus = await (await host()).open('w');
      const got: string[] = [];
      const consumption = await bus.consume(CONSUME, (batch) => void got.push(...batch.map(nameOf)));
      await bus.publish(envelopes('a', 450));
      await drained(consumption);
      expect(got).toEqual(envelopes('a', 450).map(({ id }) => id));
      expect(notes).toEqual([]);
    }));

  it('says what a consumer is refused that gets nowhere, is not well meanwhile, and asks again', () =>
    at('jetstream { store_dir: "FOLDER" }', async ({ host, notes, connection }) => {
      const troubles: OperatingError[] = [];
      const bus = await (await host({ onTrouble: (error) => void troubles.push(error) })).open('w');
      let pulls = 0;
      // Answers every pull as a server would that has a limit of which we know nothing.
      const refusing = connection.subscribe('$JS.API.CONSUMER.MSG.NEXT.FOODSIM_w.store', {
        callback: (_error, msg) => {
          pulls += 1;
          msg.respond('', { headers: headers(409, 'Exceeded MaxPatience of 7') });
        },
      });
      await connection.flush();
      const consumption = await bus.consume(CONSUME, () => undefined);
      const told = 'store gets no messages of world w: the server says 409 Exceeded MaxPatience of 7';
      await vi.waitFor(() => expect(pulls).toBeGreaterThanOrEqual(5), { timeout: 30_000 });
      await expect(consumption.lag()).rejects.toMatchObject({ message: told, isPassing: true });
      expect([notes, troubles.map(({ message, isPassing }) => [message, isPassing])]).toEqual([[], [[told, true]]]);
      refusing.unsubscribe();
      await bus.publish(envelopes('a', 1));
      await vi.waitFor(() => drained(consumption), { timeout: 30_000 });
    }));
});
