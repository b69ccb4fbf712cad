import { describe, expect, it } from 'vitest';
import { sleep } from '../../kernel/clock.ts';
import { Refusal } from '../../kernel/errors.ts';
import { createVirtualTime, VIRTUAL_EPOCH_MS } from '../../kernel/virtual-time.ts';
import { breakerEntry, createBreaker, type Breaker, type BreakerEvent } from './breaker.ts';
import { CallFailure } from './guard.ts';
import type { BreakerSettings } from './settings.ts';

const yieldTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** A breaker on virtual time, and calls that end as the test says; times count from 0. */
const setUp = (given: Partial<BreakerSettings> = {}) => {
  const time = createVirtualTime(yieldTurn);
  const events: BreakerEvent[] = [];
  const breaker = createBreaker(given, { timers: time, onEvent: (event) => void events.push(event) });
  /** Tells how a call went: `ok`, or the kind of its failure. */
  const call = async (lastsMs: number, failure?: unknown): Promise<string> => {
    try {
      return await breaker.guard(async () => {
        if (lastsMs > 0) await sleep(time, lastsMs);
        if (failure !== undefined) throw failure as Error;
        return 'ok';
      });
    } catch (error) {
      if (error instanceof CallFailure) return error.kind;
      if (!(error instanceof Refusal)) return String(error);
      return error.code;
    }
  };
  const bad = () => call(0, new CallFailure('upstream-error', 'answered 503'));
  const many = async (count: number, one: () => Promise<string>): Promise<void> => {
    for (let index = 0; index < count; index += 1) await one();
  };
  const until = (atMs: number) => sleep(time, VIRTUAL_EPOCH_MS + atMs - time.now());
  const states = () =>
    events.flatMap(({ change, detail }) => ('why' in detail ? [`${change} at ${detail.at - VIRTUAL_EPOCH_MS}: ${detail.why}`] : []));
  return { time, events, breaker, call, bad, many, until, states, good: () => call(0) };
};

/** Runs a test's story on its virtual time. */
const play = (given: Partial<BreakerSettings>, story: (world: ReturnType<typeof setUp>) => Promise<void>): Promise<void> => {
  const world = setUp(given);
  return world.time.run(() => story(world));
};

/** Opens the circuit at 500 ms and goes on to just after the sleep, 5 s later. */
const openAndSleep = async ({ bad, many, until, breaker }: ReturnType<typeof setUp>): Promise<void> => {
  await many(20, bad);
  await until(500);
  expect(breaker.state()).toBe('open');
  await until(5501);
};

const health = (breaker: Breaker) => `${breaker.health().errors} of ${breaker.health().requests}`;

