import { nearest } from '../../kernel/nearest.ts';
import type { Screen, ScreenVerb } from '../definition.ts';
import type { TuiAction } from '../session-port.ts';
import { extraPanesOf, focusOn, isStarting, markAll, needOf, takeVerb } from './deeds.ts';
import { bodyOf, choicesOf, wrongField } from './form.ts';
import { panesOf, type PaneName } from './layout.ts';
import { lineFilterOf, only, say, type Around, type ScreenState, type Step } from './screen-state.ts';
import type { ScreenWords } from './screen-words.ts';

interface Command {
  readonly name: string;
  /** What may stand after the name, for completion. */
  readonly offers?: (around: Around) => readonly string[];
  /** Undefined where what stands after the name is not understood. */
  readonly run: (state: ScreenState, around: Around, words: ScreenWords, rest: readonly string[]) => Step | undefined;
}

const MOST_MADE = 1000;

const acting =
  (action: (rest: readonly string[], around: Around) => TuiAction | undefined): Command['run'] =>
  (state, around, words, rest) => {
    const wanted = action(rest, around);
    if (wanted === undefined) return undefined;
    if (!around.can(wanted.kind)) return only(say(state, 'bad', cannot(around, words)));
    return { state: say(state, 'busy', words.say.asking), requests: [{ kind: 'act', action: wanted }] };
  };

const cannot = (around: Around, words: ScreenWords): string => (isStarting(around) ? words.say.notYet : words.say.notHere);

const numberIn = (text: string | undefined, least: number, most: number): number | undefined => {
  const value = text !== undefined && /^\d+$/.test(text) ? Number(text) : NaN;
  return value >= least && value <= most ? value : undefined;
};

/** `5s`, `500ms`, `2m` in milliseconds. */
const durationIn = (text: string): number | undefined => {
  const found = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text);
  return found === null ? undefined : Number(found[1]) * { ms: 1, s: 1000, m: 60_000 }[found[2] as 'ms' | 's' | 'm'];
};

const startLoad = acting((rest) => {
  if (rest[0] === 'stop') return { kind: 'load', change: 'stop' };
  const users = rest.map((word) => numberIn(word, 1, 100_000)).find((value) => value !== undefined);
  const durationMs = rest.map(durationIn).find((value) => value !== undefined);
  const understood = Number(users !== undefined) + Number(durationMs !== undefined);
  return understood === rest.length
    ? { kind: 'load', change: 'start', ...(users === undefined ? {} : { users }), ...(durationMs === undefined ? {} : { durationMs }) }
    : undefined;
});

const load: Command['run'] = (state, around, words, rest) =>
  around.system.hasLoad ? startLoad(state, around, words, rest) : only(say(state, 'bad', words.say.noLoadHere));

const withType = (make: (type: { readonly type?: string }) => TuiAction): Command['run'] =>
  acting(([type], { system }) => {
    if (type === undefined) return make({});
    return system.eventTypes.includes(type) ? make({ type }) : undefined;
  });

const eventTypesIn = ({ system }: Around): readonly string[] => system.eventTypes;

const changing = (change: 'start' | 'stop' | 'crash'): Command => ({
  name: `${change}-context`,
  offers: ({ system }) => system.contexts,
  run: acting(([context = ''], { system }) => (system.contexts.includes(context) ? { kind: 'context', change, context } : undefined)),
});

/** What stands after a verb: values in the order of its fields, or `name=value`; undefined where a field is not known. */
const textsIn = ({ fields }: ScreenVerb, rest: readonly string[]): Readonly<Record<string, string>> | undefined => {
  const texts: Record<string, string> = {};
  for (const word of rest) {
    const [name = '', ...value] = word.split('=');
    const isNamed = value.length > 0 && fields.some((field) => field.name === name);
    const place = isNamed ? name : fields.find((field) => texts[field.name] === undefined)?.name;
    if (place === undefined) return undefined;
    texts[place] = isNamed ? value.join('=') : word;
  }
  return texts;
};

