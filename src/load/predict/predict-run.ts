import type { EpochMs, Timers } from '../../kernel/clock.ts';
import type { Random } from '../../kernel/random.ts';
import { createBreaker } from '../../runtime/breaker/breaker.ts';
import { CallFailure } from '../../runtime/breaker/guard.ts';
import { createHystrixCircuit, type CircuitListener } from '../../runtime/breaker/hystrix-circuit.ts';
import { breakerSettings, type BreakerSettings } from '../../runtime/breaker/settings.ts';
import { overheadAt } from '../measure/machine.ts';
import { evenPace, measuredPace } from '../fire/pace.ts';
import { arrivalAt, levelAt, slowLookupAt, type LoadPlan } from '../plan.ts';
import type { PredictedTest } from './predicted-test.ts';
import { createSimulatedServer, type SimulatedServer } from './simulated-server.ts';
import { createTolerated } from '../measure/strip.ts';

/** How a review's request ended: 201, or 500 with this kind. */
export const OUTCOMES = ['success', 'timeout', 'short-circuited', 'rejected'] as const;

/** One of {@link OUTCOMES}. */
export type PredictedOutcome = (typeof OUTCOMES)[number];

/** What one simulated test gave. */
export interface PredictedRun {
  readonly counts: Readonly<Record<PredictedOutcome, number>>;
  /** When the circuit first opened, in milliseconds from the load's beginning; undefined: not before its end. */
  readonly firstOpenMs: number | undefined;
  readonly openings: number;
  readonly halfOpenings: number;
  readonly closings: number;
  /** The most calls that a health tick saw in the window. */
  readonly peakVolume: number;
  /** The highest share of errors that a tick saw among enough calls and left the circuit closed; undefined where none saw enough. */
  readonly toleratedPercent: number | undefined;
  /** The look-ups that the breaker let through; times in milliseconds, absent where there were none. */
  readonly lookUps: {
    readonly count: number;
    readonly failed: number;
    /** The delays that were drawn for them. */
    readonly leastDelayMs: number | undefined;
    readonly meanDelayMs: number | undefined;
    readonly mostDelayMs: number | undefined;
    /** The shortest time that a caller waited who gave up. */
    readonly leastWaitMs: number | undefined;
  };
}

/** Looks an order up through the breaker: tells its outcome once, perhaps at once. */
interface LookUp {
  start(arrivedAt: EpochMs): void;
  /** The circuit's ticks up to now have been. */
  settle(): void;
}

interface LookUpOptions {
  readonly settings: BreakerSettings;
  readonly time: Timers;
  readonly listener: CircuitListener;
  /** Draws how long a look-up takes that is let through. */
  readonly drawMs: () => number;
  readonly answer: (outcome: PredictedOutcome, arrivedAt: EpochMs) => void;
  readonly lookUps: LookUpTally;
}

const createLookUpTally = () => {
  let [count, failed, drawn, sumMs, leastDelayMs, mostDelayMs, leastWaitMs] = [0, 0, 0, 0, Infinity, 0, Infinity];
  return {
    drawn: (delayMs: number): void => {
      drawn += 1;
      sumMs += delayMs;
      leastDelayMs = Math.min(leastDelayMs, delayMs);
      mostDelayMs = Math.max(mostDelayMs, delayMs);
    },
    failed: (waitedMs: number): void => {
      count += 1;
      failed += 1;
      leastWaitMs = Math.min(leastWaitMs, waitedMs);
    },
    succeeded: (): void => void (count += 1),
    result: (): PredictedRun['lookUps'] => ({
      count,
      failed,
      ...(drawn === 0
        ? { leastDelayMs: undefined, meanDelayMs: undefined, mostDelayMs: undefined }
        : { leastDelayMs, meanDelayMs: sumMs / drawn, mostDelayMs }),
      leastWaitMs: leastWaitMs === Infinity ? undefined : leastWaitMs,
    }),
  };
};

type LookUpTally = ReturnType<typeof createLookUpTally>;

/** Hystrix's circuit itself, without promises: what the live breaker's policy does around it, in plain calls. */
const createHystrixLookUp = ({ settings, time, listener, drawMs, answer, lookUps }: LookUpOptions): LookUp => {
  const circuit = createHystrixCircuit(settings, listener);
  const start = (arrivedAt: EpochMs): void => {
    const admission = circuit.attempt(time.now());
    if (admission !== 'run') return answer(admission, arrivedAt);
    const lastsMs = drawMs();
    const isLate = lastsMs >= settings.timeoutMs;
    if (isLate) {
      time.after(settings.timeoutMs, () => {
        circuit.fail(time.now());
        lookUps.failed(settings.timeoutMs);
        answer('timeout', arrivedAt);
      });
    }
    time.after(lastsMs, () => {
      circuit.release();
      if (isLate) return;
      circuit.succeed(time.now());
      lookUps.succeeded();
      answer('success', arrivedAt);
    });
  };
  return { start, settle: () => void circuit.state(time.now()) };
};

/** The live breaker; its promises need a turn of the host after each event, so it is slower to simulate. */
const createGuardedLookUp = ({ settings, time, listener, drawMs, answer, lookUps }: LookUpOptions): LookUp => {
  const breaker = createBreaker(settings, {
    timers: time,
    onEvent: (event) => {
      if ('why' in event.detail) listener.onState(event.change as 'open', event.detail.why, event.detail.at, event.detail);
      else if (event.change === 'success') lookUps.succeeded();
      else if (event.change === 'timeout') lookUps.failed(event.detail.latencyMs);
    },
  });
  const call = () => new Promise<void>((resolve) => void time.after(drawMs(), resolve));
  const start = (arrivedAt: EpochMs): void => {
    breaker.guard(call).then(
      () => answer('success', arrivedAt),
      (error: unknown) => {
        if (!(error instanceof CallFailure)) throw error;
        answer(error.kind as PredictedOutcome, arrivedAt);
      },
    );
  };
  return { start, settle: () => undefined };
};

