import type { Command } from './command.ts';
import { flagOf, optionOf, SHORT, type OptionName } from './options/options.ts';
import type { ASKED, SHELLS } from './words.ts';

/** Words that hang on the system, by the option that they may follow. */
type SystemWords = Readonly<Partial<Record<OptionName, readonly string[]>>>;

/** Kinds of files, by the ends of their names; none for any. */
const ENDS = { scenarios: ['yaml', 'yml'], recordings: ['ndjson'], failures: ['json'], files: [], folders: [] } as const satisfies Readonly<
  Record<string, readonly string[]>
>;

/** What may follow an option, or a command. */
interface Offer {
  readonly words: readonly string[];
  readonly files?: keyof typeof ENDS;
  /** What is looked up in scenario files. */
  readonly asks?: (typeof ASKED)[number];
}

const ASKS: Readonly<Partial<Record<OptionName, (typeof ASKED)[number]>>> = { tag: 'tags', grep: 'names' };
const FILES: Readonly<Partial<Record<OptionName, keyof typeof ENDS>>> = { former: 'recordings', open: 'recordings', save: 'failures' };

const offerOf = (name: OptionName, system: SystemWords): Offer => {
  const option = optionOf(name);
  const [files, asks] = [FILES[name] ?? option.completes, ASKS[name]];
  // Each kind of report stands alone, or with = before a file.
  const words = name === 'report' ? (option.choices ?? []).flatMap((kind) => [kind, `${kind}=`]) : (system[name] ?? option.choices ?? []);
  return { words, ...(files === undefined ? {} : { files }), ...(asks === undefined ? {} : { asks }) };
};

const wordsOffer = (command: Command): Offer => {
  const files = command.words.find(({ completes }) => completes !== undefined)?.completes;
  return { words: command.words.flatMap(({ choices }) => choices ?? []), ...(files === undefined ? {} : { files }) };
};

const written = (name: OptionName, command: Command): string => {
  const option = optionOf(name);
  return `--${option.kind === 'flag' && option.isNegated === true ? 'no-' : ''}${flagOf(name, command)}`;
};

const quote = (text: string): string => `'${text.replace(/'/g, "'\\''")}'`;

/* ── bash ─────────────────────────────────────────────────────────────────────────────────────── */

const bashOffer = ({ words, files, asks }: Offer): string =>
  [
    ...(words.length === 0 ? [] : [`_food_sim_words ${quote(words.join('\n'))}`]),
    ...(asks === undefined ? [] : [`_food_sim_words "$(_food_sim_asked ${asks})"`]),
    ...(files === undefined ? [] : [`_food_sim_files ${ENDS[files].join(' ')}`.trimEnd()]),
  ].join('; ');

const bash = (commands: readonly Command[], system: SystemWords): string => {
  const values = commands.flatMap((command) =>
    command.options
      .filter((name) => optionOf(name).kind !== 'flag')
      .map((name) => {
        const short = SHORT[name];
        const pattern = [`--${flagOf(name, command)}`, ...(short === undefined ? [] : [short])].map((flag) => `${command.name}\\ ${flag}`);
        return `    ${pattern.join('|')}) ${bashOffer(offerOf(name, system)) || ':'}; return ;;`;
      }),
  );
  const cases = commands.map((command) => {
    const options = [...command.options.map((name) => written(name, command)), '--help'].join('\n');
    return `    ${command.name}) if [[ $word == -* ]]; then _food_sim_words ${quote(options)}; else ${bashOffer(wordsOffer(command)) || ':'}; fi ;;`;
  });
  return `# bash completion of food-sim; to use it: source <(food-sim completion bash)
_food_sim_words() {
  local IFS=$'\\n' found
  found=($(compgen -W "$1" -- "$before$word"))
  COMPREPLY+=("\${found[@]#"$before"}")
  if [[ \${#COMPREPLY[@]} == 1 && $COMPREPLY == *= ]]; then compopt -o nospace 2>/dev/null; fi
}
_food_sim_files() {
  local IFS=$'\\n' ends
  ends=$(IFS='|'; echo "$*")
  if [[ -z $ends ]]; then COMPREPLY+=($(compgen -f -- "$word")); return; fi
  COMPREPLY+=($(shopt -s extglob; compgen -f -X "!*.@($ends)" -- "$word") $(compgen -d -- "$word"))
}
_food_sim_asked() {
  local path paths=()
  for path in "\${COMP_WORDS[@]:2}"; do if [[ -e $path ]]; then paths+=("$path"); fi; done
  "\${COMP_WORDS[0]}" completion bash "$1" "\${paths[@]}" 2>/dev/null
}
_food_sim() {
  local word=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]} before=
  COMPREPLY=()
  # Bash ends a word at =, which is part of ours.
  if [[ $word == = ]]; then before=$previous=; word=; previous=\${COMP_WORDS[COMP_CWORD-2]}
  elif [[ $previous == = ]]; then before=\${COMP_WORDS[COMP_CWORD-2]}=; previous=\${COMP_WORDS[COMP_CWORD-3]}; fi
  if [[ $before == --* ]]; then previous=\${before%=}; before=; fi
  if [[ $previous == --report && $before == *= ]]; then _food_sim_files; return; fi
  if ((COMP_CWORD == 1)); then _food_sim_words ${quote([...commands.map(({ name }) => name), '--help', '--version'].join('\n'))}; return; fi
  case "$command $previous" in
${values.join('\n')}
  esac
  case $command in
${cases.join('\n')}
  esac
}
complete -o filenames -F _food_sim food-sim
`;
};

/* ── zsh ──────────────────────────────────────────────────────────────────────────────────────── */

