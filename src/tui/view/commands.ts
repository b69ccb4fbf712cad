import { distance } from 'fastest-levenshtein';
import { CONTEXTS, type ContextName } from '../model/model.ts';
import { ORDER_VERBS, type OrderVerb, type TuiAction } from '../session-port.ts';
import { focusOn, hasStepsOf, isStarting, markAll, placeDefault, takeStep } from './deeds.ts';
import { panesOf, type PaneName } from './layout.ts';
import { only, orderFilterOf, say, type Around, type ScreenState, type Step } from './screen-state.ts';
import type { ScreenWords } from './screen-words.ts';

interface Command {
  readonly name: string;
  /** What may stand after the name, for completion. */
  readonly offers?: (around: Around) => readonly string[];
  /** Undefined where what stands after the name is not understood. */
  readonly run: (state: ScreenState, around: Around, words: ScreenWords, rest: readonly string[]) => Step | undefined;
}

const EVENT_TYPES = ['OrderPlaced', 'Paid', 'PaymentDeclined', 'OrderAccepted', 'OrderRejected', 'CookStarted', 'CookFinished', 'Picked', 'Delivered', 'OrderCancelRequested', 'CookingCanceled', 'CancelRefused', 'OrderCanceled', 'PaymentRefunded', 'DeliveryCanceled', 'ReviewWritten', 'ReviewDeleted', 'CouponGranted', 'CouponRevoked'] as const;
const MOST_PLACED = 1000;

