import { arrivalAt, levelAt, type LoadPlan } from '../plan.ts';

/** A loop decides which free connection sends when. All times in milliseconds since the load began. */
export interface Loop<Connection> {
  /** A connection may send. */
  readonly onFree: (connection: Connection) => void;
  /** Time has come to `nowMs`: sends what is due. */
  readonly advance: (nowMs: number) => void;
  /** When it next wants to be called, at the latest; undefined when its plan is over. */
  readonly nextMs: (nowMs: number) => number | undefined;
  /** The intended starts of arrivals for which no connection was free until the end. */
  readonly unsent: () => readonly number[];
}

/** Sends over the connection what was meant to start at `intendedMs`. */
export type Send<Connection> = (connection: Connection, intendedMs: number) => void;

/** How often a changing number of users is looked at, in milliseconds. */
const RAMP_STEP_MS = 10;

/** Closed loop: each connection is a user, who sends again as soon as the answer is there. */
export const createClosedLoop = <Connection>(plan: LoadPlan, now: () => number, send: Send<Connection>): Loop<Connection> => {
  const users: Connection[] = [];
  const numbers = new Map<Connection, number>();
  const waiting = new Set<Connection>();
  const isEven = plan.segments.every(({ from, to }) => from === plan.peak && to === plan.peak);
  // Asked for each request, so the usual plan is not searched for its level.
  const wantedAt = (nowMs: number): number =>
    isEven ? (nowMs >= 0 && nowMs < plan.totalMs ? plan.peak : 0) : Math.round(levelAt(plan, nowMs));
  const isActive = (user: Connection, nowMs: number): boolean => (numbers.get(user) as number) < wantedAt(nowMs);
  let hasBegun = false;
  return {
    onFree: (user) => {
      if (!numbers.has(user)) numbers.set(user, users.push(user) - 1);
      const nowMs = now();
      if (hasBegun && isActive(user, nowMs)) send(user, nowMs);
      else waiting.add(user);
    },
    advance: (nowMs) => {
      hasBegun = true;
      for (const user of waiting) {
        if (!isActive(user, nowMs)) continue;
        waiting.delete(user);
        send(user, nowMs);
      }
    },
    nextMs: (nowMs) =>
      nowMs >= plan.totalMs ? undefined : isEven && nowMs >= 0 ? plan.totalMs : Math.min(plan.totalMs, nowMs + RAMP_STEP_MS),
    unsent: () => [],
  };
};

/**
 * Open loop: arrivals start when the plan says, whatever was answered; one that finds no free connection starts late, and
 * its delay counts.
 */
export const createOpenLoop = <Connection>(plan: LoadPlan, now: () => number, send: Send<Connection>): Loop<Connection> => {
  const free: Connection[] = [];
  const late: number[] = [];
  let arrivals = 0;
  return {
    onFree: (connection) => {
      const intendedMs = now() < plan.totalMs ? late.shift() : undefined;
      // A connection that was made anew while it waited is free twice.
      if (intendedMs === undefined) {
        if (!free.includes(connection)) free.push(connection);
      } else send(connection, intendedMs);
    },
    advance: (nowMs) => {
      for (
        let intendedMs = arrivalAt(plan, arrivals);
        intendedMs !== undefined && intendedMs <= nowMs;
        intendedMs = arrivalAt(plan, arrivals)
      ) {
        arrivals += 1;
        const connection = free.shift();
        if (connection === undefined) late.push(intendedMs);
        else send(connection, intendedMs);
      }
    },
    nextMs: (nowMs) => (nowMs >= plan.totalMs ? undefined : (arrivalAt(plan, arrivals) ?? plan.totalMs)),
    unsent: () => late,
  };
};
