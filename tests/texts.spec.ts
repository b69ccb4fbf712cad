import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const HOME = fileURLToPath(new URL('..', import.meta.url));
const FILES = globSync(['src/**/*.{ts,tsx}', 'bin/*.js'], { cwd: HOME }).filter((file) => !/\.(spec|contract|fixture|sample)\.tsx?$/.test(file));

/** What the program never says, and what it says instead. */
const BANNED: readonly { readonly text: RegExp; readonly instead: string }[] = [
  { text: /(?<!here )\b(?:is|are) no (?!longer)[$"{\w]/i, instead: '… is not a …' },
  { text: /\b1 (?:deviations|coupons|dead letters|schedules|messages|steps|times)\b/, instead: 'counted(1, …)' },
  { text: /mend: ['"`]mend['"`]/, instead: "mend: 'hint'" },
  { text: /자리없음/, instead: '동시 호출 초과' },
  { text: /node:readline/, instead: 'linesIn, which ends lines at line feeds alone' },
  { text: /처리 ?불가|'불가'/, instead: '데드레터' },
];

/** The code without its comments, which are for another reader. */
const codeOf = (file: string): string => readFileSync(`${HOME}${file}`, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, (comment) => comment.replaceAll(/[^\n]/g, ''));

describe('texts', () => {
  it('no file says what is said otherwise here', () => {
    const found = FILES.flatMap((file) => codeOf(file).split('\n').flatMap((line, index) => BANNED.filter(({ text }) => text.test(line)).map(({ instead }) => `${file}:${index + 1}: ${instead}: ${line.trim()}`)));
    expect(FILES.length).toBeGreaterThan(300);
    expect(found).toEqual([]);
  });

  it.each(["'dorp is no fault'", '`${word} is no ${what}`', "'with up to 1 deviations'", "rejected: '자리없음'", "deadLetters: '불가'"])('%s would be found', (line) => {
    expect(BANNED.some(({ text }) => text.test(line))).toBe(true);
  });
});
