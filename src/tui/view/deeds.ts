import { CONTEXTS, type OrderLine } from '../model/model.ts';
import type { OrderVerb, TuiAction } from '../session-port.ts';
import { defaultOrder } from './default-order.ts';
import { faultMenu } from './fault-menu.ts';
import type { Does } from './key-map.ts';
import { AROUND_LIST, layoutOf, listRowsOf, panesOf, type PaneName } from './layout.ts';
import { lineOf } from './line-editor.ts';
import { allows } from './possible.ts';
import { eventFilterOf, fieldsOf, only, orderFilterOf, say, type Around, type FilteredPane, type PlayerDeed, type Request, type ScreenState, type Step } from './screen-state.ts';
import type { ScreenWords } from './screen-words.ts';

/** At most so many orders are marked by one key: what a person can mean by `all`. */
const MOST_MARKED = 100_000;

/** The chosen order, or the newest of the list as long as nobody chose. */
export const chosenOrder = (state: ScreenState, { model }: Pick<Around, 'model'>): OrderLine | undefined => {
  const filter = orderFilterOf(state);
  if (state.chosenId !== undefined && model.indexOfOrder(state.chosenId, filter) >= 0) return model.order(state.chosenId);
  return model.ordersFrom(0, 1, filter).items[0];
};

const act = (state: ScreenState, action: TuiAction, busy: string): Step => ({ state: say(state, 'busy', busy), requests: [{ kind: 'act', action }] });

/** Whether a scenario is played, so that its steps have a pane; where people play freely, it has none. */
export const hasStepsOf = ({ model }: Pick<Around, 'model'>): boolean => (model.scenario?.stepCount ?? 0) > 0;

/** Whether the system behind a live session is not up yet (or not any more): orders can be placed as soon as it is. */
export const isStarting = ({ player, can }: { readonly player?: Around['player'] | undefined; readonly can: Around['can'] }): boolean => player === undefined && !can('place');

/** The rows that the list of the pane with the keys has. */
const pageOf = (state: ScreenState, around: Around): number => {
  const place = layoutOf({ ...state, hasSteps: hasStepsOf(around) }).find(({ pane }) => pane === state.focus);
  return listRowsOf(state.focus, place?.rows ?? 2 + AROUND_LIST[state.focus] + 1);
};

const bounded = (value: number, most: number): number => Math.max(0, Math.min(most, value));

const moveOrders = (state: ScreenState, around: Around, by: number): ScreenState => {
  const filter = orderFilterOf(state);
  const chosen = chosenOrder(state, around);
  if (chosen === undefined) return state;
  const index = around.model.indexOfOrder(chosen.orderId, filter);
  const { total } = around.model.ordersFrom(0, 0, filter);
  const next = around.model.ordersFrom(bounded(index + by, total - 1), 1, filter).items[0];
  return next === undefined ? state : { ...state, chosenId: next.orderId, first: { ...state.first, story: 0, notices: 0 } };
};

/** Moves within the list of the pane that has the keys; the stream's newest line is its last one. */
const move = (state: ScreenState, around: Around, by: number): ScreenState => {
  switch (state.focus) {
    case 'mypage':
      return moveOrders(state, around, by);
    case 'events': {
      const { total } = around.model.eventsFrom(0, 0, eventFilterOf(state));
      return { ...state, cursor: { ...state.cursor, events: bounded(state.cursor.events - by, Math.max(0, total - 1)) } };
    }
    case 'contexts':
      return { ...state, cursor: { ...state.cursor, contexts: bounded(state.cursor.contexts + by, CONTEXTS.length - 1) } };
    // How far these can go is known when they are drawn; settling cuts it.
    case 'notices':
      return { ...state, first: { ...state.first, notices: Math.max(0, state.first.notices + by) } };
    case 'story':
    case 'steps':
    case 'breaker':
      return { ...state, first: { ...state.first, [state.focus]: Math.max(0, state.first[state.focus] - by) } };
  }
};

const FAR = 1_000_000_000;

const moves: Readonly<Partial<Record<Does, (page: number) => number>>> = {
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
  const panes = panesOf(hasStepsOf(around));
  return focusOn(state, panes[(panes.indexOf(state.focus) + by + panes.length) % panes.length] as PaneName);
};

/** The orders that a step is meant for: the marked ones that allow it, all of them where none does, or the chosen one. */
const targetsOf = (state: ScreenState, around: Around, verb: OrderVerb): readonly string[] => {
  const marked = [...state.marked].flatMap((orderId) => around.model.order(orderId) ?? []);
  if (marked.length === 0) {
    const chosen = chosenOrder(state, around);
    return chosen === undefined ? [] : [chosen.orderId];
  }
  const able = marked.filter((order) => allows(order, verb));
  return (able.length === 0 ? marked : able).map(({ orderId }) => orderId);
};

/** Takes a step on the orders that it is meant for; a review asks for its text first. */
export const takeStep = (state: ScreenState, around: Around, verb: OrderVerb, words: ScreenWords): Step => {
  const orderIds = targetsOf(state, around, verb);
  if (orderIds.length === 0) return only(say(state, 'bad', words.say.noOrder));
  if (verb === 'review') return only({ ...state, prompt: { kind: 'review', line: lineOf(words.say.reviewText), orderIds } });
  return act(state, { kind: 'order', verb, orderIds }, words.asked(verb, orderIds.length));
};

