/** siege itself, on four loads, beside the summary that a load of ours tells: line by line the same. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { foldAnswers } from '../src/load/measure/answers.ts';
import { siegeFields } from '../src/reports/load-text.ts';
import { isAwaited, need } from './tools.fixture.ts';

/** What the server answers in turn: a status, after so many milliseconds, with so many bytes. */
type Turn = readonly [status: number, afterMs: number, bytes: number];

const LOADS: readonly (readonly [name: string, turns: readonly Turn[]])[] = [
  [
    'that all succeed',
    [
      [200, 100, 30_000],
      [200, 160, 10],
      [201, 120, 60_000],
    ],
  ],
  [
    'that all fail',
    [
      [500, 110, 20_000],
      [503, 150, 40_000],
    ],
  ],
  [
    'of which the slow ones fail',
    [
      [200, 100, 20_000],
      [500, 260, 30],
      [200, 110, 20_000],
      [500, 240, 50_000],
    ],
  ],
  [
    'of every sort',
    [
      [200, 130, 30_000],
      [404, 100, 200],
      [500, 180, 20_000],
      [301, 110, 50],
      [509, 150, 10_000],
      [510, 120, 40_000],
    ],
  ],
];

const USERS = 4;
const REQUESTS_EACH = 6;
/** siege sometimes does not end by itself; how long it gets, and how often it is asked. In milliseconds. */
const ENDS_WITHIN_MS = 30_000;
const TRIES = 3;

let home: string;
let server: Server | undefined;

const serve = async (turns: readonly Turn[]): Promise<string> => {
  let asked = 0;
  server = createServer((_request, response) => {
    const [status, afterMs, bytes] = turns[asked % turns.length]!;
    asked += 1;
    setTimeout(() => {
      response.writeHead(status, { 'content-type': 'text/plain', connection: 'close' });
      response.end('x'.repeat(bytes));
    }, afterMs);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
};

/** All that siege prints, without colours. */
const besiege = async (url: string): Promise<string> => {
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const args = ['--rc', join(home, 'siegerc'), '-b', `-c${USERS}`, `-r${REQUESTS_EACH}`, url];
    const siege = spawn('siege', args, {
      env: { ...process.env, HOME: home },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: ENDS_WITHIN_MS,
      killSignal: 'SIGKILL',
    });
    let out = '';
    for (const stream of [siege.stdout, siege.stderr]) stream.on('data', (chunk: Buffer) => (out += chunk.toString()));
    const [, signal] = (await once(siege, 'close')) as [number | null, NodeJS.Signals | null];
    if (signal === null) return out.replaceAll(/\u001b\[[0-9;]*m/g, '');
  }
  throw new Error(`siege did not end, ${TRIES} times`);
};

describe.skipIf(isAwaited('siege'))("siege's summary", () => {
  beforeAll(() => {
    need('siege');
    home = mkdtempSync(join(tmpdir(), 'food-sim-siege-'));
    // By itself, siege gives up after 1,024 failures, follows redirections, and keeps a log.
    writeFileSync(
      join(home, 'siegerc'),
      'failures = 1000000\nverbose = true\nlogging = false\nfollow-location = false\nparser = false\ncache = false\n',
    );
  });
  afterEach(() => {
    server?.close();
    server?.closeAllConnections();
  });
  afterAll(() => rmSync(home, { recursive: true }));

  it.each(LOADS)('is ours, line by line, for requests %s', { timeout: TRIES * ENDS_WITHIN_MS }, async (_name, turns) => {
    const out = await besiege(await serve(turns));
    const told = (name: string): number => Number(new RegExp(`${name}:\\s+([\\d.]+)`).exec(out)?.[1] ?? NaN);
    const answers = [...out.matchAll(/HTTP\/1\.1 (\d+)\s+([\d.]+) secs:\s+(\d+) bytes/g)].map(([, status, seconds, bytes]) => ({
      status: Number(status),
      ms: Number(seconds) * 1000,
      bytes: Number(bytes),
    }));
    expect(answers, out).toHaveLength(USERS * REQUESTS_EACH);
    // siege does not say when each began; how long all took, it says.
    const endMs = told('Elapsed time') * 1000;
    const fold = foldAnswers(0);
    for (const { status, ms, bytes } of answers)
      fold.put([0, endMs - ms, endMs - ms, endMs, status, status < 400 ? 'success' : 'other-failure', bytes]);
    const differences = siegeFields(fold.siege()).flatMap(([name, ours]) =>
      Math.abs(told(name) - Number(ours)) < 0.011 ? [] : [`${name}: siege ${told(name)}, ours ${ours}`],
    );
    expect(differences, out).toEqual([]);
  });
});
