import type { VerbKey } from '../definition.ts';
import type { Row, Thing } from '../model/model.ts';
import type { TuiAction } from '../session-port.ts';
import { faultMenu } from './fault-menu.ts';
import { linesOf, usualBody } from './form.ts';
import type { Deed } from './key-map.ts';
import { AROUND_LIST, layoutOf, listRowsOf, panesOf, type PaneName } from './layout.ts';
import { lineOf } from './line-editor.ts';
import { allows, sayVerb, verbOf } from './possible.ts';
import {
  eventFilterOf,
  lineFilterOf,
  only,
  say,
  type Around,
  type FilteredPane,
  type PlayerDeed,
  type Request,
  type ScreenState,
  type Step,
} from './screen-state.ts';
import type { ScreenWords } from './screen-words.ts';

/** At most so many lines are marked by one key: what a person can mean by `all`. */
const MOST_MARKED = 100_000;

/** The chosen line, or the newest of the list as long as nobody chose. */
export const chosenLine = (state: ScreenState, { model }: Pick<Around, 'model'>): Thing | undefined => {
  const filter = lineFilterOf(state);
  if (state.chosenId !== undefined && model.indexOfLine(state.chosenId, filter) >= 0) return model.line(state.chosenId);
  return model.linesFrom(0, 1, filter).items[0];
};

const act = (state: ScreenState, action: TuiAction, busy: string): Step => ({
  state: say(state, 'busy', busy),
  requests: [{ kind: 'act', action }],
});

/** Which panes there are, beside those that there always are. Where people play freely, there are no steps. */
export const extraPanesOf = ({
  model,
  system,
}: Pick<Around, 'model' | 'system'>): { readonly hasSteps: boolean; readonly hasBreaker: boolean } => ({
  hasSteps: (model.scenario?.stepCount ?? 0) > 0,
  hasBreaker: system.hasCalls,
});

/** Whether the system behind a live session is not up yet (or not any more): things can be made as soon as it is. */
export const isStarting = ({ player, can }: { readonly player?: Around['player'] | undefined; readonly can: Around['can'] }): boolean =>
  player === undefined && !can('make');

/** The rows that the list of the pane with the keys has. */
const pageOf = (state: ScreenState, around: Around): number => {
  const place = layoutOf({ ...state, ...extraPanesOf(around) }).find(({ pane }) => pane === state.focus);
  return listRowsOf(state.focus, place?.rows ?? 2 + AROUND_LIST[state.focus] + 1);
};

const bounded = (value: number, most: number): number => Math.max(0, Math.min(most, value));

const moveLines = (state: ScreenState, around: Around, by: number): ScreenState => {
  const filter = lineFilterOf(state);
  const chosen = chosenLine(state, around);
  if (chosen === undefined) return state;
  const index = around.model.indexOfLine(chosen.id, filter);
  const { total } = around.model.linesFrom(0, 0, filter);
  const next = around.model.linesFrom(bounded(index + by, total - 1), 1, filter).items[0];
  return next === undefined ? state : { ...state, chosenId: next.id, first: { ...state.first, story: 0, aside: 0 } };
};

/** Moves within the list of the pane that has the keys; the stream's newest line is its last one. */
const move = (state: ScreenState, around: Around, by: number): ScreenState => {
  switch (state.focus) {
    case 'list':
      return moveLines(state, around, by);
    case 'events': {
      const { total } = around.model.eventsFrom(0, 0, eventFilterOf(state));
      return { ...state, cursor: { ...state.cursor, events: bounded(state.cursor.events - by, Math.max(0, total - 1)) } };
    }
    case 'contexts':
      return { ...state, cursor: { ...state.cursor, contexts: bounded(state.cursor.contexts + by, around.system.contexts.length - 1) } };
    // How far these can go is known when they are drawn; settling cuts it.
    case 'aside':
      return { ...state, first: { ...state.first, aside: Math.max(0, state.first.aside + by) } };
    case 'story':
    case 'steps':
    case 'breaker':
      return { ...state, first: { ...state.first, [state.focus]: Math.max(0, state.first[state.focus] - by) } };
  }
};

const FAR = 1_000_000_000;

const moves: Readonly<Partial<Record<Deed, (page: number) => number>>> = {
  up: () => -1,
  down: () => 1,
  'page-up': (page) => -Math.max(1, page - 1),
  'page-down': (page) => Math.max(1, page - 1),
  top: () => -FAR,
  bottom: () => FAR,
};

/** Another pane gets the keys; one that is not on the screen comes onto it. */
export const focusOn = (state: ScreenState, pane: PaneName): ScreenState => ({ ...state, focus: pane });

