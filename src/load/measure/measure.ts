import type { BreakerState, LoadAnswer, LoadJourneyEnd, LoadResult } from '../../kernel/load.ts';
import type { EntryBody } from '../../kernel/recording.ts';
import { slowFaultOf } from '../../system/definition.ts';
import type { UnderLoad } from '../../system/under-load.ts';
import { foldAnswers } from './answers.ts';
import type { CompiledLoad } from '../journeys.ts';
import type { Finding } from '../history.ts';
import { groupFindings, metricsOfFindings } from './findings.ts';
import { foldJourneys } from './journeys.ts';
import { foldLookUps, type LookUpFold, type LookUpTrace } from './look-ups.ts';
import { foldRequests } from './requests.ts';
import { sayPlan, type LoadPlan } from '../plan.ts';
import type { LoadProgress } from './progress.ts';
import { foldSagas } from './sagas.ts';
import { foldStrip, type StripFold } from './strip.ts';
import { judgeThreshold, type Threshold } from './thresholds.ts';

/** Watches a load and says what came of it. */
export interface Measure {
  /** The load, in words. */
  readonly shape: string;
  readonly begin: (epochMs: number) => void;
  readonly answers: (answers: readonly LoadAnswer[]) => void;
  readonly journeys: (ends: readonly LoadJourneyEnd[]) => void;
  /** What the system recorded, and when, by the wall clock. */
  readonly record: (body: EntryBody, epochMs: number) => void;
  readonly hasBegun: () => boolean;
  readonly progress: () => LoadProgress;
  /** How many requests were measured. */
  readonly count: () => number;
  /** When requests reached the breaker: as it told, or as the answers show it. */
  readonly trace: () => LookUpTrace;
  readonly result: (frame: {
    readonly name: string;
    readonly target: string;
    readonly thresholds: readonly Threshold[];
    readonly warnings: readonly string[];
    readonly isInside: boolean;
    readonly notJudged?: LoadResult['notJudged'];
    /** What was found once all was over; undefined where nobody judged. */
    readonly findings?: readonly Finding[] | undefined;
  }) => LoadResult;
}

const STATES: readonly string[] = ['closed', 'open', 'half-open'] satisfies readonly BreakerState[];

/** Times are whole milliseconds, and a fast server answers a few requests in each. */
const LEAST_STRETCH = 50;

/** Hears what the breaker and the fault of the call tell, and folds it. */
const createBreakerEar = (told: LookUpFold, strip: StripFold, slowFault: string) => {
  let hasTold = false;
  let state = 'closed';
  return {
    hasTold: () => hasTold,
    state: () => state,
    hearBreaker: ({ change, detail }: Extract<EntryBody, { kind: 'breaker' }>, beganAt: number, epochMs: number): void => {
      const at = typeof detail['at'] === 'number' ? detail['at'] : epochMs;
      const atMs = Math.max(0, at - beganAt);
      const tookMs = detail[change === 'released' ? 'lastedMs' : 'latencyMs'];
      if (typeof tookMs === 'number') {
        hasTold = true;
        const { correlation } = detail;
        told.hear({ change, atMs: at - beganAt, tookMs, ...(typeof correlation === 'string' ? { correlation } : {}) });
      } else if (STATES.includes(change)) {
        state = change;
        strip.hear({ atMs, state: change as BreakerState });
      } else if (change === 'health') {
        strip.hear({ atMs, window: { total: Number(detail['requests']), errors: Number(detail['errors']) } });
      }
    },
    hearFault: ({ fault, detail }: Extract<EntryBody, { kind: 'fault' }>): void => {
      const { delayMs, correlation } = detail;
      if (fault === slowFault && typeof delayMs === 'number')
        told.delay(delayMs, typeof correlation === 'string' ? correlation : undefined);
    },
  };
};

/** Begins to watch; nothing counts before the load begins. */
export const createMeasure = (plan: LoadPlan, volumeThreshold: number, underLoad: UnderLoad, sent: CompiledLoad): Measure => {
  const http = foldAnswers(plan.warmUpMs);
  const requests = foldRequests(sent.labels, plan.warmUpMs);
  const journeys = foldJourneys(sent.journeys, plan.warmUpMs);
  const strip = foldStrip(volumeThreshold, plan.totalMs);
  const sagas = foldSagas(underLoad.sagas);
  const stretch = Math.max(LEAST_STRETCH, 2 * plan.peak);
  const [told, seen] = [foldLookUps(stretch), foldLookUps(stretch)];
  const ear = createBreakerEar(told, strip, slowFaultOf(underLoad.call));
  let beganAt: number | undefined;
  let lastMs = 0;
  let total = 0;
  let failed = 0;
  const shape = sayPlan(plan);
  return {
    shape,
    begin: (epochMs) => {
      beganAt = epochMs;
    },
    answers: (answers) => {
      for (const answer of answers) {
        http.put(answer);
        requests.put(answer);
        strip.put(answer);
        const [, , startMs, endMs, , kind] = answer;
        seen.hear({ change: kind, atMs: endMs, tookMs: kind === 'success' || kind === 'timeout' ? endMs - startMs : 0 });
        total += 1;
        if (answer[4] === 0 || answer[4] >= 400) failed += 1;
        lastMs = Math.max(lastMs, answer[3]);
      }
    },
    journeys: (ends) => ends.forEach(journeys.put),
    record: (body, epochMs) => {
      if (beganAt === undefined) return;
      if (body.kind === 'breaker') ear.hearBreaker(body, beganAt, epochMs);
      else if (body.kind === 'fault') ear.hearFault(body);
      else sagas.record(body, epochMs - beganAt);
    },
    hasBegun: () => beganAt !== undefined,
    progress: () => ({ elapsedMs: lastMs, totalMs: plan.totalMs, answers: total, failed, state: ear.state() }),
    count: http.count,
    trace: () => (ear.hasTold() ? told : seen).trace(),
    result: ({ name, target, thresholds, warnings, isInside, notJudged, findings }) => {
      const untilMs = Math.max(plan.totalMs, lastMs);
      const metrics = {
        ...requests.metrics(),
        ...http.metrics(),
        ...journeys.metrics(),
        ...metricsOfFindings(findings),
        ...strip.metrics(),
        ...(isInside ? { ...told.metrics(), ...sagas.metrics() } : {}),
      };
      return {
        name,
        target,
        shape,
        siege: http.siege(),
        latencies: http.latencies(),
        requests: requests.lines(),
        ...(findings === undefined ? {} : { findings: groupFindings(findings) }),
        ...(sent.journeys.length === 0 ? {} : { journeys: journeys.lines() }),
        strip: strip.strip(untilMs),
        metrics,
        thresholds: thresholds.map((threshold) => judgeThreshold(threshold, metrics)),
        ...(notJudged === undefined ? {} : { notJudged }),
        warnings,
      };
    },
  };
};
