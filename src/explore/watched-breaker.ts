import type { EpochMs, Timers } from '../kernel/clock.ts';
import type { Recorder } from '../kernel/recording.ts';
import { breakerEntry, createBreaker, type Breaker, type BreakerEvent } from '../runtime/breaker/breaker.ts';
import type { Guard } from '../runtime/breaker/guard.ts';
import type { Violation } from './always.ts';
import { withModel } from './breaker-held.ts';

/** Hystrix's rules with the seed's timeout, as the domain states them; told here once more, so that they are held to. Times in milliseconds. */
const TIMEOUT_MS = 500;
const WINDOW_MS = 10_000;
const VOLUME = 20;
const ERROR_SHARE = 0.5;
const SLEEP_MS = 5_000;
const CONCURRENCY = 10;

/** The circuit breaker of the look-up in one schedule, held to its rules. */
export interface WatchedBreaker {
  readonly guard: Guard;
  /** How many look-ups are under way, those that nobody waits for any more among them. */
  underWay(): number;
}

/** What a breaker works with. */
export interface WatchedBreakerOptions {
  readonly timers: Timers;
  readonly recorder: Recorder;
  /** It has opened, or closed again. */
  readonly onSeen: (what: 'opened' | 'closed again') => void;
  readonly report: (violation: Violation) => void;
}

/** Through how many promises the end of a call comes to the breaker, at most. */
const TO_HEAR = 8;

const reactions = async (count: number): Promise<void> => {
  for (let reaction = 0; reaction < count; reaction += 1) await Promise.resolve();
};

const RULE = 'The breaker keeps its rules.';

/** Holds each call that comes through, and each change of state, against the rules. */
const createRules = ({ report, onSeen, recorder }: WatchedBreakerOptions) => {
  const outcomes: { readonly at: EpochMs; readonly isError: boolean }[] = [];
  let openedAt: EpochMs | undefined;
  let probes = 0;
  let underWay = 0;
  let ending = 0;
  const broken = (found: string): void => {
    report({ invariant: RULE, found, subject: '' });
  };
  const opened = (at: EpochMs, why: string): void => {
    openedAt = at;
    probes = 0;
    onSeen('opened');
    if (why === 'probe failed') return;
    const counted = outcomes.filter((outcome) => outcome.at > at - WINDOW_MS && outcome.at <= at);
    const errors = counted.filter(({ isError }) => isError).length;
    if (counted.length < VOLUME) broken(`It opened after ${counted.length} calls in ${WINDOW_MS} ms.`);
    else if (errors < ERROR_SHARE * counted.length) broken(`It opened with ${errors} errors in ${counted.length} calls.`);
  };
  const hear = (event: BreakerEvent): void => {
    recorder.record(breakerEntry('front', 'order-lookup', event));
    const { change, detail } = event;
    if (change === 'open') opened(detail.at, detail.why);
    else if (change === 'closed') {
      openedAt = undefined;
      onSeen('closed again');
    } else if (change === 'success' || change === 'timeout' || change === 'upstream-error' || change === 'unreachable' || change === 'rejected') {
      outcomes.push({ at: detail.at, isError: change !== 'success' });
      if (change === 'rejected' && underWay + ending < CONCURRENCY) broken(`A look-up was rejected while ${underWay} were under way.`);
      if (detail.latencyMs > TIMEOUT_MS) broken(`A caller waited ${detail.latencyMs} ms.`);
    }
  };
  return {
    hear,
    /** A call comes through to the order's context. */
    through: (now: EpochMs): void => {
      underWay += 1;
      if (underWay > CONCURRENCY) broken(`${underWay} look-ups were under way at once.`);
      if (openedAt === undefined) return;
      probes += 1;
      if (now <= openedAt + SLEEP_MS) broken(`A look-up came through ${now - openedAt} ms after it had opened.`);
      else if (probes > 1) broken('A second look-up came through before the first had closed it.');
    },
    ended: (): void => {
      underWay -= 1;
      ending += 1;
      // The breaker hears of it by promises, before time may go on.
      void reactions(TO_HEAR).then(() => (ending -= 1));
    },
    underWay: () => underWay + ending,
  };
};

/** Creates the breaker of a schedule; it costs nothing before the first look-up. */
export const createWatchedBreaker = (options: WatchedBreakerOptions): WatchedBreaker => {
  const { timers } = options;
  const rules = createRules(options);
  let breaker: Breaker | undefined;
  const held = withModel(timers, (found) => options.report({ invariant: RULE, found, subject: '' }));
  return {
    guard: held((call) => {
      breaker ??= createBreaker({}, { timers, onEvent: rules.hear });
      return breaker.guard(async (signal) => {
        rules.through(timers.now());
        try {
          return await call(signal);
        } finally {
          rules.ended();
        }
      });
    }),
    underWay: rules.underWay,
  };
};
