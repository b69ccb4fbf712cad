import { describe, expect, it } from 'vitest';
import type { EntryBody } from '../../../kernel/recording.ts';
import { commanded, delivered, handled, published, recorded, row, step } from './entries.fixture.ts';
import { momentsOf } from './moments.ts';
import { layOut, type Diagram, type StepStarted } from './sequence.ts';

const contexts = ['front', 'store', 'rider', 'notification', 'customer'];
const words = { leftOut: 'left out', fault: 'fault', started: 'started', stopped: 'stopped', crashed: 'crashed' };

const draw = (isEachDelivery: boolean, ...bodies: readonly EntryBody[]): Diagram => {
  const entries = recorded(...bodies);
  const steps = entries.filter((entry): entry is StepStarted => entry.kind === 'step.started');
  return layOut(momentsOf(entries, undefined), steps, { isEachDelivery, contexts, words });
};

/** `front→store,rider(parked) OrderPlaced` for an arrow, `[front] …` for a mark, `— …` for a line across. */
const sketch = ({ lanes, rows }: Diagram): readonly string[] =>
  rows.map((one) => {
    if (one.shape === 'line') return `— ${one.label}`;
    if (one.shape === 'mark') return `[${[...new Set([lanes[one.from], lanes[one.to]])].join('…')}] ${one.label} ${one.tone}`;
    const heads = one.heads.map(({ lane, state }) => `${lanes[lane]}${state === 'handled' ? '' : `(${state})`}`);
    return `${lanes[one.from]}→${heads.join(',')} ${one.label}${one.tone === 'event' ? '' : ` ${one.tone}`}`;
  });

const placed = published('front', 'E1', 'OrderPlaced', 'C1');

describe('an event with one row', () => {
  it.each<[string, readonly EntryBody[], readonly string[]]>([
    [
      'has a head wherever it was handled',
      [placed, handled('store', 'E1', 'OrderPlaced'), handled('front', 'E1', 'OrderPlaced')],
      ['front→store,front OrderPlaced'],
    ],
    ['shows that nobody handled it', [placed], ['front→front(not-handled) OrderPlaced not-handled']],
    [
      'has a duplicate on a row of its own',
      [placed, handled('store', 'E1', 'OrderPlaced'), handled('store', 'E1', 'OrderPlaced', 'duplicate')],
      ['front→store OrderPlaced', 'front→store(duplicate) OrderPlaced duplicate'],
    ],
    [
      'has what was parked, and is handled later, on rows of their own',
      [
        placed,
        handled('store', 'E1', 'OrderPlaced', 'parked'),
        handled('rider', 'E1', 'OrderPlaced'),
        handled('store', 'E1', 'OrderPlaced'),
      ],
      ['front→rider OrderPlaced', 'front→store(parked) OrderPlaced parked', 'front→store OrderPlaced'],
    ],
    [
      'has what a fault held back where it came in the end',
      [
        placed,
        { kind: 'fault', fault: 'hold', detail: { context: 'store', id: 'E1', type: 'OrderPlaced' } },
        handled('rider', 'E1', 'OrderPlaced'),
        handled('store', 'E1', 'OrderPlaced'),
      ],
      ['front→rider OrderPlaced', '[store] fault: hold OrderPlaced fault', 'front→store OrderPlaced'],
    ],
    ['is drawn once, though it was published twice', [placed, placed, handled('store', 'E1', 'OrderPlaced')], ['front→store OrderPlaced']],
  ])('%s', (_, bodies, expected) => {
    expect(sketch(draw(false, ...bodies))).toEqual(expected);
  });
});

