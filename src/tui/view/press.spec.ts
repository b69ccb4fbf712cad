import { beforeAll, describe, expect, it } from 'vitest';
import type { EventId } from '../../kernel/ids.ts';
import type { Entry } from '../../kernel/recording.ts';
import { madeEntries, recordScenarios } from '../../../tests/entries.fixture.ts';
import { CALM, fakePlayer, fakeSession, modelOf, openDesk, type Desk, type FoodModel } from '../../../tests/tui.fixture.ts';
import type { TuiAction } from '../session-port.ts';
import type { Request } from './screen-state.ts';

const actionsIn = (requests: readonly Request[]): TuiAction[] =>
  requests.flatMap((request) => (request.kind === 'act' ? [request.action] : []));

let entries: readonly Entry[];
beforeAll(async () => {
  entries = await recordScenarios('scenarios/01-order-to-delivery.yaml');
});

/** The model as of the last entry before the order's kitchen ticket (or what else) gets into a status. */
const modelUntil = (table: string, status: string): FoodModel => {
  const at = entries.findIndex(
    (entry) => entry.kind === 'state' && entry.table === table && (entry.row as { status?: string } | null)?.status === status,
  );
  expect(at, `${table} ${status}`).toBeGreaterThanOrEqual(0);
  return modelOf(entries.slice(0, at + 1));
};

/** Some orders that are delivered, and nothing else. */
const manyOrders = (count: number): FoodModel => modelOf(madeEntries(count * 60));

const deskOf = (model: FoodModel, lang: 'ko' | 'en' = 'en'): Desk => openDesk({ session: fakeSession({ model }), lang });

describe('keys that act', () => {
  it.each([
    ['a', 'accept'],
    ['r', 'reject'],
    ['s', 'start'],
    ['f', 'finish'],
    ['p', 'pick'],
    ['c', 'confirm'],
    ['x', 'cancel'],
    ['d', 'delete-review'],
  ] as const)('%s asks to %s the chosen order, allowed or not: the system says why not', (key, verb) => {
    const desk = deskOf(modelUntil('foodCookings', 'paid'));
    const { id } = desk.scene().chosen ?? { id: '' };
    expect(actionsIn(desk.press(key))).toEqual([
      { kind: 'ask', verb, ids: [id], ...(verb === 'pick' ? { body: { riderId: 'rider-1' } } : {}) },
    ]);
    expect(desk.state().message?.tone).toBe('busy');
  });

  it('n places an order, another one each time', () => {
    const placed = [0, 1, 2].map((count) => {
      const desk = deskOf(modelOf([...madeEntries(count === 0 ? 0 : 200)].slice(0, count * 60)));
      return actionsIn(desk.press('n'))[0];
    });
    for (const action of placed) expect(action).toMatchObject({ kind: 'make', verb: 'place', count: 1, body: { address: 'Seoul' } });
    expect(new Set(placed.map((action) => (action?.kind === 'make' ? action.body['foodId'] : ''))).size).toBeGreaterThan(1);
  });

  it('the form places what was filled in, and names the field that can not be sent', () => {
    const desk = deskOf(modelOf([]));
    desk.press('N', 'ctrl-u', '김', 'tab', 'tab', 'ctrl-u', '냉', '면', 'down', 'ctrl-u', 'x');
    expect(actionsIn(desk.press('enter'))).toEqual([]);
    expect(desk.state().prompt).toMatchObject({ kind: 'form', wrong: 'price', at: 3 });
    desk.press('backspace', '9', '0', '0', 'up', 'down', 'tab', 'tab', 'right');
    expect(actionsIn(desk.press('enter'))).toEqual([
      {
        kind: 'make',
        verb: 'place',
        count: 1,
        body: { customerId: '김', storeId: 's1', foodId: '냉면', price: 900, address: 'Seoul', payment: 'decline' },
      },
    ]);
    expect(desk.state().prompt).toBeUndefined();
  });

  it('w asks for a text, and sends it', () => {
    const desk = deskOf(manyOrders(1));
    expect(desk.press('w')).toEqual([]);
    desk.press('ctrl-u', '맛', '있', '다');
    expect(actionsIn(desk.press('enter'))).toMatchObject([{ kind: 'ask', verb: 'review', body: { content: '맛있다' } }]);
    desk.press('w', 'ctrl-u');
    expect(actionsIn(desk.press('enter'))).toEqual([]);
    expect(desk.state().message?.tone).toBe('bad');
    desk.press('esc');
    expect(desk.state().prompt).toBeUndefined();
  });

  it('says so where there is no order, and where nothing can be done', () => {
    const desk = deskOf(modelOf([]));
    expect(desk.press('a')).toEqual([]);
    expect(desk.state().message).toEqual({ tone: 'bad', text: 'There is no order to do that to.' });
    const recorded = openDesk({ session: fakeSession({ model: manyOrders(1), can: () => false, player: fakePlayer() }) });
    expect(recorded.press('a')).toEqual([]);
    expect(recorded.state().message).toEqual({ tone: 'bad', text: 'That can not be done here.' });
  });

  it('L starts the load, and shows it', () => {
    const desk = deskOf(manyOrders(1));
    expect(actionsIn(desk.press('L'))).toEqual([{ kind: 'load', change: 'start' }]);
    expect(desk.state().focus).toBe('breaker');
  });

  it('P and . are for deliveries, and for the scenario while one is played', () => {
    const model = manyOrders(1);
    model.sample(CALM);
    const desk = deskOf(model);
    expect(actionsIn(desk.press('P', '.'))).toEqual([
      { kind: 'deliveries', change: 'pause' },
      { kind: 'deliveries', change: 'step' },
    ]);
    model.sample({ ...CALM, areDeliveriesPaused: true });
    expect(actionsIn(desk.press('P'))).toEqual([{ kind: 'deliveries', change: 'resume' }]);
    model.sample({ ...CALM, scenario: 'waiting' });
    expect(actionsIn(desk.press('P', '.'))).toEqual([
      { kind: 'scenario', change: 'resume' },
      { kind: 'scenario', change: 'step' },
    ]);
    model.sample({ ...CALM, scenario: 'running' });
    expect(actionsIn(desk.press('P'))).toEqual([{ kind: 'scenario', change: 'pause' }]);
  });

  it('F opens the faults, and enter does the chosen one', () => {
    const model = manyOrders(1);
    model.sample({ ...CALM, faults: [{ name: 'slow-order-lookup' }] });
    const desk = deskOf(model);
    expect(actionsIn(desk.press('F', 'enter'))).toEqual([{ kind: 'slow-calls', isOn: false }]);
    expect(actionsIn(desk.press('F', 'j', 'enter'))).toEqual([{ kind: 'strike-next', fault: 'duplicate' }]);
    expect(actionsIn(desk.press('F', 'G', 'enter'))).toEqual([{ kind: 'context', change: 'crash', context: 'customer' }]);
    expect(actionsIn(desk.press('F', 'G', 'esc'))).toEqual([]);
    model.feed({ n: 1, atMs: 0, kind: 'context', context: 'customer', change: 'crashed' });
    expect(actionsIn(desk.press('F', 'G', 'enter'))).toEqual([{ kind: 'context', change: 'start', context: 'customer' }]);
  });

  it('q and ctrl-c end at once, ctrl-c from anywhere and as an interrupt', () => {
    const desk = deskOf(manyOrders(1));
    expect(desk.press('q')).toEqual([{ kind: 'quit', isInterrupt: false }]);
    for (const opener of ['?', '/', ':', 'N', 'F', 'w']) {
      expect(desk.press(opener, 'ctrl-c'), opener).toContainEqual({ kind: 'quit', isInterrupt: true });
      desk.press('esc');
    }
  });
});

