import { expect, it } from 'vitest';
import { atRest, inAll, perEvent, perRow, type Rest, type Violation } from './invariant.ts';
import { codify, createJudge } from './judge.ts';

const world = { stream: [{ type: 'Paid', subject: 'o1' }], tables: { orders: new Map([['o1', {}]]) } };

/** Each way of looking at what rests, as a rule that always speaks. */
const SPEAKING = {
  event: atRest(
    'An event.',
    perEvent('it is there', () => 'event'),
  ),
  order: atRest(
    'An order.',
    perRow('it is there', 'orders', () => 'order'),
  ),
  all: atRest(
    'All.',
    inAll('it is there', (_rest, say) => say('all', '')),
  ),
} as const;

it.each([[['event', 'order', 'all']], [['order', 'all', 'event']], [['all', 'event', 'order']]] as const)(
  'what is declared first is told first, however it looks: %j',
  (order) => {
    const told: Violation[] = [];
    const judge = createJudge(codify(order.map((one) => SPEAKING[one])), world as never, (violation) => told.push(violation));
    judge.atRest({ world } as unknown as Rest);
    expect(told.map(({ invariant }) => invariant)).toEqual(order.map((one) => SPEAKING[one].sentence));
  },
);
