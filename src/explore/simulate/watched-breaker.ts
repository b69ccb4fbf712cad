import type { Timers } from '../../kernel/clock.ts';
import type { Recorder } from '../../kernel/recording.ts';
import { breakerEntry, createBreaker, type Breaker } from '../../runtime/breaker/breaker.ts';
import type { Guard } from '../../runtime/breaker/guard.ts';
import { withModel } from './breaker-held.ts';
import { createBreakerRecord, type BreakerLook } from './breaker-record.ts';

/** The circuit breaker of a call to another context in one schedule, held to its rules. */
export interface WatchedBreaker {
  readonly guard: Guard;
  /** How many calls are under way, those that nobody waits for any more among them. */
  underWay(): number;
}

/** What a breaker works with. */
export interface WatchedBreakerOptions {
  /** The call that it stands around, and the context that makes it. */
  readonly call: { readonly name: string; readonly by: string };
  readonly timers: Timers;
  readonly recorder: Recorder;
  /** It has opened, or closed again. */
  readonly onSeen: (what: 'opened' | 'closed again') => void;
  /** Hears of all that it lets happen. */
  readonly judge: (look: BreakerLook) => void;
}

/** Through how many promises the end of a call comes to the breaker, at most. */
const TO_HEAR = 8;

const reactions = async (count: number): Promise<void> => {
  for (let reaction = 0; reaction < count; reaction += 1) await Promise.resolve();
};

/** Creates the breaker of a schedule; it costs nothing before the first call. */
export const createWatchedBreaker = ({ call: { name, by }, timers, recorder, onSeen, judge }: WatchedBreakerOptions): WatchedBreaker => {
  const record = createBreakerRecord();
  let breaker: Breaker | undefined;
  const make = (): Breaker =>
    createBreaker(
      {},
      {
        timers,
        onEvent: (event) => {
          recorder.record(breakerEntry(by, name, event));
          if (event.change === 'open') onSeen('opened');
          if (event.change === 'closed') onSeen('closed again');
          judge(record.heard(event));
        },
      },
    );
  const held = withModel(timers, (found) => {
    judge(record.differs(timers.now(), found));
  });
  return {
    guard: held((call) => {
      breaker ??= make();
      return breaker.guard(async (signal) => {
        judge(record.through(timers.now()));
        try {
          return await call(signal);
        } finally {
          record.ended();
          // The breaker hears of it by promises, before time may go on.
          void reactions(TO_HEAR).then(record.told);
        }
      });
    }),
    underWay: record.underWay,
  };
};
