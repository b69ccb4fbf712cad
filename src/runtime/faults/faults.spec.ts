import { beforeEach, describe, expect, it } from 'vitest';
import { createRandom } from '../../kernel/random.ts';
import type { EntryBody } from '../../kernel/recording.ts';
import type { Bus, BusHost, Consumption, Delivery } from '../../bus/bus.ts';
import { createHandTimers, envelopeOf, nameOf } from '../../bus/bus.contract.ts';
import type { HandTimers } from '../../bus/bus.contract.ts';
import { createMemoryBusHost } from '../../bus/memory.ts';
import type { HandlerFailure } from '../../bus/redelivery.ts';
import { messageOf } from '../../kernel/errors.ts';
import { createFaults } from './faults.ts';
import type { FaultRule, Faults } from './faults.ts';

let timers: HandTimers;
let host: BusHost;
let bus: Bus;
let faults: Faults;
let recorded: EntryBody[];
/** What arrived, as `<ms>: <id>/<attempt> …`, one text for each call of the handler. */
let calls: string[];
let failed: HandlerFailure[];
let isBroken: boolean;
let consumption: Consumption;

const describeCall = (batch: readonly Delivery[]): string =>
  `${timers.now()}: ${batch.map((delivery) => `${nameOf(delivery)}/${delivery.attempt}`).join(' ')}`;

const open = async (options: { consumer?: string; afterSeq?: number; maxBatch?: number } = {}): Promise<Consumption> =>
  bus.consume({ consumer: 'store', types: 'all', afterSeq: 0, maxBatch: 10, ...options }, (batch) => {
    calls.push(`${options.consumer === undefined ? '' : `${options.consumer} `}${describeCall(batch)}${isBroken ? ' broken' : ''}`);
    if (isBroken) throw new Error('broken');
  });

/** Publishes events with these ids, each of its own type and subject by its letter, and lets them arrive. */
const publish = async (...ids: readonly string[]): Promise<void> => {
  await bus.publish(ids.map((id) => ({ ...envelopeOf(id, id.startsWith('p') ? 'Paid' : 'OrderPlaced'), subject: `order-${id}` })));
  timers.advance(0);
};

beforeEach(async () => {
  timers = createHandTimers();
  host = createMemoryBusHost({ timers });
  recorded = [];
  calls = [];
  failed = [];
  isBroken = false;
  faults = createFaults({
    timers,
    random: createRandom('faults'),
    recorder: { record: (entry) => void recorded.push(entry) },
    onHandlerFailure: (failure) => void failed.push(failure),
  });
  bus = faults.wrap(await host.open('w'));
  consumption = await open();
});

