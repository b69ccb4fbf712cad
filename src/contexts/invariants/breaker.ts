/** The circuit breaker of the look-up: Hystrix's rules with the seed's timeout, told once more from outside. */
import { always, type Invariant } from '../../explore/simulate/invariant.ts';
import { onGuard } from './rules.ts';

/** Times in milliseconds. */
const TIMEOUT_MS = 500;
const WINDOW_MS = 10_000;
const VOLUME = 20;
const ERROR_SHARE = 0.5;
const SLEEP_MS = 5_000;
const CONCURRENCY = 10;

/** A probe that failed opens it whatever was counted. */
const opensByCount = ({ what, why }: { readonly what: string; readonly why: string }): boolean => what === 'open' && why !== 'probe failed';

/** What a breaker must keep to. */
export const BREAKER: readonly Invariant[] = [
  always(
    'The breaker keeps its rules.',
    onGuard('it opens after too few calls', (look) => {
      if (!opensByCount(look)) return undefined;
      const { calls } = look.health(WINDOW_MS);
      return calls < VOLUME ? `It opened after ${calls} calls in ${WINDOW_MS} ms.` : undefined;
    }),
    onGuard('it opens with too few errors', (look) => {
      if (!opensByCount(look)) return undefined;
      const { calls, errors } = look.health(WINDOW_MS);
      return errors < ERROR_SHARE * calls ? `It opened with ${errors} errors in ${calls} calls.` : undefined;
    }),
    onGuard('a look-up is rejected while there is room', ({ what, underWay, ending }) =>
      what === 'rejected' && underWay + ending < CONCURRENCY ? `A call was rejected while ${underWay} were under way.` : undefined,
    ),
    onGuard('a caller waits too long', ({ latencyMs }) => (latencyMs > TIMEOUT_MS ? `A caller waited ${latencyMs} ms.` : undefined)),
    onGuard('too many look-ups at once', ({ what, underWay }) =>
      what === 'through' && underWay > CONCURRENCY ? `${underWay} look-ups were under way at once.` : undefined,
    ),
    onGuard('a look-up comes through while it sleeps', ({ what, at, openedAt }) =>
      what === 'through' && openedAt !== undefined && at <= openedAt + SLEEP_MS
        ? `A look-up came through ${at - openedAt} ms after it had opened.`
        : undefined,
    ),
    onGuard('another is let in, or kept out, than by its model', ({ what, why }) => (what === 'differs' ? why : undefined)),
    onGuard('a second probe', ({ what, at, openedAt, probes }) =>
      what === 'through' && openedAt !== undefined && at > openedAt + SLEEP_MS && probes > 1
        ? 'A second look-up came through before the first had closed it.'
        : undefined,
    ),
  ),
];
