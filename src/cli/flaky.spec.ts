import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Entry } from '../kernel/recording.ts';
import { REPORT_KINDS, type ReportKind } from '../reports/kinds.ts';
import { reportSchema } from '../reports/report-schema.ts';
import { runMain, type Ended } from './main.fixture.ts';

const FACE = pathToFileURL(join(import.meta.dirname, '../public/index.ts')).href;

/** A system that refuses to make a thing as often as the thing's name says behind its dash: `a-2` is made when it is asked for thrice. */
const SYSTEM = `
import { command, defineContext, defineEvent, defineSystem, defineTable, Refusal, refusalKind, z } from ${JSON.stringify(FACE)};
const things = defineTable({ name: 'things', columns: { thingId: 'text', made: 'text' }, key: ['thingId'] });
const Made = defineEvent('Made', z.object({ thingId: z.string(), made: z.string() }));
const asked = new Map();
const make = command('POST /things', {
  body: z.strictObject({ thingId: z.string().min(1).max(20) }),
  refuses: ['busy'],
  execute: ({ body: { thingId } }, scope) => {
    const times = asked.get(thingId) ?? 0;
    asked.set(thingId, times + 1);
    if (times < Number(thingId.split('-')[1])) throw new Refusal('busy', 'The makers are busy.');
    const row = { thingId, made: scope.newId() };
    scope.tables.put(things, row);
    scope.emit(Made, thingId, row);
    return row;
  },
});
const verbs = { make: { context: 'makers', method: 'POST', path: '/things', by: 'people', makes: { what: 'thing', table: 'things' }, tells: 'Made' } };
const refusals = { busy: refusalKind(409, 'Busy', 'They make something else.', 'Ask again.') };
export default defineSystem({ name: 'things', contexts: [defineContext({ name: 'makers', tables: [things], events: [Made], refusals, commands: [make] })], verbs });
`;

let cwd: string;
let nameCount = 0;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'food-sim-flaky-'));
  writeFileSync(join(cwd, 'things.ts'), SYSTEM);
});
afterAll(() => rmSync(cwd, { recursive: true }));

const READ = (kind: ReportKind): string => readFileSync(join(cwd, `out.${kind}`), 'utf8');

/** Plays a scenario whose command is refused so often, and writes every report of it. */
const play = async (refusals: number, ...argv: readonly string[]): Promise<Ended> => {
  nameCount += 1;
  writeFileSync(
    join(cwd, 'one.yaml'),
    `name: One is made\nsteps:\n  - make: { thingId: t${nameCount}-${refusals} }\n  - expect: { thing: t${nameCount}-${refusals}, exists: true }\n`,
  );
  return runMain(
    [
      'run',
      'one.yaml',
      '--system',
      'things.ts',
      '--bus',
      'memory',
      '--time',
      'virtual',
      ...REPORT_KINDS.filter((kind) => kind !== 'plain').flatMap((kind) => ['--report', `${kind}=out.${kind}`]),
      ...argv,
    ],
    cwd,
  );
};

const entries = (): readonly Entry[] =>
  READ('ndjson')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Entry);

