import { describe, expect, it } from 'vitest';
import { createPacer, type Pacer } from './pacer.ts';

/** A world in which drawing takes as long as it is told. */
const createWorld = (costMs: number) => {
  let now = 0;
  let used = 0;
  let timers: { readonly atMs: number; readonly callback: () => void }[] = [];
  const drawnAt: number[] = [];
  const pacer: Pacer = createPacer({
    draw: () => {
      drawnAt.push(now);
      now += costMs;
      used += costMs;
    },
    nowMs: () => now,
    usedMs: () => used,
    after: (ms, callback) => {
      const timer = { atMs: now + ms, callback };
      timers.push(timer);
      return () => {
        timers = timers.filter((one) => one !== timer);
      };
    },
  });
  const runUntil = (untilMs: number): void => {
    for (;;) {
      const next = timers.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined) break;
      timers = timers.filter((one) => one !== next);
      now = Math.max(now, next.atMs);
      next.callback();
    }
    now = Math.max(now, untilMs);
  };
  return { pacer, drawnAt, runUntil, now: () => now, pending: () => timers.length };
};

/** Ten requests in each millisecond, for ten seconds. */
const storm = (world: ReturnType<typeof createWorld>, ask: (pacer: Pacer) => void): void => {
  for (let ms = 0; ms < 10_000; ms += 1) {
    if (ms >= world.now()) world.runUntil(ms);
    for (let n = 0; n < 10; n += 1) ask(world.pacer);
  }
};

const mostInASecond = (drawnAt: readonly number[]): number =>
  Math.max(...drawnAt.map((from) => drawnAt.filter((atMs) => atMs >= from && atMs < from + 1000).length));

describe('the pacer', () => {
  it('draws 16 times a second at most, whatever happens how often', () => {
    for (const ask of [(pacer: Pacer) => pacer.request(), (pacer: Pacer) => pacer.hurry()]) {
      const world = createWorld(1);
      storm(world, ask);
      expect(mostInASecond(world.drawnAt)).toBeLessThanOrEqual(16);
      // What is drawn stays smooth: no second goes by without frames because those before it took them.
      const gaps = world.drawnAt.slice(1).map((atMs, index) => atMs - (world.drawnAt[index] as number));
      expect(Math.max(...gaps)).toBeLessThanOrEqual((2 * 1000) / 12);
      expect(world.drawnAt.length).toBeGreaterThan(110);
    }
  });

  it('takes no more than about a quarter of a core', () => {
    for (const costMs of [1, 10, 20, 40, 80]) {
      const world = createWorld(costMs);
      storm(world, (pacer) => pacer.request());
      expect((world.drawnAt.length * costMs) / world.now(), `${costMs} ms a frame`).toBeLessThan(0.3);
    }
  });

  it('answers a key as soon as the rate allows, however slow drawing is', () => {
    const world = createWorld(60);
    storm(world, (pacer) => pacer.request());
    const before = world.drawnAt.length;
    const pressedAtMs = world.now();
    world.pacer.hurry();
    world.runUntil(pressedAtMs + 1000);
    expect((world.drawnAt[before] ?? Infinity) - pressedAtMs).toBeLessThanOrEqual(1);
  });

  it('answers a few keys at once in the middle of a storm, and never draws more than 16 times a second for it', () => {
    const world = createWorld(1);
    const waited: number[] = [];
    for (let ms = 0; ms < 10_000; ms += 1) {
      if (ms >= world.now()) world.runUntil(ms);
      world.pacer.request();
      if (ms % 400 !== 399) continue;
      const before = world.drawnAt.length;
      const pressedAtMs = world.now();
      world.pacer.hurry();
      world.runUntil(pressedAtMs + 2);
      waited.push((world.drawnAt[before] ?? Infinity) - pressedAtMs);
    }
    expect(Math.max(...waited)).toBeLessThanOrEqual(1);
    expect(mostInASecond(world.drawnAt)).toBeLessThanOrEqual(16);
  });

  it('draws the first frame at once, and what came in between with the next one', () => {
    const world = createWorld(0);
    world.pacer.request();
    world.runUntil(0);
    world.pacer.request();
    world.pacer.request();
    world.runUntil(1000);
    expect(world.drawnAt).toEqual([0, 1000 / 12]);
  });

  it('draws nothing when nothing is asked, and nothing once stopped', () => {
    const world = createWorld(0);
    world.runUntil(1000);
    expect(world.drawnAt).toEqual([]);
    world.pacer.request();
    world.pacer.stop();
    world.pacer.hurry();
    world.runUntil(2000);
    expect(world.drawnAt).toEqual([]);
    expect(world.pending()).toBe(0);
  });
});
