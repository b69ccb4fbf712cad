/** What `expect` and `eventually` can look at: one form for each thing. */
import type { AnswerExpectation, Expectation, JsonTemplate, ResourceExpectation, Resource, Template } from './ast.ts';
import { ANSWER_FIELDS } from './commands.ts';
import { defineForm, fields, list, mapOf, optional, refined, required, type Form } from './structures.ts';
import { flag, json, literal, name, status, text, wholeOrVariable, word, words, type Type } from './types.ts';
import { CONTEXT_NAMES, EVENT_TYPES, type EventType } from './words.ts';

/** The type of an event, written out. */
export const eventType = (): Type<EventType> => word('an event type', EVENT_TYPES);
/** The name of a context. */
export const contextName = (): Type<(typeof CONTEXT_NAMES)[number]> => word('a context', CONTEXT_NAMES);

type Complain = (message: string, expected?: string) => undefined;

/** A field of a resource: a name, or a JSON pointer. */
export const fieldName = (): Type<string> => literal('a field', { matches: /^(?!\/.*~(?![01]))[^~]|^\/.*$/u, says: 'a name, or a JSON pointer such as /page/totalItems' });

const WHERE = optional(mapOf('where', fieldName(), json()), 'Fields of the resource (names or JSON pointers), and what they must equal.');
const EXISTS = optional(flag(), 'Whether it is there at all.');

const resourceOf = (
  resource: Resource,
  named: Template,
  values: { readonly is?: Template; readonly "isn't"?: Template; readonly where?: Readonly<Record<string, JsonTemplate>>; readonly exists?: boolean },
  complain: Complain,
): ResourceExpectation | undefined => {
  const { is, "isn't": isNot, where, exists } = values;
  const judged = is !== undefined || isNot !== undefined || where !== undefined;
  if (!judged && exists === undefined) return complain(`nothing is said of what ${resource} must be`, "is, isn't, where or exists");
  if (judged && exists === false) return complain(`what does not exist has no status and no fields`, 'exists: false alone');
  return {
    form: 'resource',
    resource,
    name: named,
    ...(is === undefined ? {} : { is }),
    ...(isNot === undefined ? {} : { isNot }),
    ...(where === undefined ? {} : { where }),
    ...(exists === undefined ? {} : { exists }),
  };
};

const RESOURCE_DOCS = {
  order: ['The order, as GET /orders shows it.', "expect: { order: lunch, is: 취소됨 }"],
  cooking: ["The kitchen's ticket, as GET /foodCookings shows it.", "expect: { cooking: lunch, isn't: cooking }"],
  delivery: ['The delivery, as GET /deliveries shows it.', 'expect: { delivery: lunch, is: 배송중, where: { riderId: park } }'],
  payment: ['The payment, as GET /payments shows it.', 'expect: { payment: lunch, is: 환불됨 }'],
  mypage: ['The Mypage row, as GET /mypages shows it.', 'eventually: { mypage: lunch, is: 결재됨, within: 2s }'],
} as const;

const orderResource = (resource: keyof typeof RESOURCE_DOCS): Form<Expectation> =>
  defineForm({
    key: resource,
    what: 'expect',
    doc: RESOURCE_DOCS[resource][0],
    examples: [RESOURCE_DOCS[resource][1]],
    fields: {
      [resource]: required(name('order'), "The order's name."),
      is: optional(status(resource), "The status: a literal or the seed's word."),
      "isn't": optional(status(resource), 'A status that it must not have.'),
      where: WHERE,
      exists: EXISTS,
    },
    build: (values, complain) => resourceOf(resource, values[resource] as Template, values, complain),
  });

const review = defineForm({
  key: 'review',
  what: 'expect',
  doc: 'A review, as GET /reviews shows it.',
  examples: ['expect: { review: praise, exists: false }'],
  fields: { review: required(name('review'), "The review's name."), where: WHERE, exists: EXISTS },
  build: (values, complain) => resourceOf('review', values.review, values, complain),
});

const customer = defineForm({
  key: 'customer',
  what: 'expect',
  doc: 'A customer, as GET /customers shows them.',
  examples: ['expect: { customer: kim, where: { couponCount: 1 } }'],
  fields: { customer: required(text({ says: "a customer's id" }), "The customer's id."), where: WHERE, exists: EXISTS },
  build: (values, complain) => resourceOf('customer', values.customer, values, complain),
});

const coupons = defineForm({
  key: 'coupons',
  what: 'expect',
  doc: "A customer's coupons.",
  examples: ['expect: { coupons: kim, is: 1 }'],
  fields: {
    coupons: required(text({ says: "a customer's id" }), "The customer's id."),
    is: required(wholeOrVariable(0), 'How many.'),
  },
  build: (values): Expectation => ({ form: 'coupons', customer: values.coupons, count: values.is }),
});

