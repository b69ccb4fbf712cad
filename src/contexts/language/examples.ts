/** Examples of what every system's language has, that speak of orders. */
export const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  request: [
    'request: { path: /foodCookings?status=paid, expect: { status: 200 } }',
    'request: { method: POST, path: /orders, body: { customerId: kim }, expect: { status: 400, body: { code: invalid-request } } }',
  ],
  refused: [
    'refused: { cancel: lunch, code: order-already-cooking, message: 요리가 시작되기 전에만 주문취소가 가능합니다. }',
    'refused: { review: { order id: no-such-order, content: Tasty }, status: 404 }',
  ],
  expect: ['expect: { order: lunch, is: 취소됨 }'],
  eventually: ['eventually: { mypage: lunch, is: 결재됨, within: 2s }'],
  row: ['expect: { row: { table: customers, key: kim }, where: { couponCount: 1 } }'],
  rows: ['expect: { rows: { table: notices }, where: { type: Paid }, count: 1 }'],
  events: [
    'expect: { events: lunch, in order: [OrderPlaced, Paid, OrderRejected, [PaymentRefunded, DeliveryCanceled]], nothing else: true, may: CouponGranted }',
    'expect: { events: lunch, exactly: [OrderPlaced, Paid, CouponGranted] }',
    'expect: { events: lunch, compensates: { PaymentRefunded: Paid }, caused by: { PaymentRefunded: OrderRejected } }',
  ],
  'dead letters': ['expect: { dead letters: 0 }', 'expect: { dead letters: 1, in: store, reason: is not JSON }'],
  answer: ['expect: { answer: last, status: 201 }', 'expect: { answer: found, body: { page: { totalItems: 1 } } }'],
  value: ['expect: { value: "${refund}", is: 12000 }'],
  capture: ['capture: { payment: lunch, field: amount, as: paid }', 'capture: { answer: last, field: /items/0/id, as: first }'],
  together: ['together: [{ cancel: lunch }, { start: lunch }]'],
  repeat: ['repeat: { times: 3, as: i, steps: [{ place: { order: "lunch-${i}", customer: kim } }] }'],
  'for each': ['for each: { as: who, in: [kim, lee], steps: [{ place: { order: "${who}-lunch", customer: "${who}" } }] }'],
  fault: ['fault: { duplicate: Paid, for: store }', 'fault: { hold: CookStarted, for: front, as: late-news }'],
  release: ['release: late-news', 'release: CookStarted'],
  crash: ['crash: store', 'crash: { context: store, at: after-commit, on: Paid }'],
  'stop context': ['stop context: store'],
  'start context': ['start context: store'],
  restart: ['restart: store', 'restart'],
  inject: ['inject: { type: Paid, raw: this is not JSON }', 'inject: { type: Weather, raw: { sunny: true } }'],
};
