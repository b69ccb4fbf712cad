import { EventEmitter } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPORT_KINDS } from '../../reports/kinds.ts';
import { main } from '../main.ts';

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'food-sim-explore-'));
});
afterAll(() => {
  rmSync(cwd, { recursive: true });
});

/** Starting threads costs more than most explorations here; what they find is the same. */
const ONE_THREAD = { FOOD_SIM_JOBS: '1' };

interface World {
  readonly signals?: EventEmitter;
  readonly isErrTTY?: boolean;
}

const runIn =
  ({ signals = new EventEmitter(), isErrTTY = false }: World) =>
  async (...argv: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> => {
    let out = '';
    let err = '';
    const stdout = { write: (text: string) => (out += text), isTTY: false, columns: 100 };
    const code = await main(argv, {
      stdin: new PassThrough(),
      stdout,
      stderr: { write: (text: string) => (err += text), isTTY: isErrTTY },
      env: ONE_THREAD,
      cwd,
      signals,
    });
    return { code, out, err };
  };

const run = runIn({});

it('explores the healthy system, and says what it saw', async () => {
  const { code, out } = await run('explore', '--schedules', '200', '--seed', '1');
  expect(out).toMatch(/^200 schedules of seed 1 in .* steps, .* simulated hours \(\d+ times real time\)\nreached: \d+ of 53 transitions/);
  expect(out).toMatch(/every invariant held\n$/);
  expect(code).toBe(0);
});

it('tells what it found where it can not be kept', async () => {
  writeFileSync(join(cwd, 'blocked'), '');
  const { code, out, err } = await run('explore', '--mutation', 'no-outbox', '--seed', '1', '--lang', 'en', '--save', 'blocked/x.json');
  expect(out).toMatch(/violated in schedule \d+: .*\n.*\n\n\d+ steps:\n {2}place /);
  expect(out).not.toContain('Again:');
  expect(err).toContain("blocked/x.json can't be written");
  expect(code).toBe(5);
});

it('is inconclusive where it saw too little', async () => {
  const { code, out } = await run('explore', '--schedules', '1', '--seed', '1');
  expect(out).toMatch(
    /inconclusive: these were never seen, so that little was proved; more schedules reach them \(--schedules 1000\):\n {2}/,
  );
  expect(code).toBe(4);
});

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
});

it('plays schedules twice to see that they are the same', async () => {
  const { code, out } = await run('explore', '--check-determinism', '--schedules', '20', '--seed', '1');
  expect(out).toBe('20 schedules of seed 1, each played twice: the recordings are the same\n');
  expect(code).toBe(0);
});

it('hunts every mutation, and fails where one stays hidden', async () => {
  const { code, out } = await run('explore', '--mutation', 'all', '--seed', '1', '--schedules', '4');
  expect(out).toMatch(/^seed 1\nmutation +schedules +steps +invariant\ncancel-on-place +1 +\d+ {2}[A-Z]/);
  expect(out).toMatch(/reject-keeps-money +4 +– {2}NOT FOUND\n/);
  expect(out).toMatch(/\d+ of 20 not found within 4 schedules\n$/);
  expect(code).toBe(1);
});

it('finds the same with several threads as with one', async () => {
  const withJobs = (jobs: string) =>
    run('explore', '--workload', 'racing-cancel', '--seed', '3', '--schedules', '1000', '--jobs', jobs, '--verbose');
  const [one, two] = [await withJobs('1'), await withJobs('2')];
  const withoutSpeed = (text: string): string => text.replace(/in .* s \(\d+ a second\)|\(\d+ times real time\)/g, '');
  expect(withoutSpeed(two.out)).toBe(withoutSpeed(one.out));
  expect(two.code).toBe(one.code);
}, 120_000);

it('ends when its time is up, and counts what it did', async () => {
  const { code, out } = await run('explore', '--time', '500ms', '--seed', '1', '--jobs', '1');
  expect(out).toMatch(/^\d+ schedules? of seed 1 in [0-9.]+ s/);
  expect([0, 4]).toContain(code);
});

