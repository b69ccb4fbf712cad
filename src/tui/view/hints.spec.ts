/** What the lowest lines say: which keys do what here, what was said last, and all of it. */
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../kernel/recording.ts';
import { columnsOf } from '../../reports/width.ts';
import { madeEntries } from '../../../tests/entries.fixture.ts';
import { CALM, fakePlayer, fakeSession, modelOf, openDesk, unpainted, type Desk, type FoodModel } from '../../../tests/tui.fixture.ts';
import { answer, say } from './screen-state.ts';
import { sayShare } from './spans.ts';
import { statusLines } from './chrome.ts';

const LANGS = ['ko', 'en'] as const;
const someOrders = (count = 3): FoodModel => modelOf(madeEntries(count * 60));
const loadStarted: Entry = {
  n: 1,
  atMs: 0,
  kind: 'load.started',
  target: 'http://127.0.0.1:1',
  shape: '25 users for 5 s',
  requests: [],
  warnings: [],
};
const bottomOf = (desk: Desk, rows = 4): string => desk.frame().slice(-rows).map(unpainted).join('\n');

describe('the help bar', () => {
  it.each(LANGS)('never leaves out how to get help and how to leave, in %s', (lang) => {
    const model = someOrders();
    model.feed(loadStarted);
    model.sample({ ...CALM, areDeliveriesPaused: true });
    const desk = openDesk({ session: fakeSession({ model }), lang });
    const last = bottomOf(desk, 1);
    for (const key of ['L', 'F', 'P', '.', '?', 'q']) expect(last, key).toContain(` ${key} `);
    expect(columnsOf(last)).toBeLessThanOrEqual(80);
  });

  it.each([
    ['1', '⏎ its story'],
    ['3', '↑↓ scroll'],
    ['4', '⏎ open'],
    ['6', '⏎ stop or start'],
    ['4', 'esc Mypage'],
  ])('says beside what pane %s is for that there %s', (pane, hint) => {
    const desk = openDesk({ session: fakeSession({ model: someOrders() }) });
    desk.press(pane);
    expect(bottomOf(desk).split('\n')[0]).toContain(hint);
  });

  it('says how to see all again: of a filtered list, of a pane alone, with marks', () => {
    const desk = openDesk({ session: fakeSession({ model: someOrders() }) });
    desk.press('/', '#', 'enter');
    expect(bottomOf(desk)).toContain('esc show all');
    desk.press('esc', 'z');
    expect(bottomOf(desk)).toContain('esc all panes');
    desk.press('esc', 'space');
    expect(bottomOf(desk)).toContain('esc unmark');
  });

  it('offers nothing to stop in a recording', () => {
    const desk = openDesk({ session: fakeSession({ model: someOrders(), player: fakePlayer() }) });
    desk.press('6');
    expect(bottomOf(desk)).not.toContain('stop');
  });

  it('shows the completion that is picked, however far down the list it is', () => {
    const desk = openDesk({ session: fakeSession({ model: someOrders() }) });
    desk.press(':', 'shift-tab');
    const prompt = desk.state().prompt;
    const picked = prompt?.kind === 'command' ? prompt.line.text : '';
    expect(bottomOf(desk, 2)).toMatch(new RegExp(`\\b${picked}\\b`));
  });

  it.each(LANGS)('says how many completions stand beyond the rows that are seen, in %s', (lang) => {
    const desk = openDesk({ session: fakeSession({ model: someOrders() }), lang });
    const rowsOf = (): readonly string[] => desk.frame().slice(-2).map(unpainted);
    const countOf = (sign: string): number => Number(new RegExp(`${sign}(\\d+)`).exec(rowsOf().join('\n'))?.[1] ?? 0);
    desk.press(':');
    const seen = rowsOf()
      .join(' ')
      .replace(/[↑↓]\d+/g, '')
      .trim()
      .split(/\s+/).length;
    const total = seen + countOf('↓');
    expect(countOf('↑')).toBe(0);
    expect(countOf('↓')).toBeGreaterThan(0);
    for (const row of rowsOf()) expect(columnsOf(row)).toBeLessThanOrEqual(80);
    expect(rowsOf()[1]).toMatch(/↓\d+$/);
    desk.press('shift-tab');
    expect(countOf('↓')).toBe(0);
    expect(
      rowsOf()
        .join(' ')
        .replace(/[↑↓]\d+/g, '')
        .trim()
        .split(/\s+/).length + countOf('↑'),
    ).toBe(total);
    desk.press('tab');
    expect(countOf('↑')).toBe(0);
  });

  it('says of no more completions where all are seen', () => {
    const desk = openDesk({ session: fakeSession({ model: someOrders() }) });
    desk.press(':', 'q');
    expect(bottomOf(desk, 2)).not.toMatch(/[↑↓]\d/);
  });

  it('names each role once on the help page, and scrolls no further than to its end', () => {
    const desk = openDesk({ session: fakeSession({ model: someOrders() }), rows: 60 });
    desk.press('?');
    expect(
      desk
        .frame()
        .map(unpainted)
        .filter((line) => /[│┃] customer +[│┃]/.test(line)),
    ).toHaveLength(1);
    const small = openDesk({ session: fakeSession({ model: someOrders() }) });
    small.press('?', 'G');
    const end = small.frame();
    small.press('j', 'j', 'pagedown');
    expect(small.frame()).toEqual(end);
    small.press('k');
    expect(small.frame()).not.toEqual(end);
  });
});

