/** The tutorial, word for word: what it has its reader save and type, in an empty folder, in its order; and what it shows. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runMain } from '../src/cli/main.fixture.ts';

const TUTORIAL = readFileSync(join(import.meta.dirname, '../docs/tutorial.md'), 'utf8');

/** A file to save, a line to type with the exit code that it ends with, or lines that were shown since the last such ones. */
type Step =
  | { readonly what: 'save'; readonly path: string; readonly text: string }
  | { readonly what: 'type'; readonly argv: readonly string[]; readonly code: number }
  | { readonly what: 'see'; readonly lines: readonly string[] };

const typed = (line: string): Step => {
  const [, words = '', remark = ''] = /^npx food-sim (.*?)(?:\s+#\s*(.*))?$/.exec(line) ?? [];
  return { what: 'type', argv: words.split(' '), code: Number(/^exit (\d+)$/.exec(remark)?.[1] ?? 0) };
};

const STEPS = [...TUTORIAL.matchAll(/^```(\w+)\n(.*?)^```$/gms)].flatMap(([, language, text = '']): readonly Step[] => {
  const lines = text.trimEnd().split('\n');
  if (language === 'sh') return lines.map(typed);
  if (language === 'text') return [{ what: 'see', lines: lines.map((line) => line.trim()) }];
  const path = /^# (\S+)\n/.exec(text)?.[1];
  if (path === undefined) throw new Error(`a block of ${language} does not say where it is saved: ${lines[0] ?? ''}`);
  return [{ what: 'save', path, text }];
});

describe('the tutorial', () => {
  let cwd: string;
  let shown = '';
  beforeAll(() => {
    cwd = mkdtempSync(join(tmpdir(), 'food-sim-tutorial-'));
  });
  afterAll(() => rmSync(cwd, { recursive: true }));

  it('goes from the first run to an explored fault and its mend', () => {
    const commands = STEPS.flatMap((step) => (step.what === 'type' ? [step.argv[0]] : []));
    expect(commands).toEqual(['init', 'run', 'lint', 'run', 'run', 'explore', 'replay', 'explore', 'run', 'compare']);
    // Whatever is typed is followed by what shows that it did what is said.
    expect(STEPS.at(-1)?.what).toBe('see');
  });

  // One after another: each goes on from what the one before has left.
  it.each(STEPS.map((step, index) => [index + 1, step.what, step] as const))(
    'step %i: %s',
    async (_number, _what, step) => {
      if (step.what === 'save') {
        mkdirSync(dirname(join(cwd, step.path)), { recursive: true });
        writeFileSync(join(cwd, step.path), step.text);
      } else if (step.what === 'type') {
        const { code, out, err } = await runMain(step.argv, cwd);
        expect([code, err], out).toEqual([step.code, '']);
        shown += out;
      } else {
        for (const line of step.lines) expect(shown).toContain(line);
        shown = '';
      }
    },
    60_000,
  );
});
