import { z } from 'zod';
import { OUTCOMES } from '../kernel/recording.ts';
import { loadAnswer, loadJourneyEnd, loadResult } from './load-schema.ts';

const text = z.string();
const count = z.int().nonnegative();
const ms = z.number().nonnegative();
const outcome = z.enum(OUTCOMES);
const position = z.object({ file: text, line: z.int().min(1), column: z.int().min(1) });
const failure = z.object({
  message: text,
  expected: z.unknown().optional(),
  actual: z.unknown().optional(),
  mend: text.optional(),
  position: position.optional(),
  replay: text.optional().describe('The text of a file that `food-sim replay` plays.'),
  subject: text.optional(),
  subjectName: text.optional(),
});
const counts = z.object({
  passed: count,
  failed: count,
  errored: count,
  inconclusive: count,
  skipped: count,
  interrupted: count,
  flaky: count.optional(),
});
/** What a run says of the scenarios that it chose. */
export const selection = z.object({
  of: count.describe('How many scenarios the files hold.'),
  tags: z.array(text).optional(),
  grep: text.optional(),
  lastFailed: text.optional().describe('The report of the former run, of which those that did not pass are played again.'),
  shard: text.optional().describe('"2/4": the second of four parts.'),
  shardedBy: z.enum(['durations', 'count']).optional(),
  repeat: count.optional(),
  retries: count.optional(),
  failsOnFlaky: z.boolean().optional(),
  changed: z.array(text).optional(),
});
const detail = z.record(text, z.unknown());
const vocabulary = z.object({
  contexts: z.array(text),
  noun: z.object({ one: text, many: text, ko: text }),
  statuses: z.record(text, z.record(text, text)),
  view: text.optional(),
  owner: text.optional(),
  told: z.array(text).optional(),
});
const message = { context: text, seq: count, id: text, type: text, subject: text };

const envelope = z.object({
  specversion: z.literal('1.0'),
  id: text,
  source: text,
  type: text,
  subject: text,
  time: text,
  datacontenttype: z.literal('application/json'),
  correlationid: text,
  causationid: text,
  traceparent: text,
  data: z.unknown(),
});

const common = {
  n: z.int().min(1).describe('Counts from 1 within its scenario, or within the run for entries of no scenario.'),
  atMs: ms.describe('Milliseconds since the scenario began, or the run for entries of no scenario, by the clock of the run.'),
  scenario: z.int().min(1).optional().describe("The scenario's place in the run, from 1; absent for entries of the run itself."),
};

const entryOf = <Kind extends string, Shape extends z.ZodRawShape>(kind: Kind, shape: Shape) =>
  z.object({ ...common, kind: z.literal(kind), ...shape });

/** One line of a recording, as `src/kernel/recording.ts` declares it. */
export const entrySchema = z
  .discriminatedUnion('kind', [
    entryOf('run.started', {
      version: count,
      program: text,
      startedAt: text,
      seed: text,
      bus: text,
      time: z.enum(['real', 'virtual']),
      scenarioCount: count,
      selection: selection.optional().describe('Which scenarios were chosen, and how often they are played; absent where all are, once.'),
      vocabulary: vocabulary.optional().describe('What the system calls things; absent for the one that comes with the program.'),
    }),
    entryOf('scenario.started', { name: text, position, tags: z.array(text), stepCount: count, round: count.optional() }),
    entryOf('scenario.retried', { attempt: z.int().min(1), outcome, durationMs: ms, failure: failure.optional() }),
    entryOf('step.started', { step: text, text, position }),
    entryOf('step.finished', { step: text, outcome, durationMs: ms, failure: failure.optional() }),
    entryOf('scenario.finished', { outcome, durationMs: ms, expectationCount: count, failure: failure.optional() }),
    entryOf('run.finished', { outcome, exitCode: count, durationMs: ms, counts }),
    entryOf('command', {
      context: text,
      id: text,
      correlation: text,
      operation: text,
      method: text,
      url: text,
      status: count,
      subject: text.optional(),
      body: z.unknown().optional(),
      problem: text.optional(),
    }),
    entryOf('message.published', { context: text, event: envelope }),
    entryOf('message.delivered', { ...message, attempt: count }),
    entryOf('message.handled', {
      ...message,
      handling: z.enum(['handled', 'duplicate', 'parked', 'dead-lettered']),
      reason: text.optional(),
    }),
    entryOf('state', { context: text, table: text, key: z.array(z.union([text, z.number()])), row: detail.nullable(), cause: text }),
    entryOf('context', { context: text, change: z.enum(['started', 'stopped', 'crashed']) }),
    entryOf('fault', { fault: text, detail }),
    entryOf('breaker', { context: text, name: text, change: text, detail }),
    entryOf('load.started', { target: text, shape: text, requests: z.array(text), warnings: z.array(text) }),
    entryOf('load.answers', { answers: z.array(loadAnswer) }),
    entryOf('load.journeys', { ends: z.array(loadJourneyEnd) }),
    entryOf('load.finished', { result: loadResult }),
    entryOf('note', { text }),
  ])
  .describe('One line of a food-sim recording (newline-delimited JSON).');
