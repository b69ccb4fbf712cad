/** Sends notices through whatever reaches the customer, until each was taken or given up. */
import type { Cancel, EpochMs, Timers } from '../../kernel/clock.ts';
import { traceIdOf } from '../../kernel/envelope.ts';
import { messageOf } from '../../kernel/errors.ts';
import type { Random } from '../../kernel/random.ts';
import type { Actor } from '../../runtime/actor/actor-port.ts';
import { pauseAfter, type RetryPolicy } from '../../runtime/actor/backoff.ts';
import type { Scope } from '../../runtime/actor/context.ts';
import type { NoticeType } from './contract.ts';
import { confirmSent, recordFailure, type Notice, type NoticeEvent } from './notice.ts';
import { changeNotice } from './change-notice.ts';
import { countUnsent, nextUnsent, type NoticeRow } from './store.ts';

/** A notice as its receiver gets it. */
export interface NoticeToSend {
  /** The idempotency key: the same for each attempt, also after a restart. */
  readonly id: string;
  readonly type: NoticeType;
  readonly orderId: string;
  readonly customerId: string;
  readonly text: string;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly correlationId: string;
  readonly traceparent: string;
  /** 1 for the first attempt, then 2 … */
  readonly attempt: number;
}

/** What becomes of notices, for the log. */
export type NoticeHappening =
  | { readonly kind: 'sent'; readonly notice: NoticeToSend }
  | { readonly kind: 'put-off'; readonly notice: NoticeToSend; readonly error: string; readonly delayMs: number }
  | { readonly kind: 'given-up'; readonly notice: NoticeToSend; readonly error: string }
  /** The notices could not be read, or an outcome not be kept: the database is in trouble, or the context is down. */
  | { readonly kind: 'trouble'; readonly error: unknown };

/** What a sender works with. */
export interface NoticeSenderOptions {
  /** The notification context at work. */
  readonly actor: Pick<Actor, 'read' | 'execute'>;
  /** Hands one notice over; resolves when it was taken, and stops when the signal aborts. */
  readonly send: (notice: NoticeToSend, signal: AbortSignal) => Promise<void>;
  readonly timers: Timers;
  /** Draws the pauses between attempts. */
  readonly random: Random;
  readonly report?: (happening: NoticeHappening) => void;
  /** The most notices on their way at once; default 4. */
  readonly concurrency?: number;
  /** How long one attempt may take; default 5,000. */
  readonly timeoutMs?: number;
  /** Default: eight attempts, after pauses from 200 ms to 30 s. */
  readonly retry?: RetryPolicy;
}

/** Sends notices in the background. */
export interface NoticeSender {
  /** Begins to send; first what an earlier life left unsent. */
  start(): void;
  /** Says that a notice was written. Looks for it a moment later, when its transaction is over. */
  wake(): void;
  /** Notices written and neither sent nor given up. */
  unsent(): number;
  /** Stops; resolves when no attempt runs. An attempt cut short does not count, and is made again with the same key. */
  stop(): Promise<void>;
}

const DEFAULT_RETRY: RetryPolicy = { firstDelayMs: 200, maxDelayMs: 30_000, maxAttempts: 8 };

/** How long to leave a database alone that could not be read or written, in milliseconds. */
const TROUBLE_PAUSE_MS = 1_000;

const toSend = (row: NoticeRow): NoticeToSend => ({
  id: row.id,
  type: row.type,
  orderId: row.orderId,
  customerId: row.customerId,
  text: row.text,
  createdAt: row.createdAt,
  correlationId: row.correlationId,
  traceparent: row.traceparent,
  attempt: row.attempts + 1,
});

/** Decides on a notice in a transaction of the context; the request that caused the notice is the cause of this too. */
const decideOn = (
  actor: NoticeSenderOptions['actor'],
  notice: NoticeToSend,
  decide: (notice: Notice, now: EpochMs) => NoticeEvent[],
): void => {
  const cause = { causationId: notice.id, correlationId: notice.correlationId, traceId: traceIdOf(notice.traceparent) ?? '' };
  actor.execute(cause, (scope: Scope) => {
    changeNotice(scope, notice.id, (state) => decide(state, scope.now));
  });
};

