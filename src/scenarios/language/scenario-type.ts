/** A whole scenario: its sections, in the order in which they are read. */
import type { GivenKind } from '../definition.ts';
import type { Given, InvariantSection, Scenario, ScenarioConfig } from './ast.ts';
import { invariantSections } from './invariants-section.ts';
import { scalar } from './feeders.ts';
import { loadSection } from './load-section.ts';
import type { Speech } from './speech.ts';
import { stepList, type StepType } from './step-types.ts';
import { fields, list, mapOf, oneOfForms, optional, placed, refined, required, type Form } from './structures.ts';
import { duration, literal, variableName, whole, word, type Type } from './types.ts';

/** The settings of the system under test. */
export const CONFIG_FIELDS = {
  'lookup timeout': optional(duration(), 'How long a call to another context may take.'),
  breaker: optional(word('a breaker', ['hystrix', 'cockatiel'] as const), 'Which circuit breaker guards such calls.'),
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

/** What a scenario of one system is made of. */
export interface Parts {
  readonly speech: Speech;
  readonly steps: () => readonly StepType[];
  /** Those that journeys of a load can have. */
  readonly journeySteps: () => readonly StepType[];
  readonly given: readonly GivenKind[];
  readonly invariants: readonly Form<Omit<InvariantSection, 'position'>>[];
}

const givenForm = ({ kind, form }: GivenKind): Form<Pick<Given, 'kind'>> => ({
  ...form,
  read: (entries, at, reading) => {
    const thing = form.read(entries, at, reading);
    return thing === undefined ? undefined : { ...thing, kind };
  },
});

const sectionsOf = ({ speech, steps, journeySteps, given, invariants }: Parts) => {
  const givenForms = given.map(givenForm);
  return {
    name: required(literal('the name of the scenario'), 'What it shows, as a sentence; reports show it.'),
    description: optional(literal(), 'More about it.'),
    tags: optional(list(literal('a tag', TAG), { isEmptyAllowed: true, orOne: true }), 'Words to select it by: `--tag`.'),
    vars: optional(vars, 'Variables and their values; `--var NAME=VALUE` overrides them.'),
    timeout: optional(duration(), 'The longest that the whole scenario may take.'),
    seed: optional(literal('a seed'), 'The seed of its random draws and ids, unless `--seed` says another.'),
    mutation: optional(literal('the name of a mutation'), 'A mutation of the system to run with.'),
    config: optional(config, 'Settings of the system under test.'),
    given: optional(
      list(placed(oneOfForms('given', () => givenForms)) as Type<Given>),
      'The world it starts in: made, and settled, before the first step.',
    ),
    steps: optional(stepList(steps), 'What happens, one after another; only a scenario with a load may have none.'),
    load: optional(loadSection(speech, journeySteps), 'A load to drive, once the steps have prepared the world.'),
    invariants: optional(
      invariantSections(invariants),
      'Rules of its own: `run` holds to those that are always and eventually so, `explore` to all.',
    ),
  };
};

/** The sections of a scenario, and the whole of it, still without its position. */
export const scenarioType = (
  parts: Parts,
): { readonly sections: ReturnType<typeof sectionsOf>; readonly scenario: Type<Omit<Scenario, 'position'>> } => {
  const sections = sectionsOf(parts);
  const scenario = refined(fields('a scenario', sections), (values, complain): Omit<Scenario, 'position'> | undefined => {
    if (values.steps === undefined && values.load === undefined) return complain(`a scenario needs steps: ${sections.steps.type.says}`);
    const {
      timeout,
      tags = [],
      vars: variables = {},
      config: settings = {},
      steps: played = [],
      given = [],
      invariants = [],
      ...others
    } = values;
    return {
      ...others,
      steps: played,
      tags,
      vars: variables,
      config: settings,
      given,
      invariants,
      ...(timeout === undefined ? {} : { timeoutMs: timeout }),
    };
  });
  return { sections, scenario };
};