const createTally = (endMs: EpochMs, volumeThreshold: number) => {
  const tolerated = createTolerated(volumeThreshold);
  const counts: Record<PredictedOutcome, number> = { success: 0, timeout: 0, 'short-circuited': 0, rejected: 0 };
  const run = { firstOpenMs: undefined as number | undefined, openings: 0, halfOpenings: 0, closings: 0, peakVolume: 0 };
  const listener: CircuitListener = {
    onState: (state, _cause, at, health) => {
      if (at > endMs) return;
      run.peakVolume = Math.max(run.peakVolume, health.requests);
      tolerated.hear({ atMs: at, state });
      if (state === 'open') run.firstOpenMs ??= at;
      if (state === 'open') run.openings += 1;
      else if (state === 'half-open') run.halfOpenings += 1;
      else run.closings += 1;
    },
    onHealth: (health, at) => {
      if (at > endMs) return;
      run.peakVolume = Math.max(run.peakVolume, health.requests);
      tolerated.hear({ atMs: at, window: { total: health.requests, errors: health.errors } });
    },
  };
  const lookUps = createLookUpTally();
  return {
    counts,
    listener,
    lookUps,
    result: (): PredictedRun => ({ counts, ...run, toleratedPercent: tolerated.most(), lookUps: lookUps.result() }),
  };
};

/** How often a changing number of users is looked at, in milliseconds: as the real load does. */
const RAMP_STEP_MS = 10;

/** Users who ask again once they are answered, as many as the plan has at each moment. */
const createUsers = (plan: LoadPlan, server: SimulatedServer, turnaroundMs: number) => {
  const isEven = plan.segments.every(({ from, to }) => from === plan.peak && to === plan.peak);
  const wantedAt = (ms: number): number => (ms >= plan.totalMs ? 0 : isEven ? plan.peak : Math.round(levelAt(plan, ms)));
  let users = 0;
  const fill = (): void => {
    for (const wanted = wantedAt(server.now()); users < wanted; users += 1) server.arrive(server.now());
    if (!isEven && server.now() < plan.totalMs) server.after(RAMP_STEP_MS, fill);
  };
  return {
    begin: fill,
    askAgain: (): void => {
      const at = server.now() + turnaroundMs;
      if (users > wantedAt(at)) users -= 1;
      else server.arrive(at);
    },
  };
};

/** Draws what a look-up takes that begins now: its delay, and what it takes besides. */
const createDraw = (
  { plan, lookupDelay, overheadMs, machine }: PredictedTest,
  random: Random,
  now: () => number,
  lookUps: LookUpTally,
): (() => number) => {
  const isSaidByPlan = plan.segments.some(({ slowLookup }) => slowLookup !== undefined);
  const delayMs = (): number => {
    const range = isSaidByPlan ? slowLookupAt(plan, now(), lookupDelay) : lookupDelay;
    if (range === undefined || range === null) return 0;
    const drawnMs = range.fromMs + random.next() * (range.toMs - range.fromMs);
    lookUps.drawn(drawnMs);
    return drawnMs;
  };
  if (machine === undefined || machine.overheads.length === 0) return () => delayMs() + overheadMs;
  const overheadNow = overheadAt(machine.overheads);
  return () => delayMs() + (overheadNow(now()) as number);
};

/**
 * Simulates the test once. The server is one thread that takes requests in the order of their arrival; what a
 * look-up waits for keeps nobody else waiting. As in the real load, what began before the end is answered after it.
 *
 * @param flush for the profile `cockatiel`: lets all promise reactions that are due run (a macrotask of the host).
 */
export const simulateTest = async (test: PredictedTest, random: Random, flush: () => Promise<void>): Promise<PredictedRun> => {
  const { plan, requestMs, turnaroundMs, machine } = test;
  const settings = breakerSettings(test.breaker);
  const isHystrix = settings.profile === 'hystrix';
  const tally = createTally(plan.totalMs, settings.volumeThreshold);
  const pace = machine === undefined ? evenPace(requestMs) : measuredPace(machine.cellMs, machine.capacities, requestMs);
  const time = createSimulatedServer({ pace, serve: (arrivedAt) => lookUp.start(arrivedAt) });
  // What was measured of a busy server is from one answer to the next, and so holds the turnaround already.
  const users = plan.loop === 'closed' ? createUsers(plan, time, machine === undefined ? turnaroundMs : 0) : undefined;
  const lookUp = (isHystrix ? createHystrixLookUp : createGuardedLookUp)({
    settings,
    time,
    listener: tally.listener,
    lookUps: tally.lookUps,
    drawMs: createDraw(test, random, time.now, tally.lookUps),
    answer: (outcome, arrivedAt) => {
      if (arrivedAt >= plan.warmUpMs) tally.counts[outcome] += 1;
      users?.askAgain();
    },
  });
  // The last health tick may be due after the last request.
  time.after(plan.totalMs, () => lookUp.settle());
  if (users !== undefined) users.begin();
  else for (let index = 0, at = arrivalAt(plan, 0); at !== undefined; at = arrivalAt(plan, (index += 1))) time.arrive(at);
  while (time.advance()) if (!isHystrix) await flush();
  return tally.result();
};
