import { EXIT } from '../../kernel/exit-codes.ts';
import type { Entry } from '../../kernel/recording.ts';
import type { ScreenedSystem } from '../definition.ts';
import type { ActResult, RecordingPlayer, SessionEnd, TuiSession } from '../session-port.ts';
import { createHistory, type History } from './history.ts';

/** What a recording is opened with. */
export interface RecordingOptions {
  /** Whose recording it is. */
  readonly system: ScreenedSystem;
  readonly entries: readonly Entry[];
  readonly title: string;
  readonly lang: 'ko' | 'en';
  /** Ends the session from outside. */
  readonly signal: AbortSignal;
}

const ONLY_LOOK = { en: 'this is a recording: it can be looked at, not changed', ko: '기록은 볼 수만 있습니다' } as const;
const LEAVING = { en: 'closing', ko: '닫습니다' } as const;

/** How often a recording that plays moves on, in milliseconds: as often as a screen is drawn at most. */
const TICK_MS = 62;

const createPlayer = (history: History, changed: () => void) => {
  let position = 0;
  /** The moment shown: while playing it runs between entries too. */
  let atMs = 0;
  let speed = 1;
  let model = history.modelAt(0);
  let timer: NodeJS.Timeout | undefined;
  let tickedAt = 0;

  const show = (to: number, momentMs: number | undefined): void => {
    const wanted = Math.min(Math.max(0, Math.trunc(to)), history.length);
    if (wanted !== position) model = history.modelAt(wanted);
    position = wanted;
    atMs = momentMs ?? history.timeOf(position);
    changed();
  };
  const pause = (): void => {
    clearInterval(timer);
    timer = undefined;
    changed();
  };
  const tick = (): void => {
    const now = performance.now();
    const next = Math.min(history.lengthMs, atMs + (now - tickedAt) * speed);
    tickedAt = now;
    show(history.positionAt(next), next);
    if (position === history.length) pause();
  };
  const turnTo = (to: number | undefined): boolean => {
    if (to === undefined) return false;
    show(to, undefined);
    return true;
  };
  const player: RecordingPlayer = {
    get position() {
      return position;
    },
    length: history.length,
    get positionMs() {
      return atMs;
    },
    lengthMs: history.lengthMs,
    get isPlaying() {
      return timer !== undefined;
    },
    get speed() {
      return speed;
    },
    seek: (to) => show(to, undefined),
    seekMs: (to) => {
      const moment = Math.min(Math.max(0, to), history.lengthMs);
      show(history.positionAt(moment), moment);
    },
    nextOf: (subject) => turnTo(history.points.next(subject, position)),
    previousOf: (subject) => turnTo(history.points.previous(subject, position)),
    play: () => {
      if (timer !== undefined) return;
      // At its end, it begins anew.
      if (position === history.length) show(0, undefined);
      tickedAt = performance.now();
      timer = setInterval(tick, TICK_MS);
      changed();
    },
    pause,
    setSpeed: (to) => {
      speed = Math.min(1024, Math.max(1 / 16, to));
      changed();
    },
  };
  return { player, model: () => model, stop: () => clearInterval(timer) };
};

/** Opens a recording: looked at as a live session is, and nothing can be done to it. It begins at its end, where the outcome is. */
export const openRecording = ({ system, entries, title, lang, signal }: RecordingOptions): TuiSession => {
  const listeners = new Set<() => void>();
  let version = 0;
  const changed = (): void => {
    version += 1;
    for (const listener of listeners) listener();
  };
  const history = createHistory(entries, system);
  const { player, model, stop } = createPlayer(history, changed);
  player.seek(history.length);
  let settle: (end: SessionEnd) => void = () => undefined;
  const ended = new Promise<SessionEnd>((resolve) => {
    settle = resolve;
  });
  const end = (exitCode: number): void => {
    stop();
    settle({ exitCode, summary: [] });
  };
  const interrupt = (): void => end(EXIT.interrupted);
  if (signal.aborted) interrupt();
  signal.addEventListener('abort', interrupt, { once: true });
  return {
    system,
    get model() {
      return model();
    },
    get version() {
      return version;
    },
    title,
    nowMs: () => player.positionMs,
    can: (kind) => kind === 'quit',
    act: (action): Promise<ActResult> => {
      if (action.kind !== 'quit') return Promise.resolve({ outcome: 'impossible', text: ONLY_LOOK[lang] });
      end(action.isInterrupt === true ? EXIT.interrupted : 0);
      return Promise.resolve({ outcome: 'done', text: LEAVING[lang], made: [] });
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    player,
    ended,
  };
};
