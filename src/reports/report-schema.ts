import { z } from 'zod';
import { OUTCOMES } from '../kernel/recording.ts';
import { loadResult } from './load-schema.ts';
import { selection } from './recording-schema.ts';

/** The version of the JSON report; raised when a member changes its meaning or goes. */
export const REPORT_VERSION = 1;

const outcome = z.enum(OUTCOMES);
const durationMs = z.number().nonnegative().describe('Milliseconds, by the clock of the run.');
const count = z.int().nonnegative();

const position = { file: z.string(), line: z.int().min(1), column: z.int().min(1) };

const failure = z.strictObject({
  message: z.string(),
  expected: z.unknown().optional(),
  actual: z.unknown().optional(),
  mend: z.string().optional().describe('What mends it, where somebody can.'),
  position: z
    .strictObject(position)
    .optional()
    .describe('Where it stands, where that is neither the step nor the beginning of the scenario that tells it.'),
  replay: z.string().optional().describe('The text of a file that `food-sim replay` plays: all that it takes to see the failure again.'),
  subject: z.string().optional().describe('The id of what is concerned.'),
  subjectName: z.string().optional().describe('What the scenario calls it, where that is not its id.'),
});

const step = z.strictObject({
  step: z.string().describe('Its path in the scenario: "3", or "4.2" for a step within a step.'),
  text: z.string().describe('The step as written, on one line.'),
  ...position,
  outcome,
  durationMs,
  failure: failure.optional(),
});

const attempt = z.strictObject({
  attempt: z.int().min(1),
  outcome,
  durationMs,
  failure: failure.optional(),
  steps: z.array(step),
  stories: z.array(z.string()),
});

const scenario = z.strictObject({
  id: z.int().min(1).describe('Its place in the run, from 1.'),
  name: z.string(),
  ...position,
  tags: z.array(z.string()),
  outcome,
  durationMs,
  expectationCount: count,
  failure: failure.optional().describe('Why the scenario as a whole did not pass, beyond its steps.'),
  steps: z.array(step),
  attempts: z.array(attempt).optional().describe('Those before the last one; none passed. One that passed then is flaky.'),
  load: loadResult.optional().describe('What came of its load, where it drove one.'),
  stories: z.array(z.string()).optional().describe('What happened to those concerned, as lines of text; for scenarios that did not pass.'),
});

/** The JSON report: `--report json`. */
export const reportSchema = z
  .strictObject({
    version: z.literal(REPORT_VERSION),
    program: z.string(),
    startedAt: z.iso.datetime(),
    seed: z.string(),
    bus: z.string(),
    time: z.enum(['real', 'virtual']),
    selection: selection.optional(),
    finished: z
      .boolean()
      .describe('False where the recording ends before the run did; then outcome, exitCode, durationMs and counts are absent.'),
    outcome: outcome.optional(),
    exitCode: count.optional(),
    durationMs: durationMs.optional(),
    counts: z
      .strictObject({
        passed: count,
        failed: count,
        errored: count,
        inconclusive: count,
        skipped: count,
        interrupted: count,
        flaky: count.optional(),
      })
      .optional(),
    furtherRuns: z
      .array(
        z.strictObject({
          program: z.string(),
          startedAt: z.iso.datetime(),
          seed: z.string(),
          bus: z.string(),
          time: z.enum(['real', 'virtual']),
        }),
      )
      .optional()
      .describe('Where several runs were recorded in one file, those behind the first one; all are judged together.'),
    scenarios: z.array(scenario).describe('In the order of the run.'),
  })
  .describe('The report of a food-sim run.');

/** What a JSON report holds. */
export type Report = z.infer<typeof reportSchema>;
