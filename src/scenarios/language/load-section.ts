/** The `load` section: read here, given its meaning by those who run it. */
import { isMap, isScalar } from 'yaml';
import type { LoadRequest, LoadSection, LoadStage } from './ast.ts';
import { LOAD_SITUATIONS } from './ast-load.ts';
import { lookupDelay } from './fault-steps.ts';
import { feeders } from './feeders.ts';
import { journey, METRIC_NAME } from './journeys.ts';
import { requestFields } from './request-step.ts';
import type { Speech } from './speech.ts';
import type { StepType } from './step-types.ts';
import { fields, list, optional, placed, refined, required } from './structures.ts';
import { duration, flag, literal, whole, word, type Type } from './types.ts';

/** Requests in each second: `20/s`, or the number alone. */
const arrivals = (): Type<number> => {
  const number = whole(1, 100_000);
  const says = 'a rate like 20/s';
  return {
    says,
    schema: { anyOf: [number.schema, { type: 'string', pattern: '^\\d+/s$' }] },
    read: (node, at, reading) => {
      const resolved = reading.resolve(node);
      const rate = isScalar(resolved) && typeof resolved.value === 'string' ? /^(\d{1,6})\/s$/.exec(resolved.value) : null;
      if (rate !== null && Number(rate[1]) >= 1) return Number(rate[1]);
      if (!isScalar(resolved) || typeof resolved.value !== 'string') return number.read(node, at, reading);
      reading.complain(resolved, `${resolved.value} is not a rate`, { expected: says });
      return undefined;
    },
  };
};

const CONCURRENCY_FIELDS = {
  users: optional(whole(1, 10_000), 'Closed loop: so many users, each waiting for its answer.'),
  arrivals: optional(arrivals(), 'Open loop: requests that begin in each second, answered or not.'),
};

const stage = refined(
  fields('a stage', {
    ...CONCURRENCY_FIELDS,
    duration: required(duration(), 'How long it takes.'),
    ramp: optional(flag(), 'True: gradually, from where the stage before ended; false (the default): at once.'),
    'slow lookup': optional(lookupDelay(), 'From the beginning of the stage on, calls between contexts are so slow; `off` ends it.'),
  }),
  ({ users, arrivals: arrivalsPerSecond, duration: durationMs, ramp = false, 'slow lookup': slow }, complain): LoadStage | undefined => {
    if ((users === undefined) === (arrivalsPerSecond === undefined)) return complain('a stage needs either users or arrivals');
    return {
      durationMs,
      ramp,
      ...(slow === undefined ? {} : { slowLookup: slow.delay }),
      ...(users === undefined ? {} : { users }),
      ...(arrivalsPerSecond === undefined ? {} : { arrivalsPerSecond }),
    };
  },
);

const request = (speech: Speech): Type<LoadRequest> =>
  refined(
    fields('a request', {
      name: optional(literal(), 'Its name in the results; method and path unless said.'),
      ...requestFields(speech),
      tags: optional(
        list(literal('a tag', METRIC_NAME), { orOne: true }),
        'Words under which it is counted too: `TAG.latency.p99 < 200ms`.',
      ),
      weight: optional(whole(1, 1_000_000), 'Its share among requests and journeys; 1 unless said.'),
    }),
    ({ method = 'GET', headers = {}, weight = 1, tags = [], ...values }): LoadRequest => ({ method, headers, weight, tags, ...values }),
  );

const threshold = placed(
  refined(
    literal('a threshold', {
      matches: /^\s*[\p{L}\p{N}_.()%-]+\s*(<=|>=|==|!=|<|>)\s*\S+\s*$/u,
      says: 'a metric, a comparison and a value: saga.stuck == 0, http.latency.p99 < 200ms',
    }),
    (written) => ({
      text: written.trim(),
    }),
  ),
);

const thresholdsOfSituation = fields('thresholds of a situation', {
  when: required(
    word('a situation of the circuit breaker', LOAD_SITUATIONS),
    'They are judged only in this one; which it is follows from the load and the fault, before anything is measured.',
  ),
  hold: required(list(threshold), 'The thresholds.'),
});

/** A threshold, or several that are judged in one situation alone. */
const thresholds = (): Type<LoadSection['thresholds']> => ({
  says: `a threshold, or { when: ${LOAD_SITUATIONS.join(' | ')}, hold: [thresholds] }`,
  get schema() {
    return { anyOf: [threshold.schema, thresholdsOfSituation.schema] };
  },
  read: (node, at, reading) => {
    if (!isMap(reading.resolve(node))) {
      const one = threshold.read(node, at, reading);
      return one && [{ text: one.text, position: one.position }];
    }
    const group = thresholdsOfSituation.read(node, at, reading);
    return group?.hold.map(({ text, position }) => ({ text, position, when: group.when }));
  },
});

/** The load section: what drives the system, and what must hold of the result. */
export const loadFields = (speech: Speech, journeySteps: () => readonly StepType[]) => ({
  ...CONCURRENCY_FIELDS,
  stages: optional(list(stage), 'Loads one after another: ramps, holds, spikes.'),
  duration: optional(duration(), 'How long it is measured.'),
  'warm up': optional(duration(), 'How long it runs before that.'),
  feeders: optional(feeders, 'Values for what is sent, by variable name: one for each request, or for each journey.'),
  requests: optional(list(request(speech)), 'What is sent, drawn by weight.'),
  journeys: optional(list(journey(journeySteps)), 'What people do, one step after another, drawn by weight.'),
  thresholds: optional(list(thresholds()), 'What must hold of the result: `saga.stuck == 0`, `view.lag.p99 < 200ms`.'),
});

/** Reads the load section. */
export const loadSection = (speech: Speech, journeySteps: () => readonly StepType[]): Type<LoadSection> =>
  placed(
    refined(fields('load', loadFields(speech, journeySteps)), (values, complain, reading): Omit<LoadSection, 'position'> | undefined => {
      const {
        users,
        arrivals: arrivalsPerSecond,
        stages,
        duration: durationMs,
        'warm up': warmUpMs,
        feeders: fed = {},
        requests = [],
        journeys = [],
        thresholds: judged = [],
      } = values;
      const all = judged.flat();
      const ways = [users, arrivalsPerSecond, stages].filter((way) => way !== undefined).length;
      if (ways !== 1) return complain('load needs one of users, arrivals and stages');
      if ((durationMs === undefined) === (stages === undefined))
        return complain(stages === undefined ? 'load needs a duration' : 'stages have durations of their own; duration is one too many');
      if (requests.length + journeys.length === 0) return complain('load needs requests, journeys, or both');
      const twice = journeys.find(({ name }, index) => journeys.findIndex((other) => other.name === name) < index);
      if (twice !== undefined) return complain(`two journeys are called ${twice.name}`, 'a name of its own for each');
      reading.expectationCount += all.length;
      return {
        stages: stages ?? [],
        requests,
        journeys,
        feeders: fed,
        thresholds: all,
        ...(users === undefined ? {} : { users }),
        ...(arrivalsPerSecond === undefined ? {} : { arrivalsPerSecond }),
        ...(durationMs === undefined ? {} : { durationMs }),
        ...(warmUpMs === undefined ? {} : { warmUpMs }),
      };
    }),
  );