it('reports what it reached when it is interrupted', async () => {
  const signals = new EventEmitter();
  const interrupted = runIn({ signals });
  signals.once('newListener', () => setTimeout(() => signals.emit('SIGINT'), 300));
  const { code, out } = await interrupted('explore', '--schedules', '1000000', '--seed', '1', '--jobs', '1');
  expect(out).toMatch(/^\d+ schedules? of seed 1 .*\n(.*\n)*interrupted: so far every invariant held\n$/);
  expect(code).toBe(130);
});

it('shows how far it is on a terminal, and takes the line away', async () => {
  const onTerminal = runIn({ isErrTTY: true });
  const { err } = await onTerminal('explore', '--schedules', '400', '--seed', '1');
  expect(err).toMatch(/^\r\u001b\[K\d+ of 400 schedules, \d+ a second, nothing found yet/);
  expect(err.endsWith('\r\u001b[K')).toBe(true);
  expect((await onTerminal('explore', '--schedules', '400', '--seed', '1', '--quiet')).err).toBe('');
});

describe('the reports of a failure', () => {
  const kinds = REPORT_KINDS.filter((kind) => kind !== 'html');
  let found: Awaited<ReturnType<typeof run>>;
  const reportOf = (kind: string): string => readFileSync(join(cwd, `found.${kind}`), 'utf8');

  beforeAll(async () => {
    const files = [...kinds, 'html'].flatMap((kind) => ['--report', `${kind}=found.${kind}`]);
    found = await run('explore', '--mutation', 'cancel-without-veto', '--seed', '2', '--save', "Kim's.json", ...files);
  });

  it('are a recording that report reads, with the failure and its story as a case for CI', async () => {
    expect(found.code).toBe(1);
    const again = await run('report', 'found.ndjson', '--report', 'junit=again.xml');
    expect(again).toMatchObject({ code: 1, err: '' });
    const xml = reportOf('junit');
    expect(readFileSync(join(cwd, 'again.xml'), 'utf8')).toBe(xml);
    expect(xml).toMatch(/<testsuites name="food-sim" tests="\d+" failures="1" errors="0"/);
    expect(xml).toMatch(/<failure message="[^"]*cancel[^"]*" type="failed">/);
    expect(xml).toMatch(/the story of [0-9A-Z]{26}\n {2}\+0 ms {2}POST \/orders/);
  });

  it('hold all that plays it again: whoever has but a report of a CI server makes the file from it', async () => {
    const kept = readFileSync(join(cwd, "Kim's.json"), 'utf8');
    const unescaped = (text: string): string =>
      text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
    const json = JSON.parse(reportOf('json')) as { scenarios: { steps: { failure?: { replay?: string } }[] }[] };
    const tap = /^ +replay: (".*")$/m.exec(reportOf('tap'))?.[1] ?? '';
    const fromJunit = /food-sim replay FILE plays it again, with this in the file:\n([^]*?\n\}\n)/.exec(unescaped(reportOf('junit')))?.[1];
    const fromHtml = /<details class="replay">[^]*?<pre tabindex="0">([^]*?)<\/pre>/.exec(reportOf('html'))?.[1] ?? '';
    expect(json.scenarios[0]?.steps[0]?.failure?.replay).toBe(kept);
    expect([JSON.parse(tap), fromJunit, unescaped(fromHtml)]).toEqual([kept, kept, kept]);
    writeFileSync(join(cwd, 'again.json'), fromJunit ?? '');
    expect((await run('replay', 'again.json')).code).toBe(1);
  });

  it.each([...kinds, 'html'])('say how to see it again: the command, the seed, the mutation and what people did: %s', (kind) => {
    const text = reportOf(kind);
    expect(text).toMatch(/food-sim replay .{1,20}Kim.{1,60}\.json/);
    expect(text).toMatch(/seed \S+ with --mutation cancel-without-veto/);
    expect(text).toMatch(/place \w+/);
  });
});

it('gives stdout to a report that asks for it', async () => {
  const { out, err } = await run('explore', '--schedules', '1', '--seed', '1', '--report', 'json');
  const report = JSON.parse(out) as { outcome: string; exitCode: number; scenarios: { name: string; outcome: string }[] };
  expect(report).toMatchObject({ outcome: 'inconclusive', exitCode: 4 });
  expect(report.scenarios.map(({ outcome }) => outcome)).toContain('inconclusive');
  expect(err).toMatch(/^1 schedule of seed 1/);
});

