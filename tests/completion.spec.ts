/** Completion in the shells themselves: each reads its script, and says what it offers where somebody presses Tab. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAwaited, need } from './tools.fixture.ts';

const BIN = join(import.meta.dirname, '..', 'bin', 'food-sim.js');
const SLOW = 60_000;
const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'food-sim-completion-'));
  mkdirSync(join(cwd, 'bin'));
  mkdirSync(join(cwd, 'deeper'));
  writeFileSync(join(cwd, 'bin/food-sim'), `#!/bin/sh\nexec '${process.execPath}' '${BIN}' "$@"\n`);
  chmodSync(join(cwd, 'bin/food-sim'), 0o755);
  writeFileSync(
    join(cwd, 'mine.yaml'),
    'name: A lunch is paid\ntags: [mine-alone]\nsteps:\n  - place: { order: lunch, customer: kim }\n  - expect: { order: lunch, is: 결재됨 }\n',
  );
  for (const name of ['notes.txt', 'last.ndjson', 'failure.json']) writeFileSync(join(cwd, name), '');
  for (const shell of SHELLS) writeFileSync(join(cwd, `script.${shell}`), spawned(process.execPath, [BIN, 'completion', shell]));
}, SLOW);
afterAll(() => rmSync(cwd, { recursive: true }));

const spawned = (program: string, argv: readonly string[]): string => {
  const { stdout, stderr, error } = spawnSync(program, argv, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${join(cwd, 'bin')}:${process.env['PATH'] ?? ''}`, HOME: cwd, TERM: 'dumb', LC_ALL: 'C.UTF-8' },
  });
  if (error !== undefined) throw error;
  if (stderr !== '') throw new Error(stderr);
  return stdout;
};

/** Bash ends a word at = too, as its line editor does. */
const inBash = (line: string): string =>
  spawned('bash', [
    '-c',
    `source script.bash; COMP_WORDS=(${line
      .split(' ')
      .flatMap((word) => word.split(/(=)/))
      .filter((word, index, all) => word !== '' || index === all.length - 1)
      .map((word) => `'${word}'`)
      .join(' ')}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _food_sim; printf '%s\\n' "\${COMPREPLY[@]}"`,
  ]);

/** Zsh completes only where somebody types: a shell on a terminal of its own, whose offers are printed in place of being shown. */
const inZsh = (line: string): string => {
  const inner = [
    'PROMPT=; setopt no_beep; autoload -Uz compinit; compinit -u -d ./dump; source ./script.zsh',
    `compadd () { if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd "$@"; return $?; fi
      local -a matched; builtin compadd -A matched "$@"; for one in $matched; do print -r -- "OFFER:$one" >> offers; done; builtin compadd "$@" }`,
    'bindkey "^I" complete-word; zstyle ":completion:*" list-prompt ""; done-now () { print done >> offers; exit }; zle -N done-now; bindkey "^X" done-now',
  ].join('\n');
  writeFileSync(join(cwd, 'inner.zsh'), inner);
  writeFileSync(join(cwd, 'offers'), '');
  spawned('zsh', [
    '-f',
    '-c',
    `zmodload zsh/zpty; zpty -b z zsh -f -i; zpty -w z 'source ./inner.zsh'; zpty -n -w z ${JSON.stringify(line)}$'\\t'; zpty -n -w z $'\\x18'
     for i in {1..2000}; do zpty -r -t z out 2>/dev/null; if [[ $(tail -n 1 offers) == done ]]; then break; fi; sleep 0.02; done; zpty -d z`,
  ]);
  return spawned('sed', ['-n', 's/^OFFER://p', 'offers']);
};

const inFish = (line: string): string =>
  spawned('fish', ['--no-config', '-c', `source script.fish; complete -C ${JSON.stringify(line)}`]).replaceAll(/\t.*$/gm, '');

const ASK: Readonly<Record<Shell, (line: string) => string>> = { bash: inBash, zsh: inZsh, fish: inFish };

/** What this shell offers, without what tells a folder from a file. */
const offers = (shell: Shell, line: string): readonly string[] => [
  ...new Set(
    ASK[shell](line)
      .split('\n')
      .map((word) => word.replace(/\/$/, '').trim())
      .filter((word) => word !== ''),
  ),
];

describe.each(SHELLS)('%s', (shell) => {
  const isLeftOut = shell !== 'bash' && isAwaited(shell);

  it.skipIf(isLeftOut)(
    'offers commands, options and the values of both',
    () => {
      if (shell !== 'bash') need(shell);
      expect(offers(shell, 'food-sim rep')).toEqual(expect.arrayContaining(['replay', 'report'].filter((word) => word.startsWith('rep'))));
      expect(offers(shell, 'food-sim run --fail')).toContain('--fail-on-flaky');
      expect(offers(shell, 'food-sim run --time v')).toEqual(['virtual']);
      expect(offers(shell, 'food-sim explore --time ')).not.toContain('virtual');
      expect(offers(shell, 'food-sim run --report ju')).toEqual(expect.arrayContaining(['junit']));
      expect(offers(shell, 'food-sim schema open')).toEqual(['openapi']);
    },
    SLOW,
  );

  it.skipIf(isLeftOut)(
    'knows the words of the system: mutations, faults, contexts, ports',
    () => {
      expect(offers(shell, 'food-sim run --mutation no-o')).toEqual(['no-outbox']);
      expect(offers(shell, 'food-sim run --fault duplicate=Pai')).toEqual(
        expect.arrayContaining(['duplicate=Paid'].map((word) => ofFault(shell, word))),
      );
      expect(offers(shell, 'food-sim serve --contexts notif')).toEqual(['notification']);
      expect(offers(shell, 'food-sim serve --port gate')).toEqual(['gateway=']);
    },
    SLOW,
  );

  it.skipIf(isLeftOut)(
    'knows files by their kind, and looks into them for tags and names',
    () => {
      const files = offers(shell, 'food-sim run ');
      expect(files).toEqual(expect.arrayContaining(['mine.yaml', 'deeper']));
      expect(files).not.toContain('notes.txt');
      expect(offers(shell, 'food-sim report la')).toEqual(['last.ndjson']);
      expect(offers(shell, 'food-sim replay fai')).toEqual(['failure.json']);
      expect(offers(shell, 'food-sim run mine.yaml --tag min')).toEqual(['mine-alone']);
      expect(offers(shell, 'food-sim run --tag compen')).toEqual(['compensation']);
      expect(offers(shell, 'food-sim run mine.yaml --grep ').map((name) => name.replaceAll('\\', ''))).toEqual(['A lunch is paid']);
    },
    SLOW,
  );
});

/** Bash has put what stands before = on the line already. */
const ofFault = (shell: Shell, word: string): string => (shell === 'bash' ? word.replace(/^.*=/, '') : word);
