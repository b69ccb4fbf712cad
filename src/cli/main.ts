import { CommanderError } from 'commander';
import { OperatingError } from '../kernel/errors.ts';
import { visible } from '../reports/width.ts';
import type { Command, Invocation, Run } from './command.ts';
import { COMMANDS } from './commands.ts';
import { EXIT, exitCodeOf } from '../kernel/exit-codes.ts';
import { listenToInterrupts } from './terminal/interrupts.ts';
import type { Io } from './io.ts';
import { tellNotesOf } from './output/notes.ts';
import { langOf, variableOf } from './options/options.ts';
import type { Env } from './options/option-kinds.ts';
import { createProgram, type Dispatch, type Say } from './program.ts';
import { loadSettings } from './options/settings.ts';
import { readVersion } from '../system/version.ts';

const withArticle = (noun: string): string => `${/^[aeio]/.test(noun) ? 'an' : 'a'} ${noun}`;

/** Holds the words of a command to those that it knows. Throws an OperatingError (usage) with the nearest right one. */
const checkWords = async (command: Command, words: readonly string[]): Promise<void> => {
  for (const [index, { form, choices, takesValue }] of command.words.entries()) {
    const word = words[index];
    if (choices === undefined || word === undefined || choices.includes(takesValue === true ? word.replace(/=.*$/s, '') : word)) continue;
    const { nearest } = await import('../kernel/nearest.ts');
    const hint = nearest(word, choices);
    throw new OperatingError(
      'usage',
      `${command.name}: ${JSON.stringify(word)} is not ${withArticle(form.slice(1, -1))}${hint === undefined ? '' : `; did you mean ${hint}?`}`,
      {
        mend: `There are ${choices.join(', ')}.`,
      },
    );
  }
};

/** Runs a command; what it refuses is told by its reports as well. */
const runReported = async (run: Run, { options }: Command, invocation: Invocation): Promise<number> => {
  try {
    return await run(invocation);
  } catch (error) {
    if (options.includes('report')) (await import('./refused-files.ts')).reportRefusedFiles(error, invocation);
    throw error;
  }
};

/** Runs a command between a first listening to Ctrl-C and a last. */
const createDispatch =
  (io: Io, finish: (exitCode: number) => void): Dispatch =>
  async (command, words, flags) => {
    const interrupts = listenToInterrupts(io);
    try {
      await checkWords(command, words);
      const { settings, origins, notes } = await loadSettings(flags, io.env, io.cwd);
      notes.forEach(tellNotesOf(settings, io));
      const { run } = await command.load();
      const { refuseOverwriting } = await import('./output/outputs.ts');
      refuseOverwriting({ io, words, settings, origins, options: command.options });
      const { createLog } = await import('./output/logging.ts');
      const isQuiet = command.isQuietByDefault === true && origins['log-level'] === 'default' && origins['log-file'] === 'default';
      const { log, trouble } = await createLog(settings, io, isQuiet);
      const invocation: Invocation = { io, words, commands: COMMANDS, settings, origins, log, signal: interrupts.signal };
      finish(await runReported(run, command, invocation));
      const logTrouble = trouble();
      if (logTrouble !== undefined) throw logTrouble;
    } finally {
      interrupts.release();
    }
  };

/** What was thrown, for the user: its exit code; what it says is on stderr. */
const report = async (error: unknown, argv: readonly string[], io: Io): Promise<number> => {
  // Commander has said already what is wrong; help and the version were asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.passed : EXIT.usage;
  if (error instanceof OperatingError) {
    // It may quote what a file holds, and nobody's file is to drive the terminal.
    io.stderr.write(visible(`food-sim: ${error.message}\n${error.mend === undefined ? '' : `${error.mend}\n`}`));
  } else {
    const { reportBug } = await import('./output/bug-report.ts');
    reportBug(error, argv, io);
  }
  return exitCodeOf(error);
};

/** Says what `--help` says, in the language that was asked for; the configuration file is not read for it. */
const sayingOf = async (argv: readonly string[], env: Env): Promise<Say> => {
  const at = argv.findLastIndex((word) => /^--lang(=|$)/.test(word));
  const asked = argv[at]?.split('=')[1] ?? (at === -1 ? env[variableOf('lang')] : argv[at + 1]);
  if ((asked ?? langOf(env)) !== 'ko') return (text) => text;
  const { HELP_KO } = await import('./help-ko.ts');
  return (text) => HELP_KO[text] ?? text;
};

/**
 * The program: takes the words after its name, and the world that it may use; returns the exit code. The one
 * place that catches everything. Never throws, and never ends the process itself, but for a second Ctrl-C.
 */
export const main = async (argv: readonly string[], io: Io): Promise<number> => {
  let exitCode: number = EXIT.passed;
  try {
    const finish = (code: number): void => {
      exitCode = code;
    };
    const say = await sayingOf(argv, io.env);
    await createProgram(io, readVersion(), createDispatch(io, finish), say).parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    return report(error, argv, io);
  }
};