/** Places the order that one key places. */
export const placeDefault = (state: ScreenState, around: Around, words: ScreenWords, count: number): Step =>
  act(state, { kind: 'place', form: defaultOrder(around.model.counts.orders, words.lang), count }, words.say.placing);

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
  const chosen = chosenOrder(state, around);
  if (chosen === undefined) return state;
  const marked = new Set(state.marked);
  if (!marked.delete(chosen.orderId)) marked.add(chosen.orderId);
  return moveOrders({ ...state, marked, chosenId: chosen.orderId }, around, 1);
};

/** Marks all that the list shows; where all are marked, none. */
export const markAll = (state: ScreenState, { model }: Around): ScreenState => {
  const { items } = model.ordersFrom(0, MOST_MARKED, orderFilterOf(state));
  const areAllMarked = items.length > 0 && items.every(({ orderId }) => state.marked.has(orderId));
  return { ...state, marked: areAllMarked ? new Set() : new Set(items.map(({ orderId }) => orderId)) };
};

const FILTERED: Readonly<Record<PaneName, FilteredPane>> = { mypage: 'mypage', notices: 'notices', events: 'events', story: 'events', breaker: 'events', contexts: 'events', steps: 'mypage' };

const startFilter = (state: ScreenState): ScreenState => {
  const pane = FILTERED[state.focus];
  return { ...state, focus: pane, prompt: { kind: 'filter', pane, line: lineOf(state.filters[pane]), before: state.filters[pane] } };
};

const open = (state: ScreenState, around: Around, words: ScreenWords): ScreenState => {
  switch (state.focus) {
    case 'mypage':
      return focusOn(state, 'story');
    case 'events': {
      const event = around.model.eventsFrom(state.cursor.events, 1, eventFilterOf(state)).items[0];
      return event === undefined ? state : { ...state, prompt: { kind: 'event', event, first: 0 } };
    }
    case 'contexts': {
      // What can be done to the context that was chosen.
      const at = faultMenu(around, words).findIndex(({ action }) => action.kind === 'context' && action.context === CONTEXTS[state.cursor.contexts]);
      return { ...state, prompt: { kind: 'faults', at: Math.max(0, at) } };
    }
    case 'notices':
    case 'story':
    case 'breaker':
    case 'steps':
      return { ...state, isZoomed: !state.isZoomed };
  }
};

/** One thing back: the message, the marks, the filter, the zoom, and at last to Mypage. */
const back = (state: ScreenState): ScreenState => {
  const filtered = state.focus === 'mypage' || state.focus === 'events' || state.focus === 'notices' ? state.focus : undefined;
  if (filtered !== undefined && state.filters[filtered] !== '') return { ...state, filters: { ...state.filters, [filtered]: '' } };
  if (state.isZoomed) return { ...state, isZoomed: false };
  if (state.focus !== 'mypage') return { ...state, focus: 'mypage', message: undefined };
  if (state.marked.size > 0) return { ...state, marked: new Set() };
  return { ...state, message: undefined };
};

const PLAYER_DEEDS: ReadonlySet<string> = new Set<PlayerDeed>(['play', 'backward', 'forward', 'previous-of-order', 'next-of-order', 'first', 'last', 'slower', 'faster']);

const movePlayer = (state: ScreenState, around: Around, does: PlayerDeed, words: ScreenWords): Step => {
  if (does !== 'next-of-order' && does !== 'previous-of-order') return { state, requests: [{ kind: 'player', does }] };
  // Whoever went back to before an order goes on to it again.
  const orderId = state.chosenId ?? chosenOrder(state, around)?.orderId;
  if (orderId === undefined) return only(say(state, 'plain', words.say.noOrdersRecorded));
  return { state: { ...state, chosenId: orderId }, requests: [{ kind: 'player', does, orderId }] };
};

/** What a binding does. */
export const perform = (state: ScreenState, around: Around, does: Does, words: ScreenWords): Step => {
  const by = moves[does];
  if (by !== undefined) return only(move(state, around, by(pageOf(state, around))));
  if (PLAYER_DEEDS.has(does)) return movePlayer(state, around, does as PlayerDeed, words);
  switch (does) {
    case 'place':
      return placeDefault(state, around, words, 1);
    case 'form':
      return only({ ...state, prompt: { kind: 'form', at: 0, fields: fieldsOf(defaultOrder(around.model.counts.orders, words.lang)), wrong: undefined } });
    case 'accept':
    case 'reject':
    case 'start':
    case 'finish':
    case 'pick':
    case 'confirm':
    case 'cancel':
    case 'review':
    case 'delete-review':
      return takeStep(state, around, does, words);
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

const performOnScreen = (state: ScreenState, around: Around, does: Does, words: ScreenWords): Step => {
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

/** Which kinds of actions the bindings need of the session; the others need none. */
export const NEEDS: Readonly<Partial<Record<Does, TuiAction['kind']>>> = {
  place: 'place',
  form: 'place',
  accept: 'order',
  reject: 'order',
  start: 'order',
  finish: 'order',
  pick: 'order',
  confirm: 'order',
  cancel: 'order',
  review: 'order',
  'delete-review': 'order',
  load: 'load',
};
