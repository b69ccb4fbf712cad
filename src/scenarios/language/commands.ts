/** The steps of people: each is one command of the domain. */
import type { CommandStep, OrderReference, PlaceFields, RefusedStep, RequestStep, Template } from './ast.ts';
import type { Reading } from './reading.ts';
import { defineStep, type StepBase, type StepType } from './step-types.ts';
import { defineForm, fields, list, mapOf, oneOfForms, optional, refined, required, shorthand, type FieldTable, type ValuesOf } from './structures.ts';
import { json, literal, name, newName, text, whole, wholeOrVariable, word, words, type Type } from './types.ts';
import { askedFor, takenAs } from './taken.ts';
import { REFUSAL_CODES } from './words.ts';

const asTemplate = (value: string): Template => value as Template;

/** A text that goes into a body as it stands: whether it may be empty, too, the route says. */
const sent = (says: string): Type<Template> => text({ says, isEmptyAllowed: true });

/** The fields of an order beside its name, which the given world shares. */
export const ORDER_FIELDS = {
  customer: required(takenAs('placeOrder', 'customerId', sent("a customer's id")), 'Who orders.'),
  store: optional(takenAs('placeOrder', 'storeId', sent("a store's id")), 'Where; `s1` unless said.'),
  food: optional(takenAs('placeOrder', 'foodId', sent("a food's id")), 'What; `bibimbap` unless said.'),
  price: optional(takenAs('placeOrder', 'price', wholeOrVariable(Number.MIN_SAFE_INTEGER)), 'Whole Korean won; 12000 unless said.'),
  address: optional(takenAs('placeOrder', 'address', sent('an address')), 'Where to; `Seoul` unless said.'),
  options: optional(takenAs('placeOrder', 'options', list(sent('a wish'), { isEmptyAllowed: true })), 'Wishes, such as `[extra kimchi]`.'),
  payment: optional(word('a way for the payment to end', ['approve', 'decline'] as const), 'How the payment ends; `approve` unless said.'),
};

/** Who picks an order up. */
export const riderField = (): Type<Template> => takenAs('pickDelivery', 'riderId', sent("a rider's id"));

/** An order's fields with what was left out filled in. */
export const withOrderDefaults = (order: Template, values: ValuesOf<typeof ORDER_FIELDS>): PlaceFields => ({
  store: asTemplate('s1'),
  food: asTemplate('bibimbap'),
  price: 12_000,
  address: asTemplate('Seoul'),
  ...values,
  order,
});

const place = defineStep({
  key: 'place',
  group: 'commands',
  doc: 'A customer orders. `order` is the name by which later steps know this order.',
  examples: ['place: { order: lunch, customer: kim, store: s1, food: bibimbap, price: 12000, address: Seoul }', 'place: { order: dinner, customer: kim, payment: decline }'],
  value: fields('place', { order: required(newName('order'), 'The name that later steps use.'), ...ORDER_FIELDS }),
  build: ({ order, ...values }, base) => ({ kind: 'place', ...base, ...withOrderDefaults(order, values) }),
});

const targetFields = {
  order: optional(name('order'), "The order's name."),
  'order id': optional(askedFor(text({ says: 'an id' })), 'An id as it stands, for an order that never was.'),
};

/** The order that `order` or `order id` tells; exactly one of them must. */
const targetOf = (
  what: string,
  values: { readonly order?: Template; readonly 'order id'?: Template },
  complain: (message: string, expected?: string) => undefined,
): OrderReference | undefined => {
  const { order, 'order id': id } = values;
  if (order !== undefined && id === undefined) return { by: 'name', name: order };
  if (id !== undefined && order === undefined) return { by: 'id', id };
  return complain(`${what} needs either order or order id`, 'the name of an order, or an id as it stands');
};

type OrderCommand = 'accept' | 'reject' | 'start' | 'finish' | 'cancel' | 'confirm';

