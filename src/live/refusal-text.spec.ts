import { describe, expect, it } from 'vitest';
import { FOOD } from '../contexts/index.ts';
import { describeContexts, refusalsOf } from '../system/definition.ts';
import { refusalText } from './refusal-text.ts';

const REFUSALS = refusalsOf(describeContexts(FOOD));

const SENTENCE = '배송가능(ready) 상태에서만 배송시작이 가능합니다. 현재 상태는 배송대기(waiting)입니다.';

describe('why something was refused', () => {
  it("is the system's own sentence in Korean", () => {
    expect(
      refusalText(
        { status: 409, body: { code: 'delivery-status-mismatch', detail: SENTENCE, current: 'waiting', required: 'ready' } },
        REFUSALS,
        'ko',
      ),
    ).toBe(SENTENCE);
  });

  it.each([
    [
      { code: 'delivery-status-mismatch', detail: SENTENCE, current: 'waiting', required: 'ready' },
      'The delivery is in another status: it is waiting, and has to be ready.',
    ],
    [
      { code: 'order-already-cooking', detail: '요리가 시작되기 전에만 주문취소가 가능합니다.', current: 'cooked' },
      'An order can be canceled only before its cooking begins. It is cooked now.',
    ],
    [{ code: 'review-not-found', detail: '리뷰를 찾을 수 없습니다: r-1' }, 'No review is known here under this id.'],
    [
      { code: 'context-unavailable', detail: 'The context store can not be reached: it is not running.' },
      'The context store can not be reached: it is not running.',
    ],
    [{ code: 'nobody-knows', detail: '알 수 없는 이유' }, '알 수 없는 이유'],
    [{ title: 'Overloaded' }, 'Overloaded'],
    ['no document', 'HTTP 409'],
    [null, 'HTTP 409'],
  ])('can be read in English: %j', (body, text) => {
    expect(refusalText({ status: 409, body }, REFUSALS, 'en')).toBe(text);
  });
});
