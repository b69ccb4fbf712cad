/** What a publisher sends when, and what each answer of the server, or none, comes to. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import type { Envelope } from '../kernel/envelope.ts';
import { OperatingError } from '../kernel/errors.ts';
import { createPublisher, createStoredSeqs, type PublisherOptions } from './nats-publisher.ts';
import type { Parcel } from './nats-parcel.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const TOO_LARGE = 'has 9 bytes with its headers, and the bus takes 8 at most';

/** A publisher, and the server's side of it; events are told apart by their id, and one called `large` is too large. */
const publishing = (keeper?: PublisherOptions['keeper']) => {
  const sent: string[] = [];
  const replies: string[] = [];
  let hear: (error: Error | null, msg: Msg) => void = () => undefined;
  let isOpen = true;
  let isRoomy = true;
  const connection = {
    publish: (subject: string, _payload: unknown, { reply }: { readonly reply: string }) => {
      sent.push(subject);
      replies.push(reply);
    },
    subscribe: (_subject: string, { callback }: { readonly callback: typeof hear }) => {
      hear = callback;
      return { unsubscribe: () => (isOpen = false) };
    },
  };
  const refusedForSize: string[] = [];
  const stored = createStoredSeqs();
  const publisher = createPublisher({
    connection: connection as unknown as NatsConnection,
    world: 'w',
    where: 'here',
    deadlineMs: 5_000,
    stored,
    keeper,
    pack: ({ id, type }) => ({ type, subject: String(id) }) as unknown as Parcel,
    sizeLimit: {
      whyTooLarge: ({ subject }) => (subject === 'large' || !isRoomy ? TOO_LARGE : undefined),
      refused: ({ subject }) => refusedForSize.push(subject),
    },
  });
  const ends: string[] = [];
  const mends: (string | undefined)[] = [];
  return {
    publisher,
    sent,
    ends,
    mends,
    stored,
    refusedForSize,
    isOpen: () => isOpen,
    shrink: () => (isRoomy = false),
    /** Publishes events of these ids; how that ends is told under the first of them. */
    publish: async (...ids: readonly string[]) => {
      void publisher.publish(ids.map((id) => ({ id, type: 'Paid' }) as unknown as Envelope)).then(
        () => ends.push(`${ids[0] ?? 'nothing'} stored`),
        (error: unknown) => {
          if (!(error instanceof OperatingError)) throw error;
          ends.push(`${ids[0]}: ${error.message}${error.lacksRoom ? ' (no room)' : ''}${error.isPassing ? ' (passes)' : ''}`);
          mends.push(error.mend);
        },
      );
      await vi.advanceTimersByTimeAsync(0);
    },
    /** The server answers the `nth` event that was sent. */
    answer: async (nth: number, answer: object | '') => {
      const data = Buffer.from(answer === '' ? '' : JSON.stringify(answer));
      hear(null, { subject: replies[nth - 1], data, string: () => data.toString() } as unknown as Msg);
      await vi.advanceTimersByTimeAsync(0);
    },
    fail: async (error: Error) => {
      hear(error, {} as Msg);
      await vi.advanceTimersByTimeAsync(0);
    },
  };
};

const refusal = (err_code: number, description: string) => ({ error: { code: 400, err_code, description }, seq: 0 });
const PREFIX = 'the NATS server here did not store events of world w:';

describe('a publisher', () => {
  it('has stored what is stored whole, in whatever order it hears of it, and remembers how far', async () => {
    const { publish, answer, sent, ends, stored } = publishing();
    await publish();
    await publish('a', 'b');
    await publish('c');
    expect([sent, ends]).toEqual([['a', 'b', 'c'], ['nothing stored']]);
    await answer(3, { seq: 7 });
    await answer(2, { seq: 6 });
    // The same said twice is said once.
    await answer(2, { seq: 6 });
    expect(ends).toEqual(['nothing stored', 'c stored']);
    await answer(1, { seq: 5 });
    expect([ends.at(-1), stored.last('all'), stored.last(['Paid']), stored.last(['Picked'])]).toEqual(['a stored', 7, 7, 0]);
    await answer(1, { seq: 9 });
    expect(stored.last('all')).toBe(7);
  });

  it('sends nothing while it is paused, and then, in order, all that is not known to be stored', async () => {
    const { publisher, publish, answer, sent, ends } = publishing();
    await publish('a', 'b');
    await answer(1, { seq: 1 });
    publisher.pause();
    await publish('c');
    await answer(2, '');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sent).toEqual(['a', 'b']);
    publisher.resume();
    expect(sent).toEqual(['a', 'b', 'b', 'c']);
    await answer(3, { seq: 2 });
    await answer(4, { seq: 3 });
    expect(ends).toEqual(['a stored', 'c stored']);
  });

  it('sends again after a pause what nobody took for the moment', async () => {
    const { publish, answer, sent, ends } = publishing();
    await publish('a', 'b');
    await answer(1, '');
    await answer(2, refusal(10_008, 'no leader'));
    await vi.advanceTimersByTimeAsync(49);
    expect(sent).toEqual(['a', 'b']);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent).toEqual(['a', 'b', 'a', 'b']);
    await answer(3, { seq: 1 });
    await answer(4, '');
    await vi.advanceTimersByTimeAsync(50);
    expect(sent).toEqual(['a', 'b', 'a', 'b', 'b']);
    await answer(5, { seq: 2 });
    await vi.advanceTimersByTimeAsync(60_000);
    expect([sent, ends]).toEqual([['a', 'b', 'a', 'b', 'b'], ['a stored']]);
  });
});

