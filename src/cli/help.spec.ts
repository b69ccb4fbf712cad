/** What --help says exists in both languages, to the last text. */
import { PassThrough } from 'node:stream';
import { EventEmitter } from 'node:events';
import { CommanderError } from 'commander';
import { expect, it } from 'vitest';
import { columnsOf } from '../reports/width.ts';
import { COMMANDS } from './commands.ts';
import { HELP_KO } from './help-ko.ts';
import { main } from './main.ts';
import { createProgram } from './program.ts';

const worldOf = (env: Readonly<Record<string, string>>) => {
  let text = '';
  const stream = { write: (more: string) => (text += more), isTTY: false, columns: 100 };
  const io = { stdin: new PassThrough(), stdout: stream, stderr: stream, env, cwd: '/', signals: new EventEmitter() };
  return { io, said: () => text };
};

const helpOf = async (argv: readonly string[], env: Readonly<Record<string, string>>): Promise<string> => {
  const { io, said } = worldOf(env);
  expect(await main([...argv, '--help'], io)).toBe(0);
  return said();
};

/** Words that are typed, and values: the same in every language. */
const isName = (text: string): boolean => /^[^ ]+(, [^ ]+)*$/.test(text);

it('has its Korean for each text, and none for what nothing says', async () => {
  const said = new Set<string>();
  for (const words of [[], ...COMMANDS.map(({ name }) => [name])]) {
    const program = createProgram(
      worldOf({}).io,
      '1',
      () => Promise.resolve(),
      (text) => {
        said.add(text);
        return text;
      },
    );
    await expect(program.parseAsync([...words, '--help'], { from: 'user' })).rejects.toThrow(CommanderError);
  }
  expect([...said].filter((text) => !(text in HELP_KO) && !isName(text))).toEqual([]);
  expect(Object.keys(HELP_KO).filter((text) => !said.has(text))).toEqual([]);
  expect(Object.values(HELP_KO).filter((text) => !/[가-힣]/.test(text))).toEqual([]);
});

it('speaks the language of --lang, of FOOD_SIM_LANG and of the locale, in this order', async () => {
  const korean = expect.stringContaining('사용법: food-sim run') as string;
  const english = expect.stringContaining('Usage: food-sim run') as string;
  expect(await helpOf(['run', '--lang', 'ko'], { LANG: 'C', FOOD_SIM_LANG: 'en' })).toEqual(korean);
  expect(await helpOf(['run', '--lang=en'], { LANG: 'ko_KR.UTF-8' })).toEqual(english);
  expect(await helpOf(['run'], { LANG: 'C', FOOD_SIM_LANG: 'ko' })).toEqual(korean);
  expect(await helpOf(['run'], { LANG: 'ko_KR.UTF-8' })).toEqual(korean);
  expect(await helpOf(['run'], { LANG: 'C.UTF-8' })).toEqual(english);
});

it('breaks Korean lines by the columns that they take', async () => {
  const wide = (await helpOf(['explore'], { LANG: 'ko_KR.UTF-8' })).split('\n').filter((line) => !line.startsWith('  food-sim '));
  expect(Math.max(...wide.map(columnsOf))).toBeLessThanOrEqual(100);
  expect(Math.max(...wide.map(columnsOf))).toBeGreaterThan(85);
});