describe('a scenario that passes at its second attempt', () => {
  it('is told as flaky by every report, live and recorded, with what went wrong before; exit 0', async () => {
    const { code, out } = await play(1, '--retries', '2');
    expect(code).toBe(0);
    expect(out).toMatch(/^flaky: One is made \(\d/m);
    expect(out).toContain('1 scenario: 1 flaky (');
    expect(out).toMatch(
      /attempt 1: failed\n +\S*one\.yaml:3:5 {2}make: .*\n +make was refused: HTTP 409 busy: The makers are busy\.\n[^]*passed at attempt 2/,
    );
    const told: Readonly<Partial<Record<ReportKind, RegExp>>> = {
      junit:
        /failures="0" errors="0"[^]*<flakyFailure message="make was refused: HTTP 409 busy: The makers are busy\." type="failed"><stackTrace>\S*one\.yaml:3:5/,
      tap: /^ok 1 - One is made\n {2}---\n {2}flaky: true\n {2}attempts: 2\n {2}\.\.\.\n[^]*# attempt 1: failed\n[^]*# passed at attempt 2$/m,
      html: /data-outcome="flaky"[^]*<h3>attempt 1: failed[^]*The makers are busy\.[^]*passed at attempt 2/,
      github:
        /^::warning file=\S*one\.yaml,line=3,col=5,title=One is made is flaky::flaky: passed at attempt 2, and failed at attempt 1%0Amake was refused/,
      pretty: /^~ One is made/m,
    };
    for (const [kind, pattern] of Object.entries(told)) expect(READ(kind as ReportKind), kind).toMatch(pattern);
    expect(READ('github')).not.toContain('::error');
    const json = reportSchema.parse(JSON.parse(READ('json')));
    expect(json).toMatchObject({
      outcome: 'flaky',
      exitCode: 0,
      counts: { passed: 0, flaky: 1 },
      selection: { of: 1, retries: 2 },
      scenarios: [
        { outcome: 'flaky', attempts: [{ attempt: 1, outcome: 'failed', steps: [{ outcome: 'failed' }, { outcome: 'skipped' }] }] },
      ],
    });
    expect(json.scenarios[0]?.steps.map(({ outcome }) => outcome)).toEqual(['passed', 'passed']);
    const live = REPORT_KINDS.filter((kind) => kind !== 'plain').map((kind) => [kind, READ(kind)]);
    writeFileSync(join(cwd, 'again.ndjson'), READ('ndjson'));
    await runMain(['report', 'again.ndjson', ...live.flatMap(([kind]) => ['--report', `${kind}=out.${kind}`])], cwd);
    expect(REPORT_KINDS.filter((kind) => kind !== 'plain').map((kind) => [kind, READ(kind)])).toEqual(live);
  });

  it('is recorded as one scenario, attempt behind attempt, each with draws of its own', async () => {
    await play(1, '--retries', '1', '--seed', '7');
    const recorded = entries().filter(({ scenario }) => scenario === 1);
    expect(recorded.map(({ n }) => n)).toEqual(recorded.map((_, index) => index + 1));
    expect(recorded.every(({ atMs }, index) => index === 0 || atMs >= (recorded[index - 1]?.atMs ?? 0))).toBe(true);
    const kinds = recorded.map(({ kind }) => kind);
    expect(['scenario.started', 'scenario.retried', 'scenario.finished'].map((kind) => kinds.filter((one) => one === kind).length)).toEqual(
      [1, 1, 1],
    );
    expect(recorded.find(({ kind }) => kind === 'scenario.retried')).toMatchObject({ attempt: 1, outcome: 'failed' });
    const madeAt = (list: readonly Entry[]) =>
      list.flatMap((entry) => (entry.kind === 'state' ? [(entry.row as { made: string }).made] : []));
    const first = madeAt(recorded);
    await play(0, '--seed', '7');
    expect(first).toHaveLength(1);
    expect(madeAt(entries())).not.toEqual(first);
  });

  it('exits 1 with --fail-on-flaky, and is flaky all the same', async () => {
    expect((await play(1, '--retries', '1', '--fail-on-flaky')).code).toBe(1);
    expect(JSON.parse(READ('json'))).toMatchObject({ outcome: 'flaky', exitCode: 1, selection: { failsOnFlaky: true } });
    expect((await runMain(['report', 'out.ndjson'], cwd)).code).toBe(1);
  });
});

describe('a scenario that never passes', () => {
  it('fails, with all its attempts', async () => {
    expect((await play(9, '--retries', '2')).code).toBe(1);
    expect(JSON.parse(READ('json'))).toMatchObject({ counts: { failed: 1 }, scenarios: [{ outcome: 'failed', attempts: [{}, {}] }] });
    expect(READ('junit')).toMatch(/failures="1"[^]*<failure [^]*<rerunFailure [^]*<rerunFailure /);
    expect(READ('junit')).not.toMatch(/<flaky/);
    expect(READ('tap')).toMatch(/^not ok 1/m);
  });

  it('is tried once where nobody asked for more', async () => {
    expect((await play(1)).code).toBe(1);
    expect(entries().some(({ kind }) => kind === 'scenario.retried')).toBe(false);
  });
});

describe('--repeat', () => {
  it('plays each scenario so often, each round told by its number and judged on its own', async () => {
    const { code, out } = await play(1, '--repeat', '3');
    expect(code).toBe(1);
    expect(out).toMatch(/^failed: One is made #1 .*\npassed: One is made #2 .*\npassed: One is made #3 /m);
    expect(JSON.parse(READ('json'))).toMatchObject({ counts: { passed: 2, failed: 1 }, selection: { of: 1, repeat: 3 } });
    const made = entries().flatMap((entry) => (entry.kind === 'state' ? [(entry.row as { made: string }).made] : []));
    expect(new Set(made).size).toBe(2);
  });
});

describe('wrong numbers', () => {
  it.each([
    ['--retries', '-1', '--retries: "-1" is not a whole number from 0 to 20'],
    ['--retries', '21', '--retries: "21" is not a whole number from 0 to 20'],
    ['--repeat', '0', '--repeat: "0" is not a whole number from 1 to 100'],
  ])('%s %s is refused by name', async (option, value, message) => {
    const { code, err } = await runMain(['run', option, value], cwd);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });
});
