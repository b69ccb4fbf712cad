import { expect, it } from 'vitest';
import { commanded, handled, recorded, row } from './entries.fixture.ts';
import { momentsOf } from './moments.ts';
import { stateAt } from './state-at.ts';

const moments = momentsOf(
  recorded(
    row('front', 'orders', 'C1', { orderId: 'O1', status: 'placed' }),
    commanded('front', 'C1', 'placeOrder'),
    row('rider', 'deliveries', 'E1', { orderId: 'O1', status: 'waiting', riderId: null }),
    handled('rider', 'E1', 'OrderPlaced'),
    { kind: 'context', context: 'rider', change: 'crashed' },
    row('front', 'orders', 'E2', { orderId: 'O1', status: 'paid' }),
    handled('front', 'E2', 'Paid'),
    row('rider', 'deliveries', 'E3', null),
    handled('rider', 'E3', 'X'),
    handled('front', 'E4', 'Y'),
  ),
  undefined,
);
const at = (index: number): unknown =>
  stateAt(moments, index, ['front', 'rider']).map(({ context, state, isChanged, tables }) => [
    `${context} ${state}${isChanged ? ' !' : ''}`,
    ...tables.flatMap(({ table, rows }) =>
      rows.map(
        ({ key, change, cells }) =>
          `${table}/${key} ${change}: ${cells.map((cell) => `${cell.column} ${String(cell.value)}${cell.isChanged ? ('before' in cell ? ` was ${String(cell.before)}` : ' new') : ''}`).join(', ')}`,
      ),
    ),
  ]);

it.each<[string, number, unknown]>([
  ['nothing before the first moment', -1, [['front running'], ['rider running']]],
  ['a new row, with all that is in it', 0, [['front running !', 'orders/O1 added: orderId O1 new, status placed new'], ['rider running']]],
  [
    'what was there already as it was',
    1,
    [
      ['front running', 'orders/O1 none: orderId O1, status placed'],
      ['rider running !', 'deliveries/O1 added: orderId O1 new, status waiting new, riderId null new'],
    ],
  ],
  [
    'a context that is down, still holding what its disk holds',
    2,
    [
      ['front running', 'orders/O1 none: orderId O1, status placed'],
      ['rider crashed !', 'deliveries/O1 none: orderId O1, status waiting, riderId null'],
    ],
  ],
  [
    'what changed, beside what it was before',
    3,
    [
      ['front running !', 'orders/O1 changed: orderId O1, status paid was placed'],
      ['rider crashed', 'deliveries/O1 none: orderId O1, status waiting, riderId null'],
    ],
  ],
  [
    'a row that goes, once more',
    4,
    [
      ['front running', 'orders/O1 none: orderId O1, status paid'],
      ['rider crashed !', 'deliveries/O1 removed: orderId O1, status waiting, riderId null'],
    ],
  ],
  ['and then no more', 5, [['front running', 'orders/O1 none: orderId O1, status paid'], ['rider crashed']]],
])('shows %s', (_, index, expected) => {
  expect(at(index)).toEqual(expected);
});
