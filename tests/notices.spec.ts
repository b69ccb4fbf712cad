/** Notices on their way out of the program: to a webhook that may fail, or to the log. */
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NOTICE_TEXT } from '../src/contexts/notification/contract.ts';
import { SLOW_MS, cleanUpAfterEach, newFolder, runToEnd, startServe } from './process.fixture.ts';

cleanUpAfterEach();

interface Post {
  readonly key: string;
  readonly body: { readonly id: string; readonly type: string; readonly text: string; readonly customerId: string };
  readonly isTaken: boolean;
}
/** What the receiver does with the nth post (from 0); undefined: it takes it. */
type Trouble = (count: number) => 'refuse' | 'hang-up' | 'say-nothing' | undefined;

let server: Server;
let url: string;
let posts: Post[];
let trouble: Trouble;

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
  return text;
};

beforeEach(async () => {
  posts = [];
  trouble = () => undefined;
  server = createServer((request, response) => {
    void bodyOf(request).then((text) => {
      const now = trouble(posts.length);
      posts.push({ key: String(request.headers['idempotency-key']), body: JSON.parse(text) as Post['body'], isTaken: now === undefined });
      if (now === 'hang-up') request.socket.destroy();
      else if (now !== 'say-nothing') response.writeHead(now === 'refuse' ? 500 : 204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/notices?from=food-sim`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const SCENARIO = `name: An order is accepted
steps:
  - place: { order: lunch, customer: kim, price: 12000 }
  - eventually: { cooking: lunch, is: 결재완료 }
  - accept: lunch
  - settle
  - expect: { order: lunch, is: 접수됨 }
`;
const TYPES = ['CouponGranted', 'OrderAccepted', 'OrderPlaced', 'Paid'];

const play = (...args: readonly string[]) => {
  const folder = newFolder();
  writeFileSync(join(folder, 'accepted.yaml'), SCENARIO);
  return runToEnd(['run', 'accepted.yaml', '--bus', 'memory', ...args], { cwd: folder });
};

const typesOf = (some: readonly Post[]): readonly string[] => some.map(({ body }) => body.type).sort();

test(
  'each notice is posted once, under the id of what it tells of',
  async () => {
    expect(await play('--notify-url', url)).toMatchObject({ code: 0 });
    expect(typesOf(posts)).toEqual(TYPES);
    for (const { key, body } of posts) {
      expect(key).toBe(body.id);
      expect(body).toMatchObject({ customerId: 'kim', text: NOTICE_TEXT[body.type as keyof typeof NOTICE_TEXT] });
    }
  },
  SLOW_MS,
);

test.each(['refuse', 'hang-up'] as const)(
  'a receiver that begins to %s is asked again under the same keys, and takes each once; rest is waited for',
  async (kind) => {
    trouble = (count) => (count < 5 ? kind : undefined);
    // The run settles, and so does not end before all are sent.
    expect(await play('--notify-url', url)).toMatchObject({ code: 0 });
    expect(posts.length).toBe(5 + TYPES.length);
    const taken = posts.filter(({ isTaken }) => isTaken);
    expect(typesOf(taken)).toEqual(TYPES);
    expect(new Set(posts.map(({ key }) => key))).toEqual(new Set(taken.map(({ key }) => key)));
  },
  SLOW_MS,
);

test(
  'a receiver that says nothing is given up on, and asked again under the same key',
  async () => {
    trouble = (count) => (count === 0 ? 'say-nothing' : undefined);
    expect(await play('--notify-url', url)).toMatchObject({ code: 0 });
    expect(posts.filter(({ key }) => key === posts[0]?.key).map(({ isTaken }) => isTaken)).toEqual([false, true]);
    expect(typesOf(posts.filter(({ isTaken }) => isTaken))).toEqual(TYPES);
  },
  SLOW_MS,
);

test(
  'rest is inconclusive while notices are not sent, and says so',
  async () => {
    trouble = () => 'refuse';
    const { code, out } = await play('--notify-url', url, '--timeout', '2s');
    expect(code).toBe(4);
    expect(out).toMatch(/notification: \d+ notices? not yet sent/);
  },
  SLOW_MS,
);

test(
  'without a receiver each notice is one line of the log',
  async () => {
    const { code, err } = await play('--log-level', 'info');
    expect(code).toBe(0);
    const told = [...err.matchAll(/"msg":"(notice to [^"]*)"/g)].map(([, line]) => line);
    expect(told.sort()).toEqual(TYPES.map((type) => `notice to kim: ${NOTICE_TEXT[type as keyof typeof NOTICE_TEXT]}`).sort());
  },
  SLOW_MS,
);

const placeAt = async (gateway: string): Promise<void> => {
  const answer = await fetch(`${gateway}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ customerId: 'kim', storeId: 's1', foodId: 'bibimbap', price: 9_000, address: 'Seoul' }),
  });
  expect(answer.status).toBe(201);
};

test(
  'notices that nobody took are sent by the next life, under the same keys; without a receiver they go to the log',
  async () => {
    const dataDir = join(newFolder(), 'data');
    trouble = () => 'refuse';
    const first = await startServe(['--data-dir', dataDir, '--notify-url', url]);
    await placeAt(first.gateway);
    await expect.poll(() => new Set(posts.map(({ key }) => key)).size, { timeout: 30_000 }).toBe(3);
    first.kill('SIGKILL');
    await first.ended;
    const keys = new Set(posts.map(({ key }) => key));

    trouble = (count) => (count === 0 ? undefined : 'refuse');
    posts = [];
    const second = await startServe(['--data-dir', dataDir, '--notify-url', url]);
    await expect.poll(() => posts.filter(({ isTaken }) => isTaken).length, { timeout: 30_000 }).toBe(1);
    const keptByFetch = async (): Promise<unknown> => {
      const page = (await (await fetch(`${second.gateway}/notices?status=sent`)).json()) as { items: { id: string }[] };
      return page.items.map(({ id }) => id);
    };
    await expect.poll(keptByFetch, { timeout: 30_000 }).toEqual(posts.filter(({ isTaken }) => isTaken).map(({ key }) => key));
    for (const { key } of posts) expect(keys).toContain(key);
    second.kill('SIGTERM');
    expect(await second.ended).toEqual({ code: 0, signal: null });

    const third = await startServe(['--data-dir', dataDir, '--log-level', 'info']);
    const logged = (): number => [...third.err().matchAll(/"msg":"notice to kim: /g)].length;
    await expect.poll(logged, { timeout: 40_000 }).toBe(2);
    const unsent = async (): Promise<unknown> =>
      ((await (await fetch(`${third.gateway}/notices?status=unsent`)).json()) as { items: unknown[] }).items;
    await expect.poll(unsent, { timeout: 30_000 }).toEqual([]);
  },
  SLOW_MS,
);
