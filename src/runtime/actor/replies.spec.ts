import { describe, expect, it } from 'vitest';
import { createWorld } from './actor.fixture.ts';
import { findReply, keepReply } from './replies.ts';

const CAUSE = { causationId: 'command-7', correlationId: 'request-7', traceId: '0123456789abcdef0123456789abcdef' };

describe('a kept reply', () => {
  it('is found under its key, with and without a body, and forgotten after a day', async () => {
    const world = await createWorld();
    await world.actor.start();
    const at = world.time.now();
    const full = { key: 'k1', fingerprint: 'POST /orders 1', status: 201, headers: { location: '/orders/1' }, body: { orderId: '1' }, at };
    const empty = { key: 'k2', fingerprint: 'DELETE /orders/1', status: 202, headers: {}, at };
    world.actor.execute(CAUSE, ({ tables }) => {
      expect(findReply(tables, 'k1')).toBeUndefined();
      keepReply(tables, full);
      keepReply(tables, empty);
      expect(findReply(tables, 'k1')).toEqual(full);
    });
    expect(findReply(world.actor.read, 'k2')).toStrictEqual(empty);
    await world.pass(25 * 3_600_000);
    await world.actor.crash();
    await world.actor.start();
    await world.pass(2_000);
    expect(findReply(world.actor.read, 'k1')).toBeUndefined();
  });
});