describe('what is said', () => {
  const LONG =
    '배송가능(ready) 상태에서만 배송시작이 가능합니다. 현재 상태는 배송대기(waiting)이고, 이 문장은 한 줄에 다 들어가지 않습니다.';

  it.each([undefined, fakePlayer()])('is said whole, where one line is too short for it', (player) => {
    const session = fakeSession({ model: someOrders(), ...(player === undefined ? {} : { player }) });
    const desk = openDesk({ session, lang: 'ko' });
    const scene = desk.scene();
    const { lines } = statusLines({ ...scene, state: say(scene.state, 'bad', LONG) });
    expect(
      lines
        .map(unpainted)
        .map((line) => line.slice(3).trimEnd())
        .join(' '),
    ).toBe(LONG);
    for (const line of lines) expect(columnsOf(unpainted(line))).toBe(80);
  });

  it('is cut where it can show it is, rather than leaving no room for the panes', () => {
    const scene = openDesk({ session: fakeSession({ model: someOrders() }) }).scene();
    const { lines } = statusLines({ ...scene, state: say(scene.state, 'bad', 'why '.repeat(200)) });
    expect(lines).toHaveLength(3);
    expect(lines.at(-1)).toContain('…');
  });

  it('leaves the keys of a recording where they are, while it is why the recording failed', () => {
    const model = someOrders();
    model.feed({
      n: 1,
      atMs: 0,
      scenario: 1,
      kind: 'scenario.started',
      name: 'one',
      position: { file: 'a.yaml', line: 1, column: 1 },
      tags: [],
      stepCount: 1,
    });
    model.feed({
      n: 2,
      atMs: 0,
      scenario: 1,
      kind: 'scenario.finished',
      outcome: 'failed',
      durationMs: 1,
      expectationCount: 1,
      failure: { message: LONG },
    });
    const desk = openDesk({ session: fakeSession({ model, player: fakePlayer() }) });
    desk.frame();
    const bottom = bottomOf(desk);
    expect(bottom).toMatch(/✗ 배송가능[^\n]*…/);
    for (const key of ['←', ']', '?', 'q']) expect(bottom, key).toContain(` ${key} `);
  });

  it('is gone with the next key, unless it is still being waited for', () => {
    const model = someOrders();
    const desk = openDesk({ session: fakeSession({ model, can: () => false }) });
    desk.press('a');
    expect(desk.state().message?.tone).toBe('bad');
    desk.press('j');
    expect(desk.state().message).toBeUndefined();
    const acting = openDesk({ session: fakeSession({ model }) });
    acting.press('a', 'j');
    expect(acting.state().message?.tone).toBe('busy');
    expect(answer(acting.state(), { kind: 'release' }, { outcome: 'impossible', text: 'no' }).message?.text).toBe('no');
  });

  it('is said beneath a text that can not be sent', () => {
    const desk = openDesk({ session: fakeSession({ model: someOrders() }) });
    desk.press('w', 'ctrl-u', 'enter');
    expect(bottomOf(desk)).toContain('✗ A review says something.');
  });
});

