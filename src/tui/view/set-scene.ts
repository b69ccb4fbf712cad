import type { EventLine, NoticeLine, OrderLine, StepLine, TuiModel } from '../model/model.ts';
import type { TuiSession } from '../session-port.ts';
import { chosenOrder, hasStepsOf } from './deeds.ts';
import { layoutOf, listRowsOf, type PaneName, type Place } from './layout.ts';
import { boundedFirst } from './page-text.ts';
import type { Paint } from './paint.ts';
import type { Scene, Shown } from './scene.ts';
import { eventFilterOf, orderFilterOf, type Prompt, type ScreenState } from './screen-state.ts';
import type { StoryText } from './story-text.ts';
import { windowOf } from './window.ts';
import type { ScreenWords } from './screen-words.ts';

const NOTHING: Shown<never> = { first: 0, total: 0, items: [] };

/** What is read stays where it is while new things come above it; who stands at the newest follows. */
const anchored = (first: number, length: number, before: number | undefined): number => (first > 0 && before !== undefined ? first + Math.max(0, length - before) : first);

/** What a scene is made from. */
export interface SceneNeeds {
  readonly state: ScreenState;
  readonly session: Pick<TuiSession, 'model' | 'player' | 'can' | 'title' | 'nowMs'>;
  readonly words: ScreenWords;
  readonly paint: Paint;
  readonly isEnding: boolean;
  /** The story of the order as lines of so many columns. */
  readonly storyOf: (orderId: string, columns: number) => StoryText;
}

interface Draft {
  readonly state: ScreenState;
  readonly model: TuiModel;
  readonly rowsOf: (pane: PaneName) => number | undefined;
  first: Record<PaneName, number>;
  cursor: { events: number; contexts: number };
  lengths: Partial<Record<PaneName, number>>;
}

const showOrders = (draft: Draft, chosen: OrderLine | undefined): Shown<OrderLine> => {
  const { state, model } = draft;
  const rows = draft.rowsOf('mypage');
  if (rows === undefined) return NOTHING;
  const filter = orderFilterOf(state);
  const { total } = model.ordersFrom(0, 0, filter);
  const index = chosen === undefined ? 0 : Math.max(0, model.indexOfOrder(chosen.orderId, filter));
  const { first, count } = windowOf(total, rows, index, anchored(state.first.mypage, total, state.lengths.mypage));
  draft.first.mypage = first;
  draft.lengths.mypage = total;
  return { first, total, items: model.ordersFrom(first, count, filter).items };
};

const showEvents = (draft: Draft): Shown<EventLine> => {
  const { state, model } = draft;
  const rows = draft.rowsOf('events');
  if (rows === undefined) return NOTHING;
  const filter = eventFilterOf(state);
  const { total } = model.eventsFrom(0, 0, filter);
  const cursor = Math.max(0, Math.min(total - 1, anchored(state.cursor.events, total, state.lengths.events)));
  const { first, count } = windowOf(total, rows, cursor, anchored(state.first.events, total, state.lengths.events));
  draft.first.events = cursor === 0 ? 0 : first;
  draft.cursor.events = cursor;
  draft.lengths.events = total;
  return { first: draft.first.events, total, items: model.eventsFrom(draft.first.events, count, filter).items };
};

const showNotices = (draft: Draft, chosen: OrderLine | undefined): Shown<NoticeLine> => {
  const { state, model } = draft;
  const rows = draft.rowsOf('notices');
  if (rows === undefined) return NOTHING;
  const filter = { ...(chosen === undefined ? {} : { customer: chosen.customer }), ...(state.filters.notices === '' ? {} : { text: state.filters.notices }) };
  const { total } = model.noticesFrom(0, 0, filter);
  const first = Math.max(0, Math.min(anchored(state.first.notices, total, state.lengths.notices), total - rows));
  draft.first.notices = first;
  draft.lengths.notices = total;
  return { first, total, items: model.noticesFrom(first, rows, filter).items };
};

