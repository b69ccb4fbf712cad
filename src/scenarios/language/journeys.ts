/** Journeys of a load: what people do one after another, in the words of steps as far as they can be asked from outside. */
import type { ClaimKind } from '../definition.ts';
import type { CommandStep, LoadJourney, PauseStep, RequestStep, Step } from './ast.ts';
import { flowSteps, type Judging } from './flow.ts';
import { ANSWER_FIELDS, requestFields } from './request-step.ts';
import type { Speech } from './speech.ts';
import { defineStep, stepList, type StepType } from './step-types.ts';
import { fields, list, optional, placed, refined, required, shorthand, type FieldsType } from './structures.ts';
import { duration, literal, newName, whole, type Type } from './types.ts';

/** A name that a threshold can hold. */
export const METRIC_NAME = { matches: /^[\p{L}\p{N}_-]+$/u, says: 'letters, digits, - and _' };

const THINK_STEP: StepType<PauseStep> = defineStep({
  key: 'think',
  group: 'flow',
  doc: 'Time that a person takes: so long, or drawn each time from a range.',
  examples: ['think: 500ms', 'think: { from: 100ms, to: 2s }'],
  value: refined(
    shorthand('think', 'from', {
      from: required(duration(), 'How long, at the least.'),
      to: optional(duration(), 'At the most; always the same unless said.'),
    }),
    ({ from, to }, complain): Pick<PauseStep, 'durationMs' | 'mostMs'> | undefined => {
      if (to !== undefined && to < from) return complain('a range goes up', 'from at most to');
      return { durationMs: from, ...(to === undefined ? {} : { mostMs: to }) };
    },
  ),
  build: (range, base) => ({ kind: 'pause', ...base, ...range }),
});

const namedRequest = (speech: Speech, request: StepType): StepType<RequestStep> =>
  defineStep({
    key: request.key,
    group: 'commands',
    doc: request.doc,
    examples: request.examples,
    value: fields('request', {
      name: optional(literal("a request's name", METRIC_NAME), 'Its name in the results; method and path unless said.'),
      ...requestFields(speech),
      expect: optional(fields('expect', ANSWER_FIELDS), 'What the answer must be.'),
      as: optional(newName('answer'), 'A name by which later steps know the answer.'),
    }),
    build: ({ method = 'GET', path: url, headers: sent = {}, ...values }, base): RequestStep => ({
      kind: 'request',
      ...base,
      method,
      url,
      headers: sent,
      ...values,
    }),
  });

/** What journeys are made of. */
export interface JourneyParts extends Judging {
  readonly speech: Speech;
  readonly commands: readonly StepType<CommandStep>[];
  /** The steps `request` and `refused` of scenarios. */
  readonly request: StepType;
  readonly refused: StepType;
  /** Examples of a generic step, by its key. */
  readonly examples: (key: string) => readonly string[];
}

/** Expectations that can be asked over HTTP, again and again. */
const AWAITED: readonly string[] = ['resource', 'row'];

/** The kinds of steps that a journey can have: what somebody outside can ask, look at, wait for and keep. */
export const journeySteps = ({ speech, commands, request, refused, examples, ...judging }: JourneyParts): readonly StepType[] => {
  const stepsOver = (isTaken: (claim: ClaimKind) => boolean, keys: readonly string[]): readonly StepType[] =>
    flowSteps({ ...judging, claims: judging.claims.filter(isTaken) }, examples).filter(({ key }) => keys.includes(key));
  return [
    ...commands,
    namedRequest(speech, request),
    refused,
    ...stepsOver(({ isJudgedAtOnce }) => isJudgedAtOnce === true, ['expect']),
    ...stepsOver(({ form }) => AWAITED.includes(form), ['eventually', 'capture', 'pause']),
    THINK_STEP,
  ];
};

const inOwnScope = (steps: Type<readonly Step[]>): Type<readonly Step[]> => ({
  ...steps,
  get schema() {
    return { type: 'array', minItems: 1, items: { $ref: '#/$defs/journeyStep' } };
  },
  read: (node, at, reading) => reading.scoped(() => steps.read(node, at, reading)),
});

/** What is said of a journey. */
export const journeyFields = (types: () => readonly StepType[]) => ({
  name: required(literal("a journey's name", METRIC_NAME), 'Its name in results and thresholds: `journey.NAME.finished >= 95%`.'),
  weight: optional(whole(1, 1_000_000), 'Its share among the journeys; 1 unless said.'),
  tags: optional(
    list(literal('a tag', METRIC_NAME), { orOne: true }),
    'Words under which the requests of all its steps are counted too: `TAG.latency.p99 < 200ms`.',
  ),
  steps: required(inOwnScope(stepList(types)), 'What happens, one after another; names and captured values are its own.'),
});

/** A journey. */
export const journey = (types: () => readonly StepType[]): Type<LoadJourney> & Pick<FieldsType<unknown>, 'fields'> => {
  const table = journeyFields(types);
  return {
    ...placed(
      refined(fields('a journey', table), ({ weight = 1, tags = [], ...values }): Omit<LoadJourney, 'position'> => ({
        weight,
        tags,
        ...values,
      })),
    ),
    fields: table,
  };
};
