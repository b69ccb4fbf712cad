import { describe, expect, it } from 'vitest';
import { VIRTUAL_EPOCH_MS } from '../../kernel/virtual-time.ts';
import { createOwnClocks } from './own-clocks.ts';
import { createSimulatedTime, type SimulatedTime } from './time.ts';

const at = (ms: number): number => VIRTUAL_EPOCH_MS + ms;
const passing = (time: SimulatedTime): void => {
  while (time.pending() > 0) time.advance();
};

describe('an appointment in simulated time', () => {
  it('is waited for, however far away, until it is kept or cancelled', () => {
    const time = createSimulatedTime();
    const rung: number[] = [];
    const ring = (): void => void rung.push(time.elapsedMs());
    const cancel = time.timers.at(at(9_000_000), ring);
    time.timers.at(at(8_000_000), ring);
    expect(time.pending()).toBe(2);
    cancel();
    cancel();
    passing(time);
    expect(rung).toEqual([8_000_000]);
  });

  it('does not let faults grow old while everybody waits for it alone', () => {
    const time = createSimulatedTime();
    const eventful: number[] = [];
    const note = (): void => void eventful.push(time.eventfulMs());
    time.timers.after(500, note);
    time.timers.at(at(3_600_500), note);
    time.timers.at(at(3_600_501), () => time.timers.after(600, note));
    passing(time);
    // Once no appointment is left, time goes on as it does for everybody else.
    expect(eventful).toEqual([500, 500, 1_101]);
    expect(time.elapsedMs()).toBe(3_601_101);
  });
});

describe("a context's own clock", () => {
  it.each<[what: string, byMs: number, keptAtMs: number]>([
    ['set forward', 400, 600],
    ['set beyond it', 5_000, 100],
    ['set back', -300, 1_300],
  ])('that is %s keeps its appointments by what it shows', (_what, byMs, keptAtMs) => {
    const time = createSimulatedTime();
    const clocks = createOwnClocks(time, [{ context: 'store', atMs: 100, byMs }], () => undefined);
    clocks.begin();
    const kept: Record<string, number> = {};
    for (const context of ['store', 'front']) {
      const timers = clocks.timersFor(context);
      timers.at(at(1_000), () => {
        kept[context] = time.elapsedMs();
        expect(timers.now()).toBeGreaterThanOrEqual(at(1_000));
      });
      timers.at(at(900), () => expect.fail('it was cancelled'))();
    }
    passing(time);
    expect(kept).toEqual({ store: keptAtMs, front: 1_000 });
  });
});