const turnPane = (state: ScreenState, around: Around, by: 1 | -1): ScreenState => {
  const panes = panesOf(extraPanesOf(around));
  return focusOn(state, panes[(panes.indexOf(state.focus) + by + panes.length) % panes.length] as PaneName);
};

/** The lines that a verb is meant for: the marked ones that allow it, all of them where none does, or the chosen one. */
const targetsOf = (state: ScreenState, around: Around, verb: string): readonly string[] => {
  const { screen } = around.system;
  const marked = [...state.marked].flatMap((id) => around.model.line(id) ?? []);
  if (marked.length === 0) {
    const chosen = chosenLine(state, around);
    return chosen === undefined ? [] : [chosen.id];
  }
  const declared = verbOf(screen, verb);
  const able = declared === undefined ? [] : marked.filter((line) => allows(line, declared, screen));
  return (able.length === 0 ? marked : able).map(({ id }) => id);
};

/** Asks for a verb: at once, or for what is to be written first. */
export const takeVerb = (
  state: ScreenState,
  around: Around,
  { verb, asks }: Pick<VerbKey, 'verb' | 'asks'>,
  words: ScreenWords,
  count = 1,
  written?: Row,
): Step => {
  const { screen } = around.system;
  const declared = verbOf(screen, verb);
  if (declared === undefined) return only(state);
  const ids = declared.makes ? [] : targetsOf(state, around, verb);
  if (!declared.makes && ids.length === 0) return only(say(state, 'bad', words.say.noLine));
  const { fields } = declared;
  const usual = declared.usual?.(around.model.counts.lines, words.lang, chosenLine(state, around), around.model);
  if (asks === 'form')
    return only({ ...state, prompt: { kind: 'form', verb, ids, at: 0, fields: linesOf(fields, usual ?? {}), wrong: undefined } });
  const [field] = fields;
  if (asks === 'line' && field !== undefined)
    return only({ ...state, prompt: { kind: 'text', verb, ids, line: lineOf(String(usual?.[field.name] ?? '')) } });
  const body = written ?? usualBody(fields, usual);
  if (declared.makes) return act(state, { kind: 'make', verb, body: body ?? {}, count }, words.say.making);
  return act(
    state,
    { kind: 'ask', verb, ids, ...(body === undefined || Object.keys(body).length === 0 ? {} : { body }) },
    words.asked(verb, sayVerb(screen, verb, words), ids.length),
  );
};

/** Starts the load, or stops the one that runs. */
const toggleLoad = (state: ScreenState, around: Around, words: ScreenWords): Step =>
  around.model.load?.isRunning === true
    ? act(focusOn(state, 'breaker'), { kind: 'load', change: 'stop' }, words.say.stoppingLoad)
    : act(focusOn(state, 'breaker'), { kind: 'load', change: 'start' }, words.say.startingLoad);

/** Pauses, steps or goes on: the scenario where one is played, the deliveries of messages otherwise. */
const control = (state: ScreenState, { model }: Around, isStep: boolean, words: ScreenWords): Step => {
  const { live } = model;
  if (live !== undefined && live.scenario !== 'none') {
    if (isStep) return act(state, { kind: 'scenario', change: 'step' }, words.say.stepping);
    return act(state, { kind: 'scenario', change: live.scenario === 'running' ? 'pause' : 'resume' }, words.say.asking);
  }
  if (isStep) return act(state, { kind: 'deliveries', change: 'step' }, words.say.stepping);
  return act(state, { kind: 'deliveries', change: live?.areDeliveriesPaused === true ? 'resume' : 'pause' }, words.say.asking);
};

const mark = (state: ScreenState, around: Around): ScreenState => {
  const chosen = chosenLine(state, around);
  if (chosen === undefined) return state;
  const marked = new Set(state.marked);
  if (!marked.delete(chosen.id)) marked.add(chosen.id);
  return moveLines({ ...state, marked, chosenId: chosen.id }, around, 1);
};

/** Marks all that the list shows; where all are marked, none. */
export const markAll = (state: ScreenState, { model }: Around): ScreenState => {
  const { items } = model.linesFrom(0, MOST_MARKED, lineFilterOf(state));
  const areAllMarked = items.length > 0 && items.every(({ id }) => state.marked.has(id));
  return { ...state, marked: areAllMarked ? new Set() : new Set(items.map(({ id }) => id)) };
};

const FILTERED: Readonly<Record<PaneName, FilteredPane>> = {
  list: 'list',
  aside: 'aside',
  events: 'events',
  story: 'events',
  breaker: 'events',
  contexts: 'events',
  steps: 'list',
};