describe('faults of delivery', () => {
  it('passes everything on where there is no rule, or none that matches', async () => {
    faults.add({ kind: 'drop', type: 'Delivered' });
    faults.add({ kind: 'drop', context: 'rider' });
    faults.add({ kind: 'drop', subject: 'order-z' });
    faults.add({ kind: 'drop', matches: (event) => event.id.endsWith('9') });
    faults.add({ kind: 'drop', probability: 0, times: Infinity });
    await publish('a1', 'a2');
    expect(calls).toEqual(['0: a1/1 a2/1']);
    expect(faults.held()).toEqual([]);
    expect(recorded).toEqual([]);
  });

  it('drops a message, which comes again later as an unacknowledged one does', async () => {
    const handle = faults.add({ kind: 'drop', type: 'Paid' });
    await publish('a1', 'p1', 'p2');
    expect(calls).toEqual(['0: a1/1 p2/1']);
    expect(faults.held()).toEqual([
      { fault: 'drop', world: 'w', context: 'store', seq: 2, id: 'p1', type: 'Paid', subject: 'order-p1', dueAt: 1_000 },
    ]);
    timers.advance(2_000);
    expect(calls).toEqual(['0: a1/1 p2/1', '1000: p1/2']);
    expect([faults.held(), handle.struck()]).toEqual([[], 1]);
    expect(recorded).toEqual([
      { kind: 'fault', fault: 'drop', detail: { context: 'store', seq: 2, id: 'p1', type: 'Paid', subject: 'order-p1', delayMs: 1_000 } },
    ]);
  });

  it('duplicates a message: right after, and once more later', async () => {
    faults.add({ kind: 'duplicate', subject: 'order-a1', delayMs: 30 });
    await publish('a1', 'a2');
    timers.advance(100);
    expect(calls).toEqual(['0: a1/1 a1/2 a2/1', '30: a1/3']);
  });

  it('never hands over more than the consumer takes at once', async () => {
    await consumption.stop();
    faults.add({ kind: 'duplicate', times: Infinity });
    await open({ maxBatch: 2 });
    await publish('a1', 'a2');
    timers.advance(5_000);
    expect(calls).toEqual(['0: a1/1 a1/2', '0: a2/1 a2/2', '1000: a1/3', '1000: a2/3']);
  });

  it('holds messages until they are released, then lets all pass', async () => {
    const handle = faults.add({ kind: 'hold', times: Infinity });
    await publish('a1', 'a2');
    timers.advance(60_000);
    expect(calls).toEqual([]);
    expect(faults.held().map(({ id, dueAt }) => [id, dueAt])).toEqual([
      ['a1', undefined],
      ['a2', undefined],
    ]);
    handle.release();
    expect(calls).toEqual([]);
    timers.advance(0);
    await publish('a3');
    expect(calls).toEqual(['60000: a1/1 a2/1', '60000: a3/1']);
    handle.release();
    timers.advance(0);
    expect(calls).toHaveLength(2);
    expect(recorded.map((entry) => (entry.kind === 'fault' ? entry.fault : ''))).toEqual(['hold', 'hold', 'release', 'release']);
  });

  it('delays a message within the range given', async () => {
    faults.add({ kind: 'delay', delayMs: [200, 300], times: 2 });
    await publish('a1', 'a2', 'a3');
    const dueAt = faults.held().map((held) => held.dueAt ?? 0);
    expect(dueAt.every((at) => at >= 200 && at < 300)).toBe(true);
    timers.advance(300);
    expect(calls[0]).toBe('0: a3/1');
    expect(
      calls
        .slice(1)
        .map((call) => call.split(': ')[1])
        .sort(),
    ).toEqual(['a1/1', 'a2/1']);
  });

  it('lets the next message overtake, in the same batch or a later one', async () => {
    faults.add({ kind: 'reorder', subject: 'order-a1' });
    faults.add({ kind: 'reorder', subject: 'order-a3' });
    await publish('a1', 'a2', 'a3');
    await publish('a4');
    timers.advance(5_000);
    expect(calls).toEqual(['0: a2/1 a1/1', '0: a4/1 a3/1']);
    expect(faults.held()).toEqual([]);
  });

  it('does not wait for ever for a message that overtakes', async () => {
    faults.add({ kind: 'reorder' });
    await publish('a1');
    timers.advance(1_000);
    expect(calls).toEqual(['1000: a1/1']);
  });

  it('draws by probability, the same for the same seed', async () => {
    const strikes = async (seed: string): Promise<string> => {
      const mine = createFaults({
        timers,
        random: createRandom(seed),
        recorder: { record: () => undefined },
        onHandlerFailure: () => undefined,
      });
      const world = mine.wrap(await host.open(`w-${seed}-${calls.length}`));
      calls.push('');
      await world.consume({ consumer: 'store', types: 'all', afterSeq: 0, maxBatch: 100 }, () => undefined);
      mine.add({ kind: 'hold', probability: 0.5, times: Infinity });
      await world.publish(Array.from({ length: 40 }, (_, index) => envelopeOf(`x${index}`)));
      timers.advance(0);
      return mine
        .held()
        .map(({ id }) => id)
        .join();
    };
    const [first, again, other] = [await strikes('1'), await strikes('1'), await strikes('2')];
    expect(first).toBe(again);
    expect(first).not.toBe(other);
    expect(first.split(',').length).toBeGreaterThan(5);
    expect(first.split(',').length).toBeLessThan(35);
  });

  it('strikes a malformed message only by a rule that asks for nothing of an event', async () => {
    faults.add({ kind: 'hold', type: 'OrderPlaced' });
    faults.add({ kind: 'hold', context: 'store' });
    await bus.injectRaw('foodsim.w.front.OrderPlaced', 'nonsense');
    timers.advance(0);
    expect(faults.held().map(({ seq, id }) => [seq, id])).toEqual([[1, '']]);
  });
});

