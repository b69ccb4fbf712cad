/**
 * Hystrix's circuit told a second time, from its documentation and with other means: whether a call is let through is held
 * against it, both ways.
 */

/** Times in milliseconds. */
const BUCKET_MS = 1_000;
const BUCKETS = 10;
const TICK_MS = 500;
const VOLUME = 20;
const ERROR_PERCENT = 50;
const SLEEP_MS = 5_000;

/** What must become of a call: it is let in (to run, or to be rejected for want of a thread), it is refused at once, or nobody can say. */
export type Admission = 'let in' | 'refused' | 'either';

/** Follows calls from outside. */
export interface BreakerModel {
  /** A call is made; what must become of it. */
  called(now: number): { readonly admission: Admission; readonly isProbe: boolean };
  /** A call that was let in has ended for its caller. */
  ended(now: number, isError: boolean, isProbe: boolean): void;
}

/** Creates the model of a closed circuit that nobody has called. */
export const createBreakerModel = (): BreakerModel => {
  let began: number | undefined;
  let nextTick = 1;
  let outcomes: { readonly at: number; readonly isError: boolean }[] = [];
  let openedAt: number | undefined;
  let isProbing = false;
  let probeEndedAt = -1;

  /** Looks at the counts as the health ticks do: at whole buckets, without what ends at the tick itself. */
  const tick = (start: number, sinceMs: number): void => {
    const from = start + (Math.ceil(sinceMs / BUCKET_MS) - BUCKETS) * BUCKET_MS;
    outcomes = outcomes.filter(({ at }) => at >= from);
    const counted = outcomes.filter(({ at }) => at < start + sinceMs);
    const errors = counted.filter(({ isError }) => isError).length;
    if (openedAt !== undefined || counted.length < VOLUME || Math.floor((errors * 100) / counted.length) < ERROR_PERCENT) return;
    openedAt = start + sinceMs;
  };
  const goTo = (now: number): void => {
    if (began === undefined) return;
    const due = Math.floor((now - began) / TICK_MS);
    for (; nextTick <= due; nextTick += 1) {
      tick(began, nextTick * TICK_MS);
      if (outcomes.length === 0) nextTick = due;
    }
  };
  const startAnew = (now: number): void => {
    began = now;
    nextTick = 1;
    outcomes = [];
  };

  return {
    called: (now) => {
      if (began === undefined) startAnew(now);
      goTo(now);
      if (isProbing) return { admission: 'refused', isProbe: false };
      // Whoever comes in the moment in which a probe ends may come before or after that.
      if (probeEndedAt === now) return { admission: 'either', isProbe: false };
      if (openedAt === undefined) return { admission: 'let in', isProbe: false };
      if (now <= openedAt + SLEEP_MS) return { admission: 'refused', isProbe: false };
      isProbing = true;
      return { admission: 'let in', isProbe: true };
    },
    ended: (now, isError, isProbe) => {
      goTo(now);
      if (isProbe) {
        isProbing = false;
        probeEndedAt = now;
        openedAt = isError ? now : undefined;
        if (!isError) startAnew(now);
      }
      outcomes.push({ at: now, isError });
    },
  };
};
