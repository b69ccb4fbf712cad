import { describe, expect, it } from 'vitest';
import { Refusal } from '../../kernel/errors.ts';
import { charged, createWorld, eventOf, fullDisk, opened, tabsTable, Totaled } from './actor.fixture.ts';
import type { World } from './actor.fixture.ts';
import { inboxTable, outboxTable, parkedTable, positionTable } from './ledger.ts';

const CAUSE = { causationId: 'command-7', correlationId: 'request-7', traceId: '0123456789abcdef0123456789abcdef' };

const isAtRest = async (world: World): Promise<void> => {
  expect(await world.actor.workload()).toEqual({ outbox: 0, parked: [], pending: 0, unacknowledged: 0 });
};

const handlingsOf = (world: World, id: string): readonly string[] =>
  world.entries.flatMap((entry) => (entry.kind === 'message.handled' && entry.id === id ? [entry.handling] : []));

describe('a command', () => {
  it('commits its rows and its events together, and publishes them after', async () => {
    const world = await createWorld();
    await world.actor.start();
    const answer = world.actor.execute(CAUSE, (scope) => {
      scope.tables.put(tabsTable, { tabId: 'a', total: 3 });
      scope.emit(Totaled, 'a', { tabId: 'a', total: 3 });
      return 'done';
    });
    expect(answer).toBe('done');
    expect((await world.actor.workload()).outbox).toBe(1);
    await world.pass(0);
    await isAtRest(world);
    const published = world.entries.find((entry) => entry.kind === 'message.published');
    expect(published).toMatchObject({
      context: 'tabs',
      event: {
        source: '/tabs',
        type: 'Totaled',
        subject: 'a',
        time: '2026-01-01T00:00:00.000Z',
        correlationid: 'request-7',
        causationid: 'command-7',
        traceparent: expect.stringMatching(/^00-0123456789abcdef0123456789abcdef-[0-9a-f]{16}-01$/),
        data: { tabId: 'a', total: 3 },
      },
    });
    expect(world.entries.filter((entry) => entry.kind === 'state')).toEqual([
      { kind: 'state', context: 'tabs', table: 'tabs', key: ['a'], row: { tabId: 'a', total: 3 }, cause: 'command-7' },
    ]);
  });

  it('that is refused leaves nothing behind', async () => {
    const world = await createWorld();
    await world.actor.start();
    const refused = (): void =>
      world.actor.execute(CAUSE, (scope) => {
        scope.tables.put(tabsTable, { tabId: 'a', total: 3 });
        scope.emit(Totaled, 'a', { tabId: 'a', total: 3 });
        throw new Refusal('too-much', 'no more credit');
      });
    expect(refused).toThrow('no more credit');
    await world.pass(10);
    expect(world.total('a')).toBeUndefined();
    expect(await world.totaled()).toEqual([]);
    await isAtRest(world);
  });

  it('that emits what its definition does not declare, or what breaks its contract, has a bug', async () => {
    const world = await createWorld();
    await world.actor.start();
    expect(() => world.actor.execute(CAUSE, (scope) => scope.emit({ ...Totaled, type: 'Foreign' }, 'a', { tabId: 'a', total: 1 }))).toThrow(
      'tabs emits Foreign',
    );
    expect(() => world.actor.execute(CAUSE, (scope) => scope.emit(Totaled, 'a', { tabId: 'a', total: 1.5 }))).toThrow();
    expect((await world.actor.workload()).outbox).toBe(0);
  });

  it('is not run by an actor that is down, nor by one whose outbox is full', async () => {
    const world = await createWorld({ maxOutbox: 2 });
    const command = (): void => world.actor.execute(CAUSE, (scope) => scope.emit(Totaled, 'a', { tabId: 'a', total: 1 }));
    expect(command).toThrow('the context tabs is not running');
    await world.actor.start();
    command();
    command();
    expect(command).toThrow(expect.objectContaining({ code: 'overloaded' }));
    await world.pass(0);
    expect(command).not.toThrow();
  });
});

