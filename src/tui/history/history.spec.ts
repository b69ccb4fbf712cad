import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { madeEntries, recordScenarios } from '../../../tests/entries.fixture.ts';
import { FOOD, FOOD_SHOWN, type FoodModel } from '../../../tests/tui.fixture.ts';
import type { Entry } from '../../kernel/recording.ts';
import { createModel } from '../model/create-model.ts';
import type { TuiSession } from '../session-port.ts';
import { createHistory } from './history.ts';
import { openRecording } from './recording-session.ts';

/** What two models that folded the same show alike. */
const shown = (model: Omit<FoodModel, 'copy'>): unknown => ({
  counts: model.counts,
  orders: model.linesFrom(0, 500),
  events: model.eventsFrom(0, 200),
  contexts: model.contexts,
  breaker: model.breaker,
  notices: model.extra.noticesFrom(0, 100),
  customers: model.extra.customersFrom(0, 100),
  stories: model.linesFrom(0, 5).items.map(({ id }) => model.story(id)),
});

const foldOf = (entries: readonly Entry[]): FoodModel => {
  const model = createModel(FOOD);
  for (const entry of entries) model.feed(entry);
  return model;
};

let real: readonly Entry[];
beforeAll(async () => {
  real = await recordScenarios();
});

describe('a history', () => {
  it('shows each moment as it was, wherever one comes from', () => {
    const history = createHistory(real, FOOD_SHOWN.screened);
    expect(real.length).toBeGreaterThan(4_500);
    const moments = [0, 1, 17, 1_999, 2_000, 2_001, 3_456, 4_321, real.length - 1, real.length];
    const expected = new Map(moments.map((position) => [position, shown(foldOf(real.slice(0, position)))]));
    for (const from of [real.length, 2_500, 0]) {
      for (const position of moments) {
        history.modelAt(from);
        expect(shown(history.modelAt(position) as unknown as FoodModel), `from ${from} to ${position}`).toEqual(expected.get(position));
      }
    }
  });

  it('folds no more than a stretch between two copies, however long the recording', () => {
    const entries = [...madeEntries(100_000)];
    let fed = 0;
    // Each look at an entry's kind is a fold of it; a proxy counts them.
    const counted = entries.map(
      (entry) =>
        new Proxy(entry, {
          get: (target, key) => {
            if (key === 'atMs') fed += 1;
            return Reflect.get(target, key) as unknown;
          },
        }),
    );
    const history = createHistory(counted, FOOD_SHOWN.screened);
    for (const position of [99_999, 3, 50_000, 49_999, 75_000, 12_345]) {
      fed = 0;
      history.modelAt(position);
      expect(fed).toBeLessThanOrEqual(2 * Math.ceil(100_000 / 24));
    }
  });

  it('finds the position of a time, and the time of a position', () => {
    const entries = [...madeEntries(1_000, 1_000)];
    const history = createHistory(entries, FOOD_SHOWN.screened);
    expect([history.length, history.lengthMs, history.timeOf(500)]).toEqual([1_000, 1_000, 500]);
    expect([-1, 0, 0.5, 1, 499.9, 500, 5_000].map((atMs) => history.positionAt(atMs))).toEqual([0, 0, 0, 1, 499, 500, 1_000]);
  });

  it('never goes back in time, though scenarios each count from their own beginning', () => {
    const history = createHistory(real, FOOD_SHOWN.screened);
    for (let position = 1; position <= history.length; position += 1)
      expect(history.timeOf(position)).toBeGreaterThanOrEqual(history.timeOf(position - 1));
    expect(history.lengthMs).toBeGreaterThan(0);
  });
});