const TEXTS = list(words(), { orOne: true });

const notices = defineForm({
  key: 'notices',
  what: 'expect',
  doc: 'The notices about an order that its customer got.',
  examples: ['expect: { notices: lunch, once each: true }', 'expect: { notices: lunch, include: [고객님의 주문이 접수되었습니다.] }'],
  fields: {
    notices: required(name('order'), "The order's name."),
    'once each': optional(flag(true), "One notice for each change, exactly, each to the order's customer."),
    include: optional(TEXTS, 'Words, each in some notice.'),
    exclude: optional(TEXTS, 'Words in no notice.'),
    exactly: optional(list(words(), { isEmptyAllowed: true }), 'The whole texts of all notices, in any order.'),
    count: optional(wholeOrVariable(0), 'How many.'),
  },
  build: ({ notices: order, 'once each': onceEach, ...values }, complain): Expectation | undefined => {
    if (onceEach === undefined && Object.keys(values).length === 0) return complain('nothing is said of the notices', 'once each, include, exclude, exactly or count');
    return { form: 'notices', order, ...values, ...(onceEach === undefined ? {} : { onceEach }) };
  },
});

const EVENT_LIST = list(eventType(), { orOne: true });
const EVENT_PAIRS = refined(mapOf('this', eventType(), eventType()), (pairs) => pairs as Readonly<Partial<Record<EventType, EventType>>>);

const events = defineForm({
  key: 'events',
  what: 'expect',
  doc: 'The events about an order, in the order of the stream, each counted once however often it was delivered.',
  examples: [
    'expect: { events: lunch, in order: [OrderPlaced, Paid, OrderRejected, [PaymentRefunded, DeliveryCanceled]], nothing else: true, may: CouponGranted }',
    'expect: { events: lunch, exactly: [OrderPlaced, Paid, CouponGranted] }',
    'expect: { events: lunch, compensates: { PaymentRefunded: Paid }, caused by: { PaymentRefunded: OrderRejected } }',
  ],
  fields: {
    events: required(name('order'), "The order's name."),
    'in order': optional(
      list(list(eventType(), { orOne: true })),
      'These come in this order; others may come between. An inner list may come in any order among itself.',
    ),
    exactly: optional(list(eventType(), { isEmptyAllowed: true }), 'These and no others, each as often as it is written, in any order.'),
    include: optional(EVENT_LIST, 'Each is there, at least as often as it is written.'),
    may: optional(EVENT_LIST, 'Allowed, and not required, beside `exactly` or `nothing else`.'),
    exclude: optional(EVENT_LIST, 'None of these is there.'),
    compensates: optional(EVENT_PAIRS, 'Each key makes its value undone: exactly one for each, later, with the same amount.'),
    'caused by': optional(EVENT_PAIRS, 'Each event of the key has one of the value as its cause.'),
    'nothing else': optional(flag(true), 'No events but those named here.'),
  },
  build: (values, complain): Expectation | undefined => {
    const { events: order, 'in order': inOrder, 'caused by': causedBy, 'nothing else': nothingElse, ...others } = values;
    if (Object.keys(values).length === 1) return complain('nothing is said of the events', 'in order, exactly, include, exclude, compensates, caused by');
    if (nothingElse !== undefined && others.exactly !== undefined) return complain('exactly says already that there is nothing else', 'one of exactly and nothing else');
    if (others.may !== undefined && nothingElse === undefined && others.exactly === undefined) {
      return complain('may has nothing to allow', 'exactly or nothing else beside it');
    }
    return {
      form: 'events',
      order,
      ...others,
      ...(inOrder === undefined ? {} : { inOrder }),
      ...(causedBy === undefined ? {} : { causedBy }),
      ...(nothingElse === undefined ? {} : { nothingElse }),
    };
  },
});

const nothingElse = defineForm({
  key: 'nothing else',
  what: 'expect',
  doc: 'Every event there is was named by an `events` expectation before; the given world aside.',
  examples: ['expect: { nothing else: true }'],
  fields: { 'nothing else': required(flag(true), 'Always true.') },
  build: (): Expectation => ({ form: 'nothing else' }),
});

const deadLetters = defineForm({
  key: 'dead letters',
  what: 'expect',
  doc: 'Messages that were given up on.',
  examples: ['expect: { dead letters: 0 }', 'expect: { dead letters: 1, in: store, reason: is not JSON }'],
  fields: {
    'dead letters': required(wholeOrVariable(0), 'How many.'),
    in: optional(contextName(), 'In this context only.'),
    reason: optional(text(), 'Only those whose error contains these words.'),
  },
  build: (values): Expectation => ({
    form: 'dead letters',
    count: values['dead letters'],
    ...(values.in === undefined ? {} : { context: values.in }),
    ...(values.reason === undefined ? {} : { reason: values.reason }),
  }),
});

