import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runMain } from '../main.fixture.ts';

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'food-sim-tui-'));
  writeFileSync(join(cwd, 'odd.ndjson'), '\u001b]0;title\u0007\u001b[2J{');
  writeFileSync(join(cwd, 'dance.yaml'), 'name: none\nsteps: [dance]\n');
});
afterAll(() => {
  rmSync(cwd, { recursive: true });
});

describe('without a terminal', () => {
  it.each([
    [['tui', 'dance.yaml', '--bus', 'memory'], 3, /dance\.yaml:2:9: /],
    [['tui', '--open', 'nowhere.ndjson'], 3, /nowhere\.ndjson: can't be read/],
    [['tui', '--open', 'nowhere.json'], 3, /nowhere\.json can ?not be read/],
    [['tui', 'a.yaml', '--open', 'b.ndjson'], 2, /--open looks at a recording/],
    [['load', '--tui', '--target', 'http://127.0.0.1:9'], 2, /--tui shows a system of our own/],
  ])('says what is wrong with %j', async (argv, code, says) => {
    expect(await runMain([...argv, '--lang', 'en'], cwd)).toMatchObject({ code, err: expect.stringMatching(says) });
  });

  it('lets no file drive the terminal, however little of a recording it is', async () => {
    const { code, err } = await runMain(['tui', '--open', 'odd.ndjson', '--lang', 'en'], cwd);
    expect(code).toBe(3);
    expect(err).toMatch(/odd\.ndjson:1: is not JSON: .*␛\[2J/);
    expect(err).not.toMatch(/[\u001b\u0007]/);
  });
});
