/** A whole scenario: its sections, in the order in which they are read. */
import type { Given, GivenStage, PlaceFields, Scenario, ScenarioConfig, Template } from './ast.ts';
import { COMMAND_STEPS, ORDER_FIELDS, REFUSED_STEP, REQUEST_STEP, riderField, withOrderDefaults } from './commands.ts';
import { FAULT_STEPS } from './fault-steps.ts';
import { FLOW_STEPS, nestingSteps } from './flow.ts';
import { invariantSections } from './invariants-section.ts';
import { loadSection, scalar } from './load-section.ts';
import { stepList, type StepType } from './step-types.ts';
import { defineForm, fields, list, mapOf, oneOfForms, optional, placed, refined, required, type FieldTable, type Form, type ValuesOf } from './structures.ts';
import { takenAs } from './taken.ts';
import { duration, literal, newName, variableName, whole, word, type Type } from './types.ts';

/** Every kind of step, in the order of the reference. */
export const STEP_TYPES: readonly StepType[] = [...COMMAND_STEPS, REQUEST_STEP, REFUSED_STEP, ...FLOW_STEPS, ...nestingSteps(() => STEP_TYPES), ...FAULT_STEPS];

/** The settings of the system under test. */
export const CONFIG_FIELDS = {
  'lookup timeout': optional(duration(), "How long a review waits for its order's look-up."),
  breaker: optional(word('a breaker', ['hystrix', 'cockatiel'] as const), 'Which circuit breaker guards the look-up.'),
  'breaker volume': optional(whole(1, 100_000), 'The calls in a window below which it never opens.'),
  'breaker error percent': optional(whole(1, 100), 'The share of failures from which it opens.'),
  'breaker sleep': optional(duration(), 'How long it stays open before a probe.'),
  'breaker window': optional(duration(), 'The window that is counted.'),
  'breaker buckets': optional(whole(1, 1000), "The window's buckets."),
  'breaker health interval': optional(duration(), 'How often it looks at the window.'),
  'breaker concurrency': optional(whole(1, 10_000), 'How many calls may run at once; the next one is rejected.'),
};

const config = refined(fields('config', CONFIG_FIELDS), (values): ScenarioConfig => {
  const durations = {
    'lookup timeout': 'lookupTimeoutMs',
    'breaker sleep': 'breakerSleepMs',
    'breaker window': 'breakerWindowMs',
    'breaker health interval': 'breakerHealthIntervalMs',
  } as const satisfies Partial<Record<keyof typeof CONFIG_FIELDS, keyof ScenarioConfig>>;
  const others = {
    breaker: 'breaker',
    'breaker volume': 'breakerVolume',
    'breaker error percent': 'breakerErrorPercent',
    'breaker buckets': 'breakerBuckets',
    'breaker concurrency': 'breakerConcurrency',
  } as const satisfies Partial<Record<keyof typeof CONFIG_FIELDS, keyof ScenarioConfig>>;
  const names: Readonly<Record<string, string>> = { ...durations, ...others };
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [names[key] ?? key, value]));
});

type GivenOrder = { readonly kind: 'order'; readonly stage: GivenStage; readonly place: PlaceFields; readonly rider: Template };
type GivenThing = GivenOrder | { readonly kind: 'customer'; readonly customer: Template; readonly coupons: number };

const STAGE_DOCS: Readonly<Record<GivenStage, string>> = {
  placed: 'An order that is placed and paid (or declined).',
  accepted: 'An order that the store took.',
  cooking: 'An order being cooked.',
  cooked: 'An order cooked, waiting for a rider.',
  picked: 'An order on its way.',
  delivered: 'A delivered order, ready to be reviewed.',
};

