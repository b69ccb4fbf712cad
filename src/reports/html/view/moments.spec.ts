import { describe, expect, it } from 'vitest';
import type { EntryBody } from '../../../kernel/recording.ts';
import { commanded, handled, published, recorded, row, step } from './entries.fixture.ts';
import { choicesOf, kinOf, momentsAbout, momentsOf, type Moment } from './moments.ts';

const ctx = (context: string, change: 'started' | 'stopped' | 'crashed'): EntryBody => ({ kind: 'context', context, change });
const sketch = (moments: readonly Moment[]): readonly string[] =>
  moments.map((moment) =>
    `${moment.n} ${moment.what === 'entry' ? moment.entry.kind : moment.what} ${moment.rows.map(({ table, key }) => `${table}/${key.join()}`).join(' ')}`.trim(),
  );

describe('moments', () => {
  it.each<[string, readonly EntryBody[], readonly string[]]>([
    [
      'joins rows with the command that made them',
      [row('front', 'orders', 'C', {}), row('front', 'payments', 'C', {}), commanded('front', 'C', 'placeOrder')],
      ['3 command orders/O1 payments/O1'],
    ],
    [
      'joins rows with the event that made them',
      [row('store', 'foodCookings', 'E', {}), handled('store', 'E', 'Paid')],
      ['2 message.handled foodCookings/O1'],
    ],
    [
      'leaves rows to themselves where something else is told next',
      [row('store', 'foodCookings', 'E', {}), handled('rider', 'E', 'Paid')],
      ['1 rows foodCookings/O1', '2 message.handled'],
    ],
    [
      'gives each event of a batch the rows that it changed',
      [
        row('store', 'a', 'E1', {}),
        row('store', 'b', 'E2', {}),
        row('store', 'c', 'E1', {}),
        handled('store', 'E1', 'X'),
        handled('store', 'E2', 'Y'),
      ],
      ['4 message.handled a/O1 c/O1', '5 message.handled b/O1'],
    ],
    [
      'leaves a row where it was committed, though its event is told of again later',
      [row('store', 'a', 'E1', {}), ctx('store', 'crashed'), ctx('store', 'started'), handled('store', 'E1', 'X', 'duplicate')],
      ['1 rows a/O1', '2 context', '3 context', '4 message.handled'],
    ],
    ['keeps rows that nobody told of in the end', [row('store', 'a', 'E1', {})], ['1 rows a/O1']],
    [
      'says nothing of contexts that start before all and stop after all',
      [ctx('front', 'started'), step('1', 'x'), commanded('front', 'C', 'x'), ctx('front', 'stopped')],
      ['3 command'],
    ],
    [
      'tells of contexts that stop and start in between, and of a crash at the end',
      [
        commanded('front', 'C', 'x'),
        ctx('store', 'stopped'),
        ctx('store', 'started'),
        commanded('front', 'D', 'y'),
        ctx('store', 'crashed'),
      ],
      ['1 command', '2 context', '3 context', '4 command', '5 context'],
    ],
  ])('%s', (_, bodies, expected) => {
    expect(sketch(momentsOf(recorded(...bodies), undefined))).toEqual(expected);
  });

  it('has the gap as a moment that brings its rows', () => {
    const entries = recorded(commanded('front', 'C', 'x'), commanded('front', 'D', 'y'));
    const [left] = recorded(row('front', 'orders', 'Q', {}));
    const gap = { afterN: 1, count: 7, fromMs: 0, toMs: 1, rows: [left as never], rowsLeftOut: 0, sources: [] };
    expect(sketch(momentsOf(entries, gap))).toEqual(['1 command', '1.5 gap orders/O1', '2 command']);
  });
});

describe('the moments of one order', () => {
  const other = { orderId: 'O2', customerId: 'lee' };
  const moments = momentsOf(
    recorded(
      row('front', 'orders', 'C1', { orderId: 'O1', customerId: 'kim' }),
      commanded('front', 'C1', 'placeOrder'),
      published('front', 'E1', 'OrderPlaced', 'C1'),
      commanded('front', 'C2', 'placeOrder', 201, { subject: 'O2' }),
      published('front', 'E2', 'OrderPlaced', 'C2', other),
      row('customer', 'customers', 'E1', { customerId: 'kim' }, 'kim'),
      row('customer', 'customers', 'E2', { customerId: 'lee' }, 'lee'),
      handled('store', 'E2', 'OrderPlaced', 'handled', 'O2'),
      handled('store', 'E1', 'OrderPlaced'),
      { kind: 'fault', fault: 'drop', detail: { subject: 'O2' } },
      { kind: 'fault', fault: 'crash', detail: { context: 'store' } },
    ),
    undefined,
  );

  it('are those that tell of it, of its customer, and of what hits everybody', () => {
    expect(momentsAbout(moments, 'O1', 'customerId').map(({ n }) => n)).toEqual([2, 3, 6, 9, 11]);
    expect(momentsAbout(moments, 'O2', 'customerId').map(({ n }) => n)).toEqual([4, 5, 8, 10, 11]);
    expect(momentsAbout(moments, undefined, 'customerId')).toBe(moments);
  });

  it('can be chosen from all that events are about, each with its owner where a column says it', () => {
    expect(choicesOf(moments, 'customerId')).toEqual([{ subject: 'O1', owner: 'kim' }, { subject: 'O2' }]);
    expect(choicesOf(moments, undefined)).toEqual([{ subject: 'O1' }, { subject: 'O2' }]);
  });

  it('have their causes and effects for kin', () => {
    const chain = momentsOf(
      recorded(
        commanded('front', 'C', 'x'),
        published('front', 'E1', 'A', 'C'),
        published('store', 'E2', 'B', 'E1'),
        published('store', 'E3', 'B', 'E1'),
        published('rider', 'E4', 'D', 'E2'),
      ),
      undefined,
    );
    expect([...kinOf(chain, chain[2]!)].sort()).toEqual(['C', 'E1', 'E2', 'E4']);
    expect([...kinOf(chain, chain[0]!)].sort()).toEqual(['C', 'E1', 'E2', 'E3', 'E4']);
  });
});
