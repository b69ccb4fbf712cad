import { FOOD_GRAMMAR } from '../../contexts/grammar.fixture.ts';
import { expect, it } from 'vitest';
import type { Envelope } from '../../kernel/envelope.ts';
import { createHolds } from './holds.ts';
import { createNames } from './names.ts';

const event = (changes: object): Envelope => ({ subject: 's', correlationid: 'c', data: {}, ...changes }) as unknown as Envelope;

it('knows the events of an order by its id, and before that is known by the request that placed it', () => {
  const names = createNames({});
  const holds = createHolds({ names, grammar: FOOD_GRAMMAR });
  const isOfLunch = holds.matcherOf('order', 'lunch');
  expect(isOfLunch(event({ correlationid: 'w.1.1' }))).toBe(false);
  holds.expect('order', 'lunch', 'w.1.1');
  expect([isOfLunch(event({ correlationid: 'w.1.1' })), isOfLunch(event({ correlationid: 'w.2.1' }))]).toEqual([true, false]);
  names.set('order', 'lunch', 'o1');
  expect([
    isOfLunch(event({ subject: 'o1' })),
    isOfLunch(event({ data: { orderId: 'o1' } })),
    isOfLunch(event({ subject: 'o2', data: { orderId: 'o2' } })),
  ]).toEqual([true, true, false]);
});
