/** The scenario that somebody begins with: short, and with what makes one: something done, rest, and what must have come of it. */
export const FIRST_SCENARIO = `name: A customer cancels before cooking starts
tags: [cancel]
steps:
  - place: { order: lunch, customer: kim, store: s1, food: bibimbap, price: 12000, address: Seoul }
  - eventually: { mypage: lunch, is: 결재됨, within: 2s }
  - settle                       # nothing in flight anywhere: proven, not slept for
  - cancel: lunch
  - expect: { order: lunch, is: 취소됨 }
  - expect: { payment: lunch, is: 환불됨 }
  - expect: { events: lunch, include: [OrderCancelRequested, CookingCanceled, OrderCanceled, PaymentRefunded] }
`;
