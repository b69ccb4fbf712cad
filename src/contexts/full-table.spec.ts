import { describe, expect, it } from 'vitest';
import { drawSchedule } from '../explore/schedule/draw-schedule.ts';
import { isWavering } from '../explore/simulate/wavering.ts';
import { play } from '../explore/simulate/play.ts';
import { createRig } from './rig.fixture.ts';

const rig = createRig();
const drawing = { seed: '1', workload: 'people', strategy: { kind: 'random' } } as const;
const drawn = Array.from({ length: 1_000 }, (_, index) => drawSchedule(drawing, index + 1, rig.repertoire));
const tables = drawn.flatMap((one) =>
  one.plan.faults.waveringLookups === undefined ? [] : [{ ...one, wavering: one.plan.faults.waveringLookups }],
);

describe('a full table', () => {
  it('makes as many calls as open a breaker, one fewer and one more, of which half fail, one fewer or one more', () => {
    const calls = new Set(tables.map(({ wavering: { of } }) => of));
    expect([...calls]).toEqual(expect.arrayContaining([19, 20, 21]));
    expect([...calls].some((count) => count > 100)).toBe(true);
    for (const { wavering } of tables) {
      const fails = Array.from({ length: wavering.of }, (_, index) => isWavering(wavering, index));
      expect(fails.filter(Boolean)).toHaveLength(wavering.failing);
      // Nobody has to ask once more after the last.
      expect(fails.at(-1)).toBe(false);
      expect(Math.abs(2 * wavering.failing - wavering.of)).toBeLessThanOrEqual(3);
    }
  });

  it('has everybody answered in the end', async () => {
    for (const { plan, decisions } of tables.slice(0, 6)) expect((await play(rig, { plan, decisions })).violations).toEqual([]);
  });
});
