import { JOURNEY_OUTCOMES, OUTCOME_KINDS, unitOf, type MetricUnit } from '../../kernel/load.ts';
import type { LoadSection, ResourceExpectation } from '../../scenarios/language/ast.ts';
import { nameOfVerb } from '../journeys.ts';
import { STATISTICS } from './histogram.ts';

/** How often something did not hold that must: of the system as a whole, and of what clients were told. */
export const HISTORY_METRICS = ['saga.violations', 'history.violations'] as const;

const DURATIONS = [
  'http.latency',
  'http.service',
  'http.start-delay',
  'look-up.duration',
  'look-up.delay',
  'look-up.timeout.wait',
  'view.lag',
  ...OUTCOME_KINDS.map((kind) => `http.${kind}.latency`),
];
const COUNTED = ['http.failed', ...OUTCOME_KINDS.map((kind) => `http.${kind}`)];
const SYSTEM_ONLY = /^(?:saga|history|view|look-up)\.|^breaker\.(?:half-opened|tolerated\.share)$/;

/** Every metric that a threshold can name, but `http.status.NNN.count` and `.share`, which are there for each status. */
export const METRICS: readonly string[] = [
  ...['http.requests', 'http.rate', 'http.availability', 'http.failed-with-500.share'],
  ...COUNTED.flatMap((name) => [`${name}.count`, `${name}.share`]),
  ...DURATIONS.flatMap((name) => STATISTICS.map((statistic) => `${name}.${statistic}`)),
  ...[
    'breaker.opened',
    'breaker.half-opened',
    'breaker.closed',
    'breaker.first-opened',
    'breaker.open.share',
    'breaker.short-circuited.share',
    'breaker.tolerated.share',
  ],
  ...['look-up.count', 'look-up.failed.share'],
  ...['saga.started', 'saga.finished', 'saga.compensated', 'saga.waiting', 'saga.stuck', 'saga.dead-letters'],
  ...HISTORY_METRICS,
];

/** What a load itself gives names to. */
export type NamedByLoad = Pick<LoadSection, 'requests' | 'journeys'>;

const JOURNEY_METRICS = [
  'started',
  ...JOURNEY_OUTCOMES.flatMap((outcome) => [outcome, `${outcome}.count`]),
  ...STATISTICS.map((statistic) => `duration.${statistic}`),
];
const REQUEST_METRICS = [
  'count',
  ...['failed', ...OUTCOME_KINDS].flatMap((kind) => [`${kind}.count`, `${kind}.share`]),
  ...STATISTICS.map((statistic) => `latency.${statistic}`),
];

/** Words that metrics begin with, so that no request, tag or journey can be called so in a threshold. */
const TAKEN = new Set([...METRICS.map((metric) => metric.split('.')[0] ?? ''), 'journey', 'history']);

const stepNames = ({ steps }: LoadSection['journeys'][number]): readonly string[] =>
  steps.flatMap((step): readonly string[] => {
    switch (step.kind) {
      case 'command':
        return [nameOfVerb(step.verb)];
      case 'refused':
        return [nameOfVerb(step.command.verb)];
      case 'request':
        return step.name === undefined ? [] : [step.name];
      case 'eventually': {
        const { resource } = step.expectation as Partial<ResourceExpectation>;
        return resource === undefined ? [] : [resource];
      }
      default:
        return [];
    }
  });

/** The names and tags of a load's requests, those of its steps among them; one that a metric begins with has metrics of its own no more. */
const namesInLoad = ({ requests, journeys }: NamedByLoad): readonly string[] => [
  ...new Set([
    ...requests.flatMap(({ name, tags }) => [...(name === undefined ? [] : [name]), ...tags]),
    ...journeys.flatMap((journey) => [...stepNames(journey), ...journey.tags]),
  ]),
];

/** The metrics that a load has by the names that it gives. */
export const metricsNamedBy = (load: NamedByLoad): readonly string[] => [
  ...namesInLoad(load)
    .filter((name) => !TAKEN.has(name))
    .flatMap((name) => REQUEST_METRICS.map((metric) => `${name}.${metric}`)),
  ...(load.journeys.length === 0 ? [] : JOURNEY_METRICS.map((metric) => `journey.${metric}`)),
  ...load.journeys.flatMap(({ name }) => JOURNEY_METRICS.map((metric) => `journey.${name}.${metric}`)),
];

/** Whether there is a metric of this name, whatever is loaded. */
export const isMetric = (name: string): boolean => METRICS.includes(name) || /^http\.status\.[1-5]\d\d\.(?:count|share)$/.test(name);

/** Whether a metric can only be had from a system that runs here, and not from the answers of one elsewhere. */
export const isOfSystem = (name: string): boolean => SYSTEM_ONLY.test(name);

/** The values that a metric can have, both ends included. */
export const rangeOf = (name: string): { readonly least: number; readonly most: number } => ({
  least: 0,
  most: unitOf(name) === '%' ? 100 : Infinity,
});

const UNIT_WORDS: Readonly<Record<string, { readonly unit: MetricUnit; readonly factor: number }>> = {
  '': { unit: '', factor: 1 },
  ms: { unit: 'ms', factor: 1 },
  s: { unit: 'ms', factor: 1000 },
  m: { unit: 'ms', factor: 60_000 },
  '%': { unit: '%', factor: 1 },
  '/s': { unit: '/s', factor: 1 },
};

/** Reads a value with its unit: `200ms`, `1%`, `50/s`, `0`; undefined where it is none. */
export const readValue = (text: string): { readonly value: number; readonly unit: MetricUnit } | undefined => {
  const match = /^(-?\d+(?:\.\d+)?)\s*(ms|s|m|%|\/s)?$/.exec(text.trim());
  const word = UNIT_WORDS[match?.[2] ?? ''];
  return match === null || word === undefined ? undefined : { value: Number(match[1]) * word.factor, unit: word.unit };
};
