import { describe, expect, it, vi } from 'vitest';
import { madeEntries } from '../../../tests/entries.fixture.ts';
import { fakePlayer, fakeSession, modelOf, type FakeSession } from '../../../tests/tui.fixture.ts';
import { paintOf } from './paint.ts';
import type { Scene } from './scene.ts';
import { createScreenStore, type ScreenStore } from './screen-store.ts';

interface Stage {
  readonly store: ScreenStore;
  readonly scenes: Scene[];
  readonly onImpatience: ReturnType<typeof vi.fn>;
  /** Lets time pass. */
  readonly pass: (ms: number) => void;
}

const stageFor = (session: FakeSession): Stage => {
  let now = 0;
  let timers: { readonly atMs: number; readonly callback: () => void }[] = [];
  const scenes: Scene[] = [];
  const onImpatience = vi.fn();
  const store = createScreenStore({
    session,
    lang: 'en',
    paint: paintOf(false),
    columns: 80,
    rows: 24,
    draw: (scene) => scenes.push(scene),
    redraw: () => undefined,
    suspend: () => true,
    nowMs: () => now,
    usedMs: () => 0,
    after: (ms, callback) => {
      const timer = { atMs: now + ms, callback };
      timers.push(timer);
      return () => {
        timers = timers.filter((one) => one !== timer);
      };
    },
    onImpatience,
  });
  const pass = (ms: number): void => {
    const untilMs = now + ms;
    for (;;) {
      const next = timers.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined) break;
      timers = timers.filter((one) => one !== next);
      now = Math.max(now, next.atMs);
      next.callback();
    }
    now = untilMs;
  };
  return { store, scenes, onImpatience, pass };
};

const key = (name: string) => ({ key: name, typed: name.length === 1 ? name : '' });

describe('the store of a screen', () => {
  it('draws only what changed', () => {
    const session = fakeSession({ model: modelOf(madeEntries(200)), nowMs: () => 0 });
    const { store, scenes, pass } = stageFor(session);
    store.drawNow();
    pass(5000);
    expect(scenes).toHaveLength(1);
    session.change();
    pass(100);
    expect(scenes).toHaveLength(2);
    store.press(key('j'));
    pass(100);
    expect(scenes).toHaveLength(3);
    store.press(key('ctrl-z'));
    pass(100);
    expect(scenes).toHaveLength(3);
  });

  it('draws 16 frames of ten thousand changes in a second, and the last state in the end', () => {
    const model = modelOf([]);
    const session = fakeSession({ model, nowMs: () => 0 });
    const { store, scenes, pass } = stageFor(session);
    store.drawNow();
    let fed = 0;
    for (const entry of madeEntries(10_000)) {
      model.feed(entry);
      session.change();
      fed += 1;
      if (fed % 10 === 0) pass(1);
    }
    expect(scenes.length).toBeLessThanOrEqual(17);
    pass(100);
    expect(scenes.at(-1)?.model.counts.entries).toBe(10_000);
  });

  it('lets ages grow, once a second', () => {
    let second = 0;
    const session = fakeSession({ model: modelOf(madeEntries(200)), nowMs: () => second * 1000 });
    const { store, scenes, pass } = stageFor(session);
    store.drawNow();
    for (; second < 5; second += 1) pass(1000);
    expect(scenes.length).toBeGreaterThanOrEqual(4);
    expect(scenes.length).toBeLessThanOrEqual(6);
  });

  it('does what keys ask for, and says what came of it', async () => {
    const session = fakeSession({
      model: modelOf(madeEntries(200)),
      answer: () => ({ outcome: 'refused', code: 'x', status: 409, text: 'not now' }),
    });
    const { store, scenes, pass } = stageFor(session);
    store.drawNow();
    store.press(key('a'));
    await Promise.resolve();
    await Promise.resolve();
    pass(100);
    expect(session.acted).toMatchObject([{ kind: 'ask', verb: 'accept' }]);
    expect(scenes.at(-1)?.state.message).toEqual({ tone: 'bad', text: 'not now' });
  });

  it('ends once, and is told of impatience after that', () => {
    const session = fakeSession();
    const { store, scenes, onImpatience, pass } = stageFor(session);
    store.drawNow();
    store.press(key('q'));
    pass(100);
    expect(scenes.at(-1)?.isEnding).toBe(true);
    expect(session.acted).toEqual([{ kind: 'quit', isInterrupt: false }]);
    expect(onImpatience).not.toHaveBeenCalled();
    store.press(key('ctrl-c'));
    expect(session.acted).toHaveLength(1);
    expect(onImpatience).toHaveBeenCalledOnce();
  });

  it('moves a recording, from its end back to its beginning to play it', () => {
    const calls: string[] = [];
    const player = fakePlayer({
      position: 40,
      length: 40,
      seek: (position) => calls.push(`seek ${position}`),
      play: () => calls.push('play'),
      pause: () => calls.push('pause'),
      setSpeed: (speed) => calls.push(`speed ${speed}`),
    });
    const session = fakeSession({ model: modelOf(madeEntries(200)), player, can: () => false });
    const { store, scenes, pass } = stageFor(session);
    store.drawNow();
    for (const name of ['left', '<', '>', '+', '-']) store.press(key(name));
    store.press({ key: 'space', typed: ' ' });
    expect(calls).toEqual(['pause', 'seek 39', 'pause', 'seek 0', 'pause', 'seek 40', 'speed 2', 'speed 0.5', 'seek 0', 'play']);
    store.press(key(']'));
    pass(100);
    expect(scenes.at(-1)?.state.message?.text).toBe('Nothing more happens to this order that way.');
  });

  it('turns to the breaker when a load begins, unless somebody pressed a key before', () => {
    for (const isTouched of [false, true]) {
      const model = modelOf([]);
      const session = fakeSession({ model });
      const { store, scenes, pass } = stageFor(session);
      store.drawNow();
      if (isTouched) store.press(key('g'));
      model.feed({ n: 1, atMs: 0, scenario: 1, kind: 'load.started', target: 't', shape: '25 users for 5 s', requests: [], warnings: [] });
      session.change();
      pass(200);
      expect(scenes.at(-1)?.state.focus).toBe(isTouched ? 'list' : 'breaker');
    }
  });

  it('leaves nothing behind when stopped', () => {
    const session = fakeSession();
    const { store, scenes, pass } = stageFor(session);
    store.drawNow();
    store.stop();
    session.change();
    pass(10_000);
    expect(scenes).toHaveLength(1);
  });
});