describe('a message', () => {
  it('has its effect once, however often it comes', async () => {
    const world = await createWorld();
    await world.actor.start();
    const charge = charged('a', 5);
    await world.publish(opened('a'), charge);
    await world.pass(10);
    // Delivered again, and stored again at another place, as after the bus forgot its id.
    world.deliver(2, charge);
    world.deliver(99, charge);
    await world.pass(10);
    expect(world.total('a')).toBe(5);
    expect(await world.totaled()).toEqual(['a=0', 'a=5']);
    expect(handlingsOf(world, charge.id)).toEqual(['handled', 'duplicate', 'duplicate']);
    await isAtRest(world);
  });

  it('is told in the recording, with the changes that it caused, also where one commit holds many', async () => {
    const world = await createWorld();
    await world.actor.start();
    const [open, charge] = [opened('a'), { ...charged('a', 5), correlationid: 'request-2' }];
    await world.publish(open, charge);
    await world.pass(0);
    expect(world.actor.activity()).toBe(4); // Two deliveries, one commit, one publish.
    expect(world.entries.map((entry) => [entry.kind, 'cause' in entry ? entry.cause : 'id' in entry ? entry.id : ''])).toEqual([
      ['context', ''],
      ['message.delivered', open.id],
      ['message.delivered', charge.id],
      ['state', open.id],
      ['state', charge.id],
      ['message.handled', open.id],
      ['message.handled', charge.id],
      ['message.published', ''],
      ['message.published', ''],
    ]);
    const published = world.entries.flatMap((entry) => (entry.kind === 'message.published' ? [entry.event] : []));
    expect(published).toMatchObject([open, charge].map(({ id, correlationid }) => ({ causationid: id, correlationid })));
  });

  it('that fails leaves no trace of its handling, and those before and behind it in its batch have their effect', async () => {
    const world = await createWorld({ retry: { maxAttempts: 3 } });
    const poison = charged('a', 100);
    world.interfere((event) => {
      if (event.id === poison.id) throw new Error('cannot digest this');
    });
    await world.publish(opened('a'), charged('a', 1), poison, charged('a', 2), charged('a', 3));
    await world.actor.start();
    await world.pass(1);
    expect(world.total('a')).toBe(6);
    expect((await world.actor.workload()).parked).toEqual([
      { id: poison.id, type: 'Charged', subject: 'a', attempts: 1, reason: 'cannot digest this' },
    ]);
    await world.pass(10_000);
    expect(world.total('a')).toBe(6);
    expect(await world.totaled()).toEqual(['a=0', 'a=1', 'a=3', 'a=6']);
    expect(handlingsOf(world, poison.id)).toEqual(['parked', 'parked', 'dead-lettered']);
    expect(world.actor.deadLetters()).toEqual([
      {
        seq: 3,
        id: poison.id,
        type: 'Charged',
        subject: 'a',
        error: 'cannot digest this',
        message: JSON.stringify(poison),
        attempts: 3,
        at: expect.stringMatching(/^2026-01-01T00:00:00\.\d{3}Z$/),
      },
    ]);
    await isAtRest(world);
  });

  it('that fails for a while is handled by a later attempt', async () => {
    const world = await createWorld();
    await world.actor.start();
    let failures = 3;
    world.interfere((event) => {
      if (event.type === 'Charged' && (failures -= 1) >= 0) throw new Refusal('not-now', 'come back later');
    });
    await world.publish(opened('a'), charged('a', 7));
    await world.pass(1);
    expect((await world.actor.workload()).parked).toMatchObject([{ attempts: 1, reason: 'not-now: come back later' }]);
    await world.pass(5_000);
    expect(world.total('a')).toBe(7);
    expect(world.actor.deadLetters()).toEqual([]);
    await isAtRest(world);
  });

  it('that comes again while it is parked, or after it was given up on, is a duplicate', async () => {
    const world = await createWorld({ retry: { maxAttempts: 1 } });
    await world.actor.start();
    const [early, poison] = [charged('later', 1), charged('a', 1)];
    world.interfere((event) => {
      if (event.id === poison.id) throw new Error('cannot digest this');
    });
    await world.publish(opened('a'), poison, early);
    await world.pass(1_000);
    world.deliver(98, poison);
    world.deliver(99, early);
    expect(handlingsOf(world, poison.id)).toEqual(['dead-lettered', 'duplicate']);
    expect(handlingsOf(world, early.id).filter((handling) => handling === 'duplicate')).toHaveLength(1);
    expect(world.actor.deadLetters()).toHaveLength(1);
    expect((await world.actor.workload()).parked).toHaveLength(1);
  });

  it('that was held back and comes after later ones still has its effect', async () => {
    const world = await createWorld();
    await world.actor.start();
    world.deliver(5, opened('a'));
    world.deliver(7, charged('a', 7));
    world.deliver(6, charged('a', 6));
    expect(world.total('a')).toBe(13);
    expect(world.actor.read.get(positionTable, 'tabs')?.seq).toBe(7);
  });
});

