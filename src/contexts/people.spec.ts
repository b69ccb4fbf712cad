import { expect, it } from 'vitest';
import { createRandom } from '../kernel/random.ts';
import type { FaultPlan } from '../explore/schedule/plan.ts';
import { PEOPLE } from './people.ts';

const FAULTS: FaultPlan = {
  rates: { delay: 0.1, drop: 0.1, duplicate: 0.1, publish: 0.1, crash: 0.1, lookup: 0.1 },
  partitions: [{ consumer: 'front', fromMs: 1, toMs: 2 }] as unknown as FaultPlan['partitions'],
  clockJumps: [{ context: 'front', atMs: 1, byMs: 2 }],
  isInOrder: true,
  isTidy: false,
  healAtMs: 1,
};

it('a racing cancellation comes at any moment of an order on its whole way, and nothing but messages is disturbed', () => {
  const racing = PEOPLE['racing-cancel']!;
  const drawn = Array.from({ length: 100 }, (_, index) => racing.errands(createRandom(`race ${index}`)));
  for (const errands of drawn)
    expect(errands.map(({ deed, about }) => `${deed} ${about}`)).toEqual([
      'place A',
      'accept A',
      'start A',
      'finish A',
      'pick A',
      'confirm A',
      'cancel A',
    ]);
  expect(new Set(drawn.map((errands) => errands.at(-1)?.afterMs))).toEqual(new Set(Array.from({ length: 16 }, (_, index) => index)));
  expect(racing.sparing?.(FAULTS)).toEqual({ ...FAULTS, partitions: [], clockJumps: [] });
});