const ORDER_NAMES = list(name('order'), { orOne: true });

const deliveryList = defineForm({
  key: 'delivery list',
  what: 'expect',
  doc: 'The board of deliveries that are ready to be picked up.',
  examples: ['expect: { delivery list: { includes: lunch, excludes: dinner } }', 'expect: { delivery list: { exactly: [] } }'],
  fields: {
    'delivery list': required(
      fields('delivery list', {
        includes: optional(ORDER_NAMES, 'Orders on the board.'),
        excludes: optional(ORDER_NAMES, 'Orders not on the board.'),
        exactly: optional(list(name('order'), { isEmptyAllowed: true }), 'The orders on the board, and no others.'),
      }),
      'What is on it.',
    ),
  },
  build: ({ 'delivery list': board }, complain): Expectation | undefined => {
    if (Object.keys(board).length === 0) return complain('nothing is said of the delivery list', 'includes, excludes or exactly');
    return {
      form: 'delivery list',
      includes: board.includes ?? [],
      excludes: board.excludes ?? [],
      ...(board.exactly === undefined ? {} : { exactly: board.exactly }),
    };
  },
});

const mypageDrift = defineForm({
  key: 'mypage drift',
  what: 'expect',
  doc: 'Mypage is what the stream of events says, row for row.',
  examples: ['expect: { mypage drift: none }'],
  fields: { 'mypage drift': required(word('none', ['none']), 'Always `none`.') },
  build: (): Expectation => ({ form: 'mypage drift' }),
});

/** `last`, or the name of an answer. */
export const answerName = (): Type<Template> => {
  const named = name('answer');
  return {
    ...named,
    says: 'last, or the name of an answer',
    read: (node, at, reading) => {
      const resolved = reading.resolve(node);
      const isLast = resolved !== undefined && 'value' in resolved && resolved.value === 'last';
      return isLast ? ('last' as Template) : named.read(node, at, reading);
    },
  };
};

const answer = defineForm({
  key: 'answer',
  what: 'expect',
  doc: 'The answer of an earlier request, or the `last` HTTP answer of any step.',
  examples: ['expect: { answer: last, status: 201 }', 'expect: { answer: found, body: { page: { totalItems: 1 } } }'],
  fields: { answer: required(answerName(), '`last`, or the name that a request gave its answer.'), ...ANSWER_FIELDS },
  build: ({ answer: named, ...values }, complain): Expectation | undefined => {
    if (Object.keys(values).length === 0) return complain('nothing is said of the answer', 'status, body or headers');
    return { form: 'answer', ...(named === 'last' ? {} : { name: named }), ...(values as AnswerExpectation) };
  },
});

const value = defineForm({
  key: 'value',
  what: 'expect',
  doc: 'A captured value, or any text with variables.',
  examples: ['expect: { value: "${refund}", is: 12000 }'],
  fields: {
    value: required(json(), 'The value, with its variables.'),
    is: optional(json(), 'What it must equal.'),
    "isn't": optional(json(), 'What it must not equal.'),
  },
  build: ({ value: looked, is, "isn't": isNot }, complain): Expectation | undefined => {
    if (is === undefined && isNot === undefined) return complain('nothing is said of the value', "is or isn't");
    return { form: 'value', value: looked, ...(is === undefined ? {} : { is }), ...(isNot === undefined ? {} : { isNot }) };
  },
});

/** Everything that can be judged. */
export const EXPECTATION_FORMS: readonly Form<Expectation>[] = [
  orderResource('order'),
  orderResource('cooking'),
  orderResource('delivery'),
  orderResource('payment'),
  orderResource('mypage'),
  review,
  customer,
  coupons,
  notices,
  events,
  nothingElse,
  deadLetters,
  deliveryList,
  mypageDrift,
  answer,
  value,
];

/** What makes an expectation one that must not be judged before rest, by the words that the file uses; undefined where nothing does. */
export const negativeWord = (expectation: Expectation): string | undefined => {
  switch (expectation.form) {
    case 'events':
      if (expectation.exactly !== undefined) return 'exactly';
      if (expectation.exclude !== undefined) return 'exclude';
      if (expectation.compensates !== undefined) return 'compensates';
      return expectation.nothingElse === true ? 'nothing else' : undefined;
    case 'notices':
      if (expectation.onceEach === true) return 'once each';
      if (expectation.exactly !== undefined) return 'exactly';
      return expectation.exclude === undefined ? undefined : 'exclude';
    case 'nothing else':
      return 'nothing else';
    case 'mypage drift':
      return 'mypage drift';
    case 'resource':
    case 'coupons':
    case 'dead letters':
    case 'delivery list':
    case 'answer':
    case 'value':
      return undefined;
  }
};