describe('faults, and a consumer that fails, crashes or comes back', () => {
  it('gives redelivery no new chance for a fault, and loses nothing of a failed batch', async () => {
    faults.add({ kind: 'reorder', subject: 'order-a1' });
    const hold = faults.add({ kind: 'hold', subject: 'order-a2', times: Infinity });
    isBroken = true;
    await publish('a1', 'a2', 'a3');
    isBroken = false;
    timers.advance(50);
    expect(calls).toEqual(['0: a3/1 a1/1 broken', '50: a3/2 a1/1']);
    expect(faults.held().map(({ id }) => id)).toEqual(['a2']);
    hold.release();
    timers.advance(0);
    expect(calls.at(-1)).toBe('50: a2/1');
  });

  it('strikes no message that was delivered before the rule came, when it is redelivered', async () => {
    isBroken = true;
    await publish('a1');
    isBroken = false;
    faults.add({ kind: 'hold', times: Infinity });
    timers.advance(50);
    await publish('a2');
    expect(calls).toEqual(['0: a1/1 broken', '50: a1/2']);
    expect(faults.held().map(({ id }) => id)).toEqual(['a2']);
  });

  it('brings a released message again, after a growing pause, while its handler throws', async () => {
    const hold = faults.add({ kind: 'hold' });
    await publish('a1');
    isBroken = true;
    hold.release();
    timers.advance(149);
    isBroken = false;
    timers.advance(1_000);
    expect(calls).toEqual(['0: a1/1 broken', '50: a1/2 broken', '150: a1/3']);
    expect(failed.map(({ error, ...rest }) => [rest, messageOf(error)])).toEqual([
      [{ world: 'w', consumer: 'store', attempt: 1, pauseMs: 50 }, 'broken'],
      [{ world: 'w', consumer: 'store', attempt: 2, pauseMs: 100 }, 'broken'],
    ]);
    expect(faults.held()).toEqual([]);
  });

  it('keeps what is held over a crash, and delivers it once to the next life', async () => {
    const hold = faults.add({ kind: 'hold' });
    await publish('a1', 'a2');
    await consumption.stop();
    // The next life starts before both: the bus delivers both again, and the held one must still wait.
    await open();
    timers.advance(0);
    expect(calls).toEqual(['0: a2/1', '0: a2/1']);
    hold.release();
    timers.advance(0);
    expect(calls.at(-1)).toBe('0: a1/1');
    expect(faults.held()).toEqual([]);
  });

  it('delivers what fell due while nobody was there', async () => {
    faults.add({ kind: 'delay', delayMs: 10 });
    await publish('a1', 'a2');
    await consumption.stop();
    timers.advance(100);
    expect(calls).toEqual(['0: a2/1']);
    expect(faults.held()).toHaveLength(1);
    await open({ afterSeq: 2 });
    timers.advance(0);
    expect(calls).toEqual(['0: a2/1', '100: a1/1']);
  });

  it('never calls a handler within a handler, nor within release', async () => {
    await consumption.stop();
    const hold = faults.add({ kind: 'hold' });
    let depth = 0;
    const depths: number[] = [];
    await bus.consume({ consumer: 'store', types: 'all', afterSeq: 0, maxBatch: 1 }, () => {
      depth += 1;
      depths.push(depth);
      hold.release();
      depth -= 1;
    });
    await publish('a1', 'a2', 'a3');
    expect(depths).toEqual([1, 1, 1]);
    expect(faults.held()).toEqual([]);
  });

  it('strikes each consumer for itself', async () => {
    await open({ consumer: 'rider' });
    const rule: FaultRule = { kind: 'hold', context: 'rider' };
    faults.add(rule);
    await publish('a1');
    expect(calls).toEqual(['0: a1/1']);
    expect(faults.held().map(({ context }) => context)).toEqual(['rider']);
  });

  it('shuts a gate before everybody, lets one message through at a time in the order of the stream, and opens', async () => {
    await open({ consumer: 'rider' });
    const duplicate = faults.add({ kind: 'duplicate', times: Infinity });
    const gate = faults.shut();
    await publish('a1', 'a2');
    expect([calls, faults.held().length]).toEqual([[], 4]);
    const passed = [gate.step(), gate.step(), gate.step()].map((held) => `${held?.context} ${held?.id}`);
    timers.advance(0);
    expect(passed).toEqual(['store a1', 'rider a1', 'store a2']);
    expect(calls).toEqual(['0: a1/1 a2/1', 'rider 0: a1/1']);
    await publish('a3');
    expect(faults.held().map(({ context, id }) => `${context} ${id}`)).toEqual(['store a3', 'rider a2', 'rider a3']);
    gate.open();
    timers.advance(0);
    expect(calls).toEqual(['0: a1/1 a2/1', 'rider 0: a1/1', '0: a3/1', 'rider 0: a2/1 a3/1']);
    expect(gate.step()).toBeUndefined();
    expect(duplicate.struck()).toBe(0);
    await publish('a4');
    expect(duplicate.struck()).toBe(2);
  });

  it('heals: all rules end, and what was kept back is delivered', async () => {
    faults.add({ kind: 'hold', times: Infinity });
    await publish('a1', 'a2');
    faults.clear();
    await publish('a3');
    timers.advance(0);
    expect(calls.join(' ')).toContain('a1/1 a2/1');
    expect(calls.join(' ')).toContain('a3/1');
    expect(faults.held()).toEqual([]);
  });

  it('forgets a world that was destroyed', async () => {
    faults.add({ kind: 'hold' });
    await publish('a1');
    await bus.close({ destroy: true });
    expect(faults.held()).toEqual([]);
  });
});
