import { EventEmitter } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../main.ts';

let cwd: string;

interface Terminal {
  readonly stdin?: PassThrough;
  readonly isTTY?: boolean;
  readonly signals?: EventEmitter;
}

const runOn = async ({ stdin = new PassThrough(), isTTY = false, signals = new EventEmitter() }: Terminal, ...argv: readonly string[]) => {
  let out = '';
  let err = '';
  const code = await main(argv, {
    stdin,
    stdout: { write: (text: string) => (out += text), isTTY, columns: 100 },
    stderr: { write: (text: string) => (err += text) },
    env: {},
    cwd,
    signals,
  });
  return { code, out, err };
};
const run = (...argv: readonly string[]) => runOn({}, ...argv);

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'food-sim-replay-'));
  await run('explore', '--mutation', 'cancel-without-veto', '--search', 'exhaustive', '--seed', '2', '--save', 'copy.json');
});
afterAll(() => {
  rmSync(cwd, { recursive: true });
});

/** A terminal on which keys are pressed, one piece after the other. */
const pressing = (...pieces: readonly string[]): Terminal => {
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
  for (const piece of pieces) stdin.write(piece);
  return { stdin, isTTY: true };
};

describe('replay --step', () => {
  it('tells each event on a line, with what each context holds after it', async () => {
    const { code, out } = await run('replay', 'copy.json', '--step', '--lang', 'en');
    const lines = out.split('\n').filter((line) => /^\d+ \+/.test(line));
    expect(lines[0]).toBe('1 +0 ms front started');
    expect(lines.find((line) => line.includes('store handled Paid'))).toMatch(
      /^\d+ \+\d+ ms store handled Paid [A-C] \| front: orders [A-C] [a-z-]+ \(.*\), payments .*\| store: foodCookings [A-C] paid \(결재완료\)/,
    );
    expect(lines.length).toBeGreaterThan(15);
    expect(out).toMatch(/violated: Nothing is cooked/);
    expect(code).toBe(1);
  });

  it('pauses at each event on a terminal, goes on and back by keys, and leaves', async () => {
    const { code, out } = await runOn(
      pressing('\r', ' \u001b[C', '\u001b[D', '\u001b[B', 'x', 'q'),
      'replay',
      'copy.json',
      '--step',
      '--lang',
      'en',
    );
    const shown = [...out.matchAll(/^ *(\d+)\/\d+ {2}\+\d+ ms {2}(.*)$/gm)].map(([, number, what]) => `${number} ${what}`);
    expect(shown).toEqual([
      '1 front started',
      '2 store started',
      '3 rider started',
      '4 notification started',
      '3 rider started',
      '4 notification started',
    ]);
    expect(code).toBe(1);
  });

  it('shows a context a line, and marks the one whose turn it was', async () => {
    const { out } = await runOn(pressing(' '.repeat(80)), 'replay', 'copy.json', '--step', '--lang', 'en');
    expect(out).toMatch(
      /\n *\d+\/\d+ {2}\+\d+ ms {2}store handled Paid [A-C]\n {4}front {8}orders .*\n {2}▸ store {8}foodCookings [A-C] paid/,
    );
  });

  it('is interrupted by Ctrl-C, as a key and as a signal', async () => {
    expect((await runOn(pressing('\r\u0003'), 'replay', 'copy.json', '--step')).code).toBe(130);
    const signals = new EventEmitter();
    signals.once('newListener', () => setTimeout(() => signals.emit('SIGTERM'), 300));
    expect((await runOn({ ...pressing('\r'), signals }, 'replay', 'copy.json', '--step')).code).toBe(130);
  });
});

describe('replay --report', () => {
  it('writes the same recording each time, which report reads', async () => {
    const once = await run('replay', 'copy.json', '--report', 'ndjson=once.ndjson');
    const twice = await run('replay', 'copy.json', '--report', 'ndjson=twice.ndjson');
    expect(once).toEqual(twice);
    const text = readFileSync(join(cwd, 'once.ndjson'), 'utf8');
    expect(readFileSync(join(cwd, 'twice.ndjson'), 'utf8')).toBe(text);
    const kinds = text
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { kind: string }).kind);
    expect(kinds.slice(0, 3)).toEqual(['run.started', 'scenario.started', 'step.started']);
    expect(kinds.slice(-3)).toEqual(['step.finished', 'scenario.finished', 'run.finished']);
    expect(kinds).toContain('state');
    const again = await run('report', 'once.ndjson', '--report', 'plain', '--lang', 'en');
    expect(again.out).toMatch(/failed: Nothing is cooked.*\n(.*\n)*.*the story of [0-9A-Z]{26}\n(.*\n)*1 scenario: 1 failed/);
    expect(again.code).toBe(1);
  });

  it('leaves stdout to a report that asks for it', async () => {
    const { out, err } = await run('replay', 'copy.json', '--report', 'json');
    expect(JSON.parse(out)).toMatchObject({ outcome: 'failed', exitCode: 1, bus: 'simulated', time: 'virtual' });
    expect(err).toMatch(/^\d+ steps:\n/);
  });
});

