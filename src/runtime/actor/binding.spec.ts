import { describe, expect, it } from 'vitest';
import type { Bus, StreamLook } from '../../bus/bus.ts';
import { charged, createWorld, opened } from './actor.fixture.ts';
import { bindingTable, positionTable } from './ledger.ts';

describe('an actor', () => {
  /** The same bus, whose stream looks different. */
  const looking =
    (change: () => Partial<StreamLook>) =>
    (bus: Bus): Bus => ({ ...bus, look: () => bus.look()?.then((look) => ({ ...look, ...change() })) });

  it('remembers its stream before it handles anything, and the event at its place with each commit', async () => {
    const world = await createWorld();
    await world.actor.start();
    const { id } = (await world.bus.look())!;
    expect(world.actor.read.get(bindingTable, 'tabs')).toMatchObject({ stream: id, seq: 0, owner: expect.stringMatching(/^[0-9a-z]+$/) });
    const [first, early] = [opened('a'), charged('b', 1)];
    await world.publish(first);
    await world.pass(10);
    expect(world.actor.read.get(positionTable, 'tabs')).toEqual({ consumer: 'tabs', seq: 1, eventId: first.id });
    // One that is put aside is taken in, too; the first stored event of its own is 2.
    await world.publish(early);
    await world.pass(10);
    expect(world.actor.read.get(positionTable, 'tabs')).toEqual({ consumer: 'tabs', seq: 3, eventId: early.id });
  });

  it('does not start on a stream that grew again, and is down then; on its own it starts', async () => {
    let change: Partial<StreamLook> = {};
    const world = await createWorld({ wrapBus: looking(() => change) });
    await world.actor.start();
    await world.publish(opened('a'));
    await world.pass(10);
    await world.actor.stop();
    change = { eventAt: async () => 'another' };
    await expect(world.actor.start()).rejects.toThrow('the stream fell back, and grew again');
    expect(() => world.actor.execute({ causationId: 'c', correlationId: 'c', traceId: 't' }, () => 1)).toThrow('not running');
    change = {};
    await world.actor.start();
    await world.publish(charged('a', 3));
    await world.pass(10);
    expect(world.total('a')).toBe(3);
  });

  it('tells the bus whose position it is, the same in each life, and verifies the stream when asked', async () => {
    let change: Partial<StreamLook> = {};
    const opened: Parameters<Bus['consume']>[0][] = [];
    const world = await createWorld({
      wrapBus: (bus) => ({
        ...looking(() => change)(bus),
        consume: (options, handle) => (opened.push(options), bus.consume(options, handle)),
      }),
    });
    await world.actor.start();
    await world.actor.stop();
    await world.actor.start();
    expect(opened.map(({ owner, afterSeq }) => [owner, afterSeq])).toEqual(
      Array.from({ length: 2 }, () => [world.actor.read.get(bindingTable, 'tabs')!.owner, 0]),
    );
    await opened[1]!.verify!();
    change = { firstSeq: 3, lastSeq: 2 };
    await expect(opened[1]!.verify!()).rejects.toThrow('those up to 2 were removed');
    // A life that is over verifies nothing.
    await expect(opened[0]!.verify!()).resolves.toBeUndefined();
  });
});
