/** What the screen's specs look at: models made from recordings, and sessions that answer as told. */
import { createElement } from 'react';
import { renderToString } from 'ink';
import type { Entry } from '../src/kernel/recording.ts';
import type { Lang } from '../src/reports/words.ts';
import EXPLORED_FOOD from '../src/contexts/explored.ts';
import { FOOD_SCREEN, type OrderLine, type People } from '../src/contexts/panes/index.ts';
import { liveSystemOf } from '../src/live/live-system.ts';
import type { ScreenedSystem } from '../src/tui/definition.ts';
import { createModel, type FedModel } from '../src/tui/model/create-model.ts';
import type { LiveSample } from '../src/tui/model/model.ts';
import type { ActionKind, ActResult, RecordingPlayer, SessionEnd, TuiAction, TuiSession } from '../src/tui/session-port.ts';
import { pasted, type KeyPress } from '../src/tui/view/keys.ts';
import { paintOf } from '../src/tui/view/paint.ts';
import { press } from '../src/tui/view/press.ts';
import type { Scene } from '../src/tui/view/scene.ts';
import { sceneOf } from '../src/tui/view/set-scene.ts';
import { openScreen, type Request, type ScreenState } from '../src/tui/view/screen-state.ts';
import { Screen } from '../src/tui/view/screen.tsx';
import { shortenIds } from '../src/tui/view/thing-words.ts';
import { storyText } from '../src/tui/view/story-text.ts';
import { screenWordsOf } from '../src/tui/view/words.ts';

/** The food system, as a live session and its screen know it. */
export const FOOD_SHOWN = liveSystemOf(EXPLORED_FOOD, FOOD_SCREEN, true);

/** The same for the model, with what its lines hold. */
export const FOOD = FOOD_SHOWN.screened as unknown as ScreenedSystem<OrderLine, People>;

/** A model of the food system, which may be looked at for orders and people. */
export type FoodModel = FedModel<OrderLine, People>;

/** A model of these entries. */
export const modelOf = (entries: Iterable<Entry>): FoodModel => {
  const model = createModel(FOOD);
  for (const entry of entries) model.feed(entry);
  return model;
};

/** A live sample with nothing special about it. */
export const CALM: LiveSample = { contexts: {}, faults: [], held: 0, areDeliveriesPaused: false, scenario: 'none' };

/** A session that only remembers what it was asked, and answers with what `answer` says. */
export interface FakeSession extends TuiSession {
  readonly acted: TuiAction[];
  /** Tells listeners that something changed. */
  readonly change: () => void;
  readonly end: (end: SessionEnd) => void;
}

/** How a fake session behaves. */
export interface FakeOptions {
  readonly model?: FedModel | FoodModel;
  /** Default: the food system. */
  readonly system?: ScreenedSystem;
  readonly can?: (kind: ActionKind) => boolean;
  readonly answer?: (action: TuiAction) => ActResult;
  readonly player?: RecordingPlayer;
  readonly nowMs?: () => number;
}

/** A fake session. */
export const fakeSession = (options: FakeOptions = {}): FakeSession => {
  const {
    system = FOOD_SHOWN.screened,
    model = createModel(FOOD),
    can = () => true,
    answer = () => ({ outcome: 'done', text: 'done', made: [] }),
    player,
    nowMs = () => model.atMs,
  } = options;
  const acted: TuiAction[] = [];
  const listeners = new Set<() => void>();
  let version = 1;
  let end: (end: SessionEnd) => void = () => undefined;
  const ended = new Promise<SessionEnd>((resolve) => {
    end = resolve;
  });
  return {
    system,
    model: model,
    get version() {
      return version;
    },
    title: 'memory · seed 7',
    nowMs,
    can,
    act: async (action) => {
      acted.push(action);
      if (action.kind === 'quit') end({ exitCode: 0, summary: [] });
      return answer(action);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    ...(player === undefined ? {} : { player }),
    ended,
    acted,
    change: () => {
      version += 1;
      for (const listener of listeners) listener();
    },
    end,
  };
};

/** A player that stands where it is told. */
export const fakePlayer = (over: Partial<RecordingPlayer> = {}): RecordingPlayer => ({
  position: 10,
  length: 40,
  positionMs: 1234,
  lengthMs: 5000,
  isPlaying: false,
  speed: 1,
  seek: () => undefined,
  seekMs: () => undefined,
  nextOf: () => false,
  previousOf: () => false,
  play: () => undefined,
  pause: () => undefined,
  setSpeed: () => undefined,
  ...over,
});

/** The text that a key types, as the screen hears it. */
const typedBy = (key: string): string => (key === 'space' ? ' ' : [...key].length === 1 ? key : '');

/** A screen without a terminal: keys in, frames out. */
export interface Desk {
  readonly state: () => ScreenState;
  /** Presses keys by name, one after the other; returns what they asked for. */
  readonly press: (...keys: string[]) => readonly Request[];
  /** Pastes a text; returns what that asked for. */
  readonly paste: (text: string) => readonly Request[];
  readonly scene: () => Scene;
  /** The frame, line by line. */
  readonly frame: () => readonly string[];
}

/** What a desk stands on. */
export interface DeskOptions {
  readonly session: TuiSession;
  readonly lang?: Lang;
  readonly columns?: number;
  readonly rows?: number;
  readonly hasColor?: boolean;
  readonly isEnding?: boolean;
}

/** Opens a screen without a terminal. */
export const openDesk = ({ session, lang = 'en', columns = 80, rows = 24, hasColor = false, isEnding = false }: DeskOptions): Desk => {
  const words = screenWordsOf(lang, session.system.screen);
  const paint = paintOf(hasColor);
  const storyOf = (subject: string, wide: number) => {
    const told = session.model.story(subject);
    return told === undefined
      ? { lines: [], isWhole: true }
      : storyText(told, { columns: wide, words, paint, shorten: (text) => shortenIds(text, session.model) });
  };
  let state = openScreen(columns, rows);
  const scene = (): Scene => {
    const made = sceneOf({ state, session, words, paint, isEnding, storyOf });
    ({ state } = made);
    return made;
  };
  const hear = (key: KeyPress): readonly Request[] => {
    scene();
    const step = press(state, key, session, words);
    ({ state } = step);
    return step.requests;
  };
  return {
    state: () => state,
    press: (...keys) => keys.flatMap((key) => hear({ key, typed: typedBy(key) })),
    paste: (text) => hear(pasted(text)),
    scene,
    frame: () => renderToString(createElement(Screen, { scene: scene() }), { columns }).split('\n'),
  };
};

/** A painted text without its paint. */
export const unpainted = (text: string): string => text.replace(/\u001b\[[\d;]*m/g, '');