describe('a file that is not as explore wrote it', () => {
  const changed = (change: (value: Record<string, unknown>) => unknown): string =>
    JSON.stringify(change(JSON.parse(readFileSync(join(cwd, 'copy.json'), 'utf8')) as Record<string, unknown>));

  it.each<[what: string, change: (value: Record<string, unknown>) => unknown, message: RegExp]>([
    ['of a newer version', (value) => ({ ...value, version: 99 }), /bad\.json is of version 99, and this food-sim reads version 2\n/],
    [
      'with a mutation that there is not',
      (value) => ({ ...value, mutations: ['cancel-by-cpy'] }),
      /bad\.json is not a schedule: mutations: there is no mutation "cancel-by-cpy"/,
    ],
    [
      'with a deviation that is not a number',
      (value) => ({ ...value, deviations: { 'delay Paid A to store': 'long' } }),
      /bad\.json is not a schedule: deviations\.delay Paid A to store: /,
    ],
    [
      'with a deed that nobody knows',
      (value) => ({ ...value, plan: { ...(value['plan'] as object), errands: [{ deed: 'eat', order: 'A', afterMs: 0 }] } }),
      /bad\.json is not a schedule: plan\.errands\.0\.deed: /,
    ],
    ['that is a list', () => [], /bad\.json is not a schedule: /],
  ])('is refused %s', async (_what, change, message) => {
    writeFileSync(join(cwd, 'bad.json'), changed(change));
    const { code, err } = await run('replay', 'bad.json');
    expect(err).toMatch(message);
    expect(code).toBe(3);
  });

  it('is refused for being a recording, of however many runs, with what it is and what reads it', async () => {
    const entry = (kind: string): string => `${JSON.stringify({ n: 1, atMs: 0, kind })}\n`;
    writeFileSync(
      join(cwd, 'all.ndjson'),
      `${entry('run.started')}${entry('run.finished')}${entry('run.started')}${entry('run.finished')}`,
    );
    const { code, err } = await run('replay', 'all.ndjson');
    expect(err).toMatch(/all\.ndjson is a recording.*food-sim report/s);
    expect(code).toBe(3);
  });

  it('is refused cut off, with its line and column', async () => {
    writeFileSync(join(cwd, 'cut.json'), readFileSync(join(cwd, 'copy.json'), 'utf8').slice(0, 300));
    const { code, err } = await run('replay', 'cut.json');
    expect(err).toMatch(/cut\.json is not JSON: .*line \d+ column \d+/);
    expect(code).toBe(3);
  });
});

describe('a failure in whose texts lines end for some', () => {
  it('is played again, and its recording is read by report and tui', async () => {
    const kept = JSON.parse(readFileSync(join(cwd, 'copy.json'), 'utf8')) as {
      readonly plan: { readonly errands: readonly { readonly deed: string }[] };
    };
    const errands = kept.plan.errands.map((errand) =>
      errand.deed === 'place' ? { ...errand, body: { address: '서울\u2028중구\u2029\u0085' } } : errand,
    );
    const text = JSON.stringify({ ...kept, plan: { ...kept.plan, errands } });
    expect(text).toContain('\u2028');
    writeFileSync(join(cwd, 'odd.json'), text);
    const { code, err, out } = await run('replay', 'odd.json', '--report', 'ndjson=odd.ndjson');
    expect([code, err]).toEqual([1, '']);
    expect(out).not.toMatch(/[\u0085\u2028\u2029]/);
    expect(readFileSync(join(cwd, 'odd.ndjson'), 'utf8')).toContain('중구');
    expect(await run('report', 'odd.ndjson', '--report', 'plain')).toMatchObject({ code: 1, err: '' });
    expect(await run('tui', '--open', 'odd.ndjson')).toMatchObject({ code: 0, err: '' });
  });
});
