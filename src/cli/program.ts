import { Command as Commander, Option } from 'commander';
import type { Command } from './command.ts';
import { COMMANDS } from './commands.ts';
import { EXIT_MEANINGS } from '../kernel/exit-codes.ts';
import { columnsOf } from '../reports/width.ts';
import { widthOf, type Io } from './io.ts';
import { flagOf, optionOf, SHORT, type OptionName } from './options/options.ts';
import type { Flags } from './options/settings.ts';

/** Called with the command that was asked for, its words and its options as typed. */
export type Dispatch = (command: Command, words: readonly string[], flags: Flags) => Promise<void>;

const collect = (text: string, earlier: readonly string[] | undefined): readonly string[] => [...(earlier ?? []), text];

/** Says an English text in the reader's language. */
export type Say = (text: string) => string;

const defaultSays = (name: OptionName, say: Say): string => {
  const option = optionOf(name);
  const value = option.defaultSays ?? (option.kind === 'one' ? option.fallback({}) : undefined);
  return typeof value === 'string' || typeof value === 'number' ? ` (${say('default')}: ${say(String(value))})` : '';
};

const addOption = (commander: Commander, command: Command, name: OptionName, say: Say): void => {
  const option = optionOf(name);
  const flag = flagOf(name, command);
  const short = SHORT[name] === undefined ? '' : `${SHORT[name]}, `;
  const summary = `${say(option.summary)}${defaultSays(name, say)}`;
  if (option.kind === 'flag') {
    commander.addOption(new Option(`${short}--${option.isNegated ? 'no-' : ''}${flag}`, summary).default(undefined));
    if (option.isNegated) commander.addOption(new Option(`--${flag}`, '').hideHelp());
    return;
  }
  const added = new Option(`${short}--${flag} <${option.placeholder}>`, summary);
  commander.addOption(option.kind === 'many' ? added.argParser(collect) : added);
};

const addCommand = (program: Commander, command: Command, dispatch: Dispatch, say: Say): void => {
  const summary = say(command.summary);
  const commander = program
    .command(command.name)
    .summary(summary)
    .description(`${summary[0]?.toUpperCase() ?? ''}${summary.slice(1)}.`);
  for (const { form, summary, choices } of command.words) {
    commander.argument(form, choices === undefined ? say(summary) : `${say(summary)}: ${choices.join(', ')}`);
  }
  for (const name of command.options) addOption(commander, command, name, say);
  const names = new Map(command.options.map((name) => [flagOf(name, command), name]));
  commander.addHelpText('after', `\n${say('Examples:')}\n${command.examples.map((line) => `  ${line}\n`).join('')}`);
  commander.action(async () => {
    const keys = new Map(commander.options.map((option) => [option.attributeName(), option.long?.replace(/^--(no-)?/, '') ?? '']));
    const flags = Object.entries(commander.opts()).flatMap(([key, value]) => {
      const name = names.get(keys.get(key) ?? '');
      return name === undefined || value === undefined ? [] : [[name, value as string] as const];
    });
    await dispatch(command, commander.args, Object.fromEntries(flags));
  });
};

const exitCodes = (say: Say): string =>
  `\n${say('Exit codes:')}\n${EXIT_MEANINGS.map(([code, meaning]) => `  ${String(code).padStart(3)}  ${say(meaning)}\n`).join('')}`;

/** Builds the parser of the command line. It throws a CommanderError for whatever is wrong with it, and for --help. */
export const createProgram = (io: Io, version: string, dispatch: Dispatch, say: Say): Commander => {
  const program = new Commander('food-sim')
    .description(say('Simulates a food-delivery system, five bounded contexts on a real message bus, and judges it.'))
    .version(`food-sim ${version}`, '-V, --version', say('print the version'))
    .helpOption('-h, --help', say('print this help'))
    .helpCommand('help [command]', say('display help for command'))
    .configureHelp({ styleTitle: say, displayWidth: columnsOf })
    .showSuggestionAfterError(true)
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => widthOf(io.stdout, 100),
      getErrHelpWidth: () => widthOf(io.stderr, 100),
      outputError: (text, write) => {
        write(text.replace(/^error: /, 'food-sim: '));
      },
    })
    .exitOverride();
  for (const command of COMMANDS) addCommand(program, command, dispatch, say);
  for (const command of program.commands)
    command.copyInheritedSettings(program).helpOption('-h, --help', say('print this help')).exitOverride();
  program.addHelpText(
    'after',
    `\n${say('Every option can also stand in food-sim.config.yaml, or as a variable: --data-dir is FOOD_SIM_DATA_DIR.')}\n${exitCodes(say)}`,
  );
  return program;
};
