import type { Command } from './command.ts';
import { flagOf, optionOf, type OptionName } from './options/options.ts';
import type { SHELLS } from './words.ts';

/** What follows an option, or a command, when completing. */
interface Offer {
  readonly words: readonly string[];
  readonly files: boolean;
}

const offerOf = (name: OptionName): Offer => {
  const option = optionOf(name);
  return { words: option.choices ?? [], files: option.completes !== undefined };
};

const wordsOffer = (command: Command): Offer => ({
  words: command.words.flatMap(({ choices }) => choices ?? []),
  files: command.words.some(({ choices }) => choices === undefined),
});

const written = (name: OptionName, command: Command): string => {
  const option = optionOf(name);
  return `--${option.kind === 'flag' && option.isNegated === true ? 'no-' : ''}${flagOf(name, command)}`;
};

const optionsWithValue = (commands: readonly Command[]): readonly OptionName[] =>
  [...new Set(commands.flatMap(({ options }) => options))].filter((name) => optionOf(name).kind !== 'flag');

const bash = (commands: readonly Command[]): string => {
  const values = optionsWithValue(commands).map((name) => {
    const { words, files } = offerOf(name);
    return `    --${name}) COMPREPLY=($(compgen ${files ? '-f ' : ''}-W ${quote(words.join(' '))} -- "$word")); return ;;`;
  });
  const cases = commands.map((command) => {
    const { words, files } = wordsOffer(command);
    const options = [...command.options.map((name) => written(name, command)), '--help'].join(' ');
    return `    ${command.name}) if [[ $word == -* ]]; then COMPREPLY=($(compgen -W ${quote(options)} -- "$word")); else COMPREPLY=($(compgen ${files ? '-f ' : ''}-W ${quote(words.join(' '))} -- "$word")); fi ;;`;
  });
  return `# bash completion of food-sim; to use it: source <(food-sim completion bash)
_food_sim() {
  local word=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]}
  COMPREPLY=()
  case $previous in
${values.join('\n')}
  esac
  if ((COMP_CWORD == 1)); then COMPREPLY=($(compgen -W ${quote([...commands.map(({ name }) => name), '--help', '--version'].join(' '))} -- "$word")); return; fi
  case $command in
${cases.join('\n')}
  esac
}
complete -o filenames -F _food_sim food-sim
`;
};

const quote = (text: string): string => `'${text.replace(/'/g, "'\\''")}'`;

const zshText = (text: string): string => text.replace(/[[\]:'\\]/g, (character) => (character === "'" ? "'\\''" : `\\${character}`));

const zsh = (commands: readonly Command[]): string => {
  const cases = commands.map((command) => {
    const options = command.options.map((name) => {
      const option = optionOf(name);
      const { words, files } = offerOf(name);
      const value =
        option.kind === 'flag'
          ? ''
          : `:${zshText(option.placeholder)}:${words.length > 0 ? `(${words.map(zshText).join(' ')})` : files ? '_files' : ' '}`;
      return `'${option.kind === 'many' ? '*' : ''}${written(name, command)}[${zshText(option.summary)}]${value}'`;
    });
    const { words, files } = wordsOffer(command);
    const rest = words.length > 0 ? [`'*: :(${words.join(' ')})'`] : files ? [`'*: :_files'`] : [];
    return `    ${command.name}) _arguments ${[...options, ...rest].join(' \\\n      ')} ;;`;
  });
  return `#compdef food-sim
# zsh completion of food-sim; to use it: source <(food-sim completion zsh)
_food_sim() {
  if ((CURRENT == 2)); then
    local -a commands=(${commands.map(({ name, summary }) => `'${name}:${zshText(summary)}'`).join(' ')})
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  ((CURRENT--))
  case $command in
${cases.join('\n')}
  esac
}
compdef _food_sim food-sim
`;
};

const fishText = (text: string): string => `'${text.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;

const fish = (commands: readonly Command[]): string => {
  const lines = commands.flatMap((command) => {
    const here = `complete -c food-sim -n '__fish_seen_subcommand_from ${command.name}'`;
    const { words, files } = wordsOffer(command);
    const options = command.options.map((name) => {
      const option = optionOf(name);
      const offer = offerOf(name);
      const value =
        option.kind === 'flag'
          ? ''
          : offer.files
            ? ' -r -F'
            : ` -x${offer.words.length > 0 ? ` -a ${fishText(offer.words.join(' '))}` : ''}`;
      return `${here} -l ${written(name, command).slice(2)}${value} -d ${fishText(option.summary)}`;
    });
    return [
      `complete -c food-sim -n __fish_use_subcommand -f -a ${command.name} -d ${fishText(command.summary)}`,
      ...(words.length > 0 ? [`${here} -f -a ${fishText(words.join(' '))}`] : files ? [`${here} -F`] : [`${here} -f`]),
      ...options,
    ];
  });
  return `# fish completion of food-sim; to use it: food-sim completion fish | source\n${lines.join('\n')}\n`;
};

/** The completion script of a shell, made from the commands and options there are. */
export const completionScript = (shell: (typeof SHELLS)[number], commands: readonly Command[]): string =>
  ({ bash, zsh, fish })[shell](commands);