describe('a recording', () => {
  it('goes on to the order that was looked at, also from before it was placed', () => {
    let model = manyOrders(2);
    const session = fakeSession({ player: fakePlayer() });
    const desk = openDesk({
      session: {
        ...session,
        get model() {
          return model;
        },
      },
    });
    const [back] = desk.press('[');
    model = modelOf([]);
    expect(desk.scene().chosen).toBeUndefined();
    expect(desk.press(']')).toEqual([{ ...back, does: 'next-of-line' }]);
    const fresh = openDesk({ session: fakeSession({ model: modelOf([]), player: fakePlayer() }) });
    expect(fresh.press(']')).toEqual([]);
    expect(fresh.state().message?.text).toMatch(/Press → to go on/);
  });
});

describe('marks', () => {
  it('are set with space, one after the other, and all at once with *', () => {
    const desk = deskOf(manyOrders(5));
    const total = desk.scene().lines.total;
    expect(total).toBeGreaterThan(3);
    desk.press('space', 'space');
    expect(desk.state().marked.size).toBe(2);
    desk.press('k', 'space');
    expect(desk.state().marked.size).toBe(1);
    desk.press('*');
    expect(desk.state().marked.size).toBe(total);
    desk.press('*');
    expect(desk.state().marked.size).toBe(0);
    desk.press('*', 'esc');
    expect(desk.state().marked.size).toBe(0);
  });

  it('are what a step is for: those that allow it, or all where none does', () => {
    const desk = deskOf(manyOrders(5));
    const total = desk.scene().lines.total;
    desk.press('*');
    const [accept] = actionsIn(desk.press('a'));
    expect(accept?.kind === 'ask' ? accept.ids : []).toHaveLength(total);
  });

  it('keep to what is filtered', () => {
    const desk = deskOf(manyOrders(5));
    desk.press('/', '#', '2', 'enter', '*');
    expect(desk.state().marked.size).toBe(1);
  });
});