describe('the form', () => {
  it('shows which payment is chosen by a sign, and how to choose the other', () => {
    const desk = openDesk({ session: fakeSession({ model: modelOf([]) }) });
    desk.press('N');
    expect(desk.frame().map(unpainted).join('\n')).toContain('● approve   ○ decline');
    desk.press('up', 'right');
    expect(desk.frame().map(unpainted).join('\n')).toContain('○ approve   ● decline');
    expect(bottomOf(desk)).toContain('←→ choose');
  });

  it('says what a price looks like', () => {
    const desk = openDesk({ session: fakeSession({ model: modelOf([]) }) });
    desk.press('N', 'tab', 'tab', 'tab', 'x', 'enter');
    expect(desk.frame().map(unpainted).join('\n')).toContain('✗ Price (won): a whole number, such as 12000');
  });

  it('takes what is pasted as text, on one line; elsewhere a paste presses no keys', () => {
    const session = fakeSession({ model: someOrders() });
    const desk = openDesk({ session });
    desk.press('N', 'ctrl-u');
    desk.paste('김\n철수');
    expect(desk.state().prompt).toMatchObject({ kind: 'form', fields: { customerId: { text: '김 철수' } } });
    desk.press('esc');
    expect(desk.paste('qnna')).toEqual([]);
    expect(desk.state().prompt).toBeUndefined();
  });
});

describe('the menu of faults', () => {
  it('opens at the context that was chosen', () => {
    const desk = openDesk({ session: fakeSession({ model: someOrders() }) });
    const requests = desk.press('6', 'j', 'enter', 'enter');
    expect(requests).toEqual([{ kind: 'act', action: { kind: 'context', change: 'stop', context: 'store' } }]);
  });
});

describe('the breaker', () => {
  it('forgets its window when it is longer ago than the window is long', () => {
    const model = modelOf([
      {
        n: 0,
        atMs: 1_000,
        kind: 'breaker',
        context: 'front',
        name: 'order-lookup',
        change: 'health',
        detail: { requests: 40, errors: 30, errorPercent: 75 },
      },
    ]);
    let nowMs = 2_000;
    const desk = openDesk({ session: fakeSession({ model, nowMs: () => nowMs }) });
    desk.press('5');
    expect(desk.frame().map(unpainted).join('\n')).toContain('30/40 calls');
    nowMs = 12_000;
    const frame = desk.frame().map(unpainted).join('\n');
    expect(frame).not.toContain('30/40 calls');
    expect(frame).toContain('no calls lately');
  });

  it.each([
    [0, 0, '0 %'],
    [0, 7, '0 %'],
    [6, 7056, '<1 %'],
    [7050, 7056, '>99 %'],
    [7, 7, '100 %'],
    [1, 3, '33 %'],
  ])('tells %i of %i as %s', (part, whole, text) => {
    expect(sayShare(part, whole)).toBe(text);
  });
});

describe('the story of an order', () => {
  it('tells that look-ups got slow, and not how slow each one of other orders was', () => {
    const model = someOrders(1);
    const n = [...madeEntries(60)].length;
    model.feed({ n, atMs: 9_000, kind: 'fault', fault: 'slow-order-lookup', detail: { minMs: 400, maxMs: 600 } });
    for (let index = 1; index < 20; index += 1)
      model.feed({ n: n + index, atMs: 9_000 + index, kind: 'fault', fault: 'slow-order-lookup', detail: { delayMs: 400 + index } });
    const desk = openDesk({ session: fakeSession({ model }), rows: 60 });
    desk.press('3');
    const told = desk
      .frame()
      .map(unpainted)
      .filter((line) => line.includes('slow-order-lookup'));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('minMs 400');
  });
});