/** Asks for a verb with what stands behind it, or, where nothing does, as its key does. */
const writeVerb = (state: ScreenState, around: Around, words: ScreenWords, verb: ScreenVerb, rest: readonly string[]): Step | undefined => {
  const asks = around.system.screen.keys.find((key) => key.verb === verb.name)?.asks ?? (verb.fields.length === 0 ? 'nothing' : 'form');
  if (rest.length === 0) return takeVerb(state, around, { verb: verb.name, asks }, words);
  const count = verb.makes && asks === 'nothing' && rest.length === 1 ? numberIn(rest[0], 1, MOST_MADE) : undefined;
  if (count !== undefined) return takeVerb(state, around, { verb: verb.name, asks: 'nothing' }, words, count);
  const texts = textsIn(verb, rest);
  if (texts === undefined || wrongField(verb.fields, texts) !== undefined) return undefined;
  return takeVerb(state, around, { verb: verb.name, asks: 'nothing' }, words, 1, bodyOf(verb.fields, texts));
};

const verbCommand = (verb: ScreenVerb, name: string): Command => ({
  name,
  // What a key writes by itself, few will write by hand.
  offers: ({ system }) =>
    system.screen.keys.some(({ verb: name, asks }) => name === verb.name && asks === 'nothing')
      ? []
      : verb.fields.flatMap((field) => choicesOf(field)?.map((choice) => `${field.name}=${choice}`) ?? [`${field.name}=`]),
  run: (state, around, words, rest) =>
    around.can(needOf(around, verb.name)) ? writeVerb(state, around, words, verb, rest) : only(say(state, 'bad', cannot(around, words))),
});

/** `#17`, `17`, an id, or what a line is found by, within the list. */
const chooseLine: Command['run'] = (state, around, words, [wanted]) => {
  if (wanted === undefined) return undefined;
  const found =
    around.model.lineAbout(wanted) ?? around.model.linesFrom(0, 1, { text: /^\d+$/.test(wanted) ? `#${wanted}` : wanted }).items[0];
  if (found === undefined) return only(say(state, 'bad', words.say.noLine));
  const isListed = around.model.indexOfLine(found.id, lineFilterOf(state)) >= 0;
  return only({
    ...state,
    chosenId: found.id,
    focus: 'list',
    first: { ...state.first, story: 0 },
    ...(isListed ? {} : { filters: { ...state.filters, list: '' } }),
  });
};

const COMMANDS: readonly Command[] = [
  { name: 'mark-all', run: (state, around) => only(markAll(state, around)) },
  { name: 'load', offers: () => ['stop', '25 5s'], run: load },
];

const slowCommand = (name: string): Command => ({
  name,
  offers: () => ['on', 'off'],
  run: acting(([text = 'on']) => (text === 'on' || text === 'off' ? { kind: 'slow-calls', isOn: text === 'on' } : undefined)),
});

const SYSTEM_COMMANDS: readonly Command[] = [
  { name: 'duplicate', offers: eventTypesIn, run: withType((type) => ({ kind: 'strike-next', fault: 'duplicate', ...type })) },
  { name: 'drop', offers: eventTypesIn, run: withType((type) => ({ kind: 'strike-next', fault: 'drop', ...type })) },
  { name: 'hold', offers: eventTypesIn, run: withType((type) => ({ kind: 'hold', ...type })) },
  { name: 'release', run: acting(() => ({ kind: 'release' })) },
  changing('stop'),
  changing('start'),
  changing('crash'),
  ...(['pause', 'step', 'resume'] as const).map((change): Command => ({
    name: change,
    run: acting(() => ({ kind: 'deliveries', change })),
  })),
  {
    name: 'scenario',
    offers: () => ['pause', 'step', 'resume'],
    run: acting(([change]) => (change === 'pause' || change === 'step' || change === 'resume' ? { kind: 'scenario', change } : undefined)),
  },
  {
    name: 'filter',
    run: (state, _around, _words, rest) =>
      only({
        ...state,
        filters: { ...state.filters, [state.focus === 'events' || state.focus === 'aside' ? state.focus : 'list']: rest.join(' ') },
      }),
  },
  {
    name: 'goto',
    run: (state, { player }, words, [text]) => {
      if (player === undefined) return only(say(state, 'bad', words.say.onlyRecording));
      const position = numberIn(text, 0, Number.MAX_SAFE_INTEGER);
      return position === undefined ? undefined : { state, requests: [{ kind: 'player', does: 'seek', position }] };
    },
  },
  {
    name: 'speed',
    run: (state, { player }, words, [text]) => {
      if (player === undefined) return only(say(state, 'bad', words.say.onlyRecording));
      const speed = Number(text);
      return speed > 0 && speed <= 1024 ? { state, requests: [{ kind: 'player', does: 'speed', speed }] } : undefined;
    },
  },
  { name: 'help', run: (state) => only({ ...state, prompt: { kind: 'help', first: 0 } }) },
  { name: 'quit', run: (state) => ({ state, requests: [{ kind: 'quit', isInterrupt: false }] }) },
];

