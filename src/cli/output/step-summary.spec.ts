import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runMain } from '../main.fixture.ts';

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'food-sim-summary-'));
  writeFileSync(
    join(cwd, 'two.yaml'),
    'name: Paid | <b>\nsteps:\n  - place: { order: lunch, customer: kim }\n  - settle\n  - expect: { order: lunch, is: 취소됨 }\n---\n' +
      'name: Holds\nsteps:\n  - place: { order: lunch, customer: kim }\n  - settle\n  - expect: { order: lunch, is: 결재됨 }\n',
  );
});
afterAll(() => rmSync(cwd, { recursive: true }));

const onGithub = (summary: string): Readonly<Record<string, string>> => ({ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary });
const MEMORY = ['--bus', 'memory', '--time', 'virtual'];

describe('the summary of a step on GitHub', () => {
  it('goes behind what others wrote: the verdict, the counts, and what did not pass', async () => {
    const summary = join(cwd, 'summary.md');
    writeFileSync(summary, 'of others\n');
    const { code, out } = await runMain(['run', 'two.yaml', ...MEMORY, '--seed', '7'], cwd, onGithub(summary));
    expect([code, out]).toEqual([1, expect.stringContaining('::error file=')]);
    const text = readFileSync(summary, 'utf8');
    expect(text).toMatch(/^of others\n### ✗ food-sim: failed\n\n\| failed \| passed \|\n\| --- \| --- \|\n\| 1 \| 1 \|\n/);
    expect(text).toMatch(/#### ✗ Paid \\\| \\<b\\>\n\n```text\n\S*two\.yaml:5:5 {2}expect: /);
    expect(text).not.toContain('#### ✗ Holds');
  });

  it('tells an exploration too', async () => {
    const summary = join(cwd, 'explored.md');
    const argv = ['explore', '--mutation', 'cancel-without-veto', '--seed', '2', '--jobs', '1', '--save', 'f.json'];
    const { code, out, err } = await runMain(argv, cwd, onGithub(summary));
    expect(code).toBe(1);
    expect(`${out}${err}`).toMatch(/^::error file=f\.json,line=1,col=1,title=/m);
    expect(readFileSync(summary, 'utf8')).toMatch(/### ✗ food-sim: failed[^]*food-sim replay f\.json plays it again/);
  }, 60_000);

  it('that can not be written is told, once everything else is', async () => {
    const { code, out, err } = await runMain(['run', 'two.yaml', ...MEMORY, '--grep', 'Holds'], cwd, onGithub(join(cwd, 'no/where/s.md')));
    expect(code).toBe(5);
    expect(out).toContain('1 scenario');
    expect(err).toMatch(/the summary \S+s\.md can't be written/);
  });
});
