import type { Lang } from '../../reports/words.ts';
import type { ActResult, TuiAction, TuiSession } from '../session-port.ts';
import { focusOn } from './deeds.ts';
import type { KeyPress } from './keys.ts';
import type { Paint } from './paint.ts';
import { createPacer } from './pacer.ts';
import { press } from './press.ts';
import type { Scene } from './scene.ts';
import { sceneOf } from './set-scene.ts';
import { answer, openScreen, resize, say, type Request, type ScreenState } from './screen-state.ts';
import { storyText, type StoryText } from './story-text.ts';
import { shortenIds } from './thing-words.ts';
import { screenWordsOf } from './words.ts';

/** What a store needs of the world. */
export interface StoreNeeds {
  readonly session: TuiSession;
  readonly lang: Lang;
  readonly paint: Paint;
  readonly columns: number;
  readonly rows: number;
  /** Puts a frame on the screen, at once. */
  readonly draw: (scene: Scene) => void;
  /** Puts the whole frame on the screen, whatever is believed to be there. */
  readonly redraw: () => void;
  /** Gives the terminal to the shell until it is given back; false where there is no shell that would. */
  readonly suspend: () => boolean;
  readonly nowMs: () => number;
  readonly usedMs: () => number;
  readonly after: (ms: number, callback: () => void) => () => void;
  /** Asked to end while already ending: the second Ctrl-C. */
  readonly onImpatience: () => void;
}

/** The screen outside of React: its state, when it is drawn, and what its keys do to the session. */
export interface ScreenStore {
  readonly press: (key: KeyPress) => void;
  /** The terminal has another size; nothing is drawn yet. */
  readonly resize: (columns: number, rows: number) => void;
  /** Draws what there is, at once, whether or not it is believed to be on the screen. */
  readonly drawNow: () => void;
  readonly stop: () => void;
}

const SECOND_MS = 1000;
/** A story that took long to tell is told again only after so many times as long. */
const STORY_REST = 20;

interface ToldStory {
  readonly subject: string;
  readonly columns: number;
  readonly version: number;
  readonly text: StoryText;
  readonly costMs: number;
  readonly atMs: number;
}

/** A teller of stories that remembers the last one, so that a long story does not slow down the screen. */
const createStoryTeller = (
  { session, paint, nowMs }: StoreNeeds,
  words: Scene['words'],
): ((subject: string, columns: number) => StoryText) => {
  let last: ToldStory | undefined;
  return (subject, columns) => {
    const { model } = session;
    const now = nowMs();
    if (
      last?.subject === subject &&
      last.columns === columns &&
      (last.version === model.version || now - last.atMs < last.costMs * STORY_REST)
    )
      return last.text;
    const told = model.story(subject);
    const text =
      told === undefined
        ? { lines: [], isWhole: true }
        : storyText(told, { columns, words, paint, shorten: (long) => shortenIds(long, model) });
    last = { subject, columns, version: model.version, text, costMs: nowMs() - now, atMs: now };
    return text;
  };
};

/** The result with the lines of what was made, and the text as people call them. */
const withLines = (result: ActResult, model: TuiSession['model']): ActResult => {
  const text = shortenIds(result.text, model);
  return result.outcome === 'done'
    ? { ...result, text, made: result.made.map((subject) => model.lineAbout(subject)?.id ?? subject) }
    : { ...result, text };
};

type PlayerRequest = Extract<Request, { kind: 'player' }>;

