import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runMain } from '../main.fixture.ts';

/** Characters that end a line for readers that follow Unicode, and that people's texts may hold. */
const LINE_ENDS = '\u2028\u2029\u0085\u000b\u000c';
const ADDRESS = `서울${LINE_ENDS}중구`;
let cwd: string;

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'food-sim-lines-'));
  const order = JSON.stringify({ order: 'lunch', customer: 'kim', address: ADDRESS });
  writeFileSync(
    join(cwd, 'odd.yaml'),
    `name: An odd address\nsteps:\n  - place: ${order}\n  - settle\n  - expect: { order: lunch, where: { address: ${JSON.stringify(ADDRESS)} } }\n`,
  );
  const { code } = await runMain(
    ['run', 'odd.yaml', '--bus', 'memory', '--time', 'virtual', '--report', 'ndjson=written.ndjson', '--report', 'json=run.json'],
    cwd,
  );
  expect(code).toBe(0);
  // Other writers of JSON leave these characters as they stand.
  const entries = readFileSync(join(cwd, 'written.ndjson'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.stringify(JSON.parse(line)));
  writeFileSync(join(cwd, 'raw.ndjson'), `${entries.join('\n')}\n`);
  writeFileSync(join(cwd, 'windows.ndjson'), `${entries.join('\r\n')}\r\n`);
});
afterAll(() => rmSync(cwd, { recursive: true }));

describe('a text with line ends of Unicode', () => {
  it('stands in the recording so that no reader splits there', () => {
    const text = readFileSync(join(cwd, 'written.ndjson'), 'utf8');
    expect(text).toContain(
      JSON.stringify(ADDRESS)
        .slice(1, -1)
        .replaceAll(/[\u0085\u2028\u2029]/g, (end) => `\\u${end.charCodeAt(0).toString(16).padStart(4, '0')}`),
    );
    expect(text).not.toMatch(/[\u0085\u2028\u2029\u000b\u000c]/);
    expect(readFileSync(join(cwd, 'raw.ndjson'), 'utf8')).toContain('\u2028');
  });

  it.each(['written', 'raw', 'windows'])('is read again by report, compare and tui: %s', async (name) => {
    expect(await runMain(['report', `${name}.ndjson`, '--report', 'json=again.json'], cwd)).toMatchObject({ code: 0, err: '' });
    expect(readFileSync(join(cwd, 'again.json'), 'utf8')).toBe(readFileSync(join(cwd, 'run.json'), 'utf8'));
    expect(await runMain(['tui', '--open', `${name}.ndjson`], cwd)).toMatchObject({ code: 0, err: '' });
    expect((await runMain(['compare', `${name}.ndjson`, 'written.ndjson'], cwd)).err).not.toMatch(/damaged|JSON/);
  });
});