/** Calls `send`, at most for `timeoutMs`; `stopped` ends it early. Resolves to why it failed, or undefined. */
const attemptWithin = (
  { send, timers, timeoutMs }: Required<Pick<NoticeSenderOptions, 'send' | 'timers' | 'timeoutMs'>>,
  notice: NoticeToSend,
  abort: AbortController,
): Promise<unknown> =>
  new Promise((resolve) => {
    const cancel = timers.after(timeoutMs, () => {
      abort.abort(new Error(`no answer within ${timeoutMs} ms`));
    });
    const settle = (failure: unknown): void => {
      cancel();
      resolve(failure);
    };
    abort.signal.addEventListener('abort', () => settle(abort.signal.reason));
    // A `send` that throws before it returns a promise fails like any other.
    new Promise<void>((taken) => {
      taken(send(notice, abort.signal));
    }).then(
      () => settle(undefined),
      (error: unknown) => settle(error ?? new Error('the receiver did not take it')),
    );
  });

/** Makes a sender; nothing is sent before `start`. */
export const createNoticeSender = (options: NoticeSenderOptions): NoticeSender => {
  const { actor, send, timers, random, report = () => undefined, concurrency = 4, timeoutMs = 5_000, retry = DEFAULT_RETRY } = options;
  const inFlight = new Map<string, { readonly abort: AbortController; readonly done: Promise<void> }>();
  let isOn = false;
  let alarm: { readonly at: EpochMs; readonly cancel: Cancel } | undefined;

  /** Never puts an earlier alarm off: notices that keep coming must not keep the sender asleep. */
  const wakeIn = (delayMs: number): void => {
    const at = timers.now() + delayMs;
    if (!isOn || (alarm !== undefined && alarm.at <= at)) return;
    alarm?.cancel();
    const cancel = timers.after(delayMs, () => {
      alarm = undefined;
      sendDue();
    });
    alarm = { at, cancel };
  };

  const keepOutcome = (notice: NoticeToSend, failure: unknown): void => {
    if (failure === undefined) {
      decideOn(actor, notice, (state, now) => confirmSent(state, { now }));
      report({ kind: 'sent', notice });
      return;
    }
    const error = messageOf(failure);
    const isLast = notice.attempt >= retry.maxAttempts;
    const delayMs = pauseAfter(notice.attempt, retry, random);
    decideOn(actor, notice, (state, now) => recordFailure(state, { error, nextAttemptAt: isLast ? null : now + delayMs, now }));
    report(isLast ? { kind: 'given-up', notice, error } : { kind: 'put-off', notice, error, delayMs });
  };

  const sendOne = async (notice: NoticeToSend, abort: AbortController): Promise<void> => {
    const failure = await attemptWithin({ send, timers, timeoutMs }, notice, abort);
    inFlight.delete(notice.id);
    // Stopped meanwhile: a failure may be the stop's own doing, so only a success is worth keeping.
    if (!isOn && failure !== undefined) return;
    try {
      keepOutcome(notice, failure);
      wakeIn(0);
    } catch (error) {
      report({ kind: 'trouble', error });
      wakeIn(TROUBLE_PAUSE_MS);
    }
  };

  const sendDue = (): void => {
    let rows: NoticeRow[];
    try {
      // What is in flight is still unsent in the database and due before the rest, so it has to be looked past.
      rows = nextUnsent(actor.read, concurrency + inFlight.size + 1).filter((row) => !inFlight.has(row.id));
    } catch (error) {
      report({ kind: 'trouble', error });
      wakeIn(TROUBLE_PAUSE_MS);
      return;
    }
    for (const row of rows) {
      if (inFlight.size >= concurrency) return;
      const waitMs = (row.nextAttemptAt ?? 0) - timers.now();
      if (waitMs > 0) {
        wakeIn(waitMs);
        return;
      }
      const abort = new AbortController();
      const entry = { abort, done: Promise.resolve() };
      inFlight.set(row.id, entry);
      entry.done = sendOne(toSend(row), abort);
    }
  };

  return {
    start: () => {
      isOn = true;
      wakeIn(0);
    },
    wake: () => wakeIn(0),
    unsent: () => countUnsent(actor.read),
    stop: async () => {
      isOn = false;
      alarm?.cancel();
      alarm = undefined;
      const running = [...inFlight.values()];
      for (const { abort } of running) abort.abort(new Error('the sender was stopped'));
      await Promise.all(running.map(({ done }) => done));
    },
  };
};
