import { describe, expect, it } from 'vitest';
import { OperatingError } from '../kernel/errors.ts';
import { busContract, createHandTimers, envelopeOf, envelopes, nameOf, readAll, wallTimers } from './bus.contract.ts';
import { createMemoryBusHost } from './memory.ts';
import type { HandlerFailure } from './redelivery.ts';

busContract('memory', async () => {
  const host = createMemoryBusHost({ timers: wallTimers, maxMessageBytes: 4_096 });
  return {
    host,
    dispose: () => host.close(),
  };
});

describe('memory bus on virtual time', () => {
  it('delivers each batch as one wake-up, after the latency', async () => {
    const timers = createHandTimers();
    const bus = await createMemoryBusHost({ timers, latencyMs: () => 7 }).open('w');
    const calls: string[] = [];
    await bus.consume({ consumer: 'store', types: ['Paid'], afterSeq: 0, maxBatch: 2 }, (batch) => {
      calls.push(`${timers.now()}: ${batch.map(nameOf).join(' ')}`);
    });
    await bus.publish([...envelopes('a', 3, 'Paid'), envelopeOf('b')]);
    expect(timers.waiting()).toBe(1);
    timers.advance(6);
    expect(calls).toEqual([]);
    timers.advance(100);
    expect(calls).toEqual(['7: a1 a2', '14: a3']);
    expect(timers.waiting()).toBe(0);
  });

  it('waits longer after each failure, and tells of it', async () => {
    const timers = createHandTimers();
    const failures: HandlerFailure[] = [];
    const bus = await createMemoryBusHost({ timers, onHandlerFailure: (failure) => failures.push(failure) }).open('w');
    const times: number[] = [];
    await bus.consume({ consumer: 'store', types: 'all', afterSeq: 0, maxBatch: 9 }, () => {
      times.push(timers.now());
      throw new Error('never');
    });
    await bus.publish(envelopes('a', 1));
    timers.advance(20_000);
    expect(times).toEqual([0, 50, 150, 350, 750, 1_550, 3_150, 6_350, 11_350, 16_350]);
    expect(failures[1]).toMatchObject({ world: 'w', consumer: 'store', attempt: 2, pauseMs: 100 });
  });

  it('refuses to let a handler change what others share', async () => {
    const bus = await createMemoryBusHost({ timers: createHandTimers() }).open('w');
    await bus.publish([envelopeOf('a', 'Paid', '/front', { lines: [{ price: 1 }] })]);
    const [delivery] = await readAll(bus);
    const data = (delivery?.message as unknown as { data: { lines: { price: number }[] } }).data;
    expect(() => ((data.lines[0] as { price: number }).price = 2)).toThrow(TypeError);
  });
});

describe('memory bus, over a long run', () => {
  const filled = async (count: number) => {
    const timers = createHandTimers();
    const bus = await createMemoryBusHost({ timers, retainedMessages: 100 }).open('w');
    const options = { consumer: 'store', types: ['Paid'], afterSeq: 0, maxBatch: 50 };
    return { timers, bus, options, fill: async (prefix: string, type: string) => bus.publish(envelopes(prefix, count, type)) };
  };

  it('forgets what all have had, and says so to who asks for it', async () => {
    const { timers, bus, options, fill } = await filled(1_000);
    await bus.consume(options, () => undefined);
    await fill('a', 'Paid');
    timers.advance(1);
    await fill('b', 'Picked');
    await expect(readAll(bus)).rejects.toThrow(OperatingError);
    await expect(readAll(bus)).rejects.toThrow(/from 1\d\d\d on/);
    expect(await readAll(bus, 1_900)).toHaveLength(100);
    await expect(bus.consume({ ...options, consumer: 'rider' }, () => undefined)).rejects.toThrow(OperatingError);
  });

  it('keeps what a consumer has not had, also while it is away', async () => {
    const { timers, bus, options, fill } = await filled(1_000);
    const consumption = await bus.consume(options, () => undefined);
    await bus.publish([envelopeOf('first', 'Paid')]);
    timers.advance(1);
    await consumption.stop();
    await fill('a', 'Paid');
    const got: number[] = [];
    await bus.consume({ ...options, afterSeq: 1 }, (batch) => got.push(...batch.map(({ seq }) => seq)));
    timers.advance(1);
    expect(got).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 2));
  });

  it('lets a consumer return whose last message is forgotten, where only others were in between', async () => {
    const { timers, bus, options, fill } = await filled(1_000);
    const consumption = await bus.consume(options, () => undefined);
    await bus.publish([envelopeOf('first', 'Paid')]);
    timers.advance(1);
    await fill('a', 'Picked');
    await consumption.stop();
    await bus.publish([envelopeOf('last', 'Paid')]);
    const got: string[] = [];
    await bus.consume({ ...options, afterSeq: 1 }, (batch) => got.push(...batch.map(nameOf)));
    timers.advance(1);
    expect(got).toEqual(['last']);
  });
});