describe('the breaker as Hystrix has it', () => {
  it('opens at the next health tick, not at the failure itself', () =>
    play({}, async ({ bad, many, until, breaker, states, good }) => {
      await many(25, bad);
      await until(499);
      expect([breaker.state(), await good()]).toEqual(['closed', 'ok']);
      await until(500);
      expect([breaker.state(), await good()]).toEqual(['open', 'short-circuited']);
      expect(states()).toEqual(['open at 500: error threshold reached']);
    }));

  it('dates the opening at its tick, also where nobody called until long after', () =>
    play({}, async ({ bad, many, until, good, states }) => {
      await many(20, bad);
      await until(3210);
      expect(await good()).toBe('short-circuited');
      expect(states()).toEqual(['open at 500: error threshold reached']);
    }));

  it('counts its ticks from the first call', () =>
    play({}, async ({ bad, many, until, breaker }) => {
      expect([breaker.state(), health(breaker)]).toEqual(['closed', '0 of 0']);
      await until(300);
      await many(20, bad);
      await until(799);
      expect(breaker.state()).toBe('closed');
      await until(800);
      expect(breaker.state()).toBe('open');
    }));

  it.each([
    [19, 'closed'],
    [20, 'open'],
  ])('with %i calls in the window is %s: the volume threshold is 20', (calls, state) =>
    play({}, async ({ bad, many, until, breaker }) => {
      await many(calls, bad);
      await until(500);
      expect(breaker.state()).toBe(state);
    }),
  );

  it.each([
    [20, 20, 'open'],
    [21, 20, 'closed'], // 48.7 %
    [50, 49, 'closed'], // 49.49 % is 49 %
    [101, 100, 'closed'], // 49.7 % is 49 %
    [1, 100, 'open'],
  ])('with %i successes and %i errors is %s: 50 whole percent open', (goods, bads, state) =>
    play({}, async ({ bad, good, many, until, breaker }) => {
      await many(goods, good);
      await many(bads, bad);
      await until(500);
      expect(breaker.state()).toBe(state);
    }),
  );

  it('shows the percentage rounded down', () =>
    play({}, async ({ bad, good, many, breaker }) => {
      await many(1, good);
      await many(2, bad);
      expect(breaker.health().errorPercent).toBe(66);
    }));

  it('rounds the percentage down before it compares', () =>
    play({ errorPercent: 49 }, async ({ bad, good, many, until, breaker }) => {
      await many(50, good);
      await many(49, bad);
      await until(500);
      expect(breaker.state()).toBe('open');
    }));

  it('forgets what is older than ten seconds, a bucket at a time', () =>
    play({}, async ({ bad, many, until, breaker }) => {
      await many(15, bad);
      await until(1500);
      await many(4, bad);
      await until(9999);
      expect(health(breaker)).toBe('19 of 19');
      await until(10_001);
      await bad();
      expect(health(breaker)).toBe('5 of 5');
      await until(11_001);
      await bad();
      expect(health(breaker)).toBe('2 of 2');
    }));

  it('opens at a tick that finds only errors left, though nobody called meanwhile', () =>
    play({}, async ({ bad, good, many, until, breaker, states }) => {
      await many(30, good);
      await until(2100);
      await many(25, bad);
      await until(11_900);
      expect(breaker.state()).toBe('open');
      expect(states()).toEqual(['open at 10500: error threshold reached']);
    }));

  it('times a call out by its timers, and counts it as an error', () =>
    play({}, async ({ call, breaker }) => {
      const [late, soon] = await Promise.all([call(501), call(499)]);
      expect([late, soon]).toEqual(['timeout', 'ok']);
      expect(health(breaker)).toBe('1 of 2');
    }));

  it('rejects the eleventh call at once, and counts it as an error', () =>
    play({}, async ({ call, breaker }) => {
      const calls = await Promise.all(Array.from({ length: 11 }, () => call(100)));
      expect(calls).toEqual([...Array.from({ length: 10 }, () => 'ok'), 'rejected']);
      expect(health(breaker)).toBe('1 of 11');
    }));

  it('lets a timed-out call hold its thread until it really ends', () =>
    play({}, async ({ call, until, events }) => {
      const calls = Array.from({ length: 10 }, () => call(700));
      await until(600);
      expect(await Promise.all(calls)).toEqual(Array.from({ length: 10 }, () => 'timeout'));
      expect(await call(1)).toBe('rejected');
      await until(701);
      expect(await call(1)).toBe('ok');
      expect(events.filter(({ change }) => change === 'released').map(({ detail }) => detail)).toEqual(
        Array.from({ length: 10 }, () => ({ at: VIRTUAL_EPOCH_MS + 700, lateMs: 200, lastedMs: 700 })),
      );
    }));

  it('does not abort the call that timed out', () =>
    play({}, async ({ breaker, time }) => {
      let seen: AbortSignal | undefined;
      await expect(
        breaker.guard(async (signal) => {
          seen = signal;
          await sleep(time, 600);
        }),
      ).rejects.toMatchObject({ kind: 'timeout', detail: { timeoutMs: 500 } });
      expect(seen?.aborted).toBe(false);
    }));

  it('does not count what it short-circuits', () =>
    play({}, async ({ bad, good, many, until, breaker }) => {
      await many(20, bad);
      await until(500);
      await many(7, good);
      expect(health(breaker)).toBe('20 of 20');
    }));

  it('refuses everything for the sleep window, and not a moment longer', () =>
    play({}, async ({ bad, good, many, until, breaker }) => {
      await many(20, bad);
      await until(5500);
      expect(await good()).toBe('short-circuited');
      await until(5501);
      expect(await good()).toBe('ok');
      expect(breaker.state()).toBe('closed');
    }));

  it('lets one call probe, while all others fail at once', () =>
    play({}, async (world) => {
      await openAndSleep(world);
      const probe = world.call(100);
      expect(await Promise.all([world.call(100), world.call(100)])).toEqual(['short-circuited', 'short-circuited']);
      expect(world.breaker.state()).toBe('half-open');
      expect(await probe).toBe('ok');
    }));

  it('closes at the probe’s success and begins to count anew, with ticks of their own', () =>
    play({}, async (world) => {
      await openAndSleep(world);
      await world.call(50);
      expect(world.breaker.state()).toBe('closed');
      // The old errors are young enough to be in the window still; only the reset removes them.
      expect(health(world.breaker)).toBe('0 of 1');
      await world.many(20, world.bad);
      await world.until(6050);
      expect(world.breaker.state()).toBe('closed');
      await world.until(6051);
      expect(world.breaker.state()).toBe('open');
      expect(world.states()).toEqual([
        'open at 500: error threshold reached',
        'half-open at 5501: sleep window over',
        'closed at 5551: probe succeeded',
        'open at 6051: error threshold reached',
      ]);
    }));

  it('sleeps once more after a failed probe', () =>
    play({}, async (world) => {
      await openAndSleep(world);
      expect(await world.call(900)).toBe('timeout');
      await world.until(11_001);
      expect(await world.good()).toBe('short-circuited');
      await world.until(11_002);
      expect(await world.good()).toBe('ok');
      expect(world.states().slice(1)).toEqual([
        'half-open at 5501: sleep window over',
        'open at 6001: probe failed',
        'half-open at 11002: sleep window over',
        'closed at 11002: probe succeeded',
      ]);
    }));

  it('takes a probe for failed that finds no thread', () =>
    play({ sleepMs: 100 }, async ({ call, until, states }) => {
      const stuck = Array.from({ length: 10 }, () => call(2000));
      await until(100);
      for (let index = 0; index < 10; index += 1) expect(await call(1)).toBe('rejected');
      await Promise.all(stuck);
      await until(1101);
      expect(await call(1)).toBe('rejected');
      expect(states()).toEqual([
        'open at 1000: error threshold reached',
        'half-open at 1101: sleep window over',
        'open at 1101: probe failed',
      ]);
    }));

  it('has slept out only after Hystrix’s ticks opened it, however long the sleep is set', () =>
    play({ sleepMs: 0 }, async ({ bad, many, until, good }) => {
      await many(20, bad);
      await until(501);
      expect(await good()).toBe('ok');
    }));
});

