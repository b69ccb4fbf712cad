import { describe, expect, it } from 'vitest';
import { OperatingError } from '../../kernel/errors.ts';
import { drawSchedule } from '../schedule/draw-schedule.ts';
import { firstDifference } from './replay.ts';
import { FOOD_MODULE } from '../../contexts/explored.ts';
import { readKeptFailure, writeKeptFailure, type KeptFailure } from './replay-file.ts';
import { REPERTOIRE } from '../../contexts/rig.fixture.ts';

const kept: KeptFailure = {
  system: 'food',
  mutations: ['no-outbox'],
  violation: { invariant: 'There are no dead letters.', found: 'One.', subject: 'o1' },
  plan: drawSchedule({ seed: '7', workload: 'people', strategy: { kind: 'random' } }, 3, REPERTOIRE).plan,
  deviations: new Map([['crash front after-commit placeOrder #1', 1]]),
  trace: ['+0 front started'],
};

const troubleOf = (text: string): OperatingError => {
  try {
    readKeptFailure(text, 'x.json', FOOD_MODULE.system);
  } catch (error) {
    if (error instanceof OperatingError) return error;
    throw error;
  }
  throw new Error('it was read');
};

describe('a kept failure', () => {
  it('reads back as it was written', () => {
    const text = writeKeptFailure(kept);
    expect(readKeptFailure(text, 'x.json', FOOD_MODULE.system)).toEqual(kept);
    expect(writeKeptFailure(readKeptFailure(text, 'x.json', FOOD_MODULE.system))).toBe(text);
  });

  it('refuses what is not JSON, another version, and a misspelt member, by its place', () => {
    expect(troubleOf('{').message).toMatch(/^x\.json is not JSON/);
    const changed = (change: (value: Record<string, unknown>) => void): string => {
      const value = JSON.parse(writeKeptFailure(kept)) as Record<string, unknown>;
      change(value);
      return JSON.stringify(value);
    };
    expect(
      troubleOf(
        changed((value) => {
          value['version'] = 3;
        }),
      ).message,
    ).toMatch(/^x\.json is of version 3/);
    expect(
      troubleOf(
        changed((value) => {
          value['version'] = 1;
        }),
      ).mend,
    ).toMatch(/explore its seed once more/);
    expect(
      troubleOf(
        changed((value) => {
          value['system'] = 'bank';
        }),
      ).message,
    ).toBe('x.json is a schedule of the system bank, and this is the system food');
    expect(
      troubleOf(
        changed((value) => {
          (value['plan'] as { errands: { deed: string }[] }).errands[0]!.deed = 'eat';
        }),
      ).message,
    ).toMatch(/^x\.json is not a schedule: plan\.errands\.0\.deed: .*"place"/);
    const faulty = troubleOf(
      changed((value) => {
        ((value['plan'] as Record<string, unknown>)['faults'] as Record<string, unknown>)['healAtMs'] = 'soon';
      }),
    );
    expect(faulty.message).toMatch(/^x\.json is not a schedule: plan\.faults\.healAtMs/);
    expect(faulty.trouble).toBe('invalid-input');
  });
});

describe('firstDifference', () => {
  it('names the first line that differs, also where one trace ends', () => {
    expect(firstDifference(['a', 'b'], ['a', 'b'])).toBeUndefined();
    expect(firstDifference(['a', 'b'], ['a', 'c'])).toEqual({ line: 2, before: 'b', now: 'c' });
    expect(firstDifference(['a'], ['a', 'c'])).toEqual({ line: 2, before: undefined, now: 'c' });
  });
});
