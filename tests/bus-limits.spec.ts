/** Servers that set limits: what the program makes of them, and what it says where nothing can be made of them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, headers } from '@nats-io/transport-node';
import { expect, test, vi } from 'vitest';
import { withConfiguredServer } from '../src/bus/test-server.contract.ts';
import { runMain } from '../src/cli/main.fixture.ts';
import { SLOW_MS, cleanUpAfterEach, newFolder, runToEnd, startServe } from './process.fixture.ts';

cleanUpAfterEach();

const MANY_ORDERS = `name: Fills the store of the server
steps:
  - repeat: { times: 45, as: i, steps: [{ place: { order: "lunch-\${i}", customer: kim } }] }
  - settle: { within: 2s }
  - expect: { order: lunch-45, is: paid }
`;

const play = (bus: string, text: string, ...args: readonly string[]) => {
  const folder = newFolder();
  writeFileSync(join(folder, 'scenario.yaml'), text);
  return runToEnd(['run', join(folder, 'scenario.yaml'), '--report', 'plain', '--bus', bus, ...args]);
};

test(
  'a server without room ends a run with 5, in its own words and with the mend',
  () =>
    withConfiguredServer('jetstream { store_dir: "FOLDER", max_file_store: 20000 }', async (port) => {
      const { code, out, err } = await play(`nats://127.0.0.1:${port}`, MANY_ORDERS);
      expect(out + err).toMatch(/did not store events of world \S+: insufficient resources/);
      expect(out + err).toMatch(/raise its limits \(max_file_store/);
      expect(out + err).not.toMatch(/--timeout/);
      expect(code).toBe(5);
    }),
  SLOW_MS,
);

test(
  'a user who may not publish ends a run with 5, with the subject and the mend',
  () =>
    withConfiguredServer(
      `jetstream { store_dir: "FOLDER" }
     authorization { users: [ { user: nopub, password: p, permissions: { publish: { allow: ["$JS.>"] }, subscribe: ">" } } ] }`,
      async (port) => {
        const { code, out, err } = await play(
          `nats://nopub:p@127.0.0.1:${port}`,
          MANY_ORDERS.replace('times: 45', 'times: 1').replace('lunch-45', 'lunch-1'),
        );
        expect(out + err).toMatch(/Permissions Violation for Publish to "foodsim\.\S+\.front\.OrderPlaced"/);
        expect(out + err).toMatch(/Let this user publish on it: .*"foodsim\.run-\S+\.>"/);
        expect(code).toBe(5);
      },
    ),
  SLOW_MS,
);

test(
  'a server without room makes a served system refuse commands and say why, until there is room',
  () =>
    withConfiguredServer('jetstream { store_dir: "FOLDER", max_file_store: 100000 }', async (port) => {
      const connection = await connect({ servers: `127.0.0.1:${port}` });
      const jsm = await jetstreamManager(connection);
      await jsm.streams.add({ name: 'OTHERS', subjects: ['others.>'] });
      const program = await startServe(['--bus', `nats://127.0.0.1:${port}`, '--data-dir', join(newFolder(), 'data')]);
      const place = () =>
        fetch(`${program.gateway}/orders`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ customerId: 'kim', storeId: 's1', foodId: 'bibimbap', price: 9_000, address: 'Seoul' }),
        });
      const front = async (): Promise<{ readonly status: string; readonly reason?: string }> =>
        ((await (await fetch(`${program.gateway}/health`)).json()) as { contexts: { front: { status: string } } }).contexts.front;
      for (let round = 0; round < 9; round += 1) await jetstream(connection).publish('others.all', 'x'.repeat(11_000));
      const accepted: string[] = [];
      let answer = await place();
      for (; answer.status === 201 && accepted.length < 200; answer = await place())
        accepted.push(((await answer.json()) as { id: string }).id);
      expect(answer.status).toBe(507);
      expect(await answer.json()).toMatchObject({
        code: 'bus-full',
        detail: expect.stringMatching(/front takes no commands .*insufficient resources/) as string,
      });
      expect(await front()).toMatchObject({ status: 'degraded', reason: expect.stringMatching(/insufficient resources/) as string });
      // What was accepted can be read meanwhile.
      expect((await fetch(`${program.gateway}/orders/${accepted[0]}`)).status).toBe(200);
      await jsm.streams.purge('OTHERS');
      await vi.waitFor(async () => expect((await place()).status).toBe(201), { timeout: 30_000, interval: 200 });
      await vi.waitFor(async () => expect(await front()).toMatchObject({ status: 'up' }), { timeout: 30_000 });
      for (const id of accepted)
        await vi.waitFor(
          async () => expect(await (await fetch(`${program.gateway}/orders/${id}`)).json()).toMatchObject({ status: 'paid' }),
          { timeout: 30_000 },
        );
      program.kill('SIGTERM');
      expect((await program.ended).code).toBe(0);
      await connection.close();
    }),
  SLOW_MS,
);

test.each([
  ['pull', '$JS.API.CONSUMER.MSG.NEXT.>'],
  ['acknowledge', '$JS.ACK.>'],
  ['make a stream', '$JS.API.STREAM.CREATE.>'],
])(
  'a user who may not %s ends a run with 5, with the subject and the line that is missing',
  (_, subject) =>
    withConfiguredServer(
      `jetstream { store_dir: "FOLDER" }\nauthorization { users: [ { user: u, password: p, permissions: { publish: { deny: ["${subject}"] } } } ] }`,
      async (port) => {
        const folder = newFolder();
        writeFileSync(join(folder, 'scenario.yaml'), MANY_ORDERS.replace('times: 45', 'times: 1').replace('lunch-45', 'lunch-1'));
        const { code, out, err } = await runMain(
          ['run', 'scenario.yaml', '--timeout', '5s', '--report', 'plain', '--bus', `nats://u:p@127.0.0.1:${port}`],
          folder,
        );
        expect(out + err).toContain(`Permissions Violation for Publish to "${subject.replace('>', '')}`);
        expect(out + err).toContain(`permissions { publish: { allow: [ "${subject}" ] } }`);
        expect(out + err).not.toMatch(/--timeout/);
        expect(code).toBe(5);
      },
    ),
  SLOW_MS,
);

test(
  'a served context that gets no messages is not up, and says what the server says',
  () =>
    withConfiguredServer('jetstream { store_dir: "FOLDER" }', async (port) => {
      const connection = await connect({ servers: `127.0.0.1:${port}` });
      // Answers as a server would that has a limit of which nobody knows.
      const refusing = connection.subscribe('$JS.API.CONSUMER.MSG.NEXT.FOODSIM_food.store', {
        callback: (_, msg) => void msg.respond('', { headers: headers(409, 'Exceeded MaxPatience of 7') }),
      });
      await connection.flush();
      const program = await startServe(['--bus', `nats://127.0.0.1:${port}`, '--data-dir', join(newFolder(), 'data')]);
      const health = async () =>
        (await (await fetch(`${program.gateway}/health`)).json()) as {
          readonly status: string;
          readonly contexts: Readonly<Record<string, unknown>>;
        };
      await vi.waitFor(
        async () => {
          expect(await health()).toMatchObject({
            status: 'degraded',
            contexts: {
              front: { status: 'up' },
              store: { status: 'degraded', reason: 'store gets no messages of world food: the server says 409 Exceeded MaxPatience of 7' },
            },
          });
        },
        { timeout: 20_000, interval: 200 },
      );
      expect(program.err()).toContain('store gets no messages of world food: the server says 409 Exceeded MaxPatience of 7');
      refusing.unsubscribe();
      await vi.waitFor(async () => expect(await health()).toMatchObject({ status: 'up' }), { timeout: 20_000, interval: 200 });
      program.kill('SIGTERM');
      expect((await program.ended).code).toBe(0);
      await connection.close();
    }),
  SLOW_MS,
);
