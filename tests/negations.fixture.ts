/** Scenarios with one of their expectations turned into another that must not hold. */
import type { CouponsExpectation } from '../src/contexts/language/coupons.ts';
import type { DeliveryListExpectation } from '../src/contexts/language/delivery-list.ts';
import type { NoticesExpectation } from '../src/contexts/language/notices.ts';
import { RESOURCE_KINDS } from '../src/contexts/language/resources.ts';
import type { DriftExpectation } from '../src/scenarios/claims/drift.ts';
import type {
  AnswerExpectation,
  AnyOfExpectation,
  DeadLettersExpectation,
  EventsExpectation,
  Expectation,
  JsonTemplate,
  NamedAnswerExpectation,
  RefusedStep,
  ResourceExpectation,
  RowExpectation,
  RowsExpectation,
  Scenario,
  Step,
  Template,
  ValueExpectation,
  Wanted,
} from '../src/scenarios/language/ast.ts';

/** Everything that scenarios of the food system can expect. */
type Claim =
  | ResourceExpectation
  | CouponsExpectation
  | NoticesExpectation
  | EventsExpectation
  | RowExpectation
  | RowsExpectation
  | DeadLettersExpectation
  | DeliveryListExpectation
  | DriftExpectation
  | NamedAnswerExpectation
  | ValueExpectation
  | AnyOfExpectation
  | { readonly form: 'nothing else' };

/** A change of one claim: what it was, and what stands there instead. */
export interface Negation<Value> {
  readonly what: string;
  readonly instead: Value;
}

/** Stands in no text of the domain. */
const STRANGE = '⟂' as Template;

const isMapping = (value: JsonTemplate): value is { readonly [key: string]: JsonTemplate } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Another value than this one, of the same form. */
const otherThan = (value: JsonTemplate): JsonTemplate => {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'string') return `${value}${STRANGE}` as Template;
  if (Array.isArray(value)) return [...(value as readonly JsonTemplate[]), STRANGE];
  return isMapping(value) ? { ...value, [STRANGE]: true } : STRANGE;
};

/** What is not what was wanted. */
const unwanted = (wanted: Wanted): Wanted =>
  'equals' in wanted ? { equals: otherThan(wanted.equals) } : { compares: [{ by: 'one of', to: [STRANGE] }] };

const plusOne = (count: number | Template): number => (typeof count === 'number' ? count + 1 : 999_983);

const negated = <Value extends object>(value: Value, what: string, change: Partial<Record<keyof Value, unknown>>): Negation<Value> => ({
  what,
  instead: { ...value, ...change },
});

const statusBeside = (resource: string, is: readonly Template[]): readonly Template[] => {
  const words = Object.entries(RESOURCE_KINDS.find(({ key }) => key === resource)?.statuses ?? {});
  // The last of them, since the first ones may be passed through on the way.
  return [words.findLast((pair) => !pair.some((word) => is.includes(word as Template)))?.[0] as Template];
};

const answers = <Value extends AnswerExpectation>(value: Value): readonly Negation<Value>[] => [
  ...(value.status === undefined ? [] : [negated(value, 'status', { status: value.status === 418 ? 419 : 418 } as never)]),
  ...(value.body === undefined ? [] : [negated(value, 'body', { body: otherThan(value.body) } as never)]),
  ...Object.entries(value.headers ?? {}).map(([name, text]) =>
    negated(value, `header ${name}`, { headers: { ...value.headers, [name]: `${text}${STRANGE}` } } as never),
  ),
];

const ofEvents = (claim: EventsExpectation): readonly Negation<Expectation>[] => {
  const { form, what: thing, name } = claim;
  const alone = (what: string, instead: object): Negation<Expectation> => ({
    what,
    instead: { form, what: thing, name, ...instead } as Expectation,
  });
  const groups = claim.inOrder ?? [];
  return [
    ...(groups.length > 1
      ? [alone('in order', { inOrder: groups.toReversed() })]
      : groups.map((group) => alone('in order', { exclude: group }))),
    ...(claim.exactly === undefined
      ? []
      : [alone('exactly', { exactly: [...claim.exactly, 'ReviewDeleted'], ...(claim.may === undefined ? {} : { may: claim.may }) })]),
    ...(claim.include ?? []).map((type) => alone(`include ${type}`, { exclude: [type] })),
    ...(claim.exclude ?? []).map((type) => alone(`exclude ${type}`, { include: [type] })),
    ...Object.entries(claim.compensates ?? {}).map(([undoing, undone]) =>
      alone(`compensates ${undoing}`, { compensates: { [undone]: undoing } }),
    ),
    ...Object.keys(claim.causedBy ?? {}).map((type) => alone(`caused by ${type}`, { causedBy: { [type]: type } })),
    ...(claim.nothingElse === undefined ? [] : [alone('nothing else', { nothingElse: true })]),
  ];
};

const ofNotices = (claim: NoticesExpectation): readonly Negation<Expectation>[] => {
  const { form, order } = claim;
  const alone = (what: string, instead: object): Negation<Expectation> => ({ what, instead: { form, order, ...instead } as Expectation });
  return [
    // There is at least the notice that it was placed.
    ...(claim.onceEach === undefined ? [] : [alone('once each', { count: 0 })]),
    ...(claim.include ?? []).map((text) => alone(`include ${text}`, { include: [`${text}${STRANGE}`] })),
    ...(claim.exclude ?? []).map((text) => alone(`exclude ${text}`, { include: [text] })),
    ...(claim.exactly === undefined ? [] : [alone('exactly', { exactly: [...claim.exactly, STRANGE] })]),
    ...(claim.count === undefined ? [] : [alone('count', { count: plusOne(claim.count) })]),
  ];
};

