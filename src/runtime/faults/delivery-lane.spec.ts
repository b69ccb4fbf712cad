import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../bus/bus.ts';
import { createVirtualTime } from '../../kernel/virtual-time.ts';
import { createDeliveryLane } from './delivery-lane.ts';

const OWNER = {};
const delivery = (seq: number): Delivery => ({ seq, attempt: 1, message: { id: `e${seq}` } }) as unknown as Delivery;
const lane = () =>
  createDeliveryLane(
    'w',
    'store',
    createVirtualTime(() => Promise.resolve()),
    () => undefined,
  );

describe('a lane of messages that are kept back', () => {
  it('lets them go in the order of the stream, in whichever they came to be kept', () => {
    const kept = lane();
    for (const seq of [3, 1, 2]) kept.keep({ owner: OWNER, fault: 'hold', delivery: delivery(seq) }, undefined);
    expect(kept.release(() => true).map((one) => one.delivery.seq)).toEqual([1, 2, 3]);
  });

  it('keeps a message itself, and not for a copy of it', () => {
    const kept = lane();
    kept.keepCopy({ owner: OWNER, fault: 'duplicate', delivery: delivery(1) }, 50);
    expect(kept.keeps(1)).toBe(false);
    kept.keep({ owner: OWNER, fault: 'delay', delivery: delivery(1) }, 50);
    expect(kept.keeps(1)).toBe(true);
    expect(kept.keeps(2)).toBe(false);
  });
});
