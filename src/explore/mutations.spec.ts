import { describe, expect, it } from 'vitest';
import { MUTATIONS } from '../mutations/index.ts';
import { explore } from './explore.ts';
import { replay } from './replay.ts';
import { createRig } from './rig.ts';
import { shrink, sizeOf } from './shrink.ts';

const hunt = (name: string, seed: string) =>
  explore({ rig: createRig([name]), seed, schedules: 1_000, workload: 'people', strategy: { kind: 'random' }, signal: new AbortController().signal, breathe: async () => undefined });

describe.each(MUTATIONS.map(({ name }) => name))('the mutation %s', (name) => {
  it('is found within 1,000 schedules, shrinks to at most 15 steps, and shows the same again', async () => {
    const { failure } = await hunt(name, '3');
    if (failure === undefined) throw new Error(`${name} was not found`);
    const rig = createRig([name]);
    const { failure: small } = await shrink(rig, failure);
    expect(small.violation.invariant).toBe(failure.violation.invariant);
    expect(sizeOf(small)).toBeLessThanOrEqual(15);

    const once = await replay(rig, small);
    const twice = await replay(createRig([name]), small);
    expect(once.violations.map(({ invariant }) => invariant)).toContain(small.violation.invariant);
    expect(JSON.stringify(twice)).toBe(JSON.stringify(once));

    const { violations } = await replay(createRig(), small);
    expect(violations).toEqual([]);
  }, 120_000);
});
