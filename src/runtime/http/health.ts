import { sleep, type Timers } from '../../kernel/clock.ts';
import { messageOf } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/log.ts';

/** How a server that answers is, as `/health` and `/readyz` tell it. */
export interface HealthSources {
  /** Why it takes no requests now; undefined where it does. Known at once: nobody is asked. Throws where its state can't be read. */
  readonly whyNotReady: () => string | undefined;
  /** What keeps its events from others, known at once; undefined where nothing does. */
  readonly obstacle: () => string | undefined;
  /** What it holds and has to do, as far as it is known at once. */
  readonly counts: () => Readonly<Record<string, unknown>>;
  /** The same, and what others must be asked for. */
  readonly workload: () => Promise<Readonly<Record<string, unknown>>>;
}

/** An answer about health. */
export interface HealthAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What tells orchestrators about a process, each on a path of its own, which asks for no token and shows nothing else. */
export const PROBE_PATHS: readonly string[] = ['/livez', '/readyz'];

/** How long others may take to say what waits there, in milliseconds: shorter than whoever asks for health waits. */
const PATIENCE_MS = 500;

const READY: HealthAnswer = { status: 200, body: { status: 'up' } };

/** Whether it takes requests: what a load balancer asks. That the process answers at all is its being alive. */
export const readiness = (sources: Pick<HealthSources, 'whyNotReady'> | undefined): HealthAnswer => {
  try {
    const reason = sources?.whyNotReady();
    return reason === undefined ? READY : { status: 503, body: { status: 'down', reason } };
  } catch (error) {
    return { status: 503, body: { status: 'down', reason: messageOf(error) } };
  }
};

/**
 * All that there is to say of a context's health: `up`, `degraded` where a bus keeps silent or takes no events, `down`
 * where it takes no requests.
 */
export const healthOf = async (context: string, sources: HealthSources, timers: Timers, log: Logger): Promise<HealthAnswer> => {
  const { status, body } = readiness(sources);
  if (status !== 200) return { status, body: { context, ...body } };
  try {
    const late = Symbol('late');
    const asked = sources.workload();
    // Who asks may have gone when the answer comes, or fails.
    asked.catch(() => undefined);
    const workload = await Promise.race([asked, sleep(timers, PATIENCE_MS).then(() => late)]);
    if (typeof workload === 'object') {
      const reason = sources.obstacle();
      return reason === undefined
        ? { status: 200, body: { context, status: 'up', ...workload } }
        : { status: 503, body: { context, status: 'degraded', reason, ...workload } };
    }
    return {
      status: 503,
      body: { context, status: 'degraded', reason: `the bus did not say within ${PATIENCE_MS} ms what waits on it`, ...sources.counts() },
    };
  } catch (error) {
    log.warn({ err: error }, `${context} is not healthy: ${messageOf(error)}`);
    return { status: 503, body: { context, status: 'degraded', reason: messageOf(error) } };
  }
};
