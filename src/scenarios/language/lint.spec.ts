import { FOOD_GRAMMAR } from '../../contexts/grammar.fixture.ts';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lintFiles } from './lint.ts';
import { displayWidth, formatProblem, problemLine } from './problems.ts';

const GOOD = 'name: good\nsteps: [{ expect: { dead letters: 0 } }]\n';
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'food-sim-lint-'));
  await mkdir(join(folder, 'deep/er'), { recursive: true });
  await mkdir(join(folder, 'empty'));
  await writeFile(join(folder, 'deep/good.yml'), GOOD);
  await writeFile(
    join(folder, 'deep/er/bad.yaml'),
    'name: 나쁜\nsteps:\n  - place: { order: 점심, customer: 김, adress: 서울 }\n  - expect: { order: 점심, is: 결재댐 }\n',
  );
  await writeFile(join(folder, 'deep/notes.txt'), 'no scenario');
  await writeFile(join(folder, 'latin1.yaml'), Buffer.from([0x6e, 0x61, 0x6d, 0x65, 0x3a, 0x20, 0xe9]));
  await writeFile(join(folder, 'huge.yaml'), ' '.repeat(4 * 1024 * 1024 + 1));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const linesOf = async (...paths: readonly string[]): Promise<readonly string[]> =>
  (
    await lintFiles(
      paths.map((path) => join(folder, path)),
      FOOD_GRAMMAR,
    )
  ).problems.map((problem) => problemLine(problem).replace(`${folder}/`, ''));

describe('linting files', () => {
  test('a directory is searched at any depth for scenario files, and each problem is told', async () => {
    const result = await lintFiles([join(folder, 'deep')], FOOD_GRAMMAR);
    expect(result.fileCount).toBe(2);
    expect(result.scenarios.map(({ name }) => name)).toEqual(['good']);
    expect(result.problems.map((problem) => problem.message)).toEqual(['place has no field adress', '결재댐 is not a status of order']);
  });

  test('a file named twice is read once', async () => {
    const result = await lintFiles([join(folder, 'deep/good.yml'), join(folder, 'deep/good.yml')], FOOD_GRAMMAR);
    expect(result).toMatchObject({ fileCount: 1, problems: [] });
    expect(result.scenarios).toHaveLength(1);
  });

  test.each([
    ['empty', 'empty:1:1: no scenario file is in this directory'],
    ['nowhere.yaml', 'nowhere.yaml:1:1: there is no such file or directory'],
    ['latin1.yaml', 'latin1.yaml:1:1: this file is not UTF-8 text'],
    ['huge.yaml', 'huge.yaml:1:1: this file has more than the 4194304 bytes that a scenario file may have'],
  ])('%s is a problem, not silence', async (path, expected) => {
    expect(await linesOf(path)).toEqual([expected]);
  });

  test.skipIf(process.platform === 'win32')(
    'a pipe that nobody writes to is a problem, and is not waited for, whether named or found',
    async () => {
      const pipes = join(folder, 'pipes');
      await mkdir(pipes);
      execFileSync('mkfifo', [join(pipes, 'pipe.yaml')]);
      const expected = ['pipes/pipe.yaml:1:1: this is a pipe or a socket, which may never end'];
      expect(await linesOf('pipes/pipe.yaml')).toEqual(expected);
      expect(await linesOf('pipes')).toEqual(expected);
    },
  );

  test('a problem is shown with its line and a caret below it, where Korean takes two columns', async () => {
    const { problems, sourceTexts } = await lintFiles([join(folder, 'deep')], FOOD_GRAMMAR);
    const shown = problems.map((problem) =>
      formatProblem({ ...problem, position: { ...problem.position, file: 'bad.yaml' } }, sourceTexts.get(problem.position.file) ?? ''),
    );
    expect(shown[0]).toBe(
      [
        'bad.yaml:3:38: place has no field adress; did you mean address?',
        '  3 |   - place: { order: 점심, customer: 김, adress: 서울 }',
        `    | ${' '.repeat(40)}^^^^^^`,
        '  expected one of: order, customer, store, food, price, address, options, payment',
      ].join('\n'),
    );
    expect(shown[1]?.split('\n').slice(0, 3)).toEqual([
      'bad.yaml:4:30: 결재댐 is not a status of order; did you mean 결재됨?',
      '  4 |   - expect: { order: 점심, is: 결재댐 }',
      `    | ${' '.repeat(31)}^^^^^^`,
    ]);
  });

  test('a place far to the right of a long line is still shown', () => {
    const problem = { position: { file: 'a', line: 1, column: 500 }, length: 3, message: 'wrong' };
    const [, source = '', caret = ''] = formatProblem(problem, `${'x'.repeat(499)}abc${'y'.repeat(500)}`).split('\n');
    expect(source.slice(caret.indexOf('^'), caret.indexOf('^') + 3)).toBe('abc');
    expect(source.length).toBeLessThan(180);
  });

  test('widths', () => {
    expect(['abc', '한글', 'é', 'e\u0301', '\u{1f35a}'].map(displayWidth)).toEqual([3, 4, 1, 1, 2]);
  });
});