const givenOrder = (stage: GivenStage): Form<GivenThing> =>
  defineForm<FieldTable & typeof ORDER_FIELDS, GivenThing>({
    key: stage,
    what: 'given',
    doc: STAGE_DOCS[stage],
    examples: [`${stage}: lunch, customer: kim`],
    fields: { [stage]: required(newName('order'), STAGE_DOCS[stage]), ...ORDER_FIELDS, rider: optional(riderField(), 'Who brings it; `r1` unless said.') },
    build: (values) => {
      // A computed key is beyond the type checker; the fields above say what the values are.
      const { [stage]: order, rider = 'r1' as Template, ...orderFields } = values as Readonly<Record<string, Template>>;
      return { kind: 'order', stage, place: withOrderDefaults(order as Template, orderFields as unknown as ValuesOf<typeof ORDER_FIELDS>), rider };
    },
  });

/** What the world can be given. */
export const GIVEN_FORMS: readonly Form<GivenThing>[] = [
  ...(Object.keys(STAGE_DOCS) as GivenStage[]).map(givenOrder),
  defineForm({
    key: 'customer',
    what: 'given',
    doc: 'A customer who has been here before: with a delivered order, named `NAME-before`, and so many coupons.',
    examples: ['customer: kim, coupons: 2'],
    fields: {
      customer: required(takenAs('placeOrder', 'customerId', literal("a customer's id")), "The customer's id."),
      coupons: optional(whole(1, 100), 'The welcome coupon counts as one; 1 unless said.'),
    },
    build: ({ customer, coupons = 1 }, _complain, reading): GivenThing => {
      reading.introduce('order', `${customer}-before`, { from: 0, to: 0 });
      return { kind: 'customer', customer: customer as Template, coupons };
    },
  }),
];

const valuesOfVars = mapOf('vars', variableName(), scalar());

const vars: typeof valuesOfVars = {
  ...valuesOfVars,
  read: (node, at, reading) => {
    const values = valuesOfVars.read(node, at, reading);
    const resolved = reading.resolve(node);
    const keys = new Map(resolved === undefined ? [] : reading.entries(resolved).map(({ key, keyNode }) => [key, keyNode]));
    for (const variable of Object.keys(values ?? {})) reading.introduceVariable(variable, keys.get(variable) ?? at);
    return values;
  },
};

const TAG = { matches: /^[\p{L}\p{N}_.:-]+$/u, says: 'letters, digits, - _ . and :' };

const steps = stepList(() => STEP_TYPES);

/** The sections of a scenario. */
export const SCENARIO_FIELDS = {
  name: required(literal('the name of the scenario'), 'What it shows, as a sentence; reports show it.'),
  description: optional(literal(), 'More about it.'),
  tags: optional(list(literal('a tag', TAG), { isEmptyAllowed: true, orOne: true }), 'Words to select it by: `--tag`.'),
  vars: optional(vars, 'Variables and their values; `--var NAME=VALUE` overrides them.'),
  timeout: optional(duration(), 'The longest that the whole scenario may take.'),
  seed: optional(literal('a seed'), 'The seed of its random draws and ids, unless `--seed` says another.'),
  mutation: optional(literal('the name of a mutation'), 'A mutation of the system to run with.'),
  config: optional(config, 'Settings of the system under test.'),
  given: optional(list(placed(oneOfForms('given', () => GIVEN_FORMS)) as Type<Given>), 'The world it starts in: made, and settled, before the first step.'),
  steps: optional(steps, 'What happens, one after another; only a scenario with a load may have none.'),
  load: optional(loadSection(), 'A load to drive, once the steps have prepared the world.'),
  invariants: optional(invariantSections(), 'Rules of its own: `run` holds to those that are always and eventually so, `explore` to all.'),
};

/** A whole scenario, still without its position. */
export const SCENARIO_TYPE = refined(fields('a scenario', SCENARIO_FIELDS), (values, complain): Omit<Scenario, 'position'> | undefined => {
  if (values.steps === undefined && values.load === undefined) return complain(`a scenario needs steps: ${steps.says}`);
  const { timeout, tags = [], vars: variables = {}, config: settings = {}, steps: played = [], given = [], invariants = [], ...others } = values;
  return { ...others, steps: played, tags, vars: variables, config: settings, given, invariants, ...(timeout === undefined ? {} : { timeoutMs: timeout }) };
});