describe('what a publisher could not have stored', () => {
  it.each([
    [
      "a refusal, in the server's words",
      refusal(10_077, 'maximum bytes exceeded'),
      `a: ${PREFIX} maximum bytes exceeded (no room) (passes)`,
      [],
    ],
    ['one that gives no words', { error: {} }, `a: ${PREFIX} it did not say why`, []],
    [
      'one for its size, which is remembered',
      refusal(10_054, 'message size exceeds maximum allowed'),
      `a: ${PREFIX} message size exceeds maximum allowed`,
      ['a'],
    ],
  ])('is told: %s', async (_what, answer, end, refusedForSize) => {
    const one = publishing();
    await one.publish('a');
    await one.answer(1, answer);
    expect([one.ends, one.refusedForSize]).toEqual([[end], refusedForSize]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(one.ends).toHaveLength(1);
  });

  it.each<[string, (one: ReturnType<typeof publishing>) => Promise<unknown>, string]>([
    ['nobody answers', async () => undefined, 'no answer within 5000 ms'],
    ['nobody takes it', ({ answer }) => answer(1, ''), 'no answer within 5000 ms, or only that no stream takes it'],
  ])('is told in time where %s', async (_what, meanwhile, why) => {
    const one = publishing();
    await one.publish('a');
    await meanwhile(one);
    await vi.advanceTimersByTimeAsync(4_999);
    expect(one.ends).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(one.ends).toEqual([`a: ${PREFIX} ${why}`]);
  });

  it('is told by whoever keeps the store, where that is full; who is told of it by the server', async () => {
    let trouble: string | undefined = 'the disk is full';
    const wanted: string[] = [];
    const keeper = { wantsRoom: () => void wanted.push('room'), trouble: () => trouble, mend: 'Make room.' };
    const one = publishing(keeper);
    await one.publish('a');
    await vi.advanceTimersByTimeAsync(5_000);
    trouble = undefined;
    await one.publish('b');
    await one.answer(2, refusal(10_047, 'insufficient storage'));
    await one.publish('c');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(one.ends).toEqual([
      `a: ${PREFIX} the disk is full (no room) (passes)`,
      `b: ${PREFIX} insufficient storage (no room) (passes)`,
      `c: ${PREFIX} no answer within 5000 ms`,
    ]);
    expect([wanted, one.mends.slice(0, 2)]).toEqual([['room'], ['Make room.', 'Make room.']]);
  });

  it('is sent in no part where one of it is too large, and neither is what the server would not take any more', async () => {
    const { publisher, publish, sent, ends, shrink } = publishing();
    await publish('a', 'large');
    expect([sent, ends]).toEqual([[], [`a: ${PREFIX} Paid ${TOO_LARGE}`]]);
    await publish('b');
    publisher.pause();
    shrink();
    publisher.resume();
    await vi.advanceTimersByTimeAsync(0);
    expect([sent, ends.at(-1)]).toEqual([['b'], `b: ${PREFIX} Paid ${TOO_LARGE}`]);
  });

  it('is told at once where this user may not publish it, or hear of it, and nothing else is', async () => {
    const { publisher, publish, answer, fail, ends } = publishing();
    await publish('a', 'b');
    await publish('c');
    await answer(2, { seq: 1 });
    for (const subject of ['b', 'a'])
      publisher.forbidden({ subject, text: `Permissions Violation for Publish to "${subject}"`, operation: 'publish' });
    await vi.advanceTimersByTimeAsync(0);
    expect(ends).toEqual([`a: ${PREFIX} Permissions Violation for Publish to "a"`]);
    await fail(new Error('Permissions Violation for Subscription'));
    expect(ends.slice(1)).toEqual([`c: ${PREFIX} Permissions Violation for Subscription`]);
  });

  it('is told when it closes, and all that comes then', async () => {
    const { publisher, publish, ends, isOpen } = publishing();
    await publish('a');
    publisher.close(new OperatingError('infrastructure', 'it is over', {}));
    await vi.advanceTimersByTimeAsync(0);
    await publish('b');
    await publish();
    expect([ends, isOpen()]).toEqual([['a: it is over', 'b: it is over', 'undefined: it is over'], false]);
  });
});
