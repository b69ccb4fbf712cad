import type { LoadResult } from '../kernel/load.ts';
import type { Failure } from '../kernel/recording.ts';
import { storiesOf, UNPAINTED, type FailureStyle } from './failure-text.ts';
import { createFold, isBad, type RunStarted, type ScenarioResult } from './fold.ts';
import type { CreateReporter } from './report.ts';
import { REPORT_VERSION, type Report } from './report-schema.ts';

const failureOf = (failure: Failure | undefined): { failure?: Report['scenarios'][number]['failure'] } =>
  failure === undefined ? {} : { failure: { ...failure } };

/** A copy, since what is written may be changed by nobody else and the schema's types say so. */
const loadOf = (load: LoadResult): NonNullable<Report['scenarios'][number]['load']> =>
  structuredClone(load) as NonNullable<Report['scenarios'][number]['load']>;

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
    steps: result.steps.map((step) => ({
      step: step.step,
      text: step.text,
      ...step.position,
      outcome: step.outcome,
      durationMs: step.durationMs,
      ...failureOf(step.failure),
    })),
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
      const { program, startedAt, seed, bus, time } = started;
      const end = run === undefined ? {} : { outcome: run.outcome, exitCode: run.exitCode, durationMs: run.durationMs, counts: run.counts };
      const sorted = scenarios.sort((a, b) => a.id - b.id);
      const report: Report = {
        version: REPORT_VERSION,
        program,
        startedAt,
        seed,
        bus,
        time,
        finished: run !== undefined,
        ...end,
        ...(others.length === 0 ? {} : { furtherRuns: others }),
        scenarios: sorted,
      };
      write(`${JSON.stringify(report, null, 2)}\n`);
    },
  });
};
