import { sleep, type Timers } from '../../kernel/clock.ts';
import { messageOf } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/log.ts';

/** What a context holds and has to do, in numbers. */
export interface HealthCounts {
  readonly outbox: number;
  readonly parked: number;
  readonly deadLetters: number;
}

/** The same, and what waits for it on the bus. */
export interface HealthWorkload extends HealthCounts {
  readonly pending: number;
  readonly unacknowledged: number;
  /** Deadlines that have passed, and whose events are not yet told. */
  readonly overdue: number;
  /** Grows with each transaction and each delivery: unchanged between two looks means that nothing happened in between. */
  readonly activity: number;
}

/** How a server that answers is, as `/health` and `/readyz` tell it. */
export interface HealthSources {
  /** Why it takes no requests now; undefined where it does. Known at once: nobody is asked. Throws where its state can't be read. */
  readonly whyNotReady: () => string | undefined;
  /** What keeps its events from others, known at once; undefined where nothing does. */
  readonly obstacle: () => string | undefined;
  /** What it holds and has to do, as far as it is known at once. */
  readonly counts: () => HealthCounts;
  /** The same, and what others must be asked for. */
  readonly workload: () => Promise<HealthWorkload>;
}

/** An answer about health. */
export interface HealthAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What tells orchestrators about a process, each on a path of its own, which asks for no token and shows nothing else. */
export const PROBE_PATHS: readonly string[] = ['/livez', '/readyz'];

/** How many messages may wait on the bus for a context that is ready: behind more, what it answers is old. */
const MOST_BEHIND = 1_000;

/** How long others may take to say what waits there, in milliseconds: shorter than whoever asks for health waits. */
const PATIENCE_MS = 500;

const READY: HealthAnswer = { status: 200, body: { status: 'up' } };

const ill = (status: 'down' | 'degraded' | 'behind', reason: string): HealthAnswer => ({ status: 503, body: { status, reason } });

const whyDown = (sources: HealthSources): string | undefined => {
  try {
    return sources.whyNotReady();
  } catch (error) {
    return messageOf(error);
  }
};

/** The work of a context that takes requests, and whether its bus answers and takes its events. */
const workOf = async (
  sources: HealthSources,
  timers: Timers,
  failed: (error: unknown) => void,
): Promise<{ readonly reason: string | undefined; readonly work: Partial<HealthWorkload> }> => {
  try {
    const asked = sources.workload();
    // Who asks may have gone when the answer comes, or fails.
    asked.catch(() => undefined);
    const work = await Promise.race([asked, sleep(timers, PATIENCE_MS)]);
    if (work !== undefined) return { reason: sources.obstacle(), work };
    return { reason: `the bus did not say within ${PATIENCE_MS} ms what waits on it`, work: sources.counts() };
  } catch (error) {
    failed(error);
    return { reason: messageOf(error), work: {} };
  }
};

/**
 * Whether requests are to be sent to it, which is what a load balancer asks: it takes them, its bus answers and takes its events,
 * and {@link MOST_BEHIND} messages at most wait there. That the process answers at all is its being alive.
 */
export const readiness = async (sources: HealthSources, timers: Timers): Promise<HealthAnswer> => {
  const down = whyDown(sources);
  if (down !== undefined) return ill('down', down);
  const { reason, work } = await workOf(sources, timers, () => undefined);
  if (reason !== undefined) return ill('degraded', reason);
  const behind = (work.pending ?? 0) + (work.unacknowledged ?? 0);
  return behind > MOST_BEHIND ? ill('behind', `${behind} messages wait on the bus for it, and ${MOST_BEHIND} may`) : READY;
};

/**
 * All that there is to say of a context's health: `up`, `degraded` where a bus keeps silent or takes no events, `down`
 * where it takes no requests.
 */
export const healthOf = async (context: string, sources: HealthSources, timers: Timers, log: Logger): Promise<HealthAnswer> => {
  const down = whyDown(sources);
  if (down !== undefined) return { status: 503, body: { context, status: 'down', reason: down } };
  const { reason, work } = await workOf(sources, timers, (error) =>
    log.warn({ err: error }, `${context} is not healthy: ${messageOf(error)}`),
  );
  return reason === undefined
    ? { status: 200, body: { context, status: 'up', ...work } }
    : { status: 503, body: { context, status: 'degraded', reason, ...work } };
};
