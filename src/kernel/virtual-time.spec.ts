import { setImmediate as yieldTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { sleep } from './clock.ts';
import { createRandom } from './random.ts';
import { createVirtualTime, VIRTUAL_EPOCH_MS } from './virtual-time.ts';

const create = () => createVirtualTime(() => yieldTurn());

describe('virtual time', () => {
  it('rings alarms in the order of their times, those of one time in the order of setting', () => {
    const time = create();
    const random = createRandom('alarms');
    const delays = Array.from({ length: 500 }, () => random.below(50));
    const rung: { delay: number; index: number; at: number }[] = [];
    delays.forEach((delay, index) => time.after(delay, () => rung.push({ delay, index, at: time.now() })));
    while (time.advance());
    const expected = delays
      .map((delay, index) => ({ delay, index, at: VIRTUAL_EPOCH_MS + delay }))
      .sort((a, b) => a.delay - b.delay || a.index - b.index);
    expect(rung).toEqual(expected);
  });

  it('forgets a cancelled alarm, and takes a late or second cancel', () => {
    const time = create();
    const rung: string[] = [];
    const cancel = time.after(10, () => rung.push('cancelled'));
    const late = time.after(20, () => rung.push('rung'));
    cancel();
    cancel();
    expect(time.advance()).toBe(true);
    late();
    expect([rung, time.now(), time.advance()]).toEqual([['rung'], VIRTUAL_EPOCH_MS + 20, false]);
  });

  it('never goes back', () => {
    const time = create();
    time.after(-5, () => undefined);
    time.advance();
    expect(time.now()).toBe(VIRTUAL_EPOCH_MS);
  });

  it('runs work that sleeps for an hour at once, and lets everything due go on before it moves', async () => {
    const time = create();
    const order: string[] = [];
    await time.run(async () => {
      const other = sleep(time, 3_600_000).then(() => order.push('hour'));
      await Promise.resolve();
      order.push('now');
      await sleep(time, 1_000);
      order.push('second');
      await other;
    });
    expect(order).toEqual(['now', 'second', 'hour']);
    expect(time.now()).toBe(VIRTUAL_EPOCH_MS + 3_600_000);
  });

  it('passes on what the work threw', async () => {
    await expect(create().run(() => Promise.reject(new Error('broke')))).rejects.toThrow('broke');
  });

  it('says that time stands still where nothing will ever go on', async () => {
    await expect(create().run(() => new Promise(() => undefined))).rejects.toMatchObject({
      trouble: 'inconclusive',
      message: expect.stringMatching(/stands still/) as string,
    });
  });
});
