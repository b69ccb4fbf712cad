/**
 * What the screen needs of a session: a model to draw, actions to take, and, for a recording, a way through time. The
 * screen declares it; a live system (src/live/) and a recording (src/tui/history/) are the two sides that offer it.
 */
import type { ScreenedSystem } from './definition.ts';
import type { Row, TuiModel } from './model/model.ts';

/** What a person may do. */
export type TuiAction =
  /** What a verb makes, `count` times alike; at most 1,000 at once. `body` has the parameters of the path as well. */
  | { readonly kind: 'make'; readonly verb: string; readonly body: Row; readonly count: number }
  /** A verb on one or many lines of the list. */
  | { readonly kind: 'ask'; readonly verb: string; readonly ids: readonly string[]; readonly body?: Row }
  /** The load that the system has, against this very system; `users` and `durationMs` over what its file says. */
  | { readonly kind: 'load'; readonly change: 'start' | 'stop'; readonly users?: number; readonly durationMs?: number }
  /** Slows down calls between contexts. */
  | { readonly kind: 'slow-calls'; readonly isOn: boolean }
  /** Strikes the next message of this type (of any type where absent) to the next context that gets it. */
  | { readonly kind: 'strike-next'; readonly fault: 'duplicate' | 'drop'; readonly type?: string }
  /** Keeps back every message of this type, or of any, until `release`. */
  | { readonly kind: 'hold'; readonly type?: string }
  /** Ends every fault of delivery that was set here, and delivers what they kept back. */
  | { readonly kind: 'release' }
  | { readonly kind: 'context'; readonly change: 'start' | 'stop' | 'crash'; readonly context: string }
  /** Deliveries to all contexts: kept back, let go one by one in the order of the stream, all let go. */
  | { readonly kind: 'deliveries'; readonly change: 'pause' | 'step' | 'resume' }
  /** The scenario being played: waits before its next step, takes one step, goes on by itself. */
  | { readonly kind: 'scenario'; readonly change: 'pause' | 'step' | 'resume' }
  /**
   * Ends the session; `ended` of the session resolves when all is stopped. What is still being played is interrupted (exit
   * code 130), and everything is where `isInterrupt` says so, as Ctrl-C does.
   */
  | { readonly kind: 'quit'; readonly isInterrupt?: boolean };

/** The kinds of actions, for keys that are shown only where they do something. */
export type ActionKind = TuiAction['kind'];

/** What became of an action; `text` is one line for people, in the session's language. */
export type ActResult =
  | {
      readonly outcome: 'done';
      readonly text: string;
      /** What it made: what events about that are about. */ readonly made: readonly string[];
    }
  /**
   * Refused by the business: the sentence is the system's own (`요리가 시작되기 전에만 …`) or what it means in English, of the first
   * refusal where there are many.
   */
  | { readonly outcome: 'refused'; readonly code: string; readonly status: number; readonly text: string }
  /** Can't be done here or now: a recording, no load to stop, a context that is down already. */
  | { readonly outcome: 'impossible'; readonly text: string };

/** How the session ended; the screen closes when it does. */
export interface SessionEnd {
  /** As in the table of exit codes. */
  readonly exitCode: number;
  /** Left behind in the scrollback, in the session's language. */
  readonly summary: readonly string[];
}

/** What a screen shows and works on. */
export interface TuiSession {
  readonly system: ScreenedSystem;
  /** The model as it is now; another object after a recording was moved through. Ask anew for each frame. */
  readonly model: TuiModel;
  /** Grows with every change of anything that can be seen; compare it to know whether to draw. */
  readonly version: number;
  /** What is looked at, for the title: `embedded NATS · seed 42`, or the recording's file. */
  readonly title: string;
  /** Milliseconds on the model's clock now: ages are `nowMs() - line.beganAtMs`. In a recording, the moment shown. */
  nowMs(): number;
  /** Whether an action of this kind can do anything here and now. */
  can(kind: ActionKind): boolean;
  /** Never throws. */
  act(action: TuiAction): Promise<ActResult>;
  /** Calls `listener`, which must be cheap, on every change; returns how to stop it. */
  subscribe(listener: () => void): () => void;
  /** The way through a recording; absent in a live session. */
  readonly player?: RecordingPlayer;
  /** Settles when the session is over and all is stopped: after `quit`, when interrupted, or when what it runs on broke. */
  readonly ended: Promise<SessionEnd>;
}

/** A recording being looked at. Entries are counted from 1; position 0 is before the first. */
export interface RecordingPlayer {
  /** Entries shown so far, 0 to {@link length}. */
  readonly position: number;
  readonly length: number;
  /** Milliseconds on the recording's own time line, and where it ends. */
  readonly positionMs: number;
  readonly lengthMs: number;
  readonly isPlaying: boolean;
  /** Recorded milliseconds in one real one: 1 is as it was. */
  readonly speed: number;
  /** Shows the first `position` entries; out of range is cut to range. */
  seek(position: number): void;
  /** Shows all that had happened by then. */
  seekMs(atMs: number): void;
  /**
   * To where something next happens to the subject: a command, an event, a change that shows, a fault; false, and no move,
   * where nothing does.
   */
  nextOf(subject: string): boolean;
  previousOf(subject: string): boolean;
  play(): void;
  pause(): void;
  /** From 1/16 to 1,024. */
  setSpeed(speed: number): void;
}
