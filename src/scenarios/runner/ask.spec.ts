import { describe, expect, it } from 'vitest';
import { OperatingError, SimulatedCrash } from '../../kernel/errors.ts';
import { doIt, isSuccess } from './ask.ts';
import type { Stage } from './stage.ts';

it.each([
  [199, false],
  [200, true],
  [201, true],
  [299, true],
  [300, false],
  [304, false],
  [409, false],
  [500, false],
])('takes %i for a success: %s', (status, expected) => {
  expect(isSuccess({ status, headers: {} })).toBe(expected);
});

describe('what a context must be up for', () => {
  const down = new OperatingError('infrastructure', 'the context is not running');
  /** How often it is tried where it fails so many times by this, and how often rest is waited for between. */
  const tried = async (error: Error, failures: number, isUnderFire = true) => {
    let [tries, waits] = [0, 0];
    const stage = {
      isUnderFire,
      restMs: 100,
      signal: new AbortController().signal,
      system: { waitForRest: () => Promise.resolve(void (waits += 1)) },
    } as unknown as Stage;
    const end = await doIt(stage, () => ((tries += 1) <= failures ? Promise.reject(error) : Promise.resolve('done'))).catch(
      (thrown: unknown) => thrown,
    );
    return { end, tries, waits };
  };

  it('is done again at rest under fire, where it is down or dies of it, up to a bound', async () => {
    expect(await tried(down, 2)).toEqual({ end: 'done', tries: 3, waits: 2 });
    expect(await tried(new SimulatedCrash('crashed'), 1)).toEqual({ end: 'done', tries: 2, waits: 1 });
    expect(await tried(down, Infinity)).toEqual({ end: down, tries: 60, waits: 59 });
  });

  it('is done once otherwise, and where a bug is in it', async () => {
    const bug = new RangeError('a bug');
    expect(await tried(down, 1, false)).toEqual({ end: down, tries: 1, waits: 0 });
    expect(await tried(bug, 1)).toEqual({ end: bug, tries: 1, waits: 0 });
  });
});
