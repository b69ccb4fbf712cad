import type { LoadResult } from '../kernel/load.ts';
import type { Failure } from '../kernel/recording.ts';
import { storiesOf, UNPAINTED, type FailureStyle } from './failure-text.ts';
import { isBad } from '../kernel/verdicts.ts';
import { createFold, type Attempt, type RunStarted, type ScenarioResult } from './fold.ts';
import type { CreateReporter } from './report.ts';
import { REPORT_VERSION, type Report } from './report-schema.ts';

const failureOf = (failure: Failure | undefined): { failure?: Report['scenarios'][number]['failure'] } =>
  failure === undefined ? {} : { failure: { ...failure } };

/** A copy, since what is written may be changed by nobody else and the schema's types say so. */
const loadOf = (load: LoadResult): NonNullable<Report['scenarios'][number]['load']> =>
  structuredClone(load) as NonNullable<Report['scenarios'][number]['load']>;

type Step = Report['scenarios'][number]['steps'][number];

const stepsOf = ({ steps }: Attempt): Step[] =>
  steps.map(({ step, text, position, outcome, durationMs, failure }) => ({
    step,
    text,
    ...position,
    outcome,
    durationMs,
    ...failureOf(failure),
  }));

const attemptsOf = ({ attempts }: ScenarioResult, style: FailureStyle): Pick<Report['scenarios'][number], 'attempts'> =>
  attempts.length === 0
    ? {}
    : {
        attempts: attempts.map((attempt, index) => ({
          attempt: index + 1,
          outcome: attempt.outcome,
          durationMs: attempt.durationMs,
          ...failureOf(attempt.failure),
          steps: stepsOf(attempt),
          stories: [...storiesOf(attempt, style)],
        })),
      };

const scenarioOf = (result: ScenarioResult, style: FailureStyle): Report['scenarios'][number] => {
  const { id, name, position, tags, outcome, durationMs, expectationCount } = result;
  return {
    id,
    name,
    ...position,
    tags: [...tags],
    outcome,
    durationMs,
    expectationCount,
    ...failureOf(result.failure),
    steps: stepsOf(result),
    ...attemptsOf(result, style),
    ...(result.load === undefined ? {} : { load: loadOf(result.load) }),
    ...(isBad(outcome) ? { stories: [...storiesOf(result, style)] } : {}),
  };
};

/** One JSON document, described by schema/report.schema.json. */
export const createJsonReporter: CreateReporter = (write, options) => {
  const scenarios: Report['scenarios'] = [];
  let started: RunStarted | undefined;
  const others: NonNullable<Report['furtherRuns']> = [];
  const style: FailureStyle = { lang: options.lang, vocabulary: options.vocabulary, width: 120, paint: UNPAINTED };
  return createFold({
    started: (run) => {
      started = run;
    },
    another: ({ program, startedAt, seed, bus, time }) => {
      others.push({ program, startedAt, seed, bus, time });
    },
    scenario: (result) => {
      scenarios.push(scenarioOf(result, style));
    },
    finished: (run) => {
      // A run that could not even start has nothing to report; its error was said already.
      if (started === undefined) return;
      const { program, startedAt, seed, bus, time, selection } = started;
      const end = run === undefined ? {} : { outcome: run.outcome, exitCode: run.exitCode, durationMs: run.durationMs, counts: run.counts };
      const sorted = scenarios.sort((a, b) => a.id - b.id);
      const report: Report = {
        version: REPORT_VERSION,
        program,
        startedAt,
        seed,
        bus,
        time,
        ...(selection === undefined ? {} : { selection: structuredClone(selection) as NonNullable<Report['selection']> }),
        finished: run !== undefined,
        ...end,
        ...(others.length === 0 ? {} : { furtherRuns: others }),
        scenarios: sorted,
      };
      write(`${JSON.stringify(report, null, 2)}\n`);
    },
  });
};
