import { EventEmitter } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { main } from '../main.ts';

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'food-sim-explore-'));
});
afterAll(() => {
  rmSync(cwd, { recursive: true });
});

const run = async (...argv: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> => {
  let out = '';
  let err = '';
  const stdout = { write: (text: string) => (out += text), isTTY: false, columns: 100 };
  const code = await main(argv, { stdin: new PassThrough(), stdout, stderr: { write: (text: string) => (err += text) }, env: {}, cwd, signals: new EventEmitter() });
  return { code, out, err };
};

it('explores the healthy system, and says what it saw', async () => {
  const { code, out } = await run('explore', '--schedules', '200', '--seed', '1');
  expect(out).toMatch(/^200 schedules of seed 1 in .* steps, .* simulated hours\nreached: \d+ of 53 transitions/);
  expect(out).toMatch(/every invariant held\n$/);
  expect(code).toBe(0);
}, 60_000);

it('is inconclusive where it saw too little', async () => {
  const { code, out } = await run('explore', '--schedules', '1', '--seed', '1');
  expect(out).toMatch(/inconclusive: more schedules are needed, for these were never seen:\n {2}/);
  expect(code).toBe(4);
}, 60_000);

it('keeps what it found small, and replays it byte for byte', async () => {
  const found = await run('explore', '--mutation', 'no-outbox', '--seed', '1', '--lang', 'en', '--save', 'lost.json');
  expect(found.code).toBe(1);
  expect(found.out).toMatch(/violated in schedule \d+: .*\n.*\n\n\d+ steps:\n {2}place /);
  expect(found.out).toMatch(/Again: food-sim replay lost\.json\n$/);
  const once = await run('replay', 'lost.json', '--lang', 'en');
  const twice = await run('replay', 'lost.json', '--lang', 'en');
  expect(once).toEqual(twice);
  expect(once.code).toBe(1);
  expect(once.out).not.toMatch(/differs/);

  const drawn = await run('replay', 'lost.json', '--lang', 'en', '--diagram');
  expect(drawn.out).toMatch(/\nsequenceDiagram\n {2}actor people\n(.*\n)* {2}people->>front: placeOrder \(201\)\n/);

  const kept = JSON.parse(readFileSync(join(cwd, 'lost.json'), 'utf8')) as { mutations: string[] };
  writeFileSync(join(cwd, 'mended.json'), JSON.stringify({ ...kept, mutations: [] }));
  const mended = await run('replay', 'mended.json');
  expect(mended.out).toMatch(/differs from what the file tells, first at event \d+:\n {2}then: .*\n {2}now: /);
  expect(mended.out).toMatch(/what the file tells is mended\n$/);
  expect(mended.code).toBe(0);
}, 60_000);

it('plays schedules twice to see that they are the same', async () => {
  const { code, out } = await run('explore', '--check-determinism', '--schedules', '20', '--seed', '1');
  expect(out).toBe('20 schedules of seed 1, each played twice: the recordings are the same\n');
  expect(code).toBe(0);
}, 60_000);

it('hunts every mutation, and fails where one stays hidden', async () => {
  const { code, out } = await run('explore', '--mutation', 'all', '--seed', '1', '--schedules', '4');
  expect(out).toMatch(/^seed 1\nmutation +schedules +steps +invariant\ncancel-on-place +1 +\d+ {2}Order, ticket/);
  expect(out).toMatch(/reject-keeps-money +4 +– {2}NOT FOUND\n/);
  expect(out).toMatch(/\d+ of 20 not found within 4 schedules\n$/);
  expect(code).toBe(1);
}, 60_000);

it('refuses an unknown mutation, a missing file, and a file of something else', async () => {
  const unknown = await run('explore', '--mutation', 'no-outbocks');
  expect(unknown.code).toBe(2);
  expect(unknown.err).toMatch(/there is no mutation "no-outbocks"\nKnown are: cancel-on-place, /);
  expect((await run('replay', 'nowhere.json')).code).toBe(3);
  writeFileSync(join(cwd, 'other.json'), '{}');
  const other = await run('replay', 'other.json');
  expect(other.code).toBe(3);
  expect(other.err).toMatch(/other\.json is no schedule: format/);
}, 60_000);