const zshText = (text: string): string => text.replace(/[[\]:'\\]/g, (character) => (character === "'" ? "'\\''" : `\\${character}`));

const zshFiles = (files: keyof typeof ENDS): string => {
  if (files === 'folders') return '_files -/';
  const ends: readonly string[] = ENDS[files];
  return ends.length === 0 ? '_files' : `_files -g "*.(${ends.join('|')})(-.)"`;
};

/** The action of _arguments; of several, the shell offers all. */
const zshAction = (name: OptionName | undefined, { words, files, asks }: Offer): string => {
  if (name === 'report') return '_food_sim_report';
  if (asks !== undefined) return `_food_sim_asked ${asks}`;
  const more = words.filter((word) => word.endsWith('='));
  if (more.length > 0) return `{compadd -S "" -- ${more.join(' ')}}`;
  if (words.length > 0) return `(${words.map(zshText).join(' ')})`;
  return files === undefined ? ' ' : zshFiles(files);
};

const zsh = (commands: readonly Command[], system: SystemWords): string => {
  const cases = commands.map((command) => {
    const options = command.options.map((name) => {
      const option = optionOf(name);
      const value = option.kind === 'flag' ? '' : `:${zshText(option.placeholder)}:${zshAction(name, offerOf(name, system))}`;
      return `'${option.kind === 'many' ? '*' : ''}${written(name, command)}[${zshText(option.summary)}]${value}'`;
    });
    const { words, files } = wordsOffer(command);
    const rest = words.length > 0 || files !== undefined ? [`'*: :${zshAction(undefined, wordsOffer(command))}'`] : [];
    return `    ${command.name}) _arguments ${[...options, ...rest].join(' \\\n      ')} ;;`;
  });
  const kinds = optionOf('report').choices ?? [];
  return `#compdef food-sim
# zsh completion of food-sim; to use it: source <(food-sim completion zsh)
_food_sim_asked() {
  local -a found
  found=(\${(f)"$($program completion zsh $argv[-1] \${^\${(Q)words[2,-1]}}(N) 2>/dev/null)"})
  compadd "\${@[1,-2]}" -- $found
}
_food_sim_report() {
  if compset -P '*='; then _files; return; fi
  compadd -- ${kinds.join(' ')}
  compadd -S '' -- ${kinds.map((kind) => `${kind}=`).join(' ')}
}
_food_sim() {
  if ((CURRENT == 2)); then
    local -a commands=(${commands.map(({ name, summary }) => `'${name}:${zshText(summary)}'`).join(' ')})
    _describe command commands
    return
  fi
  local program=$words[1] command=$words[2]
  shift words
  ((CURRENT--))
  case $command in
${cases.join('\n')}
  esac
}
compdef _food_sim food-sim
`;
};

/* ── fish ─────────────────────────────────────────────────────────────────────────────────────── */

const fishText = (text: string): string => `'${text.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;

/** The list of candidates, as `complete -a` takes it; undefined where any file may stand. */
const fishList = ({ words, files, asks }: Offer): string | undefined => {
  const ends: readonly string[] = files === undefined ? [] : ENDS[files];
  const parts = [
    ...words,
    ...(asks === undefined ? [] : [`(__food_sim_asked ${asks})`]),
    ...(files === 'folders' ? ['(__fish_complete_directories)'] : ends.length === 0 ? [] : [`(__food_sim_files ${ends.join(' ')})`]),
  ];
  return parts.length === 0 ? undefined : parts.join(' ');
};

const fishValue = (offer: Offer): string => {
  const list = fishList(offer);
  if (list === undefined) return offer.files === undefined ? ' -x' : ' -r -F';
  return ` -x -a ${fishText(list)}`;
};

const fish = (commands: readonly Command[], system: SystemWords): string => {
  const lines = commands.flatMap((command) => {
    const here = `complete -c food-sim -n '__fish_seen_subcommand_from ${command.name}'`;
    const offer = wordsOffer(command);
    const list = fishList(offer);
    const options = command.options.map((name) => {
      const option = optionOf(name);
      const short = SHORT[name];
      const value =
        option.kind === 'flag'
          ? ''
          : name === 'report'
            ? ` -r -a ${fishText(fishList(offerOf(name, system)) ?? '')}`
            : fishValue(offerOf(name, system));
      return `${here} -l ${written(name, command).slice(2)}${short === undefined ? '' : ` -s ${short.slice(1)}`}${value} -d ${fishText(option.summary)}`;
    });
    return [
      `complete -c food-sim -n __fish_use_subcommand -f -a ${command.name} -d ${fishText(command.summary)}`,
      list === undefined ? `${here} ${offer.files === undefined ? '-f' : '-F'}` : `${here} -f -a ${fishText(list)}`,
      ...options,
    ];
  });
  return `# fish completion of food-sim; to use it: food-sim completion fish | source
function __food_sim_asked
  set -l words (commandline -opc)
  set -l paths
  for path in $words[3..-1]
    test -e $path; and set -a paths $path
  end
  $words[1] completion fish $argv[1] $paths 2>/dev/null
end
function __food_sim_files
  set -l token (commandline -ct)
  for path in $token*
    if test -d $path
      echo $path/
    else if string match -qr '\\.('(string join '|' $argv)')$' -- $path
      echo $path
    end
  end
end
${lines.join('\n')}
`;
};

/** The completion script of a shell, made from the commands and options there are, and the words of the system. */
export const completionScript = (shell: (typeof SHELLS)[number], commands: readonly Command[], system: SystemWords): string =>
  ({ bash, zsh, fish })[shell](commands, system);