const orderCommand = (key: OrderCommand, doc: string): StepType<CommandStep> =>
  defineStep({
    key,
    group: 'commands',
    doc,
    examples: [`${key}: lunch`, `${key}: { order id: no-such-order }`],
    value: refined(shorthand(key, 'order', targetFields), (values, complain) => targetOf(key, values, complain)),
    build: (order, base) => ({ kind: key, ...base, order }),
  });

const pick = defineStep({
  key: 'pick',
  group: 'commands',
  doc: 'A rider takes the food and sets out.',
  examples: ['pick: lunch', 'pick: { order: lunch, rider: park }'],
  value: refined(
    shorthand('pick', 'order', { ...targetFields, rider: optional(riderField(), 'Who; `r1` unless said.') }),
    (values, complain) => {
      const order = targetOf('pick', values, complain);
      return order === undefined ? undefined : { order, rider: values.rider ?? asTemplate('r1') };
    },
  ),
  build: (values, base) => ({ kind: 'pick', ...base, ...values }),
});

const review = defineStep({
  key: 'review',
  group: 'commands',
  doc: 'The customer of a delivered order reviews it. `as` is the name by which later steps know this review.',
  examples: ['review: { order: lunch, as: praise, content: Delicious }'],
  value: refined(
    fields('review', {
      as: optional(newName('review'), 'The name that later steps use.'),
      ...targetFields,
      content: required(takenAs('writeReview', 'content', sent('a text')), 'What the review says.'),
    }),
    (values, complain) => {
      const order = targetOf('review', values, complain);
      if (order === undefined) return undefined;
      return { order, content: values.content, ...(values.as === undefined ? {} : { as: values.as }) };
    },
  ),
  build: (values, base) => ({ kind: 'review', ...base, ...values }),
});

const deleteReview = defineStep({
  key: 'delete review',
  group: 'commands',
  doc: 'A review is deleted.',
  examples: ['delete review: praise', 'delete review: { review id: no-such-review }'],
  value: refined(
    shorthand('delete review', 'review', {
      review: optional(name('review'), "The review's name."),
      'review id': optional(askedFor(text({ says: 'an id' })), 'An id as it stands, for a review that never was.'),
    }),
    (values, complain): OrderReference | undefined => {
      const { review: named, 'review id': id } = values;
      if (named !== undefined && id === undefined) return { by: 'name', name: named };
      if (id !== undefined && named === undefined) return { by: 'id', id };
      return complain('delete review needs either review or review id');
    },
  ),
  build: (target, base) => ({ kind: 'delete review', ...base, review: target }),
});

/** Every command of the domain; `refused` takes each of them. */
export const COMMAND_STEPS: readonly StepType<CommandStep>[] = [
  place,
  orderCommand('accept', 'The store takes the order.'),
  orderCommand('reject', 'The store refuses the order.'),
  orderCommand('start', 'The store begins to cook.'),
  orderCommand('finish', 'The store has cooked.'),
  orderCommand('cancel', 'The customer asks to cancel; the store decides.'),
  pick,
  orderCommand('confirm', 'The customer has the food: delivered.'),
  review,
  deleteReview,
];

/** A command read where it must be refused: what it would name does not come to be. */
const unintroduced = (type: Type<unknown>): Type<unknown> => ({
  ...type,
  read: (node, at, reading) => reading.withoutIntroducing(() => type.read(node, at, reading)),
});

const REFUSAL_FIELDS = {
  status: optional(whole(400, 599), 'The HTTP status; any of 400 to 599 unless said.'),
  code: optional(word('a code of a refusal', REFUSAL_CODES), "The problem document's stable code."),
  message: optional(words(), 'Words that the refusal must contain.'),
};

/** A command that must be refused, and with what; its step is made when its place is known. */
interface Refusal {
  readonly command: (base: StepBase, reading: Reading) => CommandStep;
  readonly answer: Pick<RefusedStep, 'status' | 'code' | 'message'>;
}