/** Lists that are read downwards: `first` counts from the end, and 0 shows the end. */
const fromEnd = (draft: Draft, pane: 'story' | 'steps', length: number): number => {
  const rows = draft.rowsOf(pane) ?? length;
  const back = Math.max(0, Math.min(anchored(draft.state.first[pane], length, draft.state.lengths[pane]), length - rows));
  draft.first[pane] = back;
  draft.lengths[pane] = length;
  return Math.max(0, length - rows - back);
};

const verdictsAfter = ({ state, session }: Pick<SceneNeeds, 'state' | 'session'>): ReadonlyMap<number, string> => {
  const { scenario } = session.model;
  if (session.player === undefined || scenario?.failure === undefined || state.verdicts.has(scenario.scenario)) return state.verdicts;
  return new Map([...state.verdicts, [scenario.scenario, scenario.failure.message]]);
};

const promptWithin = (prompt: Prompt | undefined, around: Parameters<typeof boundedFirst>[0]): Prompt | undefined => {
  if (prompt?.kind !== 'help' && prompt?.kind !== 'event') return prompt;
  const first = boundedFirst(around, prompt);
  return first === prompt.first ? prompt : { ...prompt, first };
};

/** The steps, without those that were left out because of a failure: they would push it out of sight, and the pane tells how many there are. */
const stepsOf = ({ steps }: TuiModel): readonly StepLine[] => (steps.some(({ failure }) => failure !== undefined) ? steps.filter(({ outcome }) => outcome !== 'skipped') : steps);

const NO_STORY: StoryText = { lines: [], isWhole: true };

/** The frame to draw now, with the state settled to what there is: nothing is scrolled to where nothing stands. */
export const sceneOf = ({ state, session, words, paint, isEnding, storyOf }: SceneNeeds): Scene => {
  const { model, player } = session;
  const hasSteps = hasStepsOf(session);
  const places = layoutOf({ ...state, hasSteps });
  const placeOf = (pane: PaneName): Place | undefined => places.find((place) => place.pane === pane);
  const draft: Draft = {
    state,
    model,
    rowsOf: (pane) => {
      const place = placeOf(pane);
      return place === undefined ? undefined : listRowsOf(pane, place.rows);
    },
    first: { ...state.first },
    cursor: { ...state.cursor },
    lengths: { ...state.lengths },
  };
  const chosen = chosenOrder(state, session);
  const orders = showOrders(draft, chosen);
  const events = showEvents(draft);
  const notices = showNotices(draft, chosen);
  const storyPlace = placeOf('story');
  const whole = storyPlace === undefined || chosen === undefined ? NO_STORY : storyOf(chosen.orderId, storyPlace.columns - 4);
  const storyFirst = fromEnd(draft, 'story', whole.lines.length);
  const story: StoryText = { ...whole, lines: whole.lines.slice(storyFirst, storyFirst + (draft.rowsOf('story') ?? 0)), total: whole.lines.length, first: storyFirst };
  const played = stepsOf(model);
  const stepsFirst = fromEnd(draft, 'steps', played.length);
  const steps = { first: stepsFirst, total: played.length, items: played.slice(stepsFirst, stepsFirst + (draft.rowsOf('steps') ?? 0)) };
  const { first, cursor, lengths } = draft;
  const prompt = promptWithin(state.prompt, { state, words, paint, model, player, hasSteps });
  const focus = state.focus === 'steps' && !hasSteps ? 'mypage' : state.focus;
  return {
    state: { ...state, prompt, focus, first, cursor, lengths, verdicts: verdictsAfter({ state, session }) },
    words, paint, isEnding, model, player, places, hasSteps, chosen, orders, events, notices, story, steps,
    title: session.title,
    nowMs: session.nowMs(),
    can: (kind) => session.can(kind),
  };
};
