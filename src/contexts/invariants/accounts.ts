/** Settles accounts with people: what was granted was done as it was asked. */
import type { Envelope } from '../../kernel/envelope.ts';
import { atRest, type Invariant, type Say } from '../../explore/simulate/invariant.ts';
import { accountsOf, letterOf } from '../../explore/invariants/accounts.ts';
import { isSame } from '../../explore/simulate/same.ts';
import type { Row } from '../../explore/simulate/world.ts';
import { VERBS } from '../verbs.ts';
import { taken } from './taken.ts';
import { inAll, type Rest } from './rules.ts';

const ORDERED = ['customerId', 'storeId', 'foodId', 'price', 'address', 'options'] as const;

/** Where what people ask for must be found again, and which fields of it: what is told, what is kept. */
const ASKED_FOR = {
  OrderPlaced: { fields: ORDERED, table: 'orders', key: 'orderId' },
  Picked: { fields: ['riderId'], table: 'deliveries', key: 'orderId' },
  ReviewWritten: { fields: ['orderId', 'content'], table: 'reviews', key: 'reviewId' },
} as const satisfies Readonly<
  Record<string, { readonly fields: readonly string[]; readonly table: keyof Rest['world']['tables']; readonly key: string }>
>;

/** An event that a letter with a body brought about, and what that asked for. */
interface Wish {
  readonly event: Envelope;
  readonly wanted: Row;
  /** What must be kept of that. */
  readonly kept: Row;
  readonly asked: (typeof ASKED_FOR)[keyof typeof ASKED_FOR];
}

/** What is wrong with what is kept, or told, of something that was asked for; undefined where nothing is. */
const differing = (what: string, actual: Row | undefined, { wanted, kept }: Wish, names: readonly string[]): string | undefined => {
  if (actual === undefined) return undefined;
  for (const name of names) {
    if (!isSame(actual[name], kept[name]))
      return `${name} of ${what} is ${JSON.stringify(actual[name])}, and was asked for as ${JSON.stringify(wanted[name])}.`;
  }
  return undefined;
};

const wishOf = (event: Envelope, wanted: Row): Wish => {
  const asked = ASKED_FOR[event.type as keyof typeof ASKED_FOR];
  const kept: Record<string, unknown> = {};
  for (const name of asked.fields) kept[name] = taken(name, wanted[name]);
  return { event, wanted, kept, asked };
};

/** Asked for by three rules. */
const wishes = new WeakMap<Rest, readonly Wish[]>();

const wishesOf = (rest: Rest): readonly Wish[] => {
  const known = wishes.get(rest);
  if (known !== undefined) return known;
  const found: Wish[] = [];
  for (const event of rest.world.stream) {
    if (!Object.hasOwn(ASKED_FOR, event.type)) continue;
    const wanted = letterOf(event, rest.letters)?.wanted;
    if (wanted !== undefined) found.push(wishOf(event, { options: [], ...wanted }));
  }
  wishes.set(rest, found);
  return found;
};

/** What the payment of an order must have come to, by what was asked for. */
const checkPayments = (rest: Rest, say: Say): void => {
  for (const {
    event,
    wanted: { payment = 'approve' },
  } of wishesOf(rest)) {
    if (event.type !== 'OrderPlaced') continue;
    const row = rest.world.tables.payments.get(event.subject);
    const isWrong = payment === 'approve' ? row?.['status'] === 'declined' : row?.['status'] === 'paid' || row?.['status'] === 'refunded';
    if (isWrong || row?.['answer'] !== payment)
      say(`The payment was to be ${String(payment)}d, and is ${String(row?.['status'])} (${String(row?.['answer'])}).`, event.subject);
  }
};

/** What must hold between what people asked for, and what was told and kept because of it. */
export const ACCOUNTS: readonly Invariant[] = [
  ...accountsOf(VERBS),
  atRest(
    'What people asked for is what is told and kept.',
    inAll('a wish that is told otherwise', (rest, say) => {
      for (const wish of wishesOf(rest)) {
        const { event, asked } = wish;
        const wrong = differing(event.type, event.data as Row, wish, asked.fields);
        if (wrong !== undefined) say(wrong, event.subject);
      }
    }),
    inAll('a wish that is kept otherwise', (rest, say) => {
      for (const wish of wishesOf(rest)) {
        const {
          event,
          asked: { fields, table, key },
        } = wish;
        const row = rest.world.tables[table].get(String((event.data as Row)[key]));
        const wrong = differing(table, row, wish, fields);
        if (wrong !== undefined) say(wrong, event.subject);
      }
    }),
    inAll('a payment that comes to something else', checkPayments),
  ),
];