const refusalForms = COMMAND_STEPS.map((step) =>
  defineForm<FieldTable, Refusal>({
    key: step.key,
    what: 'refused',
    doc: step.doc,
    examples: [],
    fields: { [step.key]: required(unintroduced(step.value), step.doc), ...REFUSAL_FIELDS },
    build: (values) => {
      const { status, code, message } = values as { readonly status?: number; readonly code?: string; readonly message?: Template };
      return {
        command: (base, reading) => step.make(values[step.key], base, reading),
        answer: {
          ...(status === undefined ? {} : { status }),
          ...(code === undefined ? {} : { code: asTemplate(code) }),
          ...(message === undefined ? {} : { message }),
        },
      };
    },
  }),
);

/** A command that must be refused. */
export const REFUSED_STEP = defineStep({
  key: 'refused',
  group: 'judging',
  doc: 'A command, which must be refused: with this status, code and words, as far as they are given.',
  examples: [
    'refused: { cancel: lunch, code: order-already-cooking, message: 요리가 시작되기 전에만 주문취소가 가능합니다. }',
    'refused: { review: { order id: no-such-order, content: Tasty }, status: 404 }',
  ],
  value: oneOfForms('refused', () => refusalForms),
  build: ({ command, answer }, base, reading): RefusedStep => {
    reading.expectationCount += 1;
    return { kind: 'refused', ...base, command: command(base, reading), ...answer };
  },
});

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const;
const PATH = { matches: /^\/|^\$\{/, says: 'a path that begins with /, such as /orders?customerId=kim' };

/** The path of a request: begins with a slash. */
export const path = (): Type<Template> =>
  refined(text({ says: 'a path' }), (value, complain) => (PATH.matches.test(value) ? value : complain(`${value} is not a path`, PATH.says)));

/** A map of headers, by lower-case name. */
const headers = (): Type<Readonly<Record<string, Template>>> =>
  refined(mapOf('headers', literal("a header's name"), text({ isEmptyAllowed: true })), (value) =>
    Object.fromEntries(Object.entries(value).map(([key, member]) => [key.toLowerCase(), member])),
  );

/** What a request says, beside what is expected of its answer. */
export const REQUEST_FIELDS = {
  method: optional(word('an HTTP method', METHODS), '`GET` unless said.'),
  path: required(path(), 'Path and query; `${order:NAME}` and `${review:NAME}` stand for the ids of orders and reviews.'),
  body: optional(json(), 'A text is sent as it stands, anything else as JSON.'),
  headers: optional(headers(), 'Headers to send.'),
};

/** What an HTTP answer can be judged by. */
export const ANSWER_FIELDS = {
  status: optional(whole(100, 599), 'The HTTP status.'),
  body: optional(json(), 'What the JSON body must contain: each member named must be equal.'),
  headers: optional(headers(), 'What headers must be.'),
};

/** A raw HTTP call. */
export const REQUEST_STEP = defineStep({
  key: 'request',
  group: 'commands',
  doc: 'A raw HTTP call through the gateway: for its routes, for bad input, for whatever has no step of its own. Without `expect` any 2xx passes.',
  examples: [
    'request: { path: /foodCookings?status=paid, expect: { status: 200 } }',
    'request: { method: POST, path: /orders, body: { customerId: kim }, expect: { status: 400, body: { code: invalid-request } } }',
  ],
  value: fields('request', {
    ...REQUEST_FIELDS,
    expect: optional(fields('expect', ANSWER_FIELDS), 'What the answer must be.'),
    as: optional(newName('answer'), 'A name by which later steps know the answer.'),
  }),
  build: ({ method = 'GET', path: url, headers: sent = {}, ...values }, base, reading): RequestStep => {
    if (values.expect !== undefined) reading.expectationCount += 1;
    return { kind: 'request', ...base, method, url, headers: sent, ...values };
  },
});