describe('a message that comes too early', () => {
  it('is handled right after the next one of its subject, before those behind', async () => {
    const world = await createWorld({ maxBatch: 50, retry: { firstDelayMs: 60_000, maxDelayMs: 60_000 } });
    await world.actor.start();
    await world.publish(charged('a', 1), charged('b', 1), charged('a', 2));
    await world.pass(1);
    expect((await world.actor.workload()).parked.map(({ subject, reason }) => `${subject}: ${reason}`)).toEqual([
      'a: the tab a is not known here',
      'b: the tab b is not known here',
      'a: the tab a is not known here',
    ]);
    await world.publish(opened('a'), charged('a', 10));
    await world.pass(1);
    expect(await world.totaled()).toEqual(['a=0', 'a=1', 'a=3', 'a=13']);
    expect((await world.actor.workload()).parked.map(({ subject }) => subject)).toEqual(['b']);
  });

  it('is given up on when nothing comes before the deadline', async () => {
    const world = await createWorld({ tooEarlyDeadlineMs: 60_000 });
    await world.actor.start();
    const early = charged('a', 1);
    await world.publish(early);
    await world.pass(59_000);
    expect(world.actor.deadLetters()).toEqual([]);
    expect((await world.actor.workload()).parked).toHaveLength(1);
    await world.pass(2_000);
    expect(world.actor.deadLetters()).toMatchObject([{ seq: 1, id: early.id, error: 'the tab a is not known here' }]);
    await isAtRest(world);
  });

  it('waits through a crash', async () => {
    const world = await createWorld();
    await world.actor.start();
    await world.publish(charged('a', 4));
    await world.pass(1);
    await world.actor.crash();
    expect((await world.actor.workload()).parked).toHaveLength(1);
    await world.publish(opened('a'));
    await world.actor.start();
    await world.pass(1);
    expect(world.total('a')).toBe(4);
    await isAtRest(world);
  });
});