describe.each(['hystrix', 'cockatiel'] as const)('with the profile %s', (profile) => {
  it('takes a business answer for a success', () =>
    play({ profile }, async ({ call, breaker, many, until, events }) => {
      await many(30, () => call(0, new Refusal('order-not-found', 'there is none')));
      await until(500);
      expect([breaker.state(), health(breaker)]).toEqual(['closed', '0 of 30']);
      expect(events.every(({ change }) => change === 'success' || change === 'health')).toBe(true);
    }));

  it('counts a bug, and passes it on as it is', () =>
    play({ profile }, async ({ call, breaker, events }) => {
      expect(await call(0, new TypeError('a bug'))).toBe('TypeError: a bug');
      expect(health(breaker)).toBe('1 of 1');
      expect(events.map(({ change }) => change)).toEqual(['error']);
    }));

  it('passes the kind of the other side’s failure on', () =>
    play({ profile }, async ({ call, breaker }) => {
      expect(await call(0, new CallFailure('unreachable', 'refused'))).toBe('unreachable');
      expect(health(breaker)).toBe('1 of 1');
    }));

  it('tells of each call how it ended and how long it took', () =>
    play({ profile, concurrency: 1 }, async ({ call, events }) => {
      await Promise.all([call(30), call(30)]);
      await call(800);
      const calls = events.flatMap(({ change, detail }) => ('latencyMs' in detail ? [`${change} ${detail.latencyMs}`] : []));
      expect(calls).toEqual(['rejected 0', 'success 30', 'timeout 500']);
      expect(breakerEntry('front', 'order-lookup', events[0]!)).toEqual({
        kind: 'breaker',
        context: 'front',
        name: 'order-lookup',
        change: 'rejected',
        detail: { at: VIRTUAL_EPOCH_MS, latencyMs: 0 },
      });
    }));

  it('leaves no alarm behind', () =>
    play({ profile }, async ({ call, bad, many, time }) => {
      await many(30, bad);
      await call(20);
      expect(time.advance()).toBe(false);
    }));

  it('ends the calls under way when it is closed, and takes no more', () =>
    play({ profile }, async ({ breaker, call }) => {
      const waiting = breaker.guard(
        (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
      );
      breaker.close();
      await expect(waiting).rejects.toMatchObject({ kind: 'unreachable' });
      expect(await call(0)).toBe('unreachable');
    }));

  it.each([
    [{ volumeThreshold: 0 }, 'volumeThreshold can not be 0'],
    [{ errorPercent: 101 }, 'errorPercent can not be 101'],
    [{ timeoutMs: 0.5 }, 'timeoutMs can not be 0.5'],
    [{ buckets: 3 }, 'windowMs can not be 10000'],
    [{ profile: 'polly' as 'hystrix' }, 'profile can not be polly'],
  ])('refuses settings that make no sense: %j', (given, message) => {
    expect(() => setUp({ profile, ...given })).toThrow(message);
  });
});

describe('the breaker as cockatiel has it', () => {
  const profile = 'cockatiel';

  it('opens at the failure that passes the percentage, not at it', () =>
    play({ profile }, async ({ good, bad, many, breaker, states }) => {
      await many(15, good);
      await many(15, bad);
      expect(breaker.state()).toBe('closed');
      await bad();
      expect(breaker.state()).toBe('open');
      expect(await good()).toBe('short-circuited');
      expect(states()).toEqual(['open at 0: error threshold reached']);
    }));

  it('lets the callers beside the probe wait for its outcome, on virtual time', () =>
    play({ profile }, async (world) => {
      await world.many(20, world.bad);
      await world.until(5000);
      const calls = [world.call(100), world.call(10)];
      await world.until(5050);
      expect(world.breaker.state()).toBe('half-open');
      expect(await Promise.all(calls)).toEqual(['ok', 'ok']);
      expect(world.states()).toEqual([
        'open at 0: error threshold reached',
        'half-open at 5000: sleep window over',
        'closed at 5100: probe succeeded',
      ]);
      expect(health(world.breaker)).toBe('0 of 2');
    }));

  it('sleeps once more after a failed probe', () =>
    play({ profile }, async ({ many, bad, good, until, states }) => {
      await many(20, bad);
      await until(5000);
      await bad();
      await until(9999);
      expect(await good()).toBe('short-circuited');
      await until(10_000);
      expect(await good()).toBe('ok');
      expect(states().slice(1, 3)).toEqual(['half-open at 5000: sleep window over', 'open at 5000: probe failed']);
    }));

  it('frees the place of a timed-out call at once, and aborts it', () =>
    play({ profile, concurrency: 1 }, async ({ call, breaker }) => {
      let seen: AbortSignal | undefined;
      await expect(breaker.guard((signal) => ((seen = signal), new Promise(() => undefined)))).rejects.toMatchObject({ kind: 'timeout' });
      expect([seen?.aborted, await call(1)]).toEqual([true, 'ok']);
    }));

  it('turns one part of its window at a call, so idle time does not expire old failures', () =>
    play({ profile, volumeThreshold: 100 }, async ({ bad, many, until, breaker }) => {
      await many(10, bad);
      const seen: string[] = [];
      for (let call = 0; call < 10; call += 1) {
        await until(60_000 + call * 1000);
        await bad();
        seen.push(health(breaker));
      }
      expect(seen.slice(0, 2)).toEqual(['11 of 11', '12 of 12']);
      expect(seen.slice(-2)).toEqual(['19 of 19', '10 of 10']);
    }));
});
