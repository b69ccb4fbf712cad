/** What the README tells its reader to type does what it says. */
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { freePort, startTestServer } from '../src/bus/test-server.contract.ts';
import { BIN, cleanUpAfterAll, newFolder, SLOW_MS, startServe } from './process.fixture.ts';

cleanUpAfterAll();

const pageOf = (name: string): string => readFileSync(join(dirname(import.meta.dirname), name), 'utf8');
const [README, KOREAN] = [pageOf('README.md'), pageOf('README.ko.md')];

/** The fenced blocks of a language, in order. */
const blocksOf = (language: string, page = README): readonly string[] =>
  [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)].flatMap(([, name, text]) => (name === language ? [text ?? ''] : []));

/** One line to type, without the remark behind it. */
const commandsOf = (block: string): readonly string[] =>
  block
    .replaceAll('\\\n', ' ')
    .split('\n')
    .map((line) => line.replace(/\s+#\s.*$/, '').trim())
    .filter((line) => line.startsWith('npx food-sim'));

/** Those that go on until somebody ends them, and those whose files the reader is to have made; each is tried elsewhere. */
const TRIED_ELSEWHERE: readonly RegExp[] = [
  / --retries\b/,
  / --shard\b/,
  / serve\b/,
  / rebuild\b/,
  / tui\b/,
  / --tui\b/,
  / compare\b/,
  / help COMMAND/,
  / --system /,
];

/** What ends with another exit code than 0, as its text says. */
const EXIT_CODES: readonly (readonly [RegExp, number])[] = [
  [/ explore .*--mutation (?!all)/, 1],
  [/ replay /, 1],
];

const commands = [...new Set(blocksOf('sh').flatMap(commandsOf))].filter(
  (command) => !TRIED_ELSEWHERE.some((pattern) => pattern.test(command)),
);

/** Runs lines as a shell would, where `npx food-sim` is this checkout's. */
const runInShell = (script: string, folder: string): Promise<{ readonly code: number | null; readonly output: string }> =>
  new Promise((resolve, reject) => {
    const prelude = 'set -eu -o pipefail\nnpx() { shift; "$NODE" "$FOOD_SIM" "$@"; }\n';
    const child = spawn('bash', ['-c', prelude + script], {
      cwd: folder,
      env: { PATH: process.env['PATH'], HOME: folder, TMPDIR: folder, NODE: process.execPath, FOOD_SIM: BIN, LANG: 'C.UTF-8' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, output });
    });
  });

describe('the Korean README', () => {
  const withoutRemarks = (block: string): string => block.replaceAll(/\s+(?:#(?!!)|\/\/)\s.*$/gm, '');

  it.each(['sh', 'yaml', 'ts'])('shows the same %s as the English one, beside its remarks', (language) => {
    const blocks = (page: string) => blocksOf(language, page).map(withoutRemarks);
    expect(blocks(KOREAN)).toEqual(blocks(README));
    expect(blocks(README).length).toBeGreaterThan(0);
  });

  it.each([
    ['options, commands and codes', /`[^`]*`/g],
    ['links', /\]\((?!README)[^)]+\)/g],
    ['headings of the same depth', /^#+ /gm],
    ['exit codes', /^\| \d+ \|/gm],
  ])('has the same %s', (_what, pattern) => {
    const found = (page: string) =>
      [...page.replaceAll(/^```.*?^```$/gms, '').matchAll(pattern)]
        .map(([text]) => text.replaceAll(/\s+/g, ' '))
        .filter((text) => !/^`[가-힣]+`$/.test(text))
        .sort();
    expect(found(KOREAN)).toEqual(found(README));
    expect(found(README).length).toBeGreaterThan(5);
  });
});

describe('the README', () => {
  let folder: string;

  beforeAll(() => {
    folder = newFolder();
    writeFileSync(join(folder, 'my.yaml'), blocksOf('yaml').find((block) => block.includes('steps:')) ?? '');
  });

  it('has commands to try', () => {
    expect(commands.length).toBeGreaterThan(5);
  });

  it.each(commands)(
    '%s',
    async (command) => {
      const port = await freePort();
      const server = command.includes(':4222') ? await startTestServer(port, ['-js', '-sd', join(folder, 'nats')]) : undefined;
      try {
        const { code, output } = await runInShell(command.replace(':4222', `:${port}`), folder);
        const [, expected = 0] = EXIT_CODES.find(([pattern]) => pattern.test(command)) ?? [];
        expect(code, output).toBe(expected);
      } finally {
        await server?.kill();
      }
    },
    SLOW_MS,
  );

  it(
    'takes the reader through an order by curl',
    async () => {
      const block = blocksOf('sh').find((text) => text.includes('curl'));
      const { gateway } = await startServe([]);
      // A reader types more slowly than a script does: the messages between two lines have arrived.
      const script = (block ?? '').replace(/^gateway=.*$/m, `gateway=${gateway}`).replaceAll(/^(?=curl)/gm, 'sleep 0.5\n');
      const { code, output } = await runInShell(script, folder);
      expect(code, output).toBe(0);
      for (const word of [
        '결재됨',
        '접수됨',
        '요리시작',
        '요리가 시작되기 전에만 주문취소가 가능합니다.',
        '요리완료',
        '배송중',
        '배송확정',
        '"couponCount":2',
        '맛있어요',
      ])
        expect(output).toContain(word);
    },
    SLOW_MS,
  );
});
