import type { Timers } from '../kernel/clock.ts';
import { sleep } from '../kernel/clock.ts';
import { OperatingError } from '../kernel/errors.ts';
import type { Actor, Workload } from '../runtime/actor/actor-port.ts';

/** Whether the system is at rest; where it isn't, what is still on its way, one sentence each. */
export type RestReport = { readonly isAtRest: true } | Unrest;

/** What is still on its way, and what of the machine's keeps it there: more time would not help. */
export interface Unrest {
  readonly isAtRest: false;
  readonly inFlight: readonly string[];
  readonly obstacle?: OperatingError;
}

/** What the proof of rest looks at. Everything is read anew at each look. */
export interface RestSources {
  /** The contexts that run; what waits for a context that somebody stopped is stored, not in flight. */
  actors(): readonly Actor[];
  /** Requests being answered now, as `POST /orders`. */
  requests(): readonly string[];
  /** What was written to leave the system and has not left, by the context that it leaves by. */
  outlets(): readonly { readonly context: string; readonly waiting: number }[];
  /** Messages that a fault keeps back only for a while (dropped, delayed, reordered), as sentences. */
  delayedMessages(): readonly string[];
  /**
   * Whether a message of this subject is kept from this context until somebody lets it go (a hold): what is
   * parked behind it waits for that person too.
   */
  isWithheld(context: string, subject: string): boolean;
  /** The last message stored in the stream. */
  lastSeq(): Promise<number>;
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

const NOTHING: readonly string[] = [];

const describeWork = (actor: Actor, work: Workload, isWithheld: RestSources['isWithheld']): readonly string[] => {
  // Whoever waits for rest looks thousands of times at those that have nothing to do.
  if (work.outbox === 0 && work.pending === 0 && work.unacknowledged === 0 && work.parked.length === 0) return NOTHING;
  const found: string[] = [];
  if (work.outbox > 0)
    found.push(
      `${actor.name}: ${count(work.outbox, 'event')} in the outbox, not yet published${work.whyUnpublished === undefined ? '' : `: ${work.whyUnpublished}`}`,
    );
  if (work.pending > 0) found.push(`${actor.name}: ${count(work.pending, 'message')} on the bus, not yet delivered`);
  if (work.unacknowledged > 0) found.push(`${actor.name}: ${count(work.unacknowledged, 'message')} delivered, not yet acknowledged`);
  for (const parked of work.parked) {
    if (isWithheld(actor.name, parked.subject)) continue;
    found.push(`${actor.name}: ${parked.type} of ${parked.subject} parked after ${count(parked.attempts, 'attempt')}: ${parked.reason}`);
  }
  return found;
};

const activityOf = (sources: RestSources): number => {
  let activity = 0;
  for (const actor of sources.actors()) activity += actor.activity();
  return activity;
};

/** What can be seen without asking anybody: requests, what faults keep back for a while, notices, deadlines that have passed. */
const describeNearby = (sources: RestSources): string[] => {
  const found: string[] = [];
  for (const request of sources.requests()) found.push(`${request} is being answered`);
  found.push(...sources.delayedMessages());
  for (const { context, waiting } of sources.outlets()) if (waiting > 0) found.push(`${context}: ${count(waiting, 'notice')} not yet sent`);
  for (const actor of sources.actors()) {
    const overdue = actor.overdue();
    if (overdue > 0) found.push(`${actor.name}: ${count(overdue, 'deadline')} passed, not yet told`);
  }
  return found;
};

/**
 * Looks once, after a first glance that counted `activityBefore` transactions and saw the stream end at
 * `seqBefore`. At rest means: no request, outbox, pending, unacknowledged or parked message, unsent notice,
 * overdue deadline or delayed message was found, and between the first and the last glance no transaction and no publication
 * happened anywhere; so all the zeros were true at the same time.
 */
const inspectRest = async (sources: RestSources, activityBefore: number, seqBefore: number): Promise<RestReport> => {
  const actors = sources.actors();
  const works = await Promise.all(actors.map((actor) => actor.workload()));
  const inFlight = describeNearby(sources);
  works.forEach((work, index) => inFlight.push(...describeWork(actors[index]!, work, sources.isWithheld)));
  const obstacle = works.find((work) => work.outbox > 0 && work.obstacle !== undefined)?.obstacle;
  if (inFlight.length > 0) return { isAtRest: false, inFlight, ...(obstacle === undefined ? {} : { obstacle }) };
  const seq = await sources.lastSeq();
  // A request may have come in, or a held message been let go, while the bus was asked.
  const since = describeNearby(sources);
  if (since.length > 0) return { isAtRest: false, inFlight: since };
  if (seq === seqBefore && activityOf(sources) === activityBefore) return { isAtRest: true };
  return { isAtRest: false, inFlight: ['messages were handled while the system was being looked at'] };
};

const FIRST_PAUSE_MS = 1;
const LONGEST_PAUSE_MS = 20;

/** Waits for rest, and remembers the last proof of it. */
export interface RestWatch {
  /** Looks once, thoroughly. */
  inspect(): Promise<RestReport>;
  /**
   * Waits for rest, at most `timeoutMs` milliseconds by the given timers; the last report says what was still
   * in flight. Stops waiting when the signal aborts. Throws an OperatingError where the bus could not be asked to the end.
   */
  wait(timeoutMs: number, signal?: AbortSignal): Promise<RestReport>;
}

/** Creates a watch over the sources. */
export const createRestWatch = (sources: RestSources, timers: Timers): RestWatch => {
  let proof: { readonly activity: number; readonly seq: number } | undefined;

  /** Rest once proven goes on while no transaction happened, no request is being answered and the stream has not grown. */
  const lookAgain = async (): Promise<RestReport> => {
    const isStill = (): boolean => activityOf(sources) === proof?.activity && describeNearby(sources).length === 0;
    return isStill() && (await sources.lastSeq()) === proof?.seq && isStill() ? { isAtRest: true } : { isAtRest: false, inFlight: [] };
  };

  const inspect = async (): Promise<RestReport> => {
    const activity = activityOf(sources);
    const seq = await sources.lastSeq();
    const report = await inspectRest(sources, activity, seq);
    proof = report.isAtRest ? { activity, seq } : undefined;
    return report;
  };

  return {
    inspect,
    wait: async (timeoutMs, signal) => {
      const deadline = timers.now() + timeoutMs;
      const mayGoOn = (): boolean => timers.now() < deadline && signal?.aborted !== true;
      /** A bus that can't be asked now (it is away, or a cluster chooses its leaders) may be asked again, for as long as there is time. */
      const unlessAway = async (look: () => Promise<RestReport>): Promise<RestReport> => {
        try {
          return await look();
        } catch (error) {
          if (!(error instanceof OperatingError) || !mayGoOn()) throw error;
          return { isAtRest: false, inFlight: [error.message], obstacle: error };
        }
      };
      if ((await unlessAway(lookAgain)).isAtRest) return { isAtRest: true };
      for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
        const report = await unlessAway(inspect);
        if (report.isAtRest || !mayGoOn()) return report;
        // The bus is asked again only when nothing has moved here for a moment: asking costs it more than the work does.
        let seen;
        do {
          seen = activityOf(sources);
          await sleep(timers, pauseMs);
        } while (mayGoOn() && (activityOf(sources) !== seen || sources.actors().some((actor) => actor.unpublished() > 0)));
      }
    },
  };
};
