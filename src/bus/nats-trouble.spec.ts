import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { AckPolicy, DiscardPolicy, RetentionPolicy, StorageType, jetstreamManager, type StreamConfig } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { describe, expect, it, vi } from 'vitest';
import { OperatingError, messageOf } from '../kernel/errors.ts';
import type { Delivery } from './bus.ts';
import { drained, envelopes, nameOf, readAll } from './bus.contract.ts';
import { describeServers, isSupportedVersion } from './nats-connection.ts';
import { createNatsBusHost } from './nats.ts';
import type { NatsBusOptions } from './nats.ts';
import { freePort, startTestServer, withFolder } from './test-server.contract.ts';

/** The error of an attempt to connect, which must be one that a person can act on. */
const troubleOf = async (options: NatsBusOptions): Promise<OperatingError> => {
  const error = await createNatsBusHost(options).then(
    async (host) => host.close(),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(OperatingError);
  expect((error as OperatingError).mend).toBeDefined();
  return error as OperatingError;
};

/** Runs `work` beside a server with JetStream and a user of its own. */
const withServer = (args: readonly string[], work: (port: number, folder: string) => Promise<void>): Promise<void> =>
  withFolder(async (folder) => {
    const port = await freePort();
    const server = await startTestServer(
      port,
      args.map((arg) => arg.replace('FOLDER', folder)),
    );
    try {
      await work(port, folder);
    } finally {
      await server.kill();
    }
  });

describe('a NATS server that does not do', () => {
  it('is unreachable', async () => {
    const port = await freePort();
    const error = await troubleOf({ servers: [`nats://me:secret@127.0.0.1:${port}`] });
    expect(error.trouble).toBe('infrastructure');
    expect(error.message).toContain(`nats://127.0.0.1:${port} can't be reached`);
    expect(error.isPassing).toBe(true);
    expect(error.message).not.toContain('secret');
  });

  it('knows another password, or a token, or has no JetStream', () =>
    withServer(['--user', 'me', '--pass', 'secret'], async (port) => {
      const wrong = await troubleOf({ servers: [`nats://me:guess@127.0.0.1:${port}`] });
      expect(wrong.message).toMatch(/does not let us in/);
      expect(wrong.message).not.toContain('guess');
      expect((await troubleOf({ servers: [`nats://127.0.0.1:${port}`], token: 'guess' })).message).toMatch(/does not let us in/);
      const off = await troubleOf({ servers: [`127.0.0.1:${port}`], user: 'me', password: 'secret' });
      expect(off.message).toMatch(/JetStream is not enabled/);
      expect([wrong.isPassing, off.isPassing]).toEqual([false, false]);
    }));

  // As a cluster does that chooses its leaders.
  it('has a JetStream that does not answer now, and may later', async () => {
    const info = {
      server_id: 'X',
      version: '2.12.0',
      proto: 1,
      go: '',
      host: '',
      port: 0,
      max_payload: 1_048_576,
      jetstream: true,
      headers: true,
      client_id: 1,
      cluster: 'kitchens',
    };
    const server = createServer((socket) => {
      socket.write(`INFO ${JSON.stringify(info)}\r\n`);
      socket.on('data', (data) => /^PING\r$/m.test(data.toString()) && socket.write('PONG\r\n'));
      socket.on('error', () => undefined);
    });
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    const error = await troubleOf({ servers: [`nats://127.0.0.1:${port}`] });
    expect(error).toMatchObject({
      trouble: 'infrastructure',
      message: expect.stringMatching(/could not be asked about JetStream: timeout/) as string,
      isPassing: true,
    });
    server.close();
  });

  it('is older than 2.10', async () => {
    const info = {
      server_id: 'X',
      version: '2.9.10',
      proto: 1,
      go: '',
      host: '',
      port: 0,
      max_payload: 1_048_576,
      jetstream: true,
      headers: true,
      client_id: 1,
    };
    const server = createServer((socket) => {
      socket.write(`INFO ${JSON.stringify(info)}\r\n`);
      socket.on('data', (data) => data.includes('PING') && socket.write('PONG\r\n'));
      socket.on('error', () => undefined);
    });
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    const error = await troubleOf({ servers: [`nats://127.0.0.1:${port}`] });
    expect(error.message).toMatch(/2\.9\.10.*2\.10 is the oldest/);
    server.close();
  });

  it.each([
    ['http://127.0.0.1', /not an address of a NATS server/],
    ['nats://a b', /is not a URL/],
    ['nats://me:secret@a b', /is not a URL/],
  ])('has no proper address: %s', async (url, expected) => {
    const error = await troubleOf({ servers: [url] });
    expect([error.trouble, error.message]).toEqual(['usage', expect.stringMatching(expected)]);
    expect(error.message).not.toContain('secret');
  });

  it('has a credentials file that is not there', async () => {
    expect((await troubleOf({ servers: ['nats://127.0.0.1:1'], credsFile: '/nowhere/my.creds' })).message).toMatch(/\/nowhere\/my\.creds/);
  });

  it('has a stream of our name, or on our subjects, that somebody else made', () =>
    withServer(['-js', '-sd', 'FOLDER'], async (port) => {
      const connection = await connect({ servers: `127.0.0.1:${port}` });
      const { streams } = await jetstreamManager(connection);
      const host = await createNatsBusHost({ servers: [`127.0.0.1:${port}`] });
      const openOn = async (config: Partial<StreamConfig>): Promise<unknown> => {
        const { name } = (await streams.add({ name: 'FOODSIM_w', ...config })).config;
        try {
          return await host.open('w').then((bus) => bus.close(), messageOf);
        } finally {
          await streams.delete(name);
        }
      };
      try {
        const subjects = ['foodsim.w.>'];
        expect(await openOn({ subjects: ['else.>'] })).toMatch(
          /has a stream FOODSIM_w that is none of ours: it takes else\.> and not foodsim\.w\.>/,
        );
        expect(await openOn({ subjects: ['foodsim.w.front.*'] })).toMatch(/takes foodsim\.w\.front\.\* and not/);
        expect(await openOn({ subjects, retention: RetentionPolicy.Workqueue })).toMatch(/retention workqueue/);
        expect(await openOn({ subjects, max_msgs: 5, max_age: 1e12, max_bytes: 1e6 })).toMatch(
          /keeps 5 messages at most, and drops messages when they are old, and keeps 1000000 bytes/,
        );
        expect(await openOn({ subjects, no_ack: true })).toMatch(/acknowledges nothing/);
        expect(await openOn({ name: 'OTHERS', subjects: ['foodsim.*.front.>'] })).toMatch(
          /another stream .* takes subjects of foodsim\.w\.>/,
        );
        // How it keeps messages is its maker's business.
        expect(
          await openOn({ subjects: ['foodsim.w.>', 'more.>'], storage: StorageType.Memory, max_bytes: 1e6, discard: DiscardPolicy.New }),
        ).toBeUndefined();
      } finally {
        await host.close();
        await connection.close();
      }
    }));

  it('is asked with a file that does not do', async () => {
    const servers = ['nats://127.0.0.1:1'];
    const here = import.meta.filename;
    expect((await troubleOf({ servers, tls: { caFile: here } })).message).toContain(`the certificate authority ${here} is not a PEM file`);
    expect((await troubleOf({ servers, tls: { keyFile: '/nowhere/key.pem' } })).message).toMatch(
      /^the key \/nowhere\/key\.pem can't be read/,
    );
    expect((await troubleOf({ servers, credsFile: here })).message).toContain(`the credentials file ${here} holds no JWT`);
  });

  it('is judged by its version', () => {
    expect(['2.9.10', '2.10.0', '2.14.0', 'v3.0.1', '1.4.1', ''].map(isSupportedVersion)).toEqual([false, true, true, true, false, false]);
    expect(describeServers(['nats://u:p@one:4222', 'tls://two'])).toBe('nats://one:4222,tls://two:4222');
  });
});

describe('a NATS server with TLS', () => {
  it('is used with its certificate, and refused without', () =>
    withFolder(async (folder) => {
      const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
      const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'];
      execFileSync(
        'openssl',
        [
          'req',
          '-x509',
          '-newkey',
          'ec',
          '-pkeyopt',
          'ec_paramgen_curve:prime256v1',
          '-nodes',
          '-days',
          '2',
          '-keyout',
          key,
          '-out',
          cert,
          ...subject,
        ],
        { stdio: 'ignore' },
      );
      await withServer(['-js', '-sd', 'FOLDER', '--tls', '--tlscert', cert, '--tlskey', key], async (port) => {
        const servers = [`tls://127.0.0.1:${port}`];
        expect(await troubleOf({ servers })).toMatchObject({
          message: expect.stringMatching(/certificate/),
          mend: expect.stringMatching(/--tls-ca/),
        });
        const host = await createNatsBusHost({ servers, tls: { caFile: cert } });
        const bus = await host.open('w');
        await bus.publish(envelopes('a', 2));
        expect(await bus.lastSeq()).toBe(2);
        await host.close();
      });
    }));
});

describe('a NATS server that goes and comes back', () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'loses nothing and changes no order when it is restarted after %s',
    (signal) =>
      withFolder(async (folder) => {
        const port = await freePort();
        const start = () => startTestServer(port, ['-js', '-sd', folder, '--user', 'me', '--pass', 'secret']);
        let server = await start();
        const host = await createNatsBusHost({ servers: [`nats://me:secret@127.0.0.1:${port}`], publishTimeoutMs: 15_000 });
        try {
          const bus = await host.open('w');
          const got: Delivery[] = [];
          const consumption = await bus.consume(
            { consumer: 'store', types: 'all', afterSeq: 0, maxBatch: 20 },
            (batch) => void got.push(...batch),
          );
          for (let round = 0; round < 3; round += 1) {
            await bus.publish(envelopes(`before${round}-`, 100));
            const inFlight = bus.publish(envelopes(`during${round}-`, 500));
            const gone = server.kill(signal);
            const meanwhile = gone.then(() => bus.publish(envelopes(`after${round}-`, 5)));
            await gone;
            server = await start();
            await Promise.all([inFlight, meanwhile]);
          }
          await drained(consumption);
          const stored = (await readAll(bus)).map(nameOf);
          expect(stored).toHaveLength(3 * 605);
          expect(new Set(stored).size).toBe(stored.length);
          for (const round of [0, 1, 2]) {
            expect(stored.filter((name) => name.startsWith(`during${round}-`))).toEqual(
              envelopes(`during${round}-`, 500).map(({ id }) => id),
            );
          }
          // At least once, and never backwards but for what was delivered and not yet handled.
          expect([...new Set(got.map(nameOf))]).toEqual(stored);
          await bus.publish(envelopes('last', 1));
          await drained(consumption);
          expect(nameOf(got.at(-1) as Delivery)).toBe('last1');
        } finally {
          await host.close();
          await server.kill();
        }
      }),
    30_000,
  );

  it('lets publish fail in time while it is away, and publishing again later is safe', () =>
    withFolder(async (folder) => {
      const port = await freePort();
      const start = () => startTestServer(port, ['-js', '-sd', folder]);
      let server = await start();
      const host = await createNatsBusHost({ servers: [`127.0.0.1:${port}`], publishTimeoutMs: 300 });
      try {
        const bus = await host.open('w');
        await bus.publish(envelopes('a', 1));
        await server.kill();
        await expect(bus.publish(envelopes('a', 2))).rejects.toThrow(/no answer within 300 ms/);
        server = await start();
        await vi.waitFor(() => bus.publish(envelopes('a', 3)), { timeout: 30_000 });
        expect((await readAll(bus)).map(nameOf)).toEqual(['a1', 'a2', 'a3']);
      } finally {
        await host.close();
        await server.kill();
      }
    }));

  it('is known to be full by whoever keeps its store, and gives no answer', () =>
    withFolder(async (folder) => {
      const port = await freePort();
      const server = await startTestServer(port, ['-js', '-sd', folder]);
      const keeper = { wantsRoom: () => undefined, trouble: () => 'the disk is full', mend: 'Make room.' };
      const host = await createNatsBusHost({ servers: [`127.0.0.1:${port}`], publishTimeoutMs: 300, keeper });
      try {
        const bus = await host.open('w');
        await bus.publish(envelopes('a', 1));
        await server.kill();
        await expect(bus.publish(envelopes('b', 1))).rejects.toMatchObject({
          message: expect.stringMatching(/did not store events of world w: the disk is full$/) as string,
          mend: 'Make room.',
          lacksRoom: true,
          isPassing: true,
        });
      } finally {
        await host.close();
        await server.kill();
      }
    }));

  it('ends a consumer whose stream is lost, and says so', () =>
    withFolder(async (folder) => {
      const port = await freePort();
      const troubles: OperatingError[] = [];
      let server = await startTestServer(port, ['-js', '-sd', join(folder, 'one')]);
      const host = await createNatsBusHost({ servers: [`127.0.0.1:${port}`], onTrouble: (error) => void troubles.push(error) });
      try {
        const bus = await host.open('w');
        const consumption = await bus.consume({ consumer: 'store', types: 'all', afterSeq: 0, maxBatch: 20 }, () => undefined);
        await bus.publish(envelopes('a', 3));
        await drained(consumption);
        await server.kill();
        server = await startTestServer(port, ['-js', '-sd', join(folder, 'two')]);
        await vi.waitFor(() => expect(troubles).toHaveLength(1), { timeout: 30_000 });
        expect(troubles[0]?.message).toMatch(/store has handled message 3 of stream FOODSIM_w/);
        await expect(consumption.lag()).rejects.toThrow(/FOODSIM_w/);
      } finally {
        await host.close();
        await server.kill();
      }
    }));
});

