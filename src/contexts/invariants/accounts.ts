/** Settles accounts with people: what was granted was done once and as it was asked, what was refused was not done, and nothing was done that nobody asked for. */
import type { Envelope } from '../../kernel/envelope.ts';
import { atRest, type Invariant, type Say } from '../../explore/simulate/invariant.ts';
import type { Letter } from '../../explore/simulate/asked.ts';
import { isSame } from '../../explore/simulate/same.ts';
import type { Row } from '../../explore/simulate/world.ts';
import type { Verb } from '../../system/verb.ts';
import { VERBS, type Deed } from '../verbs.ts';
import { taken } from './taken.ts';
import { inAll, type Rest, type World } from './rules.ts';

/** What is told where this is done. */
const toldOf = (deed: string): string => VERBS[deed as Deed].tells;

const REQUESTED: ReadonlySet<string> = new Set(Object.values(VERBS).map(({ tells }) => tells));

/** How often it must have been told; undefined where once or never are both right. */
const timesOf = ({ errand, answer }: Letter): number | undefined => {
  if (answer === undefined) return 0;
  // Nobody knows what became of a request that was never answered but by a failure; asking again to cancel changes nothing.
  if (answer.status >= 500) return undefined;
  if (answer.status >= 400) return 0;
  return (VERBS[errand.deed as Deed] as Verb).isRepeatable === true ? undefined : 1;
};

/** How often this was told because of a letter. */
const timesTold = (stream: readonly Envelope[], key: string, told: string): number => {
  let times = 0;
  for (const { type, correlationid } of stream) if (type === told && correlationid === key) times += 1;
  return times;
};

/** The letter that brought an event about: of a handful, looking through them beats any index. */
const letterOf = ({ correlationid }: Envelope, letters: readonly Letter[]): Letter | undefined => {
  for (const letter of letters) if (letter.key === correlationid) return letter;
  return undefined;
};

const subjectOf = (label: string, labels: World['labels']): string => {
  for (const [orderId, known] of labels) if (known === label) return orderId;
  return '';
};

const ORDERED = ['customerId', 'storeId', 'foodId', 'price', 'address', 'options'] as const;

/** Where what people ask for must be found again, and which fields of it: what is told, what is kept. */
const ASKED_FOR = {
  OrderPlaced: { fields: ORDERED, table: 'orders', key: 'orderId' },
  Picked: { fields: ['riderId'], table: 'deliveries', key: 'orderId' },
  ReviewWritten: { fields: ['orderId', 'content'], table: 'reviews', key: 'reviewId' },
} as const satisfies Readonly<Record<string, { readonly fields: readonly string[]; readonly table: keyof World['tables']; readonly key: string }>>;

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
    if (!isSame(actual[name], kept[name])) return `${name} of ${what} is ${JSON.stringify(actual[name])}, and was asked for as ${JSON.stringify(wanted[name])}.`;
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
  for (const { event, wanted: { payment = 'approve' } } of wishesOf(rest)) {
    if (event.type !== 'OrderPlaced') continue;
    const row = rest.world.tables.payments.get(event.subject);
    const isWrong = payment === 'approve' ? row?.['status'] === 'declined' : row?.['status'] === 'paid' || row?.['status'] === 'refunded';
    if (isWrong || row?.['answer'] !== payment) say(`The payment was to be ${String(payment)}d, and is ${String(row?.['status'])} (${String(row?.['answer'])}).`, event.subject);
  }
};

/** What must hold between what people asked for, and what was told and kept because of it. */
export const ACCOUNTS: readonly Invariant[] = [
  atRest(
    'What was granted is done once, and nothing else is.',
    inAll('a request that was done too often, or not', ({ world, letters }, say) => {
      for (const letter of letters) {
        const { errand, key, answer } = letter;
        const times = timesTold(world.stream, key, toldOf(errand.deed));
        const expected = timesOf(letter);
        if (expected === undefined ? times <= 1 : times === expected) continue;
        const said = answer === undefined ? 'never' : `HTTP ${answer.status}`;
        say(`${errand.deed} ${errand.about} was answered ${said}, and ${toldOf(errand.deed)} told ${times} times.`, subjectOf(errand.about, world.labels));
      }
    }),
    inAll('an event that nobody asked for', ({ world, letters }, say) => {
      if (letters.length === 0) return;
      for (const event of world.stream) {
        if (!REQUESTED.has(event.type)) continue;
        const letter = letterOf(event, letters);
        if (letter === undefined || toldOf(letter.errand.deed) !== event.type) say(`${event.type} was told, and nobody asked for it.`, event.subject);
      }
    }),
  ),
  atRest(
    'Every request is answered.',
    inAll('a request that fails to the last', ({ letters }, say) => {
      for (const { errand, answer } of letters) {
        if (answer === undefined || answer.status < 500) continue;
        say(`${errand.deed} ${errand.about} was answered HTTP ${answer.status} to the last, long after all faults.`, '');
      }
    }),
    inAll('a request that nobody answers', ({ unanswered }, say) => {
      if (unanswered > 0) say(`${unanswered} never were.`, '');
    }),
  ),
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
        const { event, asked: { fields, table, key } } = wish;
        const row = rest.world.tables[table].get(String((event.data as Row)[key]));
        const wrong = differing(table, row, wish, fields);
        if (wrong !== undefined) say(wrong, event.subject);
      }
    }),
    inAll('a payment that comes to something else', checkPayments),
  ),
];