const acting =
  (action: (rest: readonly string[]) => TuiAction | undefined): Command['run'] =>
  (state, around, words, rest) => {
    const wanted = action(rest);
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

const load = acting((rest) => {
  if (rest[0] === 'stop') return { kind: 'load', change: 'stop' };
  const users = rest.map((word) => numberIn(word, 1, 100_000)).find((value) => value !== undefined);
  const durationMs = rest.map(durationIn).find((value) => value !== undefined);
  const understood = Number(users !== undefined) + Number(durationMs !== undefined);
  return understood === rest.length ? { kind: 'load', change: 'start', ...(users === undefined ? {} : { users }), ...(durationMs === undefined ? {} : { durationMs }) } : undefined;
});

const typed = (rest: readonly string[]): { readonly type?: string } | undefined => {
  const [type] = rest;
  if (type === undefined) return {};
  return (EVENT_TYPES as readonly string[]).includes(type) ? { type } : undefined;
};

const withType = (make: (type: { readonly type?: string }) => TuiAction): Command['run'] =>
  acting((rest) => {
    const type = typed(rest);
    return type === undefined ? undefined : make(type);
  });

const changing = (change: 'start' | 'stop' | 'crash'): Command => ({
  name: `${change}-context`,
  offers: () => CONTEXTS,
  run: acting(([context]) => ((CONTEXTS as readonly string[]).includes(context ?? '') ? { kind: 'context', change, context: context as ContextName } : undefined)),
});

const verbCommand = (verb: OrderVerb): Command => ({
  name: verb,
  run: (state, around, words) => (around.can('order') ? takeStep(state, around, verb, words) : only(say(state, 'bad', cannot(around, words)))),
});

/** `#17`, `17`, or what an order's id begins or ends with, within the list. */
const chooseOrder: Command['run'] = (state, around, words, [wanted]) => {
  if (wanted === undefined) return undefined;
  const found = around.model.ordersFrom(0, 1, { text: /^\d+$/.test(wanted) ? `#${wanted}` : wanted }).items[0];
  if (found === undefined) return only(say(state, 'bad', words.say.noOrder));
  const isListed = around.model.indexOfOrder(found.orderId, orderFilterOf(state)) >= 0;
  return only({ ...state, chosenId: found.orderId, focus: 'mypage', first: { ...state.first, story: 0 }, ...(isListed ? {} : { filters: { ...state.filters, mypage: '' } }) });
};

const COMMANDS: readonly Command[] = [
  {
    name: 'place',
    run: (state, around, words, [text]) => {
      const count = text === undefined ? 1 : numberIn(text, 1, MOST_PLACED);
      if (count === undefined) return undefined;
      return around.can('place') ? placeDefault(state, around, words, count) : only(say(state, 'bad', cannot(around, words)));
    },
  },
  ...ORDER_VERBS.map(verbCommand),
  { name: 'order', run: chooseOrder },
  { name: 'mark-all', run: (state, around) => only(markAll(state, around)) },
  { name: 'load', offers: () => ['stop', '25 5s'], run: load },
  { name: 'slow-lookup', offers: () => ['on', 'off'], run: acting(([text = 'on']) => (text === 'on' || text === 'off' ? { kind: 'slow-order-lookup', isOn: text === 'on' } : undefined)) },
  { name: 'duplicate', offers: () => EVENT_TYPES, run: withType((type) => ({ kind: 'strike-next', fault: 'duplicate', ...type })) },
  { name: 'drop', offers: () => EVENT_TYPES, run: withType((type) => ({ kind: 'strike-next', fault: 'drop', ...type })) },
  { name: 'hold', offers: () => EVENT_TYPES, run: withType((type) => ({ kind: 'hold', ...type })) },
  { name: 'release', run: acting(() => ({ kind: 'release' })) },
  changing('stop'),
  changing('start'),
  changing('crash'),
  ...(['pause', 'step', 'resume'] as const).map((change): Command => ({ name: change, run: acting(() => ({ kind: 'deliveries', change })) })),
  { name: 'scenario', offers: () => ['pause', 'step', 'resume'], run: acting(([change]) => (change === 'pause' || change === 'step' || change === 'resume' ? { kind: 'scenario', change } : undefined)) },
  {
    name: 'filter',
    run: (state, _around, _words, rest) => only({ ...state, filters: { ...state.filters, [state.focus === 'events' || state.focus === 'notices' ? state.focus : 'mypage']: rest.join(' ') } }),
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

const paneCommands = (around: Around): readonly Command[] => panesOf(hasStepsOf(around)).map((pane: PaneName) => ({ name: pane, run: (state) => only(focusOn(state, pane)) }));

const allCommands = (around: Around): readonly Command[] => [...COMMANDS, ...paneCommands(around)];

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
  const offers = allCommands(around).find((command) => command.name === name)?.offers?.(around) ?? [];
  const before = words.slice(0, -1).join(' ');
  return offers.filter((offer) => offer.toLowerCase().startsWith(typedLast.toLowerCase())).map((offer) => `${before} ${offer}`);
};

/** The command that was likely meant, where one is near: at most a third of its letters differ, at least one may. */
const nearestCommand = (written: string, around: Around): string | undefined => {
  if (written.length > 40) return undefined;
  const [best] = allCommands(around)
    .map(({ name }) => ({ name, far: distance(written.toLowerCase(), name) }))
    .filter(({ name, far }) => far <= Math.max(1, Math.floor(Math.max(written.length, name.length) / 3)))
    .sort((a, b) => a.far - b.far);
  return best?.name;
};

/** Does what a command line says, or says what it might have meant. */
export const runCommand = (state: ScreenState, around: Around, text: string, words: ScreenWords): Step => {
  const [written = '', ...rest] = text.trim().split(/\s+/);
  if (written === '') return only(state);
  const name = SHORT[written] ?? (/^#\d+$/.test(written) ? 'order' : written);
  const command = allCommands(around).find((candidate) => candidate.name === name);
  if (command === undefined) return only(say(state, 'bad', words.unknownCommand(written, nearestCommand(written, around))));
  return command.run(state, around, words, name === 'order' && written.startsWith('#') ? [written] : rest) ?? only(say(state, 'bad', words.notUnderstood(name, rest.join(' '), command.offers?.(around) ?? [])));
};
