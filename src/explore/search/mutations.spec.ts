import { SPOKEN_FOOD } from '../../contexts/spoken.ts';
import { VOCABULARY } from '../../contexts/vocabulary.ts';
import { describe, expect, it } from 'vitest';
import { FOOD } from '../../contexts/index.ts';
import { explore } from './explore.ts';
import { replay } from '../failure/replay.ts';
import { shrink, sizeOf, type Schedule } from '../failure/shrink.ts';
import { replayLines } from '../../findings/schedule-text.ts';
import { columnsOf } from '../../reports/width.ts';
import { createRig } from '../../contexts/rig.fixture.ts';

const hunt = (name: string, seed: string) =>
  explore({
    rig: createRig([name]),
    seed,
    schedules: 1_000,
    workload: 'people',
    strategy: { kind: 'random' },
    signal: new AbortController().signal,
    breathe: async () => undefined,
  });

/** Every schedule with one thing less: an errand, its repetition, a fault, a decision. */
const withOneLess = ({ plan, deviations }: Schedule): readonly Schedule[] => {
  const { faults, errands } = plan;
  const others = <Item>(items: readonly Item[]): readonly (readonly Item[])[] =>
    items.map((_, index) => items.filter((__, other) => other !== index));
  const without = (
    name: 'laggard' | 'slowDisk' | 'lookupOutage' | 'waveringLookups' | 'failingHandler' | 'silence' | 'isPositioned',
  ): readonly Schedule[] => {
    const { [name]: fault, ...rest } = faults;
    return fault === undefined ? [] : [{ plan: { ...plan, faults: rest }, deviations }];
  };
  return [
    ...others(errands).map((left) => ({ plan: { ...plan, errands: left }, deviations })),
    ...errands.flatMap(({ againAfterMs, ...once }, index) =>
      againAfterMs === undefined ? [] : [{ plan: { ...plan, errands: errands.with(index, once) }, deviations }],
    ),
    ...others(faults.partitions).map((partitions) => ({ plan: { ...plan, faults: { ...faults, partitions } }, deviations })),
    ...others(faults.clockJumps).map((clockJumps) => ({ plan: { ...plan, faults: { ...faults, clockJumps } }, deviations })),
    ...without('laggard'),
    ...without('slowDisk'),
    ...without('lookupOutage'),
    ...without('waveringLookups'),
    ...without('failingHandler'),
    ...without('silence'),
    ...without('isPositioned'),
    ...others(faults.outages ?? []).map((outages) => ({ plan: { ...plan, faults: { ...faults, outages } }, deviations })),
    ...errands.flatMap(({ body, ...usual }, index) =>
      body === undefined ? [] : [{ plan: { ...plan, errands: errands.with(index, usual) }, deviations }],
    ),
    ...others([...deviations]).map((left) => ({ plan, deviations: new Map(left) })),
  ];
};

describe.each(FOOD.mutations.map(({ name }) => name))('the mutation %s', (name) => {
  it('is found within 1,000 schedules, shrinks to at most 15 steps of which none can be spared, and shows the same again in a screen', async () => {
    const { failure } = await hunt(name, '3');
    if (failure === undefined) throw new Error(`${name} was not found`);
    const rig = createRig([name]);
    const { failure: small } = await shrink(rig, failure);
    expect(small.violation.invariant).toBe(failure.violation.invariant);
    expect(sizeOf(small, SPOKEN_FOOD)).toBeLessThanOrEqual(15);

    for (const smaller of withOneLess(small)) {
      const { violations } = await replay(rig, smaller);
      expect(violations.map(({ invariant }) => invariant)).not.toContain(small.violation.invariant);
    }

    const once = await replay(rig, small);
    const twice = await replay(createRig([name]), small);
    expect(once.violations.map(({ invariant }) => invariant)).toContain(small.violation.invariant);
    expect(JSON.stringify(twice)).toBe(JSON.stringify(once));

    const story = replayLines({ system: 'food', mutations: [name], ...small, trace: once.trace }, once, {
      lang: 'ko',
      vocabulary: VOCABULARY,
      width: 100,
    });
    expect(story.length).toBeGreaterThan(2);
    expect(story.length).toBeLessThanOrEqual(40);
    expect(Math.max(...story.map(columnsOf))).toBeLessThanOrEqual(100);

    const { violations } = await replay(createRig(), small);
    expect(violations).toEqual([]);
  }, 120_000);
});
