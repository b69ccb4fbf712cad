import { describe, expect, it } from 'vitest';
import { OperatingError } from '../../kernel/errors.ts';
import { drawSchedule } from '../schedule/draw-schedule.ts';
import { firstDifference } from './replay.ts';
import { readKeptFailure, writeKeptFailure, type KeptFailure } from './replay-file.ts';

const kept: KeptFailure = {
  mutations: ['no-outbox'],
  violation: { invariant: 'There are no dead letters.', found: 'One.', subject: 'o1' },
  plan: drawSchedule({ seed: '7', workload: 'people', strategy: { kind: 'random' } }, 3).plan,
  deviations: new Map([['crash front after-commit placeOrder #1', 1]]),
  trace: ['+0 front started'],
};

const troubleOf = (text: string): OperatingError => {
  try {
    readKeptFailure(text, 'x.json');
  } catch (error) {
    if (error instanceof OperatingError) return error;
    throw error;
  }
  throw new Error('it was read');
};

describe('a kept failure', () => {
  it('reads back as it was written', () => {
    const text = writeKeptFailure(kept);
    expect(readKeptFailure(text, 'x.json')).toEqual(kept);
    expect(writeKeptFailure(readKeptFailure(text, 'x.json'))).toBe(text);
  });

  it('refuses what is not JSON, another version, and a misspelt member, by its place', () => {
    expect(troubleOf('{').message).toMatch(/^x\.json is not JSON/);
    const changed = (change: (value: Record<string, unknown>) => void): string => {
      const value = JSON.parse(writeKeptFailure(kept)) as Record<string, unknown>;
      change(value);
      return JSON.stringify(value);
    };
    expect(troubleOf(changed((value) => { value['version'] = 2; })).message).toMatch(/^x\.json is of version 2/);
    const faulty = troubleOf(changed((value) => { ((value['plan'] as Record<string, unknown>)['faults'] as Record<string, unknown>)['healAtMs'] = 'soon'; }));
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
