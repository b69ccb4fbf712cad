import { describe, expect, it } from 'vitest';
import { charged, createWorld, opened } from './actor.fixture.ts';
import { inboxTable, outboxTable } from './ledger.ts';
import { findReply, keepReply } from './replies.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const CAUSE = { causationId: 'command-7', correlationId: 'request-7', traceId: '0123456789abcdef0123456789abcdef' };

/**
 * A world in which something was taken in and something was answered, and then nothing happened for so long; started anew,
 * it has tidied up.
 */
const afterSilence = async (ms: number) => {
  const world = await createWorld();
  await world.actor.start();
  const charge = charged('t1', 3);
  await world.publish(opened('t1'), charge);
  await world.pass(1_000);
  const at = world.time.now();
  world.actor.execute(CAUSE, ({ tables }) => keepReply(tables, { key: 'k1', fingerprint: 'POST /tabs 1', status: 201, headers: {}, at }));
  await world.pass(ms);
  await world.actor.stop();
  await world.actor.start();
  await world.pass(2_000);
  return {
    world,
    charge,
    isRemembered: world.actor.read.get(inboxTable, charge.id) !== undefined,
    isAnswered: findReply(world.actor.read, 'k1') !== undefined,
  };
};

describe('what is remembered, and for how long', () => {
  it.each([
    ['after ten minutes and more, all of it', 20 * MINUTE_MS, true, true],
    ['an answer until a day is over', DAY_MS - 5 * MINUTE_MS, true, true],
    ['no longer', DAY_MS + 5 * MINUTE_MS, true, false],
    ['an event until a week is over', 7 * DAY_MS - 5 * MINUTE_MS, true, false],
    ['no longer, either', 7 * DAY_MS + 5 * MINUTE_MS, false, false],
  ])('%s', async (_what, ms, isRemembered, isAnswered) => {
    expect(await afterSilence(ms)).toMatchObject({ isRemembered, isAnswered });
  });

  it('an event that comes again just before that has no second effect', async () => {
    const { world, charge } = await afterSilence(7 * DAY_MS - 5 * MINUTE_MS);
    world.deliver(2, charge);
    await world.pass(1_000);
    expect(world.total('t1')).toBe(3);
  });

  it('tidying up leaves what is not yet published', async () => {
    let isReachable = false;
    const world = await createWorld({
      housekeepingDelayMs: 5,
      wrapBus: (bus) => ({
        ...bus,
        publish: (messages) =>
          isReachable || messages.some(({ source }) => source === '/till') ? bus.publish(messages) : Promise.reject(new Error('away')),
      }),
    });
    await world.publish(opened('t1'), charged('t1', 3));
    await world.actor.start();
    await world.pass(1_000);
    for (let life = 0; life < 2; life += 1) {
      await world.actor.crash();
      await world.actor.start();
      await world.pass(1_000);
    }
    expect(world.actor.read.count(outboxTable)).toBeGreaterThan(0);
    isReachable = true;
    await world.pass(10_000);
    expect(await world.totaled()).toContain('t1=3');
    expect(world.actor.unpublished()).toBe(0);
  });
});
