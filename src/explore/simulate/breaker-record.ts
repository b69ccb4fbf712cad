import type { EpochMs } from '../../kernel/clock.ts';
import type { BreakerEvent } from '../../runtime/breaker/breaker.ts';

/** Something that a circuit breaker lets happen, beside what it did before. */
export interface BreakerLook {
  /** A call comes `through` to the other side; it `differs` from its model in whom it lets in; or what the breaker tells. */
  readonly what: 'through' | 'differs' | BreakerEvent['change'];
  readonly at: EpochMs;
  /** How long a caller waited, in milliseconds; 0 where none did. */
  readonly latencyMs: number;
  /** Why the circuit changed, or how it differs; empty where it does not. */
  readonly why: string;
  /** When it opened, where it is not closed since. */
  readonly openedAt: EpochMs | undefined;
  /** How many calls came through since it opened, this one among them. */
  readonly probes: number;
  /** Calls on the other side, this one among them, and those of whose end the breaker is just being told. */
  readonly underWay: number;
  readonly ending: number;
  /** The outcomes that its share of errors is made of, of so many milliseconds before. */
  readonly health: (windowMs: number) => { readonly calls: number; readonly errors: number };
}

/** Keeps what a breaker did, from outside. */
export interface BreakerRecord {
  /** The breaker tells something. */
  heard(event: BreakerEvent): BreakerLook;
  /** A call comes through. */
  through(at: EpochMs): BreakerLook;
  /** It let somebody in, or kept somebody out, otherwise than its model. */
  differs(at: EpochMs, found: string): BreakerLook;
  /** A call has come to its end on the other side. */
  ended(): void;
  /** The breaker knows of an end. */
  told(): void;
  /** Calls on the other side, and those of whose end the breaker does not know yet. */
  underWay(): number;
}

/** What counts for the share of errors, and whether it is one. A short-circuited call is none. */
const COUNTED: Readonly<Record<string, boolean>> = {
  success: false,
  timeout: true,
  'upstream-error': true,
  unreachable: true,
  rejected: true,
};

/** Creates an empty record. */
export const createBreakerRecord = (): BreakerRecord => {
  const outcomes: { readonly at: EpochMs; readonly isError: boolean }[] = [];
  let openedAt: EpochMs | undefined;
  let probes = 0;
  let underWay = 0;
  let ending = 0;
  const lookAt = (what: BreakerLook['what'], at: EpochMs, latencyMs = 0, why = ''): BreakerLook => ({
    what,
    at,
    latencyMs,
    why,
    openedAt,
    probes,
    underWay,
    ending,
    health: (windowMs) => {
      const counted = outcomes.filter((outcome) => outcome.at > at - windowMs && outcome.at <= at);
      return { calls: counted.length, errors: counted.filter(({ isError }) => isError).length };
    },
  });
  return {
    heard: (event) => {
      const { change, detail } = event;
      if (change === 'open') {
        openedAt = detail.at;
        probes = 0;
      } else if (change === 'closed') {
        openedAt = undefined;
      }
      const isError = COUNTED[change];
      if (isError !== undefined) outcomes.push({ at: detail.at, isError });
      return lookAt(change, detail.at, 'latencyMs' in detail ? detail.latencyMs : 0, 'why' in detail ? detail.why : '');
    },
    through: (at) => {
      underWay += 1;
      if (openedAt !== undefined) probes += 1;
      return lookAt('through', at);
    },
    differs: (at, found) => lookAt('differs', at, 0, found),
    ended: () => {
      underWay -= 1;
      ending += 1;
    },
    told: () => {
      ending -= 1;
    },
    underWay: () => underWay + ending,
  };
};
