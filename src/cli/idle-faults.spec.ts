import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPORT_KINDS } from '../reports/kinds.ts';
import { runMain } from './main.fixture.ts';

const MEMORY = ['--bus', 'memory', '--time', 'virtual'];
const SCENARIO = (trouble: string): string =>
  `name: Trouble\nsteps:\n  - ${trouble}\n  - place: { order: lunch, customer: kim }\n  - settle\n  - expect: { order: lunch, is: 결재됨 }\n`;
let cwd: string;

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'food-sim-idle-'));
  writeFileSync(join(cwd, 'idle.yaml'), SCENARIO('fault: { drop: Picked }'));
  writeFileSync(join(cwd, 'allowed.yaml'), SCENARIO('fault: { drop: Picked, may not strike: true }'));
  writeFileSync(join(cwd, 'strikes.yaml'), SCENARIO('fault: { drop: Paid, for: store }'));
});
afterAll(() => rmSync(cwd, { recursive: true }));

const reportsOf = (kinds: readonly string[]): readonly string[] => kinds.flatMap((kind) => ['--report', `${kind}=out.${kind}`]);

describe('a fault that struck nothing', () => {
  it.each<[what: string, argv: readonly string[], code: number, message: RegExp]>([
    ['of a step', ['run', 'idle.yaml'], 1, /struck nothing by the end: \S*idle\.yaml:3: fault: \{ drop: Picked \}/],
    ['of the whole run', ['run', 'strikes.yaml', '--fault', 'drop=Picked'], 4, /--fault drop=Picked struck nothing in the whole run/],
  ])('%s is told by every report, also from the recording', async (_, argv, code, message) => {
    expect((await runMain([...argv, ...MEMORY, ...reportsOf(REPORT_KINDS)], cwd)).code).toBe(code);
    const live = REPORT_KINDS.map((kind) => readFileSync(join(cwd, `out.${kind}`), 'utf8'));
    live.forEach((text, index) =>
      expect([REPORT_KINDS[index], text.replaceAll('&gt;', '>')]).toEqual([REPORT_KINDS[index], expect.stringMatching(message)]),
    );
    writeFileSync(join(cwd, 'recorded.ndjson'), live[REPORT_KINDS.indexOf('ndjson')] ?? '');
    await runMain(['report', 'recorded.ndjson', ...reportsOf(['junit', 'tap', 'json'])], cwd);
    for (const kind of ['junit', 'tap', 'json'] as const)
      expect(readFileSync(join(cwd, `out.${kind}`), 'utf8')).toBe(live[REPORT_KINDS.indexOf(kind)]);
  });

  it('is annotated at its line', async () => {
    await runMain(['run', 'idle.yaml', ...MEMORY, '--report', 'github=idle.github'], cwd);
    expect(readFileSync(join(cwd, 'idle.github'), 'utf8')).toMatch(/^::error file=\S*idle\.yaml,line=3,col=5,/);
  });

  it('is counted over a whole exploration', async () => {
    const unseen = (out: string): string => out.split('inconclusive:')[1] ?? '';
    const explore = (file: string) => runMain(['explore', file, '--schedules', '40', '--seed', '1', '--jobs', '1'], cwd);
    expect(await explore('idle.yaml')).toMatchObject({
      code: 4,
      out: expect.stringContaining('idle.yaml:3: fault: { drop: Picked } struck something.\n') as string,
    });
    for (const file of ['allowed.yaml', 'strikes.yaml']) expect(unseen((await explore(file)).out)).not.toContain('struck something');
  });
});

describe('may not strike', () => {
  it.each([
    ['crash: { context: store, may not strike: true }', /3:\d+: may not strike needs at/],
    ['slow lookup: { from: 1ms, to: 2ms, may not strike: no }', /3:\d+: must be true/],
    ['fault: { drop: Paid, may not strike: maybe }', /3:\d+: must be true/],
    ['fault: { drop: Paid, may not stirke: true }', /has no field may not stirke; did you mean may not strike\?/],
  ])('is held to its meaning by lint: %s', async (trouble, message) => {
    writeFileSync(join(cwd, 'odd.yaml'), SCENARIO(trouble));
    const { code, out, err } = await runMain(['lint', 'odd.yaml'], cwd);
    expect([code, out + err]).toEqual([3, expect.stringMatching(message)]);
  });
});
