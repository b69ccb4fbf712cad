import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Cancel, Timers } from '../kernel/clock.ts';
import type { Envelope } from '../kernel/envelope.ts';
import { OperatingError } from '../kernel/errors.ts';
import type { EventId } from '../kernel/ids.ts';
import { isMalformed } from './bus.ts';
import type { Bus, BusHost, Consumption, ConsumeOptions, Delivery, HandleBatch } from './bus.ts';

/** What the suite needs of an adapter. */
export interface BusUnderTest {
  readonly host: BusHost;
  /** Publishes a payload as a foreign program would, where that is another way than the bus's own. */
  readonly publishForeign?: (subject: string, payload: string) => Promise<void>;
  dispose(): Promise<void>;
}

/** The wall clock, for tests of adapters that run on it. */
export const wallTimers: Timers = {
  now: () => Date.now(),
  after: (delayMs, wake): Cancel => {
    const timer = setTimeout(wake, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Timers moved by hand. */
export interface HandTimers extends Timers {
  /** Wakes everybody who is due within the next `ms`, in order of time, then of asking. */
  advance(ms: number): void;
  /** How many wake-ups are waiting. */
  waiting(): number;
}

/** Virtual timers that start at 0. */
export const createHandTimers = (): HandTimers => {
  let nowMs = 0;
  const waiting: { readonly at: number; readonly wake: () => void }[] = [];
  return {
    now: () => nowMs,
    after: (delayMs, wake) => {
      const entry = { at: nowMs + delayMs, wake };
      waiting.push(entry);
      return () => {
        const index = waiting.indexOf(entry);
        if (index >= 0) waiting.splice(index, 1);
      };
    },
    advance: (ms) => {
      const endMs = nowMs + ms;
      for (;;) {
        const next = waiting.reduce<(typeof waiting)[number] | undefined>(
          (first, entry) => (entry.at <= endMs && (first === undefined || entry.at < first.at) ? entry : first),
          undefined,
        );
        if (next === undefined) break;
        waiting.splice(waiting.indexOf(next), 1);
        nowMs = Math.max(nowMs, next.at);
        next.wake();
      }
      nowMs = endMs;
    },
    waiting: () => waiting.length,
  };
};

/** An event for tests; equal ids are the same event. */
export const envelopeOf = (id: string, type = 'OrderPlaced', source = '/front', data: object = { n: id }): Envelope => ({
  specversion: '1.0',
  id: id as EventId,
  source,
  type,
  subject: 'order-1',
  time: '2024-01-01T00:00:00.000Z',
  datacontenttype: 'application/json',
  correlationid: 'request-1',
  causationid: 'request-1',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  data,
});

/** Events with ids `<prefix>1` to `<prefix><count>`. */
export const envelopes = (prefix: string, count: number, type = 'OrderPlaced'): Envelope[] =>
  Array.from({ length: count }, (_, index) => envelopeOf(`${prefix}${index + 1}`, type));

/** What a delivery is, shortly: the event's id, or `malformed`. */
export const nameOf = ({ message }: Delivery): string => (isMalformed(message) ? 'malformed' : message.id);

const ANY: ConsumeOptions = { consumer: 'store', types: 'all', afterSeq: 0, maxBatch: 100 };

/** Reads all that `read` gives. */
export const readAll = async (bus: Bus, afterSeq = 0, types?: readonly string[]): Promise<Delivery[]> => {
  const all: Delivery[] = [];
  for await (const delivery of bus.read(types === undefined ? { afterSeq } : { afterSeq, types })) all.push(delivery);
  return all;
};

/** Waits until nothing is on its way to this consumer. */
export const drained = (consumption: Consumption): Promise<void> =>
  vi.waitFor(async () => expect(await consumption.lag()).toEqual({ pending: 0, unacknowledged: 0 }), { timeout: 30_000, interval: 5 });

/** What every bus promises (`bus.ts`), as tests that each adapter must pass. */
export const busContract = (name: string, makeBus: () => Promise<BusUnderTest>): void => {
  describe(`${name}: the contract of a bus`, () => {
    let underTest: BusUnderTest;
    let bus: Bus;
    let worldCount = 0;

    // One server serves all tests of a suite: worlds keep them apart, which is one of the promises.
    beforeAll(async () => {
      underTest = await makeBus();
    });
    afterAll(() => underTest.dispose());
    beforeEach(async () => {
      worldCount += 1;
      bus = await underTest.host.open(`w${worldCount}`);
      return () => bus.close({ destroy: true });
    });
    contractTests(() => ({ bus, underTest }));
  });
};

/** An event whose data is a text of so many characters. */
const ofLength = (id: string, length: number): Envelope => envelopeOf(id, 'OrderPlaced', '/front', { text: 'x'.repeat(length) });

/** The longest text with which an event is still taken, found by asking. */
export const longestTaken = (bus: Bus): number => {
  let [taken, refused] = [0, 2_000_000];
  while (refused - taken > 1) {
    const length = Math.floor((taken + refused) / 2);
    if (bus.whyTooLarge?.(ofLength('long', length)) === undefined) taken = length;
    else refused = length;
  }
  return taken;
};

type Current = () => { readonly bus: Bus; readonly underTest: BusUnderTest };

const collector = (): { readonly got: Delivery[]; readonly handle: HandleBatch; readonly names: () => string[] } => {
  const got: Delivery[] = [];
  return { got, handle: (batch) => void got.push(...batch), names: () => got.map(nameOf) };
};

const contractTests = (current: Current): void => {
  it('delivers everything in order, what was there before and what comes after', async () => {
    const { bus } = current();
    const { got, handle, names } = collector();
    await bus.publish(envelopes('a', 5));
    const consumption = await bus.consume(ANY, handle);
    await Promise.all([bus.publish(envelopes('b', 5)), bus.publish(envelopes('c', 5))]);
    await drained(consumption);
    expect(names()).toEqual(['a', 'b', 'c'].flatMap((prefix) => envelopes(prefix, 5).map(({ id }) => id as string)));
    expect(got.map(({ seq }) => seq)).toEqual(Array.from({ length: 15 }, (_, index) => index + 1));
    expect(got.map(({ attempt }) => attempt)).toEqual(Array<number>(15).fill(1));
    expect(got[0]?.message).toEqual(envelopeOf('a1'));
    expect(await bus.lastSeq()).toBe(15);
  });

  it('stores an event once, however often it is published', async () => {
    const { bus } = current();
    await bus.publish([envelopeOf('a'), envelopeOf('b'), envelopeOf('a')]);
    await bus.publish([envelopeOf('b'), envelopeOf('c')]);
    expect((await readAll(bus)).map(nameOf)).toEqual(['a', 'b', 'c']);
    expect(await bus.lastSeq()).toBe(3);
  });

  it('takes an event as long as it says, and of longer ones none, nor what is published with them', async () => {
    const { bus } = current();
    const { got, handle } = collector();
    const length = longestTaken(bus);
    // `many`: as long in bytes as `long`, so that the ids are no difference.
    expect(bus.whyTooLarge?.(ofLength('many', length + 1))).toMatch(/^has \d+ bytes.* \d+/);
    await expect(bus.publish([envelopeOf('a'), ofLength('many', length + 1), envelopeOf('b')])).rejects.toMatchObject({
      trouble: 'infrastructure',
      message: expect.stringMatching(/has \d+ bytes/) as string,
    });
    expect(await bus.lastSeq()).toBe(0);
    const consumption = await bus.consume(ANY, handle);
    await bus.publish([envelopeOf('a'), ofLength('long', length)]);
    await drained(consumption);
    expect(got.map(({ message }) => message)).toEqual([envelopeOf('a'), ofLength('long', length)]);
  });

  it('brings a batch again when its handler throws, and nothing overtakes it', async () => {
    const { bus } = current();
    const calls: string[] = [];
    await bus.publish(envelopes('a', 3));
    const consumption = await bus.consume({ ...ANY, maxBatch: 2 }, (batch) => {
      calls.push(batch.map((delivery) => `${nameOf(delivery)}/${delivery.attempt}`).join(' '));
      if (batch[0]?.seq === 1 && batch[0].attempt < 3) throw new Error('disk full');
    });
    await drained(consumption);
    const last = calls.at(-1);
    expect(calls.map((call) => call.split(' ')[0])).toEqual(['a1/1', 'a1/2', 'a1/3', last?.split(' ')[0]]);
    expect(calls.join(' ').endsWith('a3/1')).toBe(true);
  });

  it('goes on from the position that the consumer kept', async () => {
    const { bus } = current();
    await bus.publish(envelopes('a', 6));
    const first = collector();
    const consumption = await bus.consume(ANY, first.handle);
    await drained(consumption);
    await consumption.stop();
    await bus.publish(envelopes('b', 1));
    const second = collector();
    const again = await bus.consume({ ...ANY, afterSeq: 4 }, second.handle);
    await drained(again);
    expect(first.names()).toHaveLength(6);
    expect(second.got.map(({ seq, attempt }) => [seq, attempt])).toEqual([
      [5, 1],
      [6, 1],
      [7, 1],
    ]);
  });

  it('delivers nothing after stop, and all of that to the next consumer of the name', async () => {
    const { bus } = current();
    const first = collector();
    const consumption = await bus.consume(ANY, first.handle);
    await bus.publish(envelopes('a', 3));
    await drained(consumption);
    await consumption.stop();
    await bus.publish(envelopes('b', 3));
    const second = collector();
    await drained(await bus.consume({ ...ANY, afterSeq: 3 }, second.handle));
    expect(first.names()).toEqual(['a1', 'a2', 'a3']);
    expect(second.names()).toEqual(['b1', 'b2', 'b3']);
  });

  it('refuses a position behind the end of the stream: it is another stream', async () => {
    const { bus } = current();
    await bus.publish(envelopes('a', 3));
    await expect(bus.consume({ ...ANY, afterSeq: 4 }, () => undefined)).rejects.toThrow(OperatingError);
    await expect(bus.consume({ ...ANY, afterSeq: 4 }, () => undefined)).rejects.toThrow(/4.*3/);
  });

  it('delivers to each consumer the types that it wants', async () => {
    const { bus } = current();
    const [all, some, none] = [collector(), collector(), collector()];
    const options = { ...ANY, consumer: 'rider', types: ['Paid', 'Picked'] };
    const consumptions = [
      await bus.consume(ANY, all.handle),
      await bus.consume(options, some.handle),
      await bus.consume({ ...options, consumer: 'front', types: ['Delivered'] }, none.handle),
    ];
    await bus.publish([
      envelopeOf('1'),
      envelopeOf('2', 'Paid'),
      envelopeOf('3', 'CookStarted', '/store'),
      envelopeOf('4', 'Picked', '/rider'),
    ]);
    for (const consumption of consumptions) await drained(consumption);
    expect([all.names(), some.names(), none.names()]).toEqual([['1', '2', '3', '4'], ['2', '4'], []]);
    expect((await readAll(bus, 1, ['Picked', 'OrderPlaced'])).map(nameOf)).toEqual(['4']);
  });

  it('delivers what is not an event of ours as malformed, and what is behind it', async () => {
    const { bus, underTest } = current();
    const { got, handle, names } = collector();
    const publishForeign = underTest.publishForeign ?? ((subject, payload) => bus.injectRaw(subject, payload));
    const consumption = await bus.consume(ANY, handle);
    const chosen = collector();
    const chosing = await bus.consume({ ...ANY, consumer: 'rider', types: ['OrderPlaced'] }, chosen.handle);
    const prefix = `foodsim.${bus.world}`;
    await bus.injectRaw(`${prefix}.front.OrderPlaced`, 'no json');
    await publishForeign(`${prefix}.front.OrderPlaced`, '{"specversion":"0.3"}');
    await publishForeign(`${prefix}.store.Paid`, JSON.stringify(envelopeOf('x', 'Paid')));
    await publishForeign(`${prefix}.elsewhere`, '[]');
    await bus.publish([envelopeOf('a')]);
    await drained(consumption);
    await drained(chosing);
    expect(names()).toEqual(['malformed', 'malformed', 'malformed', 'malformed', 'a']);
    expect(chosen.names()).toEqual(['malformed', 'malformed', 'a']);
    expect(got[0]?.message).toMatchObject({ malformed: true, subject: `${prefix}.front.OrderPlaced`, raw: 'no json' });
    const reasons = got.slice(0, 4).map(({ message }) => (isMalformed(message) ? message.reason : ''));
    expect(reasons[0]).toMatch(/^is not JSON/);
    expect(reasons[1]).toMatch(/specversion/);
    expect(reasons[2]).toMatch(/\.front\.Paid/);
    expect(reasons[3]).toMatch(/JSON object/);
  });

  it('tells its stream from another one of its name, and what stands where', async () => {
    const { bus, underTest } = current();
    const name = `${bus.world}-looked-at`;
    const before = await underTest.host.open(name);
    const empty = await before.look();
    expect(empty).toMatchObject({ firstSeq: 1, lastSeq: 0 });
    expect([await empty?.eventAt(1), await empty?.holdsEventsOf('/front')]).toEqual([undefined, false]);
    await before.publish([envelopeOf('1'), envelopeOf('2', 'CookStarted', '/store')]);
    await before.injectRaw(`foodsim.${name}.front.OrderPlaced`, 'no json');
    const look = await before.look();
    expect(look).toMatchObject({ id: empty?.id, firstSeq: 1, lastSeq: 3 });
    const events: unknown[] = [];
    for (const seq of [1, 2, 3, 4]) events.push(await look?.eventAt(seq));
    expect(events).toEqual(['1', '2', undefined, undefined]);
    const sources: unknown[] = [];
    for (const source of ['/front', '/store', '/fro', '/rider']) sources.push(await look?.holdsEventsOf(source));
    expect(sources).toEqual([true, true, false, false]);
    await before.close();
    const again = await underTest.host.open(name);
    expect((await again.look())?.id).toBe(empty?.id);
    await again.close({ destroy: true });
    const anew = await underTest.host.open(name);
    expect((await anew.look())?.id).not.toBe(empty?.id);
    await anew.close({ destroy: true });
  });

  it('keeps worlds apart', async () => {
    const { bus, underTest } = current();
    const other = await underTest.host.open(`${bus.world}-other`);
    const [here, there] = [collector(), collector()];
    const consumptions = [await bus.consume(ANY, here.handle), await other.consume(ANY, there.handle)];
    await Promise.all([bus.publish(envelopes('a', 2)), other.publish(envelopes('a', 3))]);
    for (const consumption of consumptions) await drained(consumption);
    expect([here.names(), there.names()]).toEqual([
      ['a1', 'a2'],
      ['a1', 'a2', 'a3'],
    ]);
    await other.close({ destroy: true });
    expect(await bus.lastSeq()).toBe(2);
  });

  it('finds a world again after close, and an empty one after destroy', async () => {
    const { bus, underTest } = current();
    const name = `${bus.world}-again`;
    const before = await underTest.host.open(name);
    await before.publish(envelopes('a', 2));
    await before.close();
    const again = await underTest.host.open(name);
    expect((await readAll(again)).map(nameOf)).toEqual(['a1', 'a2']);
    await again.close({ destroy: true });
    const anew = await underTest.host.open(name);
    expect([await anew.lastSeq(), await readAll(anew)]).toEqual([0, []]);
    await anew.close({ destroy: true });
  });

  it.each(['', 'a.b', 'a b', '*', 'x'.repeat(65)])('refuses the world name %j', async (name) => {
    await expect(current().underTest.host.open(name)).rejects.toThrow(OperatingError);
  });

  it('says what is pending and what is unacknowledged', async () => {
    const { bus } = current();
    let isBroken = true;
    await bus.publish(envelopes('a', 10));
    const consumption = await bus.consume({ ...ANY, maxBatch: 10 }, () => {
      if (isBroken) throw new Error('not now');
    });
    const { pending, unacknowledged } = await consumption.lag();
    expect(pending + unacknowledged).toBe(10);
    await vi.waitFor(async () => expect((await consumption.lag()).unacknowledged).toBeGreaterThan(0), { timeout: 30_000 });
    isBroken = false;
    await drained(consumption);
  });

  it('reads what is stored up to the time of asking', async () => {
    const { bus } = current();
    await bus.publish(envelopes('a', 3));
    const reading = bus.read({ afterSeq: 1 });
    const seqs: number[] = [];
    for await (const { seq } of reading) {
      seqs.push(seq);
      if (seqs.length === 1) await bus.publish(envelopes('b', 2));
    }
    expect(seqs.slice(0, 2)).toEqual([2, 3]);
    expect((await readAll(bus, 5)).length).toBe(0);
    // A reader that has seen enough may leave.
    for await (const { seq } of bus.read({ afterSeq: 0 })) if (seq === 2) break;
    expect(await readAll(bus)).toHaveLength(5);
  });

  it('hands over at most maxBatch at once, and never while the handler runs', async () => {
    const { bus } = current();
    const sizes: number[] = [];
    const seqs: number[] = [];
    let isRunning = false;
    const consumption = await bus.consume({ ...ANY, maxBatch: 64 }, (batch) => {
      expect(isRunning).toBe(false);
      isRunning = true;
      sizes.push(batch.length);
      for (const { seq } of batch) seqs.push(seq);
      isRunning = false;
    });
    for (let round = 0; round < 10; round += 1) await bus.publish(envelopes(`r${round}-`, 300));
    await drained(consumption);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(64);
    expect(Math.min(...sizes)).toBeGreaterThan(0);
    expect(seqs).toEqual(Array.from({ length: 3_000 }, (_, index) => index + 1));
  });

  it('lets one consumer fail without the others waiting', async () => {
    const { bus } = current();
    const well = collector();
    let isBroken = true;
    const sick = await bus.consume(ANY, () => {
      if (isBroken) throw new Error('sick');
    });
    const healthy = await bus.consume({ ...ANY, consumer: 'rider' }, well.handle);
    await bus.publish(envelopes('a', 3));
    await drained(healthy);
    expect(well.names()).toEqual(['a1', 'a2', 'a3']);
    const lag = await sick.lag();
    expect(lag.pending + lag.unacknowledged).toBeGreaterThan(0);
    isBroken = false;
    await drained(sick);
  });

  it('lets a handler stop its own consumer, as a crash does', async () => {
    const { bus } = current();
    const calls: number[] = [];
    const stopping: Promise<void>[] = [];
    const consumption: Consumption = await bus.consume({ ...ANY, maxBatch: 1 }, ([delivery]) => {
      calls.push(delivery?.seq ?? 0);
      if (delivery?.seq !== 2) return;
      stopping.push(Promise.resolve(consumption.stop()));
      throw new Error('crashed');
    });
    await bus.publish(envelopes('a', 3));
    await vi.waitFor(() => expect(stopping).toHaveLength(1), { timeout: 30_000 });
    await stopping[0];
    const next = collector();
    await drained(await bus.consume({ ...ANY, afterSeq: 1 }, next.handle));
    expect(calls).toEqual([1, 2]);
    expect(next.names()).toEqual(['a2', 'a3']);
  });
};
