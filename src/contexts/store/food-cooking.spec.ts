import { describe, expect, test } from 'vitest';
import { NotYet } from '../../kernel/errors.ts';
import { decider } from '../decider.contract.ts';
import { COOKING_STATUS_TEXT, type CookingStatus } from './contract.ts';
import {
  acceptOrder,
  decideCancel,
  evolveFoodCooking,
  finishCooking,
  payTicket,
  rejectOrder,
  startCooking,
  voidTicket,
  writeTicket,
  type FoodCooking,
  type FoodCookingEvent,
  type OnTicket,
} from './food-cooking.ts';

const details = { orderId: 'o1', customerId: 'kim', storeId: 's1', foodId: 'bibimbap', address: 'Seoul', options: ['spicy'] };
const given = decider<FoodCooking, FoodCookingEvent>({ status: 'none' }, evolveFoodCooking);
const written: FoodCookingEvent = { type: 'TicketWritten', details };
const paid: FoodCookingEvent = { type: 'TicketPaid' };
const accepted: FoodCookingEvent = { type: 'OrderAccepted' };
const started: FoodCookingEvent = { type: 'CookStarted' };

const HISTORIES: Readonly<Record<CookingStatus, readonly FoodCookingEvent[]>> = {
  unpaid: [written],
  paid: [written, paid],
  accepted: [written, paid, accepted],
  cooking: [written, paid, accepted, started],
  cooked: [written, paid, accepted, started, { type: 'CookFinished' }],
  rejected: [written, paid, { type: 'OrderRejected' }],
  canceled: [written, { type: 'CookingCanceled' }],
};
const STATUSES = Object.keys(HISTORIES) as CookingStatus[];

type Decide = (ticket: FoodCooking, command: OnTicket) => FoodCookingEvent[];
const on = (decide: Decide) => (ticket: FoodCooking) => decide(ticket, { orderId: 'o1' });
const thenIn = (decide: Decide, expected: Partial<Record<CookingStatus, FoodCookingEvent['type']>>): void => {
  for (const status of STATUSES) {
    const type = expected[status];
    given(...HISTORIES[status])
      .when(on(decide))
      .then(...(type === undefined ? [] : [{ type } as FoodCookingEvent]));
  }
};

describe('a ticket', () => {
  test.each(STATUSES)('gets to %s by its history', (status) => {
    expect(given(...HISTORIES[status]).state()).toStrictEqual({ status, details });
  });

  test('is written once', () => {
    given()
      .when((ticket) => writeTicket(ticket, { details }))
      .then(written);
    thenIn((ticket) => writeTicket(ticket, { details: { ...details, address: 'Busan' } }), {});
  });

  test('is paid only where nothing else is known', () => thenIn(payTicket, { unpaid: 'TicketPaid' }));

  test('is voided by a declined payment', () => thenIn(voidTicket, { unpaid: 'TicketVoided' }));

  test('decides on a cancellation: not once cooking began', () =>
    thenIn(decideCancel, {
      unpaid: 'CookingCanceled',
      paid: 'CookingCanceled',
      accepted: 'CookingCanceled',
      cooking: 'CancelRefused',
      cooked: 'CancelRefused',
    }));

  test('stays where it was when a cancellation is refused', () => {
    expect(given(...HISTORIES.cooking, { type: 'CancelRefused' }).state().status).toBe('cooking');
  });

  test.each([payTicket, voidTicket, decideCancel])('that is not known yet waits for its order', (decide) => {
    expect(() => decide({ status: 'none' }, { orderId: 'o1' })).toThrow(NotYet);
  });
});

describe('the kitchen goes one step at a time', () => {
  test.each([
    { decide: acceptOrder, required: 'paid', event: 'OrderAccepted', words: '주문접수가' },
    { decide: rejectOrder, required: 'paid', event: 'OrderRejected', words: '주문거부가' },
    { decide: startCooking, required: 'accepted', event: 'CookStarted', words: '요리시작이' },
    { decide: finishCooking, required: 'cooking', event: 'CookFinished', words: '요리완료가' },
  ] as const)('$event needs $required', ({ decide, required, event, words }) => {
    for (const current of STATUSES) {
      const outcome = given(...HISTORIES[current]).when(on(decide));
      if (current === required) {
        outcome.then({ type: event });
        continue;
      }
      const [requiredText, currentText] = [COOKING_STATUS_TEXT[required], COOKING_STATUS_TEXT[current]];
      const detail = outcome.thenRefused(
        'cooking-status-mismatch',
        `${requiredText}(${required}) 상태에서만 ${words} 가능합니다. 현재 상태는 ${currentText}(${current})입니다.`,
      );
      expect(detail).toStrictEqual({ orderId: 'o1', current, currentText, required, requiredText });
    }
    given().when(on(decide)).thenRefused('food-cooking-not-found');
  });
});
