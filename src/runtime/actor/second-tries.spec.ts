/** When messages that were put aside are tried again, beside their own time; and what is not put aside at all. */
import { describe, expect, it } from 'vitest';
import { NotYet, OperatingError } from '../../kernel/errors.ts';
import { charged, createWorld, eventOf, opened, type World } from './actor.fixture.ts';

/** Something about tab `tabId` that stands under another subject: what waits there is tried again, and may have nothing of it. */
const openedUnder = (subject: string, tabId: string) => eventOf('Opened', subject, { tabId });
const chargedUnder = (subject: string, tabId: string, amount: number) => eventOf('Charged', subject, { tabId, amount });

const started = async (): Promise<World> => {
  const world = await createWorld();
  await world.actor.start();
  return world;
};

describe('a message that waits for another', () => {
  it('is tried after each one of its subject, which counts as no attempt, and puts its own time off no further', async () => {
    const world = await started();
    await world.publish(charged('a', 5));
    await world.pass(1);
    for (const other of ['b', 'c', 'd', 'e']) {
      await world.publish(openedUnder('a', other));
      await world.pass(1);
    }
    expect(world.actor.parked()).toMatchObject([{ subject: 'a', attempts: 1 }]);
  });

  it('is tried once more when one that waited with it could be handled: what they wait for may be each other', async () => {
    const world = await started();
    let isReady = false;
    world.interfere((event) => {
      if (!isReady && event.type === 'Opened') throw new NotYet('it is not ready');
    });
    await world.publish(chargedUnder('s', 'x', 7), openedUnder('s', 'x'));
    await world.pass(1);
    expect(world.actor.parked()).toHaveLength(2);
    isReady = true;
    await world.publish(openedUnder('s', 'y'));
    await world.pass(1);
    expect([world.total('x'), world.actor.parked()]).toEqual([7, []]);
  });

  it('is tried at once when the other, which failed at first, succeeds later', async () => {
    const world = await started();
    await world.publish(charged('a', 5));
    // By now it waits for seconds between its own attempts.
    await world.pass(20_000);
    let failures = 1;
    world.interfere((event) => {
      if (event.type === 'Opened' && failures-- > 0) throw new Error('for now');
    });
    await world.publish(opened('a'));
    await world.pass(60);
    expect([world.total('a'), world.actor.parked()]).toEqual([5, []]);
  });
});

describe('an event that breaks its contract', () => {
  it('is given up once, however often it stands in the stream', async () => {
    const world = await started();
    const wrong = eventOf('Charged', 'a', { tabId: 'a', amount: 'much' });
    world.deliver(5, wrong);
    world.deliver(6, wrong);
    expect(world.actor.deadLetters()).toHaveLength(1);
    expect(world.entries.flatMap((entry) => (entry.kind === 'message.handled' ? [entry.handling] : []))).toEqual([
      'dead-lettered',
      'duplicate',
    ]);
  });
});

describe('a handler that refuses its message', () => {
  it.each(['invalid-input', 'usage', 'inconclusive'] as const)(
    'by %s, which is no trouble of the machine, is at fault: the message is put aside, and those behind it go on',
    async (trouble) => {
      const world = await started();
      world.interfere((event) => {
        if (event.subject === 'a') throw new OperatingError(trouble, 'not this one');
      });
      await world.publish(opened('a'), opened('b'));
      await world.pass(1);
      expect([world.actor.parked().map(({ subject, reason }) => [subject, reason]), world.total('b'), world.failures]).toEqual([
        [['a', 'not this one']],
        0,
        [],
      ]);
    },
  );
});
