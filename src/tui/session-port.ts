/**
 * What the screen needs of a session: a model to draw, actions to take, and, for a recording, a way through time. The
 * screen declares it; a live system (src/live/) and a recording (src/tui/history/) are the two sides that offer it.
 */
import type { ContextName, TuiModel } from './model/model.ts';

/** A step that a person takes on an order that exists. */
export const ORDER_VERBS = ['accept', 'reject', 'start', 'finish', 'pick', 'confirm', 'cancel', 'review', 'delete-review'] as const;
export type OrderVerb = (typeof ORDER_VERBS)[number];

/** An order as it is placed; `payment` says what the simulated provider answers, `price` is in won. */
export interface OrderForm {
  readonly customer: string;
  readonly store: string;
  readonly food: string;
  readonly price: number;
  readonly address: string;
  readonly payment: 'approve' | 'decline';
}

/** What a person may do. */
export type TuiAction =
  /** `count` orders alike; at most 1,000 at once. */
  | { readonly kind: 'place'; readonly form: OrderForm; readonly count: number }
  /**
   * One step on one or many orders. `rider` is who picks up (default: `rider-1`), `text` what a review says (default: a
   * friendly word). `delete-review` deletes the newest review that the order still has.
   */
  | { readonly kind: 'order'; readonly verb: OrderVerb; readonly orderIds: readonly string[]; readonly rider?: string; readonly text?: string }
  /** The load of the circuit-breaker test, against this very system; `users` and `durationMs` over what its file says. */
  | { readonly kind: 'load'; readonly change: 'start' | 'stop'; readonly users?: number; readonly durationMs?: number }
  | { readonly kind: 'slow-order-lookup'; readonly isOn: boolean }
  /** Strikes the next message of this type (of any type where absent) to the next context that gets it. */
  | { readonly kind: 'strike-next'; readonly fault: 'duplicate' | 'drop'; readonly type?: string }
  /** Keeps back every message of this type, or of any, until `release`. */
  | { readonly kind: 'hold'; readonly type?: string }
  /** Ends every fault of delivery that was set here, and delivers what they kept back. */
  | { readonly kind: 'release' }
  | { readonly kind: 'context'; readonly change: 'start' | 'stop' | 'crash'; readonly context: ContextName }
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
  | { readonly outcome: 'done'; readonly text: string; /** The orders or reviews that it made. */ readonly made: readonly string[] }
  /** Refused by the business: the sentence is the system's own (`요리가 시작되기 전에만 …`) or what it means in English, of the first refusal where there are many. */
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
  /** The model as it is now; another object after a recording was moved through. Ask anew for each frame. */
  readonly model: TuiModel;
  /** Grows with every change of anything that can be seen; compare it to know whether to draw. */
  readonly version: number;
  /** What is looked at, for the title: `embedded NATS · seed 42`, or the recording's file. */
  readonly title: string;
  /** Milliseconds on the model's clock now: ages are `nowMs() - order.placedAtMs`. In a recording, the moment shown. */
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
  /** To where something next happens to the order: a command, an event, Mypage's change, a fault; false, and no move, where nothing does. */
  nextOf(orderId: string): boolean;
  previousOf(orderId: string): boolean;
  play(): void;
  pause(): void;
  /** From 1/16 to 1,024. */
  setSpeed(speed: number): void;
}
