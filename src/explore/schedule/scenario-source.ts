import { assert } from '../../kernel/errors.ts';
import type { Scenario, Step } from '../../scenarios/language/ast.ts';
import { grammarOf } from '../../scenarios/grammar.ts';
import type { SpokenSystem } from '../../scenarios/definition.ts';
import { parseScenarios } from '../../scenarios/language/parse.ts';
import type { ScenarioPlan } from './plan.ts';

/** Few files are explored at once; a text is read once for its thousands of schedules. */
const MOST_KEPT = 200;
const kept = new Map<string, Scenario>();

const scenarioOf = ({ file, text, name, vars }: ScenarioPlan, system: SpokenSystem): Scenario => {
  const key = JSON.stringify([system.name, file, name, Object.keys(vars), text]);
  const known = kept.get(key);
  if (known !== undefined) return known;
  const scenario = parseScenarios(text, file, grammarOf(system), { variables: Object.keys(vars) }).scenarios.find(
    (one) => one.name === name,
  );
  assert(scenario !== undefined, `${file} has the scenario ${name}`);
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(key, scenario);
  return scenario;
};

const without = (steps: readonly Step[], leftOut: ReadonlySet<string>): readonly Step[] =>
  steps.flatMap((step): readonly Step[] => {
    if (leftOut.has(step.path)) return [];
    if (!('steps' in step)) return [step];
    const inner = without(step.steps, leftOut);
    return inner.length === 0 ? [] : [{ ...step, steps: inner }];
  });

/** The scenario that a plan plays on a system, without the steps that it leaves out. Throws ScenarioErrors where its text is none. */
export const readScenario = (plan: ScenarioPlan, system: SpokenSystem): Scenario => {
  const scenario = scenarioOf(plan, system);
  return plan.leftOut.length === 0 ? scenario : { ...scenario, steps: without(scenario.steps, new Set(plan.leftOut)) };
};

/** All steps, those within others too, in the order of the file. */
export const allSteps = (steps: readonly Step[]): readonly Step[] =>
  steps.flatMap((step) => ('steps' in step ? [step, ...allSteps(step.steps)] : [step]));
