/** What an inflow asks the server for, and what it takes from it, word by word. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { createInflow } from './nats-inflow.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const WINDOW = 8;

/** An inflow that was opened behind message 10, and the server's side of it. */
const opened = () => {
  const pulls: { readonly batch: number; readonly expires: number; readonly idle_heartbeat: number }[] = [];
  const subjects: string[] = [];
  const listeners = new Map<string, (error: Error | null, msg: Msg) => void>();
  const [arrived, broken]: [number[], string[]] = [[], []];
  let alive = 0;
  let reply = '';
  const connection = {
    publish: (subject: string, payload: string, options: { readonly reply: string }) => {
      subjects.push(subject);
      pulls.push(JSON.parse(payload) as (typeof pulls)[number]);
      reply = options.reply;
    },
    subscribe: (subject: string, { callback }: { readonly callback: (error: Error | null, msg: Msg) => void }) => {
      listeners.set(subject, callback);
      return { getSubject: () => subject, unsubscribe: () => void listeners.delete(subject) };
    },
  };
  const inflow = createInflow({
    connection: connection as unknown as NatsConnection,
    apiPrefix: '$JS.hub.API',
    stream: 'S',
    consumer: 'store',
    window: WINDOW,
    arrived: ({ seq }) => arrived.push(seq),
    alive: () => (alive += 1),
    broken: (reason) => broken.push(reason),
  });
  inflow.open(10);
  const callback = (): ((error: Error | null, msg: Msg) => void) => listeners.get(reply)!;
  let deliverySeq = 0;
  const at = (seq: number, delivery: number, of = callback()): void =>
    of(null, { reply: `$JS.ACK.S.store.1.${seq}.${delivery}.0.0` } as Msg);
  return {
    inflow,
    subjects,
    arrived,
    broken,
    at,
    callback,
    listenerCount: () => listeners.size,
    alive: () => alive,
    batches: () => pulls.map(({ batch }) => batch),
    pulls,
    /** So many messages come, one behind the other. */
    come: (count: number): void => {
      for (; count > 0; count -= 1) at(10 + (deliverySeq += 1), deliverySeq);
    },
    /** The server says this of a pull. */
    says: (code: number, description = '', pending = ''): void =>
      callback()(null, { headers: { code, description, get: () => pending } } as unknown as Msg),
  };
};

describe('an inflow asks', () => {
  it('at once for as many as it may hold, for a minute, with a heartbeat each second', () => {
    const { pulls, subjects } = opened();
    expect(pulls).toEqual([{ batch: WINDOW, expires: 60_000_000_000, idle_heartbeat: 1_000_000_000 }]);
    expect(subjects).toEqual(['$JS.hub.API.CONSUMER.MSG.NEXT.S.store']);
  });

  it('for more once half of it is free, counting what was asked for and what is not done with', () => {
    const { come, inflow, batches } = opened();
    come(8);
    inflow.done(3);
    expect(batches()).toEqual([8]);
    inflow.done(1);
    expect(batches()).toEqual([8, 4]);
    come(2);
    inflow.done(6);
    expect(batches()).toEqual([8, 4, 6]);
  });

  it('anew for what a pull that ended left over, and for no more: the rest of it may still come', () => {
    const { come, says, inflow, batches, alive } = opened();
    come(5);
    says(408, 'Request Timeout', '2');
    inflow.done(5);
    expect(batches()).toEqual([8, 7]);
    expect(alive()).toBe(6);
    says(404, 'No Messages');
    // Where the server does not say how many, none of what was asked for will come.
    expect(batches()).toEqual([8, 7, 8]);
  });

  it('for no more at once than the server allows', () => {
    const { says, come, inflow, batches, broken } = opened();
    says(409, 'Exceeded MaxRequestBatch of 2');
    come(2);
    inflow.done(2);
    expect(batches()).toEqual([8, 2, 1, 1]);
    expect(broken).toEqual([]);
    // What refuses as much as it allows, or allows nothing, can't be adapted to.
    for (const limit of [2, 0]) says(409, `Exceeded MaxRequestBatch of ${limit}`);
    expect(broken).toEqual(['409 Exceeded MaxRequestBatch of 2', '409 Exceeded MaxRequestBatch of 0']);
  });
});

describe('an inflow takes', () => {
  it('what comes in order, by the place that either form of it says', () => {
    const { arrived, broken, at, callback } = opened();
    at(11, 1);
    callback()(null, { reply: '$JS.ACK.hub.ACCOUNT.S.store.1.14.2.0.0.x' } as Msg);
    expect([arrived, broken]).toEqual([[11, 14], []]);
  });

  it.each([
    [12, 3, 'a delivery that came before was lost'],
    [12, 1, 'it came before'],
    [11, 2, 'it is no later message'],
    [10, 2, 'it was handled'],
  ])('no message %i as delivery %i: %s', (seq, delivery) => {
    const { arrived, broken, at } = opened();
    at(11, 1);
    at(seq, delivery);
    expect([arrived, broken]).toEqual([[11], ['a delivery was skipped']]);
  });

  it('whatever else the server says for a break of the sequence, and no heartbeat', () => {
    const { says, callback, broken, alive } = opened();
    says(100, 'Idle Heartbeat');
    expect([broken, alive()]).toEqual([[], 1]);
    says(409, 'Leadership Change');
    callback()(new Error('permissions violation'), {} as Msg);
    expect([broken, alive()]).toEqual([['409 Leadership Change', 'permissions violation'], 1]);
  });

  it('a server that is silent for more than four heartbeats for gone, and hears none once it is closed', () => {
    const { says, broken, inflow } = opened();
    vi.advanceTimersByTime(4_500);
    says(100);
    vi.advanceTimersByTime(4_000);
    expect(broken).toEqual([]);
    vi.advanceTimersByTime(1_000);
    expect(broken).toEqual(['the server is silent']);
    inflow.close();
    vi.advanceTimersByTime(60_000);
    expect(broken).toHaveLength(1);
  });
});

describe('an inflow that is opened anew', () => {
  it('begins with nothing asked for, held or received, and listens to its own server only', () => {
    const { inflow, come, at, arrived, broken, batches, callback, listenerCount } = opened();
    const before = callback();
    come(5);
    inflow.open(3);
    expect([batches(), listenerCount(), inflow.isOpen()]).toEqual([[8, 8], 1, true]);
    at(16, 6, before);
    before(new Error('closed'), {} as Msg);
    at(4, 1);
    expect([arrived, broken]).toEqual([[11, 12, 13, 14, 15, 4], []]);
    inflow.close();
    inflow.done(5);
    expect([batches(), listenerCount(), inflow.isOpen()]).toEqual([[8, 8], 0, false]);
  });
});