it('goes through every order, and finds the shortest that fails', async () => {
  const { code, out } = await run(
    'explore',
    '--search',
    'exhaustive',
    '--mutation',
    'cancel-without-veto',
    '--seed',
    '1',
    '--save',
    'shortest.json',
    '--report',
    'json=shortest.report.json',
  );
  expect(out).toMatch(
    /^\d+ states, \d+ moves in .*\nno shorter one fails\n\nviolated by a path of 8 moves: Nothing is cooked.*\n.*\n\n4 steps:\n {2}place A/,
  );
  expect(code).toBe(1);
  expect((await run('replay', 'shortest.json')).out).toMatch(/\nviolated: Nothing is cooked/);
  const report = JSON.parse(readFileSync(join(cwd, 'shortest.report.json'), 'utf8')) as { scenarios: object[] };
  expect(report.scenarios).toHaveLength(1);
});

it('says what of every order it did not get to see', async () => {
  const { code, out } = await run('explore', '--search', 'exhaustive', '--max-states', '40', '--seed', '1');
  expect(out).toMatch(
    /^40 states, .*\nnot exhausted, 40 states are the most that are kept in memory \(--max-states\): nothing failed so far, which covers not even all schedules without deviations\n$/,
  );
  expect(code).toBe(4);
  const short = await run('explore', '--search', 'exhaustive', '--time', '1ms', '--seed', '1', '--report', 'junit');
  expect(short.code).toBe(4);
  expect(short.out).toMatch(/<error message="not exhausted, its time was up \(--time\): /);
});

it('goes through no orders of a system whose deadlines are no moves of the search', async () => {
  const booking = fileURLToPath(new URL('../../../examples/booking/booking.ts', import.meta.url));
  const { code, err } = await run('explore', '--search', 'exhaustive', '--system', booking);
  expect(err).toMatch(
    /--search: exhaustive goes through every order of messages, and bookings has deadlines \(HoldExpired\).*\n.*random or pct/,
  );
  expect(code).toBe(2);
});

it('draws schedules by priorities', async () => {
  const pct = (depth: string) => run('explore', '--search', 'pct', '--pct-depth', depth, '--schedules', '60', '--seed', '1', '--jobs', '1');
  const [three, five] = [await pct('3'), await pct('5')];
  expect(three.out).toMatch(/^60 schedules of seed 1/);
  expect(five.out.split(',')[1]).not.toBe(three.out.split(',')[1]);
  expect((await run('explore', '--mutation', 'cancel-without-veto', '--search', 'pct', '--seed', '1')).code).toBe(1);
});

it.each([
  [['--schedules', '0'], /--schedules: "0" is not a whole number from 1 /],
  [['--time', '0s'], /--time: "0s" is not a duration/],
  [['--workload', 'peopel'], /--workload: "peopel" is not one of people, racing-cancel; did you mean people\?/],
  [['--search', 'randm'], /--search: "randm" is not one of random, pct, exhaustive; did you mean random\?/],
  [['--jobs', 'many'], /--jobs: "many" is not a whole number/],
  [['--mutation', 'all', '--mutation', 'no-inbox'], /--mutation all stands alone/],
  [['--mutation', 'all', '--search', 'exhaustive'], /--mutation all plays drawn schedules/],
  [['--mutation', 'all', '--report', 'json'], /--mutation all makes no reports/],
  [['--report', 'jason'], /"jason" is not a kind of report; did you mean json\?/],
])('refuses %j as wrong usage', async (argv, message) => {
  const { code, err } = await run('explore', ...argv);
  expect(err).toMatch(message);
  expect(code).toBe(2);
});

it('refuses an unknown mutation, a missing file, and a file of something else', async () => {
  const unknown = await run('explore', '--mutation', 'no-outbocks');
  expect(unknown.code).toBe(2);
  expect(unknown.err).toMatch(/there is no mutation "no-outbocks"; did you mean no-outbox\?\nKnown are: cancel-on-place, /);
  expect((await run('replay', 'nowhere.json')).code).toBe(3);
  writeFileSync(join(cwd, 'other.json'), '{}');
  const other = await run('replay', 'other.json');
  expect(other.code).toBe(3);
  expect(other.err).toMatch(/other\.json is not a schedule: format/);
});