describe('a world that two processes share', () => {
  it('gives a consumer to the one that opened it last, and tells the other', () =>
    withServer(['-js', '-sd', 'FOLDER'], async (port) => {
      const troubles: OperatingError[] = [];
      const servers = [`127.0.0.1:${port}`];
      const [first, second] = [
        await createNatsBusHost({ servers, onTrouble: (error) => void troubles.push(error) }),
        await createNatsBusHost({ servers }),
      ];
      const consume = { consumer: 'store', types: 'all', afterSeq: 0, maxBatch: 20 } as const;
      const former = await (await first.open('w')).consume(consume, () => undefined);
      const bus = await second.open('w');
      const got: string[] = [];
      const latter = await bus.consume(consume, (batch) => void got.push(...batch.map(nameOf)));
      await bus.publish(envelopes('a', 3));
      await drained(latter);
      expect(got).toEqual(['a1', 'a2', 'a3']);
      await vi.waitFor(() => expect(troubles).toHaveLength(1), { timeout: 30_000 });
      await expect(former.lag()).rejects.toThrow(/another process now consumes world w as store/);
      await first.close();
      await second.close();
    }));

  it('leaves a consumer alone that another process removed and takes its time to make anew', () =>
    withServer(['-js', '-sd', 'FOLDER'], async (port) => {
      const troubles: OperatingError[] = [];
      const host = await createNatsBusHost({ servers: [`127.0.0.1:${port}`], onTrouble: (error) => void troubles.push(error) });
      const other = await connect({ servers: `127.0.0.1:${port}` });
      try {
        await (await host.open('w')).consume({ consumer: 'store', types: 'all', afterSeq: 0, maxBatch: 20 }, () => undefined);
        const { consumers } = await jetstreamManager(other);
        let looks = 0;
        other.subscribe('$JS.API.CONSUMER.INFO.FOODSIM_w.store', { callback: () => void (looks += 1) });
        await other.flush();
        await consumers.delete('FOODSIM_w', 'store');
        // It was looked for more than once, and not found.
        await vi.waitFor(() => expect(looks).toBeGreaterThanOrEqual(3), { timeout: 30_000 });
        await consumers.add('FOODSIM_w', { durable_name: 'store', ack_policy: AckPolicy.All, metadata: { owner: 'another' } });
        await vi.waitFor(() => expect(troubles.map(({ message }) => message)).toEqual(['another process now consumes world w as store']), {
          timeout: 30_000,
        });
        expect((await consumers.info('FOODSIM_w', 'store')).config.metadata?.['owner']).toBe('another');
      } finally {
        await other.close();
        await host.close();
      }
    }));
});