describe('a diagram with each delivery apart', () => {
  it.each<[string, readonly EntryBody[], readonly string[]]>([
    [
      'has a row for each',
      [placed, handled('store', 'E1', 'OrderPlaced'), handled('rider', 'E1', 'OrderPlaced')],
      ['front→store OrderPlaced', 'front→rider OrderPlaced'],
    ],
    [
      'shows a delivery that was never handled',
      [placed, delivered('store', 'E1', 'OrderPlaced')],
      ['front→store(not-handled) OrderPlaced not-handled'],
    ],
    [
      'draws what nobody published as coming from nowhere',
      [handled('store', 'X', '', 'dead-lettered', 'foreign')],
      ['store→store(dead-lettered) foreign dead-lettered'],
    ],
    [
      'tells commands, refusals and failures apart',
      [
        commanded('front', 'C1', 'placeOrder', 201),
        commanded('front', 'C2', 'cancelOrder', 409, { problem: 'too-late' }),
        commanded('front', 'C3', 'writeReview', 500),
      ],
      ['people→front placeOrder 201 command', 'people→front cancelOrder 409 too-late refused', 'people→front writeReview 500 broken'],
    ],
    [
      'marks crashes, breakers and faults of everything',
      [
        commanded('front', 'C1', 'x'),
        { kind: 'context', context: 'store', change: 'crashed' },
        { kind: 'breaker', context: 'front', name: 'order-lookup', change: 'open', detail: {} },
        { kind: 'fault', fault: 'slow-order-lookup', detail: {} },
      ],
      [
        'people→front x 200 command',
        '[store] crashed crash',
        '[front] order-lookup: open quiet',
        '[front…customer] fault: slow-order-lookup fault',
      ],
    ],
    [
      'has the steps in which something happened',
      [
        step('1', 'place'),
        commanded('front', 'C1', 'x'),
        step('2', 'expect'),
        step('3', 'expect'),
        step('4', 'accept'),
        commanded('store', 'C2', 'y'),
        step('5', 'expect'),
      ],
      ['— 1  place', 'people→front x 200 command', '— 4  accept', 'people→store y 200 command'],
    ],
    ['adds a lifeline for whoever else appears', [commanded('kiosk', 'C1', 'x')], ['people→kiosk x 200 command']],
  ])('%s', (_, bodies, expected) => {
    expect(sketch(draw(true, ...bodies))).toEqual(expected);
  });

  it('knows who published what comes after a gap', () => {
    const gap = { afterN: 1, count: 5, fromMs: 0, toMs: 0, rows: [], rowsLeftOut: 0, sources: [['E1', 'front']] as const };
    const moments = momentsOf(recorded(commanded('front', 'C', 'x'), handled('rider', 'E1', 'Paid'), handled('rider', 'E2', 'Paid')), gap);
    expect(sketch(layOut(moments, [], { isEachDelivery: true, contexts, words }))).toEqual([
      'people→front x 200 command',
      '— left out: 5',
      'front→rider Paid',
      'rider→rider Paid',
    ]);
  });

  it('shows when a context was down', () => {
    const { outages, rows } = draw(
      true,
      commanded('front', 'C', 'x'),
      { kind: 'context', context: 'store', change: 'crashed' },
      { kind: 'context', context: 'store', change: 'started' },
      commanded('front', 'D', 'y'),
    );
    expect(outages).toEqual([{ lane: 2, fromY: rows[1]?.y, toY: rows[2]?.y }]);
  });
});

describe('the place of a moment', () => {
  it("is its row, its event's row, or the row before", () => {
    const bodies = [placed, handled('store', 'E1', 'OrderPlaced'), row('store', 't', 'Q', {}), commanded('store', 'C2', 'accept')];
    expect(draw(false, ...bodies).rowOfMoment).toEqual([0, 0, 0, 1]);
    expect(draw(true, ...bodies).rowOfMoment).toEqual([-1, 0, 0, 1]);
  });

  it('is further down for each row, and within the height', () => {
    const { rows, height } = draw(true, step('1', 'a'), ...Array.from({ length: 300 }, (_, index) => commanded('front', `C${index}`, 'x')));
    expect(rows).toHaveLength(301);
    expect(rows.every(({ y }, index) => index === 0 || y > rows[index - 1]!.y + 20)).toBe(true);
    expect(rows.at(-1)!.y).toBeLessThan(height);
  });
});
