/** What other processes can see of those that the program starts: neither their command lines nor their environments hold a secret. */
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { childEnvironment } from '../src/kernel/child-environment.ts';
import { SLOW_MS, childrenOf, newFolder, start } from './process.fixture.ts';

const LEAK = /xyzzy/i;
const SECRETS = { FOOD_SIM_NATS_PASSWORD: 'xyzzy', FOOD_SIM_NATS_USER: 'kim' };

/** Calls whoever is asked for something, while the one who asks waits. */
let onAsked: () => void = () => undefined;
let server: Server;
let place: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    onAsked();
    request.resume().on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('[]'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  place = `kim:xyzzy@127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => (onAsked = () => undefined));
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

interface Seen {
  readonly args: string;
  readonly environment: string;
}

const see = (pid: number): Seen | undefined => {
  try {
    return {
      args: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '),
      environment: readFileSync(`/proc/${pid}/environ`, 'utf8').replaceAll('\0', ' '),
    };
  } catch {
    // It ended in between.
    return undefined;
  }
};

const descendantsOf = (pid: number): readonly number[] => childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);

/** Runs the program; what could be seen of it, and of those that it started, whenever it asked for something. */
const watched = async (args: readonly string[], cwd: string) => {
  const own: Seen[] = [];
  const started: Seen[] = [];
  const program = start(args, { cwd, env: SECRETS });
  onAsked = () => {
    own.push(...[see(program.pid)].filter((seen) => seen !== undefined));
    started.push(...descendantsOf(program.pid).flatMap((pid) => see(pid) ?? []));
  };
  const { code } = await program.ended;
  return { code, own, started, said: program.out() + program.err() };
};

const LOAD = `name: Reads elsewhere
load: { users: 1, duration: 300ms, requests: [{ method: GET, path: /orders }], thresholds: [http.failed.count == 0] }
`;
const ORDER = 'name: An order\nsteps:\n  - place: { order: lunch, customer: kim }\n  - settle\n  - expect: { order: lunch, is: 결재됨 }\n';

it.skipIf(!existsSync('/proc/self/environ')).each([
  ['a load on a target', LOAD, ['load', 'file.yaml', '--target', 'http://PLACE'], /cannon/],
  [
    'a run with a webhook',
    ORDER,
    ['run', 'file.yaml', '--bus', 'embedded', '--notify-url', 'http://PLACE/hook?key=xyzzy'],
    /nats-server.* -c /,
  ],
])('%s', { timeout: SLOW_MS }, async (_what, text, args, child) => {
  const cwd = newFolder();
  writeFileSync(join(cwd, 'file.yaml'), text);
  const { code, own, started, said } = await watched(
    args.map((arg) => arg.replace('PLACE', place)),
    cwd,
  );
  expect([code, said]).toEqual([0, expect.not.stringMatching(LEAK)]);
  expect(started.map(({ args: seen }) => seen).join('\n')).toMatch(child);
  for (const { args: seen, environment } of started)
    expect([seen, environment]).toEqual([expect.not.stringMatching(LEAK), expect.not.stringMatching(LEAK)]);
  for (const { args: seen } of own) expect(seen).not.toMatch(LEAK);
});

it('whatever starts a process chooses what that process is told', () => {
  const src = join(import.meta.dirname, '../src');
  const sources = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
    (name) => /\.tsx?$/.test(name) && !/\.(spec|fixture|contract)\./.test(name),
  );
  const starting = sources.filter((name) => readFileSync(join(src, name), 'utf8').includes("from 'node:child_process'"));
  expect(starting.length).toBeGreaterThan(4);
  for (const name of starting) {
    const text = readFileSync(join(src, name), 'utf8');
    const starts = text.match(/\b(?:spawn|fork|run)\((?:[\w.]+|'sh'),/g) ?? [];
    const told = text.match(/env: (?:childEnvironment\(process\.env\)|\{\})/g) ?? [];
    expect([starts.length, starts.length], name).toEqual([told.length, Math.max(1, told.length)]);
  }
  expect(childEnvironment({ PATH: '/bin', FOOD_SIM_TOKEN: 'x', Food_Sim_Bus: 'y', FOOD_SIMPLE: 'z' })).toEqual({
    PATH: '/bin',
    FOOD_SIMPLE: 'z',
  });
});
