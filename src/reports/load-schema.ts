import { z } from 'zod';

const text = z.string();
const count = z.int().nonnegative();
const ms = z.number().nonnegative();
const amount = z.number();
const state = z.enum(['closed', 'open', 'half-open']);

const latencyLine = { kind: text, count, minMs: amount, meanMs: amount, p50Ms: amount, p90Ms: amount, p99Ms: amount, maxMs: amount };

/** The result of a load, as `src/kernel/load.ts` declares it. */
export const loadResult = z.object({
  name: text,
  target: text,
  shape: text,
  siege: z.object({
    transactions: count,
    availabilityPercent: amount,
    elapsedSeconds: amount,
    dataMegabytes: amount,
    responseSeconds: amount,
    transactionsPerSecond: amount,
    megabytesPerSecond: amount,
    concurrency: amount,
    successful: count,
    failed: count,
    longestSeconds: amount,
    shortestSeconds: amount,
  }),
  latencies: z.array(z.object(latencyLine)),
  requests: z.array(z.object({ ...latencyLine, failed: count })).optional(),
  journeys: z
    .array(
      z.object({
        name: text,
        started: count,
        finished: count,
        failed: count,
        unfinished: count,
        meanMs: amount,
        p50Ms: amount,
        p99Ms: amount,
        maxMs: amount,
        failures: z.array(z.object({ step: text, place: text, count, message: text, subject: text.optional() })),
      }),
    )
    .optional(),
  findings: z.array(z.object({ of: z.enum(['saga', 'history']), rule: text, found: text, subject: text, count })).optional(),
  strip: z.object({
    columnMs: ms,
    plannedMs: ms.optional(),
    source: z.enum(['breaker', 'answers']),
    columns: z.array(
      z.object({
        states: z.array(state),
        requests: count,
        failed: count,
        shortCircuited: count,
        window: z.object({ total: count, errors: count }).optional(),
      }),
    ),
  }),
  metrics: z.record(text, amount),
  thresholds: z.array(z.object({ text, holds: z.boolean(), actual: amount.optional() })),
  notJudged: z.object({ situation: text, thresholds: z.array(text) }).optional(),
  warnings: z.array(text),
  forecast: z
    .object({
      runs: count,
      costs: z.object({ overheadMs: ms, requestMs: ms, turnaroundMs: ms }),
      opens: z.object({ share: amount, low: amount, high: amount }),
      firstOpenMs: z.object({ min: amount, median: amount, p90: amount, max: amount }).optional(),
      figures: z.array(
        z.object({ metric: text, measured: amount, predicted: amount, least: amount, most: amount, isPlausible: z.boolean() }),
      ),
      isPlausible: z.boolean(),
      falseAlarm: amount,
      warning: text.optional(),
    })
    .optional(),
});

/** How one journey of a load ended. */
export const loadJourneyEnd = z.object({
  journey: count,
  intendedMs: amount,
  endMs: amount,
  outcome: z.enum(['finished', 'failed', 'unfinished']),
  step: count.optional(),
  message: text.optional(),
  subject: text.optional(),
});

/** One answer of a load: request, intended start, start, end (milliseconds), status, kind of outcome, bytes. */
export const loadAnswer = z.tuple([count, amount, amount, amount, count, text, count]);
