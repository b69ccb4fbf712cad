/** Contexts that are stopped or killed, and come back. */
import { counted } from '../../kernel/counted.ts';
import type { Actor } from '../../runtime/actor/actor-port.ts';
import { outboxTable } from '../../runtime/actor/ledger.ts';
import type { Violation } from './invariant.ts';
import { PROMISES } from './promises.ts';
import type { FaultHappened } from './fault-happened.ts';
import type { Outage } from '../schedule/plan.ts';

/** What outages work with. */
export interface OutagesOptions {
  readonly actorOf: (context: string) => Actor;
  readonly after: (delayMs: number, wake: () => void) => unknown;
  /** Brings a context back. */
  readonly start: (context: string) => void;
  /** The contexts that are down. */
  readonly down: Set<string>;
  /** How often a crash or the bus kept something from being published so far. */
  readonly troubles: () => number;
  readonly onFault: (fault: FaultHappened) => void;
  readonly report: (violation: Violation) => void;
}

/** The outages of a schedule. */
export interface Outages {
  /** Sets outages, their times counted from now. */
  set(outages: readonly Outage[]): void;
  /** Whether a context is just stopping, which takes as long as its last events take. */
  isStopping(): boolean;
}

/** Creates the outages of a schedule; a context that was stopped is held to what a stop promises. */
export const createOutages = ({ actorOf, after, start, down, troubles, onFault, report }: OutagesOptions): Outages => {
  let stopping = 0;
  const checkStopped = (context: string, troublesBefore: number): void => {
    const left = actorOf(context).read.count(outboxTable);
    if (left === 0 || troubles() > troublesBefore) return;
    report({
      invariant: PROMISES.publishesBeforeItStops,
      found: `${context} stopped with ${counted(left, 'event')} in its outbox, and the bus refused none.`,
      subject: '',
    });
  };
  const stop = ({ context, forMs }: Outage): void => {
    // What is down already has nobody who could publish what it left.
    const troublesBefore = down.has(context) ? -1 : troubles();
    down.add(context);
    stopping += 1;
    void actorOf(context)
      .stop()
      .then(() => {
        stopping -= 1;
        checkStopped(context, troublesBefore);
        after(forMs, () => start(context));
      });
  };
  const kill = ({ context, forMs }: Outage): void => {
    down.add(context);
    void actorOf(context).crash();
    after(forMs, () => start(context));
  };
  return {
    set: (outages) => {
      for (const outage of outages) {
        const { context, how, atMs, forMs } = outage;
        after(atMs, () => {
          onFault({ fault: how === 'stopped' ? 'stop' : 'kill', to: `of ${context}`, detail: { context, forMs } });
          if (how === 'stopped') stop(outage);
          else kill(outage);
        });
      }
    },
    isStopping: () => stopping > 0,
  };
};
