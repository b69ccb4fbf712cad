import { describe, expect, it } from 'vitest';
import type { Bus } from '../../bus/bus.ts';
import type { Envelope } from '../../kernel/envelope.ts';
import { OperatingError } from '../../kernel/errors.ts';
import { SILENT_LOG } from '../../kernel/log.ts';
import { createWorld, fullDisk, opened, Totaled } from './actor.fixture.ts';
import type { World } from './actor.fixture.ts';
import { deadLettersTable } from './ledger.ts';

const CAUSE = { causationId: 'command-7', correlationId: 'request-7', traceId: '0123456789abcdef0123456789abcdef' };

const say = (world: World, ...totals: readonly number[]): void => {
  for (const total of totals) world.actor.execute(CAUSE, (scope) => scope.emit(Totaled, 'a', { tabId: 'a', total }));
};

/** A bus that publishes as `publish` says, given how the true one does it. */
const publishing =
  (publish: (messages: readonly Envelope[], truly: Bus['publish']) => Promise<void>) =>
  (bus: Bus): Bus => ({ ...bus, publish: (messages) => publish(messages, (stored) => bus.publish(stored)) });

const unreachable = (): OperatingError => new OperatingError('infrastructure', 'the server cannot be reached');

describe('the relay', () => {
  it('publishes again, after growing pauses, until the bus takes it, in the order of emission', async () => {
    const attempts: number[] = [];
    let isDown = true;
    const world = await createWorld({
      wrapBus: publishing(async (messages, truly) => {
        attempts.push(world.time.now());
        if (isDown) throw unreachable();
        await truly(messages);
      }),
      retry: { firstDelayMs: 100, maxDelayMs: 400 },
    });
    await world.actor.start();
    say(world, 1, 2);
    await world.pass(1_000);
    say(world, 3);
    expect(await world.actor.workload()).toMatchObject({ outbox: 3, whyUnpublished: 'the server cannot be reached' });
    const pauses = attempts.slice(1).map((at, index) => at - attempts[index]!);
    for (const [index, pause] of pauses.entries()) {
      const full = Math.min(400, 100 * 2 ** index);
      expect(pause).toBeGreaterThanOrEqual(full / 2);
      expect(pause).toBeLessThanOrEqual(full);
    }
    expect(pauses.length).toBeGreaterThan(2);
    isDown = false;
    await world.pass(500);
    expect(await world.totaled()).toEqual(['a=1', 'a=2', 'a=3']);
    expect(await world.actor.workload()).toEqual({ outbox: 0, parked: [], pending: 0, unacknowledged: 0 });
    expect(world.failures).toEqual([]);
  });

  it('takes no commands while the bus has no room, tells that once, and goes on by itself when there is room', async () => {
    let isFull = true;
    const full = new OperatingError('infrastructure', 'the store is full', { lacksRoom: true, isPassing: true });
    const world = await createWorld({
      wrapBus: publishing(async (messages, truly) => {
        if (isFull) throw full;
        await truly(messages);
      }),
      retry: { firstDelayMs: 100, maxDelayMs: 400 },
    });
    await world.actor.start();
    say(world, 1);
    await world.pass(1_000);
    expect(() => say(world, 2)).toThrow(
      expect.objectContaining({ code: 'bus-full', message: expect.stringContaining('the store is full') as string }) as Error,
    );
    expect(world.failures).toEqual([full]);
    expect(world.actor.whyUnpublished()).toBe('the store is full');
    isFull = false;
    await world.pass(500);
    expect(await world.totaled()).toEqual(['a=1']);
    expect(world.actor.whyUnpublished()).toBeUndefined();
    say(world, 2);
    await world.pass(1);
    isFull = true;
    say(world, 3);
    await world.pass(1_000);
    expect(world.failures).toEqual([full, full]);
    expect(await world.totaled()).toEqual(['a=1', 'a=2']);
  });

  it('has one publish under way at most, of at most 200 events, and takes together what gathered meanwhile', async () => {
    const sizes: number[] = [];
    let underWay = 0;
    const world = await createWorld({
      wrapBus: publishing(async (messages, truly) => {
        underWay += 1;
        expect(underWay).toBe(1);
        sizes.push(messages.length);
        await new Promise<void>((resolve) => void world.time.after(10, resolve));
        await truly(messages);
        underWay -= 1;
      }),
    });
    await world.actor.start();
    say(world, 1);
    await world.pass(1);
    say(world, ...Array.from({ length: 450 }, (_, index) => index + 2));
    await world.pass(100);
    expect(sizes).toEqual([1, 200, 200, 50]);
    expect(await world.totaled()).toHaveLength(451);
  });

  it('ignores the result of a publish under way when the actor crashes, and the next life publishes again', async () => {
    let isAnswering = false;
    const ids: string[][] = [];
    const world = await createWorld({
      wrapBus: publishing(async (messages, truly) => {
        ids.push(messages.map(({ id }) => id));
        await truly(messages);
        // Stored, and the answer comes only after the crash.
        if (!isAnswering) await new Promise<void>((resolve) => void world.time.after(50, resolve));
      }),
    });
    await world.actor.start();
    say(world, 1);
    await world.pass(1);
    await world.actor.crash();
    isAnswering = true;
    await world.pass(100);
    expect((await world.actor.workload()).outbox).toBe(1);
    await world.actor.start();
    await world.pass(1);
    expect(ids).toEqual([ids[0], ids[0]]);
    expect(await world.totaled()).toEqual(['a=1']);
    expect(world.entries.filter((entry) => entry.kind === 'message.published')).toHaveLength(1);
  });

  it('leaves to the next life what the bus does not take while the actor stops', async () => {
    let isDown = true;
    const world = await createWorld({
      wrapBus: publishing(async (messages, truly) => {
        if (isDown) throw unreachable();
        await truly(messages);
      }),
    });
    await world.actor.start();
    say(world, 1);
    await world.pass(10);
    await world.actor.stop();
    isDown = false;
    await world.actor.start();
    await world.pass(1);
    expect(await world.totaled()).toEqual(['a=1']);
  });

  it('surfaces what is not an operating error, and loses nothing', async () => {
    let isBroken = true;
    const world = await createWorld({
      wrapBus: publishing(async (messages, truly) => {
        if (isBroken) throw new Error('a bug of the adapter');
        await truly(messages);
      }),
    });
    await world.actor.start();
    say(world, 1);
    await world.pass(10);
    isBroken = false;
    await world.pass(10_000);
    expect(world.failures).toMatchObject([{ message: 'a bug of the adapter' }]);
    expect(await world.totaled()).toEqual(['a=1']);
  });

  it('refuses a command whose event the bus could never take, and nothing of it happens', async () => {
    const world = await createWorld({ maxMessageBytes: 1_000 });
    await world.actor.start();
    const command = (): void => world.actor.execute(CAUSE, (scope) => scope.emit(Totaled, 'a', { tabId: 'a'.repeat(1_000), total: 1 }));
    expect(command).toThrow(
      expect.objectContaining({
        name: 'Refusal',
        code: 'event-too-large',
        message: expect.stringMatching(/^The event Totaled has \d+ bytes, and the bus takes 1000 at most\.$/) as string,
      }),
    );
    say(world, 2);
    await world.pass(10);
    expect(await world.totaled()).toEqual(['a=2']);
    expect(await world.actor.workload()).toEqual({ outbox: 0, parked: [], pending: 0, unacknowledged: 0 });
    expect(world.actor.deadLetters()).toEqual([]);
  });

  it('gives up on a message whose effect would be an event that the bus could never take, with that reason', async () => {
    const whyTooLarge = ({ type, subject }: Envelope): string | undefined =>
      type === 'Totaled' && subject === 'a' ? 'has 5 bytes' : undefined;
    const world = await createWorld({
      wrapBus: (bus) => ({ ...bus, whyTooLarge }),
      retry: { firstDelayMs: 1, maxDelayMs: 1, maxAttempts: 2 },
    });
    await world.actor.start();
    await world.publish(opened('a'), opened('b'));
    await world.pass(100);
    expect(world.actor.deadLetters()).toMatchObject([
      { seq: 1, type: 'Opened', error: 'event-too-large: The event Totaled has 5 bytes.', attempts: 2 },
    ]);
    expect(await world.totaled()).toEqual(['b=0']);
  });

  it('sets aside what a bus of before would have taken, with a dead letter each, and publishes what is behind it in order', async () => {
    let limit = Infinity;
    let isDown = true;
    const warned: string[] = [];
    const tooLarge = ({ data }: Envelope): string | undefined =>
      (data as { total: number }).total > limit ? `has ${(data as { total: number }).total} bytes` : undefined;
    const world = await createWorld({
      wrapBus: (bus) => ({
        ...bus,
        whyTooLarge: tooLarge,
        publish: async (messages) => {
          if (isDown || messages.some((message) => tooLarge(message) !== undefined)) throw unreachable();
          await bus.publish(messages);
        },
      }),
      log: { ...SILENT_LOG, error: (_fields, text) => void warned.push(text) },
    });
    await world.actor.start();
    say(world, 1, 50, 2, 60, 3);
    await world.pass(10);
    // The next life finds another server, which takes less.
    await world.actor.crash();
    [limit, isDown] = [10, false];
    await world.actor.start();
    await world.pass(10);
    expect(await world.totaled()).toEqual(['a=1', 'a=2', 'a=3']);
    expect(world.actor.deadLetters()).toMatchObject([
      {
        seq: -2,
        type: 'Totaled',
        subject: 'a',
        error: 'The event has 60 bytes.',
        attempts: 1,
        message: expect.stringContaining('"total":60') as string,
      },
      { seq: -1, type: 'Totaled', subject: 'a', error: 'The event has 50 bytes.' },
    ]);
    expect(warned).toEqual([
      'tabs sets its event Totaled of a aside: it has 50 bytes',
      'tabs sets its event Totaled of a aside: it has 60 bytes',
    ]);
    expect(world.entries.filter((entry) => entry.kind === 'note')).toHaveLength(2);
    // Nor do they come back: the outbox holds them no more.
    await world.actor.crash();
    await world.actor.start();
    say(world, 4);
    await world.pass(10);
    expect(await world.totaled()).toEqual(['a=1', 'a=2', 'a=3', 'a=4']);
    expect(world.actor.deadLetters()).toHaveLength(2);
    expect(world.failures).toEqual([]);
  });

  it('keeps what it can not set aside while the database is full, and nothing behind it goes before it is', async () => {
    let [isLimited, isFull] = [false, false];
    const tooLarge = ({ data }: Envelope): string | undefined =>
      isLimited && (data as { total: number }).total > 10 ? 'has 50 bytes' : undefined;
    const world = await createWorld({
      wrapBus: (bus) => ({
        ...bus,
        whyTooLarge: tooLarge,
        publish: async (messages) => {
          if (!isLimited || messages.some((message) => tooLarge(message) !== undefined)) throw unreachable();
          await bus.publish(messages);
        },
      }),
      wrapDisk: fullDisk(() => isFull, deadLettersTable.name),
    });
    await world.actor.start();
    say(world, 1, 50, 2);
    await world.pass(10);
    [isLimited, isFull] = [true, true];
    await world.pass(60_000);
    expect([await world.totaled(), (await world.actor.workload()).outbox, world.actor.deadLetters()]).toEqual([[], 3, []]);
    expect(world.failures[0]).toMatchObject({ message: 'the disk is full' });
    isFull = false;
    await world.pass(60_000);
    expect(await world.totaled()).toEqual(['a=1', 'a=2']);
    expect(world.actor.deadLetters()).toMatchObject([{ type: 'Totaled', error: 'The event has 50 bytes.' }]);
  });
});
