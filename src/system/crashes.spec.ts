import { describe, expect, it } from 'vitest';
import { SILENT_RECORDER } from '../kernel/recording.ts';
import { SimulatedCrash } from '../runtime/actor/actor-port.ts';
import { createCrashes } from './crashes.ts';
import { createWallTime } from './wall-time.ts';

const make = () =>
  createCrashes({ timers: createWallTime(), recorder: SILENT_RECORDER, hostOf: () => undefined, onTrouble: () => undefined });
const AFTER_COMMIT = { context: 'store', at: 'after-commit', restart: false } as const;

describe('an armed crash', () => {
  it('comes once, at its point, and is counted', async () => {
    const crashes = make();
    const armed = crashes.arm(AFTER_COMMIT);
    crashes.reach('before-commit', 'store', 'Paid');
    crashes.reach('after-commit', 'front', 'Paid');
    expect(armed.struck()).toBe(0);
    expect(() => crashes.reach('after-commit', 'store', 'Paid')).toThrow(SimulatedCrash);
    expect(armed.struck()).toBe(1);
    crashes.reach('after-commit', 'store', 'Paid');
    await crashes.stop();
  });

  it('does not come once it was ended; one that is alike and was not ended comes', async () => {
    const crashes = make();
    const [first, second] = [crashes.arm(AFTER_COMMIT), crashes.arm(AFTER_COMMIT)];
    first.end();
    first.end();
    expect(() => crashes.reach('after-commit', 'store', 'Paid')).toThrow(SimulatedCrash);
    expect([first.struck(), second.struck()]).toEqual([0, 1]);
    crashes.arm({ ...AFTER_COMMIT, on: 'Paid' }).end();
    crashes.reach('after-commit', 'store', 'Paid');
    await crashes.stop();
  });
});
