import { describe, expect, it } from 'vitest';
import type { Envelope } from '../../kernel/envelope.ts';
import type { EventsExpectation, Template } from '../language/ast.ts';
import { judgeEvents } from './judge-events.ts';
import { NotPassed } from './verdict.ts';

/** Events as `Paid:12000<OrderPlaced`: type, amount, and the type of the latest event before it that caused it. */
const story = (...words: readonly string[]): readonly Envelope[] => {
  const events: Envelope[] = [];
  for (const word of words) {
    const [head = '', cause] = word.split('<');
    const [type = '', amount] = head.split(':');
    const causationid = events.findLast((event) => event.type === cause)?.id ?? 'a-command';
    events.push({
      id: `e${events.length}`,
      type,
      subject: 'o1',
      causationid,
      data: { orderId: 'o1', ...(amount === undefined ? {} : { amount: Number(amount) }) },
    } as unknown as Envelope);
  }
  return events;
};

const judge = (expectation: Omit<EventsExpectation, 'form' | 'what' | 'name'>, ...words: readonly string[]): string => {
  try {
    judgeEvents(
      { form: 'events', what: 'order', name: 'lunch' as Template, ...expectation },
      { what: 'order lunch', id: 'o1', events: story(...words) },
    );
    return 'holds';
  } catch (error) {
    if (!(error instanceof NotPassed)) throw error;
    expect(error.outcome).toBe('failed');
    // Whatever failed, the reader gets the events that there were, and the order whose story it is.
    expect(error.failure).toMatchObject({ actual: words.map((word) => word.split(/[:<]/)[0]), subject: 'o1' });
    expect(error.failure.expected).toBeDefined();
    return error.message;
  }
};

describe('exactly', () => {
  const exactly = ['OrderPlaced', 'Paid'] as const;
  it.each([
    [['OrderPlaced', 'Paid'], 'holds'],
    [['Paid', 'OrderPlaced'], 'holds'],
    [['OrderPlaced'], /Paid happened 0 times instead of 1/],
    [['OrderPlaced', 'Paid', 'Paid'], /Paid happened 2 times instead of 1/],
    [['OrderPlaced', 'Paid', 'OrderAccepted'], /OrderAccepted happened 1 time and was not expected/],
    [['OrderPlaced', 'Paid', 'CookStarted', 'CookStarted'], 'holds'],
  ] as const)('%j', (words, verdict) => {
    expect(judge({ exactly, may: ['CookStarted'] }, ...words)).toMatch(verdict);
  });
});

describe('in order', () => {
  it.each([
    [[['OrderPlaced'], ['Paid']], ['OrderPlaced', 'OrderAccepted', 'Paid'], 'holds'],
    [[['Paid'], ['OrderPlaced']], ['OrderPlaced', 'Paid'], /OrderPlaced did not happen after Paid, as the expected order has it/],
    [[['OrderPlaced'], ['Paid'], ['Paid']], ['OrderPlaced', 'Paid'], /Paid did not happen after Paid/],
    [
      [['OrderPlaced'], ['OrderCanceled', 'PaymentRefunded'], ['DeliveryCanceled']],
      ['OrderPlaced', 'PaymentRefunded', 'OrderCanceled', 'DeliveryCanceled'],
      'holds',
    ],
    [
      [['OrderPlaced'], ['OrderCanceled', 'PaymentRefunded'], ['DeliveryCanceled']],
      ['OrderPlaced', 'OrderCanceled', 'PaymentRefunded', 'DeliveryCanceled'],
      'holds',
    ],
    [
      [['OrderPlaced'], ['OrderCanceled', 'PaymentRefunded'], ['DeliveryCanceled']],
      ['OrderPlaced', 'OrderCanceled', 'DeliveryCanceled', 'PaymentRefunded'],
      /DeliveryCanceled did not happen after PaymentRefunded/,
    ],
    [[['OrderCanceled', 'OrderCanceled'], ['Paid']], ['OrderCanceled', 'Paid', 'OrderCanceled'], /Paid did not happen after OrderCanceled/],
    [[['Paid']], [], /Paid did not happen, as/],
  ] as const)('%j of %j', (inOrder, words, verdict) => {
    expect(judge({ inOrder }, ...words)).toMatch(verdict);
  });
});

describe('include, exclude and nothing else', () => {
  it.each([
    [{ include: ['Paid', 'Paid'] }, ['Paid', 'Paid', 'Paid'], 'holds'],
    [{ include: ['Paid', 'Paid'] }, ['Paid'], /Paid happened 1 time instead of at least 2/],
    [{ exclude: ['OrderCanceled'] }, ['Paid'], 'holds'],
    [{ exclude: ['OrderCanceled'] }, ['OrderCanceled'], /OrderCanceled happened 1 time and must not happen/],
    [{ include: ['Paid'], may: ['OrderPlaced'], nothingElse: true }, ['OrderPlaced', 'Paid'], 'holds'],
    [
      { include: ['Paid'], may: ['OrderPlaced'], nothingElse: true },
      ['OrderPlaced', 'Paid', 'OrderAccepted'],
      /OrderAccepted happened too/,
    ],
    [{ causedBy: { Paid: 'OrderPlaced' }, nothingElse: true }, ['OrderPlaced', 'Paid<OrderPlaced'], 'holds'],
  ] as const)('%j of %j', (expectation, words, verdict) => {
    expect(judge(expectation, ...words)).toMatch(verdict);
  });
});

describe('compensates', () => {
  const compensates = { PaymentRefunded: 'Paid' } as const;
  it.each([
    [['Paid:12000', 'PaymentRefunded:12000'], 'holds'],
    [['Paid:12000', 'PaymentRefunded'], 'holds'],
    [['Paid:12000'], /Paid happened 1 time and PaymentRefunded 0 times, so not each was compensated once/],
    [['Paid:12000', 'PaymentRefunded:12000', 'PaymentRefunded:12000'], /PaymentRefunded 2 times/],
    [['PaymentRefunded:12000', 'Paid:12000'], /PaymentRefunded came before the Paid/],
    [['Paid:12000', 'PaymentRefunded:11000'], /Paid was for 12000 and PaymentRefunded for 11000/],
  ] as const)('%j', (words, verdict) => {
    expect(judge({ compensates }, ...words)).toMatch(verdict);
  });
});

describe('caused by', () => {
  const causedBy = { Paid: 'OrderPlaced' } as const;
  it.each([
    [['OrderPlaced', 'Paid<OrderPlaced'], 'holds'],
    [['OrderPlaced'], /Paid did not happen/],
    [['OrderPlaced', 'Paid'], /Paid was caused by a command and not by OrderPlaced/],
    [['OrderPlaced', 'OrderAccepted', 'Paid<OrderAccepted'], /Paid was caused by OrderAccepted and not by OrderPlaced/],
    [['OrderPlaced', 'Paid<OrderPlaced', 'Paid'], /caused by a command/],
  ] as const)('%j', (words, verdict) => {
    expect(judge({ causedBy }, ...words)).toMatch(verdict);
  });
});

it('what comes after a group comes after all of it, in whatever order the group came', () => {
  const came = ['Paid', 'OrderAccepted', 'OrderPlaced'];
  expect(judge({ inOrder: [['OrderPlaced', 'Paid'], ['OrderAccepted']] }, ...came)).toMatch(/OrderAccepted did not happen after/);
  expect(judge({ inOrder: [['Paid', 'OrderAccepted'], ['OrderPlaced']] }, ...came)).toBe('holds');
});