describe('what is not an event of ours', () => {
  it('is dead-lettered once when it is malformed, and does not stop the line', async () => {
    const world = await createWorld({ hearsAll: true, knownEvents: [Totaled] });
    await world.actor.start();
    await world.bus.injectRaw('foodsim.spec.till.Opened', '{"broken');
    await world.publish(opened('a'));
    await world.pass(10);
    expect(world.total('a')).toBe(0);
    expect(world.actor.deadLetters()).toMatchObject([
      { seq: 1, id: null, type: null, message: '{"broken', error: expect.stringContaining('is not JSON') },
    ]);
    const letters = world.actor.deadLetters();
    world.deliver(1, { malformed: true, subject: 'foodsim.spec.till.Opened', raw: '{"broken', reason: 'is not JSON' });
    expect(world.actor.deadLetters()).toEqual(letters);
    expect(handlingsOf(world, '')).toEqual(['dead-lettered', 'duplicate']);
  });

  it.each(['specversion', 'data'])(
    'is dead-lettered when it is nested by the thousand in its %s, and does not stop the line',
    async (name) => {
      const world = await createWorld({ hearsAll: true, knownEvents: [Totaled] });
      await world.actor.start();
      await world.bus.injectRaw(
        'foodsim.spec.till.Opened',
        JSON.stringify({ ...opened('b'), [name]: 'HERE' }).replace('"HERE"', `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`),
      );
      await world.publish(opened('a'));
      await world.pass(10);
      expect(world.actor.deadLetters()).toMatchObject([
        { seq: 1, error: expect.stringMatching(/^The message is nested deeper than 32 levels, from line 1, column \d+ on\.$/) },
      ]);
      expect(world.total('a')).toBe(0);
      expect(world.failures).toEqual([]);
    },
  );

  it('is dead-lettered when its data breaks the contract, naming the fields', async () => {
    const world = await createWorld();
    await world.actor.start();
    await world.publish(opened('a'), eventOf('Charged', 'a', { tabId: '', amount: 'much' }), charged('a', 2));
    await world.pass(10);
    const [letter] = world.actor.deadLetters();
    expect(letter?.error).toMatch(/^The event breaks the contract of Charged: data\.tabId: .*; data\.amount: /);
    expect(world.total('a')).toBe(2);
  });

  it('is dead-lettered by the context that hears all, when nobody knows its type or it has the wrong source', async () => {
    const world = await createWorld({
      hearsAll: true,
      knownEvents: [
        { ...Totaled, source: '/tabs' },
        { ...Totaled, type: 'Known', source: '/till' },
      ],
    });
    await world.actor.start();
    const forged = eventOf('Totaled', 'a', { tabId: 'a', total: 9 });
    await world.publish(eventOf('Known', 'a', {}), eventOf('Unheard', 'a', {}), forged);
    await world.pass(10);
    expect(world.actor.deadLetters().map(({ type, error }) => `${type}: ${error}`)).toEqual([
      'Unheard: Unheard is not an event of this system.',
      'Totaled: Totaled comes from /tabs, and this one claims to come from /till.',
    ]);
    await isAtRest(world);
  });
});

describe('a failing database', () => {
  it('is nobody’s fault: the message is neither parked nor dead-lettered, and comes again', async () => {
    let isFull = false;
    const world = await createWorld({ wrapDisk: fullDisk(() => isFull) });
    await world.actor.start();
    await world.publish(opened('a'));
    await world.pass(10);
    isFull = true;
    await world.publish(charged('a', 5), charged('a', 6));
    await world.pass(60_000);
    expect(world.total('a')).toBe(0);
    expect(world.actor.deadLetters()).toEqual([]);
    expect((await world.actor.workload()).parked).toEqual([]);
    expect((await world.actor.workload()).unacknowledged).toBe(2);
    expect(world.failures[0]).toMatchObject({ message: 'the disk is full' });
    isFull = false;
    await world.pass(60_000);
    expect(world.total('a')).toBe(11);
    await isAtRest(world);
  });

  it('does not lose the message that waits for another attempt either', async () => {
    let isFull = false;
    let isFailing = true;
    const world = await createWorld({ wrapDisk: fullDisk(() => isFull), retry: { maxAttempts: 2 } });
    await world.actor.start();
    world.interfere((event) => {
      if (isFailing && event.type === 'Charged') throw new Error('not now');
    });
    await world.publish(opened('a'), charged('a', 5));
    await world.pass(1);
    isFull = true;
    isFailing = false;
    await world.pass(120_000);
    expect((await world.actor.workload()).parked).toMatchObject([{ attempts: 1 }]);
    isFull = false;
    await world.pass(60_000);
    expect(world.total('a')).toBe(5);
    expect(world.actor.deadLetters()).toEqual([]);
  });
});

describe('the runtime’s tables', () => {
  it('hold where the consumer stands, and are tidied up', async () => {
    const world = await createWorld({ hearsAll: true, knownEvents: [Totaled] });
    await world.actor.start();
    await world.publish(opened('a'), charged('a', 1));
    await world.pass(10);
    expect(world.actor.read.get(positionTable, 'tabs')).toMatchObject({ consumer: 'tabs', seq: 4 });
    expect(world.actor.read.count(inboxTable)).toBe(2);
    await world.pass(2_000);
    expect(world.actor.read.count(outboxTable)).toBe(0);
    expect(world.actor.read.count(parkedTable)).toBe(0);
    await world.pass(8 * 24 * 3_600_000);
    await world.publish(opened('b'));
    await world.pass(2_000);
    expect(world.actor.read.select(inboxTable)).toHaveLength(1);
  });
});