describe('a recording', () => {
  let session: TuiSession;
  const open = (entries: readonly Entry[]): NonNullable<TuiSession['player']> => {
    session = openRecording({
      system: FOOD_SHOWN.screened,
      entries,
      title: 'run.ndjson',
      lang: 'en',
      signal: new AbortController().signal,
    });
    return session.player as NonNullable<TuiSession['player']>;
  };
  afterEach(async () => {
    await session.act({ kind: 'quit' });
    vi.useRealTimers();
  });

  it('opens at its end; goes where it is told, and no further than its ends', () => {
    const player = open(real);
    expect([player.position, player.length, session.model.counts.entries]).toEqual([real.length, real.length, real.length]);
    player.seek(100);
    expect([player.position, session.model.counts.entries]).toEqual([100, 100]);
    player.seek(-5);
    expect([player.position, player.positionMs, session.model.counts.entries]).toEqual([0, 0, 0]);
    player.seek(1e9);
    expect(player.position).toBe(real.length);
    player.seekMs(1e12);
    expect([player.position, player.positionMs]).toEqual([real.length, player.lengthMs]);
  });

  it('says that something changed, each time', () => {
    const player = open(real);
    let calls = 0;
    const stop = session.subscribe(() => (calls += 1));
    const before = session.version;
    player.seek(10);
    player.setSpeed(4);
    expect([calls, session.version > before]).toEqual([2, true]);
    stop();
    player.seek(20);
    expect(calls).toBe(2);
  });

  it('goes to what happens next to an order, and back', () => {
    const player = open(real);
    const orderId = session.model.linesFrom(5, 1).items[0]?.id as string;
    player.seek(0);
    const forth: number[] = [];
    while (player.nextOf(orderId)) forth.push(player.position);
    expect(player.nextOf(orderId)).toBe(false);
    const expected = real.flatMap((entry, index) => {
      const isMine =
        (entry.kind === 'message.published' && (entry.event.data as { orderId?: string }).orderId === orderId) ||
        (entry.kind === 'command' && entry.method !== 'GET' && entry.subject === orderId) ||
        (entry.kind === 'state' && entry.table === 'mypages' && entry.key[0] === orderId);
      return isMine ? [index + 1] : [];
    });
    expect(forth.length).toBeGreaterThan(5);
    expect(forth.filter((position) => expected.includes(position))).toEqual(expected);
    const back: number[] = [];
    while (player.previousOf(orderId)) back.push(player.position);
    expect(back.reverse()).toEqual(forth.slice(0, -1));
    expect(player.nextOf('no such order')).toBe(false);
  });

  it('plays at a speed, pauses, stops at its end, and begins anew', () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
    const player = open([...madeEntries(1_000, 1_000)]);
    player.seek(0);
    player.play();
    vi.advanceTimersByTime(310);
    expect(player.isPlaying).toBe(true);
    expect(player.position).toBe(310);
    player.pause();
    vi.advanceTimersByTime(310);
    expect([player.position, player.isPlaying]).toEqual([310, false]);
    player.setSpeed(4);
    player.play();
    vi.advanceTimersByTime(62);
    expect(player.position).toBe(310 + 4 * 62);
    expect(session.nowMs()).toBe(player.positionMs);
    vi.advanceTimersByTime(1_000);
    expect([player.position, player.isPlaying]).toEqual([1_000, false]);
    player.play();
    vi.advanceTimersByTime(62);
    expect(player.position).toBe(4 * 62);
    player.setSpeed(1e9);
    expect(player.speed).toBe(1_024);
  });

  it('can be looked at only', async () => {
    open(real);
    expect(await session.act({ kind: 'ask', verb: 'accept', ids: ['x'] })).toEqual({
      outcome: 'impossible',
      text: 'this is a recording: it can be looked at, not changed',
    });
    expect([session.can('make'), session.can('quit')]).toEqual([false, true]);
  });

  it('ends with 0 when it is left, with 130 when it is interrupted', async () => {
    open(real);
    await session.act({ kind: 'quit' });
    expect(await session.ended).toMatchObject({ exitCode: 0 });
    const abort = new AbortController();
    const interrupted = openRecording({ system: FOOD_SHOWN.screened, entries: real, title: '', lang: 'ko', signal: abort.signal });
    abort.abort();
    expect(await interrupted.ended).toMatchObject({ exitCode: 130 });
  });
});