/** Moves a recording; false where there is nothing to move to. */
const movePlayer = ({ player }: TuiSession, { does, subject, position, speed }: PlayerRequest): boolean => {
  if (player === undefined) return false;
  switch (does) {
    case 'play':
      if (player.isPlaying) player.pause();
      else {
        // At the end there is nothing to play: it begins anew.
        if (player.position >= player.length) player.seek(0);
        player.play();
      }
      return true;
    case 'backward':
    case 'forward':
      player.pause();
      player.seek(player.position + (does === 'forward' ? 1 : -1));
      return true;
    case 'first':
    case 'last':
      player.pause();
      player.seek(does === 'first' ? 0 : player.length);
      return true;
    case 'seek':
      player.pause();
      player.seek(position ?? player.position);
      return true;
    case 'slower':
    case 'faster':
      player.setSpeed(does === 'faster' ? player.speed * 2 : player.speed / 2);
      return true;
    case 'speed':
      player.setSpeed(speed ?? player.speed);
      return true;
    case 'next-of-line':
    case 'previous-of-line':
      player.pause();
      return subject !== undefined && (does === 'next-of-line' ? player.nextOf(subject) : player.previousOf(subject));
  }
};

/** Asks for a frame each second, until it is cancelled: ages grow while nothing happens. */
const everySecond = (after: StoreNeeds['after'], request: () => void): (() => void) => {
  const tick = (): void => {
    request();
    cancel = after(SECOND_MS, tick);
  };
  let cancel = after(SECOND_MS, tick);
  return () => cancel();
};

/** Opens a screen on a session. It draws whenever something that can be seen has changed, at most 16 times a second. */
export const createScreenStore = (needs: StoreNeeds): ScreenStore => {
  const { session, lang, paint, nowMs, after } = needs;
  const words = screenWordsOf(lang, session.system.screen);
  const storyOf = createStoryTeller(needs, words);
  let state = openScreen(needs.columns, needs.rows);
  let isEnding = false;
  let isTouched = false;
  let drawn: { readonly version: number; readonly state: ScreenState; readonly second: number; readonly isEnding: boolean } | undefined;
  const draw = (): void => {
    // Who came for a load and touched nothing came to see the breaker.
    if (!isTouched && session.player === undefined && session.model.load?.isRunning === true && state.focus === 'list')
      state = focusOn(state, 'breaker');
    const second = Math.floor(session.nowMs() / SECOND_MS);
    const { version } = session;
    if (drawn?.version === version && drawn.state === state && drawn.second === second && drawn.isEnding === isEnding) return;
    const scene = sceneOf({ state, session, words, paint, isEnding, storyOf });
    state = scene.state;
    drawn = { version, state, second, isEnding };
    needs.draw(scene);
  };
  const pacer = createPacer({ draw, nowMs, usedMs: needs.usedMs, after });
  const update = (next: ScreenState): void => {
    state = next;
    pacer.hurry();
  };
  const act = async (action: TuiAction): Promise<void> => {
    const result: ActResult = await session.act(action);
    update(answer(state, action, withLines(result, session.model)));
  };
  const quit = (isInterrupt: boolean): void => {
    if (isEnding) return needs.onImpatience();
    isEnding = true;
    update(say(state, 'busy', words.say.quitting));
    void session.act({ kind: 'quit', isInterrupt });
  };
  const serve = (request: Request): void => {
    switch (request.kind) {
      case 'act':
        void act(request.action);
        return;
      case 'player':
        if (!movePlayer(session, request)) update(say(state, 'plain', words.say.noMoreOfLine));
        pacer.hurry();
        return;
      case 'redraw':
        needs.redraw();
        return;
      case 'suspend':
        if (!needs.suspend()) update(say(state, 'bad', words.say.notHere));
        return;
      case 'quit':
        quit(request.isInterrupt);
    }
  };
  const unsubscribe = session.subscribe(pacer.request);
  const cancelTick = everySecond(after, pacer.request);
  return {
    press: (key) => {
      isTouched = true;
      const step = press(state, key, session, words);
      if (step.state !== state) update(step.state);
      for (const request of step.requests) serve(request);
    },
    resize: (columns, rows) => {
      state = resize(state, columns, rows);
    },
    drawNow: () => {
      drawn = undefined;
      pacer.now();
    },
    stop: () => {
      unsubscribe();
      cancelTick();
      pacer.stop();
    },
  };
};