const startFilter = (state: ScreenState): ScreenState => {
  const pane = FILTERED[state.focus];
  return { ...state, focus: pane, prompt: { kind: 'filter', pane, line: lineOf(state.filters[pane]), before: state.filters[pane] } };
};

const open = (state: ScreenState, around: Around, words: ScreenWords): ScreenState => {
  switch (state.focus) {
    case 'list':
      return focusOn(state, 'story');
    case 'events': {
      const event = around.model.eventsFrom(state.cursor.events, 1, eventFilterOf(state)).items[0];
      return event === undefined ? state : { ...state, prompt: { kind: 'event', event, first: 0 } };
    }
    case 'contexts': {
      // What can be done to the context that was chosen.
      const at = faultMenu(around, words).findIndex(
        ({ action }) => action.kind === 'context' && action.context === around.system.contexts[state.cursor.contexts],
      );
      return { ...state, prompt: { kind: 'faults', at: Math.max(0, at) } };
    }
    case 'aside':
    case 'story':
    case 'breaker':
    case 'steps':
      return { ...state, isZoomed: !state.isZoomed };
  }
};

/** One thing back: the message, the marks, the filter, the zoom, and at last to the list. */
const back = (state: ScreenState): ScreenState => {
  const filtered = state.focus === 'list' || state.focus === 'events' || state.focus === 'aside' ? state.focus : undefined;
  if (filtered !== undefined && state.filters[filtered] !== '') return { ...state, filters: { ...state.filters, [filtered]: '' } };
  if (state.isZoomed) return { ...state, isZoomed: false };
  if (state.focus !== 'list') return { ...state, focus: 'list', message: undefined };
  if (state.marked.size > 0) return { ...state, marked: new Set() };
  return { ...state, message: undefined };
};

const PLAYER_DEEDS: ReadonlySet<string> = new Set<PlayerDeed>([
  'play',
  'backward',
  'forward',
  'previous-of-line',
  'next-of-line',
  'first',
  'last',
  'slower',
  'faster',
]);

const movePlayer = (state: ScreenState, around: Around, does: PlayerDeed, words: ScreenWords): Step => {
  if (does !== 'next-of-line' && does !== 'previous-of-line') return { state, requests: [{ kind: 'player', does }] };
  // Whoever went back to before a line began goes on to it again.
  const chosen = chosenLine(state, around);
  const id = state.chosenId ?? chosen?.id;
  if (id === undefined) return only(say(state, 'plain', words.say.noLinesRecorded));
  const subject = around.model.line(id)?.subject ?? state.chosenSubject ?? id;
  return { state: { ...state, chosenId: id, chosenSubject: subject }, requests: [{ kind: 'player', does, subject }] };
};

/** What a binding does. */
export const perform = (state: ScreenState, around: Around, does: Deed, words: ScreenWords): Step => {
  const by = moves[does];
  if (by !== undefined) return only(move(state, around, by(pageOf(state, around))));
  if (PLAYER_DEEDS.has(does)) return movePlayer(state, around, does as PlayerDeed, words);
  switch (does) {
    case 'mark':
      return only(mark(state, around));
    case 'mark-all':
      return only(markAll(state, around));
    case 'load':
      return toggleLoad(state, around, words);
    case 'faults':
      return only({ ...state, prompt: { kind: 'faults', at: 0 } });
    case 'pause':
      return control(state, around, false, words);
    case 'step':
      return control(state, around, true, words);
    case 'next-pane':
      return only(turnPane(state, around, 1));
    case 'previous-pane':
      return only(turnPane(state, around, -1));
    default:
      return performOnScreen(state, around, does, words);
  }
};

const performOnScreen = (state: ScreenState, around: Around, does: Deed, words: ScreenWords): Step => {
  const quit: readonly Request[] = [{ kind: 'quit', isInterrupt: false }];
  switch (does) {
    case 'open':
      return only(open(state, around, words));
    case 'zoom':
      return only({ ...state, isZoomed: !state.isZoomed });
    case 'filter':
      return only(startFilter(state));
    case 'command':
      return only({ ...state, prompt: { kind: 'command', line: lineOf(''), picked: undefined, stem: '' } });
    case 'help':
      return only({ ...state, prompt: { kind: 'help', first: 0 } });
    case 'back':
      return only(back(state));
    case 'redraw':
      return { state, requests: [{ kind: 'redraw' }] };
    case 'suspend':
      return { state, requests: [{ kind: 'suspend' }] };
    case 'quit':
      return { state, requests: quit };
    default:
      return only(state);
  }
};

/** Which kind of action the key of a verb needs of the session. */
export const needOf = ({ system }: Pick<Around, 'system'>, verb: string): 'make' | 'ask' =>
  verbOf(system.screen, verb)?.makes === true ? 'make' : 'ask';
