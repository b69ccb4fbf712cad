/** A scenario that passes with one of its expectations negated expects nothing there. */
import { SPOKEN_FOOD } from '../src/contexts/spoken.ts';
import { FOOD_GRAMMAR } from '../src/contexts/grammar.fixture.ts';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SILENT_LOG } from '../src/kernel/log.ts';
import type { Outcome } from '../src/kernel/recording.ts';
import type { Scenario } from '../src/scenarios/language/ast.ts';
import { parseScenarios } from '../src/scenarios/language/parse.ts';
import { runScenarios } from '../src/scenarios/runner/run.ts';
import { negatedScenarios } from './negations.fixture.ts';

const ROOT = join(import.meta.dirname, '..');
const BUNDLED = globSync('scenarios/*.yaml', { cwd: ROOT })
  .sort()
  .flatMap((file) => [...parseScenarios(readFileSync(join(ROOT, file), 'utf8'), file, FOOD_GRAMMAR).scenarios]);

/** Runs scenarios that stand in no file, and gives how each ended. */
const outcomesOf = async (scenarios: readonly Scenario[]): Promise<readonly Outcome[]> => {
  const outcomes: Outcome[] = [];
  const options = {
    system: SPOKEN_FOOD,
    scenarios,
    paths: [],
    bus: { kind: 'memory' },
    time: 'virtual',
    seed: '1',
    jobs: 1,
    bail: false,
    tags: [],
    vars: {},
    keep: false,
    faults: [],
    mutations: [],
    signal: new AbortController().signal,
  } as const;
  await runScenarios(
    options,
    (entry) => {
      if (entry.kind === 'scenario.finished') outcomes.push(entry.outcome);
    },
    SILENT_LOG,
  );
  return outcomes;
};

describe('a bundled scenario with one expectation negated', { timeout: 120_000 }, () => {
  it.each(BUNDLED)('fails: $name', async (scenario) => {
    const negations = negatedScenarios(scenario);
    expect(negations.length).toBeGreaterThan(1);
    const outcomes = await outcomesOf(negations.map(({ instead }) => instead));
    expect(negations.map(({ what }, index) => `${outcomes[index]}: ${what}`).filter((said) => !said.startsWith('failed'))).toEqual([]);
  });

  it('is not told from one that expects something where it expects nothing', async () => {
    const [empty] = parseScenarios(
      'name: Nothing\nsteps:\n  - place: { order: a, customer: kim }\n  - expect: { events: a, include: OrderPlaced }\n',
      'x.yaml',
      FOOD_GRAMMAR,
    ).scenarios;
    const blind = negatedScenarios(empty!).map(({ instead }) => ({
      ...instead,
      steps: instead.steps.filter(({ kind }) => kind !== 'expect'),
    }));
    expect(await outcomesOf(blind)).toEqual(['passed']);
  });
});
