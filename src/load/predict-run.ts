import type { Timers } from '../kernel/clock.ts';
import { Refusal } from '../kernel/errors.ts';
import type { Random } from '../kernel/random.ts';
import { createBreaker } from '../runtime/breaker/breaker.ts';
import { createHystrixCircuit, type CircuitListener } from '../runtime/breaker/hystrix-circuit.ts';
import { breakerSettings, type BreakerSettings } from '../runtime/breaker/settings.ts';
import { arrivalTimes, type PredictedTest } from './predicted-test.ts';
import { createSimulatedServer } from './simulated-server.ts';

/** How a review's request ended: 201, or 500 with this kind. */
export const OUTCOMES = ['success', 'timeout', 'short-circuited', 'rejected'] as const;

/** One of {@link OUTCOMES}. */
export type PredictedOutcome = (typeof OUTCOMES)[number];

/** What one simulated test gave. */
export interface PredictedRun {
  readonly counts: Readonly<Record<PredictedOutcome, number>>;
  /** When the circuit first opened, in milliseconds from the first request's start; undefined: it did not. */
  readonly firstOpenMs: number | undefined;
  readonly openings: number;
  readonly halfOpenings: number;
  readonly closings: number;
  /** The most calls that a health tick saw in the window. */
  readonly peakVolume: number;
}

/** Looks an order up through the breaker: tells its outcome once, perhaps at once. */
interface LookUp {
  start(): void;
  /** The circuit's ticks up to now have been. */
  settle(): void;
}

interface LookUpOptions {
  readonly settings: BreakerSettings;
  readonly time: Timers;
  readonly listener: CircuitListener;
  /** Draws how long a look-up takes that is let through. */
  readonly drawMs: () => number;
  readonly answer: (outcome: PredictedOutcome) => void;
}

/** Hystrix's circuit itself, without promises: what the live breaker's policy does around it, in plain calls. */
const createHystrixLookUp = ({ settings, time, listener, drawMs, answer }: LookUpOptions): LookUp => {
  const circuit = createHystrixCircuit(settings, listener);
  const start = (): void => {
    const admission = circuit.attempt(time.now());
    if (admission !== 'run') return answer(admission);
    const lastsMs = drawMs();
    const isLate = lastsMs >= settings.timeoutMs;
    if (isLate) {
      time.after(settings.timeoutMs, () => {
        circuit.fail(time.now());
        answer('timeout');
      });
    }
    time.after(lastsMs, () => {
      circuit.release();
      if (isLate) return;
      circuit.succeed(time.now());
      answer('success');
    });
  };
  return { start, settle: () => void circuit.state(time.now()) };
};

/** The live breaker; its promises need a turn of the host after each event, so it is slower to simulate. */
const createGuardedLookUp = ({ settings, time, listener, drawMs, answer }: LookUpOptions): LookUp => {
  const breaker = createBreaker(settings, {
    timers: time,
    onEvent: (event) => {
      if ('why' in event.detail) listener.onState(event.change as 'open', event.detail.why, event.detail.at, event.detail);
    },
  });
  const call = () => new Promise<void>((resolve) => void time.after(drawMs(), resolve));
  const start = (): void => {
    breaker.guard(call).then(
      () => answer('success'),
      (error: unknown) => {
        if (!(error instanceof Refusal)) throw error;
        answer(error.detail['kind'] as PredictedOutcome);
      },
    );
  };
  return { start, settle: () => undefined };
};

const createTally = () => {
  const counts: Record<PredictedOutcome, number> = { success: 0, timeout: 0, 'short-circuited': 0, rejected: 0 };
  const run = { firstOpenMs: undefined as number | undefined, openings: 0, halfOpenings: 0, closings: 0, peakVolume: 0 };
  const listener: CircuitListener = {
    onState: (state, _cause, at, health) => {
      run.peakVolume = Math.max(run.peakVolume, health.requests);
      if (state === 'open') run.firstOpenMs ??= at;
      if (state === 'open') run.openings += 1;
      else if (state === 'half-open') run.halfOpenings += 1;
      else run.closings += 1;
    },
    onHealth: (health) => {
      run.peakVolume = Math.max(run.peakVolume, health.requests);
    },
  };
  return { counts, listener, result: (): PredictedRun => ({ counts, ...run }) };
};

/**
 * Simulates the test once. The server is one thread that takes requests in the order of their arrival; what a
 * look-up waits for keeps nobody else waiting.
 *
 * @param flush for the profile `cockatiel`: lets all promise reactions that are due run (a macrotask of the host).
 */
export const simulateTest = async (test: PredictedTest, random: Random, flush: () => Promise<void>): Promise<PredictedRun> => {
  const { load, durationMs, lookupDelay, overheadMs, requestMs, turnaroundMs } = test;
  const { fromMs, toMs } = lookupDelay ?? { fromMs: 0, toMs: 0 };
  const settings = breakerSettings(test.breaker);
  const isHystrix = settings.profile === 'hystrix';
  const tally = createTally();
  const time = createSimulatedServer({ requestMs, endMs: durationMs, serve: () => lookUp.start() });
  const isClosedLoop = load.kind === 'users';
  const lookUp = (isHystrix ? createHystrixLookUp : createGuardedLookUp)({
    settings,
    time,
    listener: tally.listener,
    drawMs: () => fromMs + random.next() * (toMs - fromMs) + overheadMs,
    answer: (outcome) => {
      tally.counts[outcome] += 1;
      if (isClosedLoop) time.arrive(time.now() + turnaroundMs);
    },
  });
  if (isClosedLoop) for (let user = 0; user < load.users; user += 1) time.arrive(0);
  else {
    const gap = load.spacing === 'poisson' ? () => -Math.log(1 - random.next()) : () => 1;
    for (const at of arrivalTimes(load.stages, gap)) time.arrive(at);
  }
  // The last health tick may be due after the last request.
  time.after(durationMs, () => lookUp.settle());
  while (time.advance()) if (!isHystrix) await flush();
  return tally.result();
};
