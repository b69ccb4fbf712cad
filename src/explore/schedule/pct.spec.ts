import { describe, expect, it } from 'vitest';
import { createRandom } from '../../kernel/random.ts';
import { drawSchedule } from './draw-schedule.ts';
import { createPriorityDecisions } from './pct.ts';
import { REPERTOIRE } from '../../contexts/rig.fixture.ts';

const CONTEXTS = ['front', 'store', 'rider', 'notification', 'customer'] as const;

/** The delays that each context's deliveries get, in the order in which they are asked for. */
const delaysOf = (seed: string, depth: number): ReadonlyMap<string, readonly number[]> => {
  const decisions = createPriorityDecisions(createRandom(seed), depth, REPERTOIRE);
  const delays = new Map<string, number[]>(CONTEXTS.map((name) => [name, []]));
  for (let message = 0; message < 12; message += 1) {
    for (const context of CONTEXTS)
      delays.get(context)?.push(
        decisions.decide(
          () => `delay Paid A to ${context}${message === 0 ? '' : ` #${message}`}`,
          () => 0,
        ),
      );
  }
  return delays;
};

const changesIn = (delays: readonly number[]): number => delays.filter((delay, index) => index > 0 && delay !== delays[index - 1]).length;
const seeds = Array.from({ length: 50 }, (_, index) => `seed ${index}`);

describe('decisions by priorities', () => {
  it('give every context a wait of its own, which stays while no priority changes', () => {
    for (const seed of seeds) {
      const delays = [...delaysOf(seed, 1).values()];
      expect(delays.every((each) => changesIn(each) === 0)).toBe(true);
      expect(new Set(delays.map(([first]) => first)).size).toBe(CONTEXTS.length);
    }
  });

  it('let a context fall behind all others, so often as there are changes', () => {
    let most = 0;
    for (const seed of seeds) {
      const delays = [...delaysOf(seed, 4).values()];
      const changes = delays.reduce((sum, each) => sum + changesIn(each), 0);
      expect(changes).toBeLessThanOrEqual(3);
      most = Math.max(most, changes);
      for (const each of delays) expect(each).toEqual([...each].sort((a, b) => a - b));
    }
    expect(most).toBe(3);
  });

  it('put any context first, and any last', () => {
    const ranked = seeds.map((seed) => [...delaysOf(seed, 1)].sort(([, [a = 0]], [, [b = 0]]) => a - b).map(([context]) => context));
    expect(new Set(ranked.map((order) => order[0]))).toEqual(new Set(CONTEXTS));
    expect(new Set(ranked.map((order) => order.at(-1)))).toEqual(new Set(CONTEXTS));
  });

  it('leave other decisions to their own rates, and note what was decided', () => {
    const decisions = createPriorityDecisions(createRandom('x'), 1, REPERTOIRE);
    expect(
      decisions.decide(
        () => 'crash front after-commit Paid #1',
        () => 1,
      ),
    ).toBe(1);
    expect(
      decisions.decide(
        () => 'drop Paid A to store',
        () => 0,
      ),
    ).toBe(0);
    expect([...decisions.deviations()]).toEqual([['crash front after-commit Paid #1', 1]]);
  });

  it('draw the same schedule again from the seed and its place', () => {
    const draw = () => drawSchedule({ seed: '5', workload: 'people', strategy: { kind: 'pct', depth: 3 } }, 17, REPERTOIRE).plan;
    expect(draw()).toEqual(draw());
    expect(draw().faults.isInOrder).toBe(false);
  });
});
