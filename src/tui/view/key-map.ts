import type { Screen } from '../definition.ts';

/** What a key does, and for whom: the help bar and the help page group by that. */
export interface Binding {
  readonly does: string;
  readonly keys: readonly string[];
  readonly role: string;
}

/** What a key does outside of prompts and menus, whatever the system. */
export const BINDINGS = [
  { does: 'mark', keys: ['space'], role: 'many' },
  { does: 'mark-all', keys: ['*'], role: 'many' },
  { does: 'load', keys: ['L'], role: 'system' },
  { does: 'faults', keys: ['F'], role: 'system' },
  { does: 'pause', keys: ['P'], role: 'system' },
  { does: 'step', keys: ['.'], role: 'system' },
  { does: 'next-pane', keys: ['tab', 'right', 'l'], role: 'screen' },
  { does: 'previous-pane', keys: ['shift-tab', 'left', 'h'], role: 'screen' },
  { does: 'up', keys: ['up', 'k'], role: 'screen' },
  { does: 'down', keys: ['down', 'j'], role: 'screen' },
  { does: 'page-up', keys: ['pageup', 'ctrl-b'], role: 'screen' },
  { does: 'page-down', keys: ['pagedown', 'ctrl-f'], role: 'screen' },
  { does: 'top', keys: ['g', 'home'], role: 'screen' },
  { does: 'bottom', keys: ['G', 'end'], role: 'screen' },
  { does: 'open', keys: ['enter'], role: 'screen' },
  { does: 'zoom', keys: ['z'], role: 'screen' },
  { does: 'filter', keys: ['/'], role: 'screen' },
  { does: 'command', keys: [':'], role: 'screen' },
  { does: 'help', keys: ['?'], role: 'screen' },
  { does: 'back', keys: ['esc'], role: 'screen' },
  { does: 'redraw', keys: ['ctrl-l'], role: 'screen' },
  { does: 'suspend', keys: ['ctrl-z'], role: 'screen' },
  { does: 'quit', keys: ['q'], role: 'screen' },
] as const satisfies readonly Binding[];

/** What a key does to the time of a recording; there they go before the others. */
export const PLAYER_BINDINGS = [
  { does: 'play', keys: ['space'], role: 'player' },
  { does: 'backward', keys: ['left', 'h'], role: 'player' },
  { does: 'forward', keys: ['right', 'l'], role: 'player' },
  { does: 'previous-of-line', keys: ['['], role: 'player' },
  { does: 'next-of-line', keys: [']'], role: 'player' },
  { does: 'first', keys: ['<'], role: 'player' },
  { does: 'last', keys: ['>'], role: 'player' },
  { does: 'slower', keys: ['-'], role: 'player' },
  { does: 'faster', keys: ['+', '='], role: 'player' },
] as const satisfies readonly Binding[];

/** What a key does, whatever the system. */
export type Deed = (typeof BINDINGS)[number]['does'] | (typeof PLAYER_BINDINGS)[number]['does'];

const inNormal = new Map<string, Deed>(BINDINGS.flatMap(({ does, keys }) => keys.map((key): [string, Deed] => [key, does])));
const inPlayer = new Map<string, Deed>(PLAYER_BINDINGS.flatMap(({ does, keys }) => keys.map((key): [string, Deed] => [key, does])));

/** The keys that mean the same for every system: no verb can have them. */
export const TAKEN_KEYS: ReadonlySet<string> = new Set([...inNormal.keys(), ...inPlayer.keys()]);

/** What the key does in a live session or in a recording, whatever the system; undefined for one without a meaning. */
export const bindingOf = (key: string, isRecording: boolean): Deed | undefined =>
  (isRecording ? inPlayer.get(key) : undefined) ?? inNormal.get(key);

const KEY_TEXT: Readonly<Record<string, string>> = {
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  enter: '⏎',
  pageup: 'PgUp',
  pagedown: 'PgDn',
  home: 'Home',
  end: 'End',
  'shift-tab': '⇧tab',
  'ctrl-b': '^B',
  'ctrl-f': '^F',
  'ctrl-l': '^L',
  'ctrl-z': '^Z',
};

/** How a key is written for people: `↑`, `Enter`. */
export const sayKey = (key: string): string => KEY_TEXT[key] ?? key;

/** The first key of a binding, as people read it. */
export const keyOf = (does: string, { keys }: Pick<Screen, 'keys'> = { keys: [] }): string => {
  const binding = [...keys, ...BINDINGS, ...PLAYER_BINDINGS].find((candidate) => candidate.does === does);
  return sayKey(binding?.keys[0] ?? '');
};
