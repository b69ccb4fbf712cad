import type { AsidePane } from '../definition.ts';
import type { EventLine, StepLine, Thing, TuiModel } from '../model/model.ts';
import type { TuiSession } from '../session-port.ts';
import { chosenLine, extraPanesOf } from './deeds.ts';
import { layoutOf, listRowsOf, panesOf, type PaneName, type Place } from './layout.ts';
import { boundedFirst } from './page-text.ts';
import type { Paint } from './paint.ts';
import type { Scene, Shown } from './scene.ts';
import { eventFilterOf, lineFilterOf, type Prompt, type ScreenState } from './screen-state.ts';
import type { StoryText } from './story-text.ts';
import { windowOf } from './window.ts';
import type { ScreenWords } from './screen-words.ts';

const NOTHING: Shown<never> = { first: 0, total: 0, items: [] };

/** What is read stays where it is while new things come above it; who stands at the newest follows. */
const anchored = (first: number, length: number, before: number | undefined): number =>
  first > 0 && before !== undefined ? first + Math.max(0, length - before) : first;

/** What a scene is made from. */
export interface SceneNeeds {
  readonly state: ScreenState;
  readonly session: Pick<TuiSession, 'system' | 'model' | 'player' | 'can' | 'title' | 'nowMs'>;
  readonly words: ScreenWords;
  readonly paint: Paint;
  readonly isEnding: boolean;
  /** The story of a subject as lines of so many columns. */
  readonly storyOf: (subject: string, columns: number) => StoryText;
}

interface Draft {
  readonly state: ScreenState;
  readonly model: TuiModel;
  readonly rowsOf: (pane: PaneName) => number | undefined;
  first: Record<PaneName, number>;
  cursor: { events: number; contexts: number };
  lengths: Partial<Record<PaneName, number>>;
}

const showLines = (draft: Draft, chosen: Thing | undefined): Shown<Thing> => {
  const { state, model } = draft;
  const rows = draft.rowsOf('list');
  if (rows === undefined) return NOTHING;
  const filter = lineFilterOf(state);
  const { total } = model.linesFrom(0, 0, filter);
  const index = chosen === undefined ? 0 : Math.max(0, model.indexOfLine(chosen.id, filter));
  const { first, count } = windowOf(total, rows, index, anchored(state.first.list, total, state.lengths.list));
  draft.first.list = first;
  draft.lengths.list = total;
  return { first, total, items: model.linesFrom(first, count, filter).items };
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

const showBeside = (draft: Draft, chosen: Thing | undefined, { items }: AsidePane<Thing, unknown>): Shown<unknown> => {
  const { state, model } = draft;
  const rows = draft.rowsOf('aside');
  if (rows === undefined) return NOTHING;
  const { total } = items(model, chosen, state.filters.aside, 0, 0);
  const first = Math.max(0, Math.min(anchored(state.first.aside, total, state.lengths.aside), total - rows));
  draft.first.aside = first;
  draft.lengths.aside = total;
  return { first, total, items: items(model, chosen, state.filters.aside, first, rows).items };
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

/**
 * The steps, without those that were left out because of a failure: they would push it out of sight, and the pane tells
 * how many there are.
 */
const stepsOf = ({ steps }: TuiModel): readonly StepLine[] =>
  steps.some(({ failure }) => failure !== undefined) ? steps.filter(({ outcome }) => outcome !== 'skipped') : steps;

const NO_STORY: StoryText = { lines: [], isWhole: true };

/** The frame to draw now, with the state settled to what there is: nothing is scrolled to where nothing stands. */
export const sceneOf = ({ state, session, words, paint, isEnding, storyOf }: SceneNeeds): Scene => {
  const { model, player, system } = session;
  const extra = extraPanesOf(session);
  const panes = panesOf(extra);
  const places = layoutOf({ ...state, ...extra });
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
  const chosen = chosenLine(state, session);
  const lines = showLines(draft, chosen);
  const events = showEvents(draft);
  const beside = showBeside(draft, chosen, system.screen.aside);
  const storyPlace = placeOf('story');
  const whole = storyPlace === undefined || chosen === undefined ? NO_STORY : storyOf(chosen.subject, storyPlace.columns - 4);
  const storyFirst = fromEnd(draft, 'story', whole.lines.length);
  const story: StoryText = {
    ...whole,
    lines: whole.lines.slice(storyFirst, storyFirst + (draft.rowsOf('story') ?? 0)),
    total: whole.lines.length,
    first: storyFirst,
  };
  const played = stepsOf(model);
  const stepsFirst = fromEnd(draft, 'steps', played.length);
  const steps = { first: stepsFirst, total: played.length, items: played.slice(stepsFirst, stepsFirst + (draft.rowsOf('steps') ?? 0)) };
  const { first, cursor, lengths } = draft;
  const prompt = promptWithin(state.prompt, { state, words, paint, model, player, system, panes });
  const focus = panes.includes(state.focus) ? state.focus : 'list';
  return {
    state: { ...state, prompt, focus, first, cursor, lengths, verdicts: verdictsAfter({ state, session }) },
    system,
    words,
    paint,
    isEnding,
    model,
    player,
    places,
    panes,
    chosen,
    lines,
    events,
    beside,
    story,
    steps,
    marked: state.marked,
    title: session.title,
    nowMs: session.nowMs(),
    can: (kind) => session.can(kind),
  };
};