describe('moving', () => {
  it.each([
    [['j'], 1],
    [['down', 'down'], 2],
    [['G'], -1],
    [['G', 'k'], -2],
    [['j', 'j', 'g'], 0],
    [['k'], 0],
    [['pagedown'], 6],
    [['pagedown', 'pageup'], 0],
  ])('with %j chooses order %i of the list', (keys, index) => {
    const desk = deskOf(manyOrders(30));
    const { total } = desk.scene().lines;
    desk.press(...keys);
    const { chosen } = desk.scene();
    expect(chosen?.number).toBe(total - (index < 0 ? total + index : index));
  });

  it('keeps the chosen order while others come', () => {
    const model = manyOrders(30);
    const desk = deskOf(model);
    desk.press('j', 'j');
    const before = desk.scene();
    for (const entry of madeEntries(100)) {
      if (entry.kind !== 'message.published') continue;
      const orderId = `later-${entry.event.subject}`;
      model.feed({
        ...entry,
        event: {
          ...entry.event,
          id: `later-${entry.event.id}` as EventId,
          subject: orderId,
          data: { ...(entry.event.data as object), orderId },
        },
      });
    }
    const after = desk.scene();
    expect(after.lines.total).toBeGreaterThan(before.lines.total);
    expect(after.chosen?.id).toBe(before.chosen?.id);
  });

  it('through a hundred thousand orders shows no more than fit', () => {
    const model = modelOf(madeEntries(50_000));
    const desk = deskOf(model);
    desk.press('G');
    expect(desk.scene().lines.items.length).toBeLessThan(20);
    expect(desk.scene().chosen?.number).toBe(1);
  });

  it('turns from pane to pane and back, or goes to a number', () => {
    const desk = deskOf(manyOrders(1));
    desk.press('tab');
    expect(desk.state().focus).toBe('aside');
    desk.press('l', 'right');
    expect(desk.state().focus).toBe('events');
    desk.press('shift-tab', 'h', 'left', 'left');
    expect(desk.state().focus).toBe('contexts');
    desk.press('3');
    expect(desk.state().focus).toBe('story');
    desk.press('7');
    expect(desk.state().focus).toBe('story');
    desk.press('esc');
    expect(desk.state().focus).toBe('list');
  });

  it('opens the story of an order and the content of an event with enter, and a pane alone with z', () => {
    const desk = deskOf(manyOrders(2));
    desk.press('enter');
    expect(desk.state().focus).toBe('story');
    desk.press('4', 'k', 'enter');
    expect(desk.state().prompt).toMatchObject({ kind: 'event' });
    desk.press('esc', 'z');
    expect(desk.state().isZoomed).toBe(true);
    desk.press('esc');
    expect(desk.state().isZoomed).toBe(false);
  });

  it('in the stream follows the newest until one looks back, and then stays', () => {
    const model = manyOrders(20);
    const desk = deskOf(model);
    desk.press('4');
    const newest = desk.scene().events.items[0]?.number;
    model.feed({ n: 1, atMs: 99_999, kind: 'note', text: 'one' });
    expect(desk.scene().events.items[0]?.number).not.toBe(newest);
    desk.press('pageup', 'pageup');
    const read = desk.scene().events.items.map(({ number }) => number);
    for (let n = 0; n < 50; n += 1) model.feed({ n, atMs: 100_000, kind: 'note', text: 'more' });
    expect(desk.scene().events.items.map(({ number }) => number)).toEqual(read);
    desk.press('G');
    expect(desk.scene().events.first).toBe(0);
  });
});

describe('filters', () => {
  it('narrow the list while they are typed, stay with enter, and go with esc', () => {
    const desk = deskOf(manyOrders(30));
    const { total } = desk.scene().lines;
    desk.press('/', '#', '7');
    expect(desk.scene().lines.total).toBeLessThan(total);
    desk.press('enter');
    expect(desk.state()).toMatchObject({ prompt: undefined, filters: { list: '#7' } });
    desk.press('/', 'x', 'esc');
    expect(desk.state().filters.list).toBe('#7');
    desk.press('esc');
    expect(desk.scene().lines.total).toBe(total);
  });

  it('are of the pane that has the keys', () => {
    const desk = deskOf(manyOrders(5));
    desk.press('4', '/', 'P', 'a', 'i', 'd', 'enter');
    expect(desk.state().filters).toEqual({ list: '', events: 'Paid', aside: '' });
    expect(desk.scene().events.items.every((line) => line.what === 'event' && line.type === 'Paid')).toBe(true);
  });
});

describe('a recording', () => {
  it.each([
    ['space', 'play'],
    ['left', 'backward'],
    ['h', 'backward'],
    ['right', 'forward'],
    ['<', 'first'],
    ['>', 'last'],
    ['+', 'faster'],
    ['-', 'slower'],
  ] as const)('%s goes %s', (key, does) => {
    const desk = openDesk({ session: fakeSession({ model: manyOrders(2), player: fakePlayer(), can: () => false }) });
    expect(desk.press(key)).toEqual([{ kind: 'player', does }]);
  });

  it('goes to what happened to the chosen order', () => {
    const desk = openDesk({ session: fakeSession({ model: manyOrders(3), player: fakePlayer(), can: () => false }) });
    const chosen = desk.scene().chosen?.subject;
    expect(desk.press(']', '[')).toEqual([
      { kind: 'player', does: 'next-of-line', subject: chosen },
      { kind: 'player', does: 'previous-of-line', subject: chosen },
    ]);
  });

  it('keys of its own mean nothing in a live session', () => {
    const desk = deskOf(manyOrders(3));
    expect(desk.press('[', ']', '<', '>', '+', '-')).toEqual([]);
  });
});
