/** What comes after a long silence: the past, once more; and what must be remembered of it by then, and what forgotten. */
import { counted } from '../../kernel/counted.ts';
import type { Reads } from '../../runtime/tables/tables.ts';
import { inboxTable } from '../../runtime/actor/ledger.ts';
import { repliesTable } from '../../runtime/actor/replies.ts';
import type { Violation } from './invariant.ts';
import { PROMISES } from './promises.ts';
import type { Decisions } from './decisions.ts';
import type { FaultHappened } from './fault-happened.ts';
import type { People } from './people.ts';
import type { Silence } from '../schedule/plan.ts';
import type { SimulatedBus } from './bus.ts';
import type { SimulatedTime } from './time.ts';

const HOUR_MS = 3_600_000;
/** How long events that were taken in, and the answers to requests, are remembered, as the runtime promises; told here once more. */
const MEMORY_MS = { messages: 7 * 24 * HOUR_MS, requests: 24 * HOUR_MS };
/** Contexts are started anew before the past comes again, so that they tidy up; and again rarely more often than once an hour. */
const RESTART_BEFORE_MS = 2 * HOUR_MS;
const SLACK_MS = HOUR_MS;
const SHARE = 0.4;
const SPREAD_MS = 20;

/** What a silence works with. */
export interface SilenceOptions {
  readonly silence: Silence;
  readonly time: SimulatedTime;
  readonly bus: SimulatedBus;
  readonly people: Pick<People, 'granted' | 'again'>;
  readonly decisions: Decisions;
  readonly nameOf: (place: number) => string;
  readonly consumers: readonly string[];
  readonly restart: () => void;
  readonly onFault: (fault: FaultHappened) => void;
}

/** Sets what happens after the silence; call it once everything rests. */
export const setSilence = ({
  silence: { forMs },
  time,
  bus,
  people,
  decisions,
  nameOf,
  consumers,
  restart,
  onFault,
}: SilenceOptions): void => {
  const comesAgain = (name: string): number =>
    decisions.decide(
      () => name,
      (random) => (random.next() < SHARE ? 1 + random.below(SPREAD_MS) : 0),
    );
  const messages = (): void => {
    const { length } = bus.stream;
    for (const consumer of consumers) {
      for (let place = 0; place < length; place += 1) {
        const to = `${nameOf(place)} to ${consumer}`;
        const delayMs = comesAgain(`late duplicate ${to}`);
        if (delayMs > 0 && bus.again(consumer, place, delayMs))
          onFault({ fault: 'late duplicate', to, detail: { message: to, afterMs: forMs } });
      }
    }
  };
  const requests = (): void => {
    for (const { index, name } of people.granted()) {
      const delayMs = comesAgain(`late request ${index} ${name}`);
      if (delayMs === 0) continue;
      onFault({ fault: 'late request', to: name, detail: { request: name, afterMs: forMs } });
      time.timers.after(delayMs, () => people.again(index));
    }
  };
  time.awaited(Math.max(forMs / 2, forMs - RESTART_BEFORE_MS), restart);
  time.awaited(forMs, () => {
    // Later than that, an event may have its effect again, and a request is a new one.
    if (forMs < MEMORY_MS.messages) messages();
    if (forMs < MEMORY_MS.requests) requests();
  });
};

/** What is still remembered after a silence that was longer than anything is remembered. */
export const checkForgotten = (
  { forMs }: Silence,
  nowMs: number,
  contexts: readonly { readonly name: string; readonly read: Reads }[],
): readonly Violation[] => {
  const found: Violation[] = [];
  const isOver = (memoryMs: number): boolean => forMs - RESTART_BEFORE_MS > memoryMs + SLACK_MS;
  const hold = (name: string, what: string, times: readonly number[], memoryMs: number): void => {
    const old = isOver(memoryMs) ? times.filter((at) => at < nowMs - memoryMs - RESTART_BEFORE_MS - SLACK_MS).length : 0;
    if (old > 0)
      found.push({
        invariant: PROMISES.forgets,
        found: `${name} still keeps ${old} ${what} after ${counted(Math.round(forMs / HOUR_MS), 'hour')}.`,
        subject: '',
      });
  };
  for (const { name, read } of contexts) {
    hold(
      name,
      'events that it took in',
      read.select(inboxTable).map(({ handledAt }) => handledAt),
      MEMORY_MS.messages,
    );
    hold(
      name,
      'answers',
      read.select(repliesTable).map(({ at }) => at),
      MEMORY_MS.requests,
    );
  }
  return found;
};
