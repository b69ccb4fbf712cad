import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../bus/bus.ts';
import type { Envelope } from '../../kernel/envelope.ts';
import { createSimulatedBus, type Network } from './bus.ts';
import { createSimulatedTime } from './time.ts';

const message = (id: string): Envelope => ({ id, type: 'Paid', subject: 'o1', source: '/front', data: {} }) as Envelope;

const CALM: Network = {
  extraDelayMs: () => 0,
  duplicateAfterMs: () => 0,
  publishFate: () => 'stored',
  publishDelayMs: () => 0,
  isDeaf: () => false,
  isInOrder: false,
  isPositioned: false,
};

const putUp = async (network: Partial<Network>, handle?: (batch: readonly Delivery[]) => void) => {
  const time = createSimulatedTime();
  const seen: string[] = [];
  const got: string[] = [];
  const bus = createSimulatedBus({
    timers: time.timers,
    network: { ...CALM, ...network },
    onStored: () => undefined,
    onSeen: (what) => seen.push(what),
  });
  const open = (afterSeq = 0) =>
    bus.consume({ consumer: 'store', types: ['Paid'], afterSeq, maxBatch: 100 }, (batch) => {
      handle?.(batch);
      got.push(batch.map(({ seq, attempt }) => `${seq}#${attempt}`).join(' '));
    });
  const run = (): void => {
    while (time.pending() > 0) time.advance();
  };
  return { time, bus, open, run, seen, got };
};

describe('the simulated bus', () => {
  it('delivers what arrives together as one batch, each message once', async () => {
    const { bus, open, run, got, seen } = await putUp({});
    await open();
    await bus.publish([message('a'), message('b'), message('a')]);
    run();
    expect(got).toEqual(['1#1 2#1']);
    expect(seen).toEqual([]);
    expect(await bus.lastSeq()).toBe(2);
  });

  it('lets one message overtake another, unless order is kept', async () => {
    const slow: Partial<Network> = { extraDelayMs: ({ id }) => (id === ('a' as string) ? 5 : 0) };
    const loose = await putUp(slow);
    await loose.open();
    await loose.bus.publish([message('a'), message('b')]);
    loose.run();
    expect(loose.got).toEqual(['2#1', '1#1']);
    expect(loose.seen).toEqual(['overtaking']);
    const strict = await putUp({ ...slow, isInOrder: true });
    await strict.open();
    await strict.bus.publish([message('a'), message('b')]);
    strict.run();
    expect(strict.got).toEqual(['1#1 2#1']);
  });

  it('brings duplicates after the message', async () => {
    const { bus, open, run, got, seen } = await putUp({ duplicateAfterMs: () => 3 });
    await open();
    await bus.publish([message('a')]);
    run();
    expect(got).toEqual(['1#1', '1#2']);
    expect(seen).toEqual(['duplicate']);
  });

  it('brings a batch again whose handler failed', async () => {
    let failures = 1;
    const { bus, open, run, got } = await putUp({}, () => {
      if ((failures -= 1) >= 0) throw new Error('not now');
    });
    await open();
    await bus.publish([message('a')]);
    run();
    expect(got).toEqual(['1#2']);
  });

  it('gives a consumer that opens again what it has not acknowledged, whatever its position', async () => {
    const { bus, open, run, got } = await putUp({
      extraDelayMs: ({ id }, _consumer, attempt) => (id === ('a' as string) && attempt === 1 ? 50 : 0),
    });
    const first = await open();
    await bus.publish([message('a'), message('b')]);
    await first.stop();
    run();
    expect(got).toEqual([]);
    await open(2);
    run();
    expect(got).toEqual(['1#2 2#2']);
  });

  it('goes by positions: what a consumer says that it has taken in never comes again, and all that follows does', async () => {
    const { bus, open, run, got, seen } = await putUp({ isPositioned: true });
    const first = await open();
    await bus.publish([message('a'), message('b'), message('c')]);
    run();
    await first.stop();
    await open(1);
    run();
    expect(got).toEqual(['1#1 2#1 3#1', '2#2 3#2']);
    expect(seen).toEqual(['duplicate', 'duplicate']);
  });

  it('goes by positions: what waits after a failure is overtaken by nothing', async () => {
    let failures = 1;
    const { bus, time, open, run, got } = await putUp({ isPositioned: true }, () => {
      if ((failures -= 1) >= 0) throw new Error('not now');
    });
    await open();
    await bus.publish([message('a')]);
    time.timers.after(3, () => void bus.publish([message('b')]));
    run();
    expect(got.join(' ')).toBe('1#2 2#1');
  });

  it('brings what is long past once more, to whom wants it', async () => {
    const { bus, open, run, got } = await putUp({});
    await open();
    await bus.publish([message('a')]);
    run();
    expect(bus.again('store', 0, 5)).toBe(true);
    expect(bus.again('store', 1, 5)).toBe(false);
    expect(bus.again('rider', 0, 5)).toBe(false);
    run();
    expect(got).toEqual(['1#1', '1#2']);
  });

  it('stores nothing of a publish that is refused, and all of one whose answer is lost', async () => {
    const fates = (['refused', 'unanswered'] as const).values();
    const { bus } = await putUp({ publishFate: () => fates.next().value ?? 'stored' });
    expect(() => bus.publish([message('a')])).toThrow('can not be reached');
    expect(bus.stream).toEqual([]);
    expect(() => bus.publish([message('a')])).toThrow('can not be reached');
    await bus.publish([message('a')]);
    expect(bus.stream).toHaveLength(1);
  });

  it('keeps messages from a consumer that is cut off until it is not', async () => {
    const time = { isDeaf: true };
    const { bus, open, run, got, time: clock } = await putUp({ isDeaf: () => time.isDeaf });
    await open();
    clock.timers.after(100, () => {
      time.isDeaf = false;
    });
    await bus.publish([message('a')]);
    run();
    expect(got).toEqual(['1#1']);
    expect(clock.elapsedMs()).toBeGreaterThanOrEqual(100);
  });
});