const paneCommands = (around: Around): readonly Command[] => {
  const { list, aside } = around.system.screen;
  const nameOf = (pane: PaneName): string => (pane === 'list' ? list.name : pane === 'aside' ? aside.name : pane);
  return panesOf(extraPanesOf(around)).map((pane) => ({ name: nameOf(pane), run: (state) => only(focusOn(state, pane)) }));
};

/** The command that chooses a line; what the first verb makes is what it is called. */
const chooseCommand = ({ chooses }: Screen): Command => ({ name: chooses, run: chooseLine });

const allCommands = (around: Around): readonly Command[] => {
  const { screen } = around.system;
  const common = [
    chooseCommand(screen),
    ...COMMANDS,
    ...(screen.slowness === undefined ? [] : [slowCommand(screen.slowness.command)]),
    ...SYSTEM_COMMANDS,
    ...paneCommands(around),
  ];
  // A verb that is called as something else is here: that stays within reach, and the verb is asked for by name and sign.
  const taken = new Set(common.map(({ name }) => name));
  return [...screen.verbs.map((verb) => verbCommand(verb, taken.has(verb.name) ? `${verb.name}!` : verb.name)), ...common];
};

const SHORT: Readonly<Record<string, string>> = { q: 'quit', 'q!': 'quit', exit: 'quit', h: 'help' };

/** What the line may be completed to: whole commands, the best first. */
export const complete = (text: string, around: Around): readonly string[] => {
  const words = text.replace(/^\s+/, '').split(/\s+/);
  const [name = '', ...rest] = words;
  if (rest.length === 0) {
    const all = allCommands(around).map((command) => command.name);
    const begins = all.filter((candidate) => candidate.startsWith(name));
    return [...begins, ...all.filter((candidate) => !candidate.startsWith(name) && name.length > 1 && candidate.includes(name))];
  }
  const typedLast = rest.at(-1) ?? '';
  const offers =
    allCommands(around)
      .find((command) => command.name === name)
      ?.offers?.(around) ?? [];
  const before = words.slice(0, -1).join(' ');
  return offers.filter((offer) => offer.toLowerCase().startsWith(typedLast.toLowerCase())).map((offer) => `${before} ${offer}`);
};

/** Does what a command line says, or says what it might have meant. */
export const runCommand = (state: ScreenState, around: Around, text: string, words: ScreenWords): Step => {
  const [written = '', ...rest] = text.trim().split(/\s+/);
  if (written === '') return only(state);
  const { chooses } = around.system.screen;
  const name = SHORT[written] ?? (/^#\d+$/.test(written) ? chooses : written);
  const command = allCommands(around).find((candidate) => candidate.name === name);
  if (command === undefined)
    return only(
      say(
        state,
        'bad',
        words.unknownCommand(
          written,
          nearest(
            written,
            allCommands(around).map((one) => one.name),
          ),
        ),
      ),
    );
  return (
    command.run(state, around, words, name === chooses && written.startsWith('#') ? [written] : rest) ??
    only(say(state, 'bad', words.notUnderstood(name, rest.join(' '), command.offers?.(around) ?? [])))
  );
};
