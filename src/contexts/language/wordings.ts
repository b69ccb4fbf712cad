/** How scenario files speak of the verbs: by short names, with what people usually want where the file does not say. */
import type { Wording } from '../../scenarios/language/wording.ts';
import type { Deed } from '../verbs.ts';

/** What an order is placed with, beside its name. */
const ORDER_FIELDS: NonNullable<Wording['fields']> = {
  customer: { member: 'customerId', says: "a customer's id", doc: 'Who orders.' },
  store: { member: 'storeId', says: "a store's id", doc: 'Where; `s1` unless said.', default: 's1' },
  food: { member: 'foodId', says: "a food's id", doc: 'What; `bibimbap` unless said.', default: 'bibimbap' },
  price: { member: 'price', says: 'a price', doc: 'Whole Korean won; 12000 unless said.', default: 12_000 },
  address: { member: 'address', says: 'an address', doc: 'Where to; `Seoul` unless said.', default: 'Seoul' },
  options: { member: 'options', says: 'a wish', doc: 'Wishes, such as `[extra kimchi]`.' },
  payment: { member: 'payment', says: 'a way for the payment to end', doc: 'How the payment ends; `approve` unless said.' },
};

/** Who brings an order. */
const RIDER_FIELD = { member: 'riderId', says: "a rider's id", doc: 'Who; `r1` unless said.', default: 'r1' } as const;

/** In the order of the reference. */
export const WORDINGS: Readonly<Record<Deed, Wording>> = {
  place: {
    doc: 'A customer orders. `order` is the name by which later steps know this order.',
    examples: [
      'place: { order: lunch, customer: kim, store: s1, food: bibimbap, price: 12000, address: Seoul }',
      'place: { order: dinner, customer: kim, payment: decline }',
    ],
    namedBy: 'order',
    fields: ORDER_FIELDS,
  },
  accept: { doc: 'The store takes the order.' },
  reject: { doc: 'The store refuses the order.' },
  start: { doc: 'The store begins to cook.' },
  finish: { doc: 'The store has cooked.' },
  cancel: { doc: 'The customer asks to cancel; the store decides.' },
  pick: {
    doc: 'A rider takes the food and sets out.',
    examples: ['pick: lunch', 'pick: { order: lunch, rider: park }'],
    fields: { rider: RIDER_FIELD },
  },
  confirm: { doc: 'The customer has the food: delivered.' },
  review: {
    doc: 'The customer of a delivered order reviews it. `as` is the name by which later steps know this review.',
    examples: ['review: { order: lunch, as: praise, content: Delicious }'],
    makes: 'review',
    fields: { content: { member: 'content', says: 'a text', doc: 'What the review says.' } },
  },
  'delete-review': { doc: 'A review is deleted.' },
};
