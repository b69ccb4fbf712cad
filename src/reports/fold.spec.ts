import { describe, expect, it } from 'vitest';
import type { EntryBody, Failure } from '../kernel/recording.ts';
import { createFold, failuresOf, type ScenarioResult } from './fold.ts';

const position = { file: 'a.yaml', line: 1, column: 1 };
const failure: Failure = { message: 'is paid, and not canceled' };

const folded = (bodies: readonly EntryBody[]): readonly ScenarioResult[] => {
  const results: ScenarioResult[] = [];
  const fold = createFold({ scenario: (result) => void results.push(result) });
  bodies.forEach((body, index) => fold.entry({ n: index + 1, atMs: index, scenario: 1, ...body }));
  fold.end();
  return results;
};

const STARTED: EntryBody = { kind: 'scenario.started', name: 'lunch', position, tags: [], stepCount: 1 };
const finished = (more: object = {}): EntryBody => ({
  kind: 'scenario.finished',
  outcome: 'passed',
  durationMs: 1,
  expectationCount: 1,
  ...more,
});
const step = (path: string, more: object = {}): readonly EntryBody[] => [
  { kind: 'step.started', step: path, text: `step ${path}`, position: { ...position, line: 7 } },
  { kind: 'step.finished', step: path, outcome: 'passed', durationMs: 1, ...more },
];

describe('the fold of a recording', () => {
  it('keeps of many steps the last ones, and of the others what went wrong', () => {
    const steps = Array.from({ length: 10_001 }, (_, index) =>
      step(`1.${index}`, index === 3 ? { outcome: 'failed', failure } : {}),
    ).flat();
    const [result] = folded([STARTED, ...steps, finished()]);
    expect(result?.steps.length).toBe(5_002);
    expect(result?.steps[0]).toMatchObject({ step: '1.3', failure, position: { line: 7 } });
    expect(result?.steps.at(-1)).toMatchObject({ step: '1.10000' });
  });

  it('tells the failure of the scenario only where no step has told it', () => {
    const failing = step('1', { outcome: 'failed', failure });
    expect(folded([STARTED, ...failing, finished({ outcome: 'failed', failure })])[0]).not.toHaveProperty('failure');
    expect(folded([STARTED, ...step('1'), finished({ outcome: 'failed', failure })])[0]).toMatchObject({ failure });
  });

  it('places a failure where it says itself that it is, else at its step or scenario', () => {
    const placesOf = (...bodies: readonly EntryBody[]) =>
      folded([STARTED, ...bodies]).flatMap((result) => failuresOf(result).map(({ position: { line } }) => line));
    expect(placesOf(...step('1'), finished({ outcome: 'failed', failure: { ...failure, position: { ...position, line: 5 } } }))).toEqual([
      5,
    ]);
    expect(placesOf(...step('1'), finished({ outcome: 'failed', failure }))).toEqual([1]);
    expect(placesOf(...step('1', { outcome: 'failed', failure }), finished({ outcome: 'failed' }))).toEqual([7]);
    expect(placesOf(...step('1'), finished({ outcome: 'inconclusive' }))).toEqual([1]);
  });

  it('tells a scenario that never finished as interrupted', () => {
    expect(folded([STARTED, ...step('1')])).toMatchObject([{ outcome: 'interrupted', steps: [{ step: '1' }] }]);
  });
});