/** Each claim of an expectation, negated. */
export const negationsOf = (expectation: Expectation): readonly Negation<Expectation>[] => {
  const claim = expectation as Claim;
  switch (claim.form) {
    case 'resource':
      return [
        ...(claim.is === undefined ? [] : [negated(claim, 'is', { is: statusBeside(claim.resource, claim.is) })]),
        ...(claim.isNot === undefined ? [] : [negated(claim, "isn't", { isNot: undefined, is: claim.isNot })]),
        ...Object.entries(claim.where ?? {}).map(([field, value]) =>
          negated(claim, `where ${field}`, { where: { ...claim.where, [field]: unwanted(value) } }),
        ),
        ...(claim.exists === undefined
          ? []
          : [negated(claim, 'exists', { exists: !claim.exists, is: undefined, isNot: undefined, where: undefined })]),
      ];
    case 'coupons':
      return [negated(claim, 'is', { count: plusOne(claim.count) })];
    case 'notices':
      return ofNotices(claim);
    case 'events':
      return ofEvents(claim);
    case 'row':
      return Object.entries(claim.where ?? {}).map(([field, value]) =>
        negated(claim, `where ${field}`, { where: { ...claim.where, [field]: unwanted(value) } }),
      );
    case 'rows':
      return [negated(claim, 'count', { count: plusOne(claim.count) })];
    case 'dead letters':
      return [
        negated(claim, 'count', { count: plusOne(claim.count) }),
        ...(claim.reason === undefined || claim.count === 0 ? [] : [negated(claim, 'reason', { reason: `${claim.reason}${STRANGE}` })]),
      ];
    case 'delivery list':
      return [
        ...claim.includes.map((order) => negated(claim, `includes ${order}`, { includes: [], excludes: [order] })),
        ...claim.excludes.map((order) => negated(claim, `excludes ${order}`, { includes: [order], excludes: [] })),
        ...(claim.exactly === undefined || claim.exactly.length === 0 ? [] : [negated(claim, 'exactly', { exactly: [] })]),
      ];
    case 'answer':
      return answers(claim);
    case 'value':
      return [
        ...(claim.is === undefined ? [] : [negated(claim, 'is', { is: unwanted(claim.is) })]),
        ...(claim.isNot === undefined ? [] : [negated(claim, "isn't", { isNot: undefined, is: { equals: claim.isNot } })]),
      ];
    case 'any of':
      return [
        negated(claim, 'any of', {
          alternatives: claim.alternatives.map(([first]) => [negationsOf(first as Expectation)[0]?.instead as Expectation]),
        }),
      ];
    // Nothing is said that could be said otherwise: these are broken by what happens alone.
    case 'nothing else':
    case 'drift':
      return [];
  }
};

const ofRefused = (step: RefusedStep): readonly Negation<Step>[] => [
  { what: 'refused', instead: { ...step.command, position: step.position, text: step.text, path: step.path } },
  ...(step.status === undefined ? [] : [negated<Step>(step, 'status', { status: 418 } as never)]),
  ...(step.code === undefined ? [] : [negated<Step>(step, 'code', { code: `${step.code}${STRANGE}` } as never)]),
  ...(step.message === undefined ? [] : [negated<Step>(step, 'message', { message: `${step.message}${STRANGE}` } as never)]),
];

/** Each claim of a step, negated; those of the steps within it, too. */
const ofStep = (step: Step): readonly Negation<Step>[] => {
  switch (step.kind) {
    case 'expect':
    case 'eventually':
      return negationsOf(step.expectation).map(({ what, instead }) => ({
        what,
        instead: { ...step, ...(step.kind === 'eventually' ? { withinMs: 200 } : {}), expectation: instead },
      }));
    case 'refused':
      return ofRefused(step);
    case 'request':
      return answers(step.expect ?? { status: 200 }).map(({ what, instead }) => ({ what, instead: { ...step, expect: instead } }));
    case 'together':
    case 'repeat':
    case 'for each':
      return ofSteps(step.steps).map(({ what, instead }) => ({ what, instead: { ...step, steps: instead } }));
    default:
      return [];
  }
};

const ofSteps = (steps: readonly Step[]): readonly Negation<readonly Step[]>[] =>
  steps.flatMap((step, index) =>
    ofStep(step).map(({ what, instead }) => ({
      what: what.startsWith('line ') ? what : `line ${step.position.line}: ${what} of ${step.text}`,
      instead: steps.with(index, instead),
    })),
  );

/** The scenario with each of its claims negated, one at a time. */
export const negatedScenarios = (scenario: Scenario): readonly Negation<Scenario>[] => [
  ...ofSteps(scenario.steps).map(({ what, instead }) => ({ what, instead: { ...scenario, steps: instead } })),
  ...scenario.invariants.flatMap((invariant, index) =>
    invariant.mode === 'sometimes'
      ? []
      : negationsOf(invariant.claim).map(({ what, instead }) => ({
          what: `line ${invariant.position.line}: ${what}`,
          instead: { ...scenario, invariants: scenario.invariants.with(index, { ...invariant, claim: instead }) },
        })),
  ),
];
