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

const letterOf = ({ correlationid }: Envelope, letters: readonly Letter[]): Letter | undefined => {
  for (const letter of letters) if (letter.key === correlationid) return letter;
  return undefined;
};

const subjectOf = (label: string, labels: World['labels']): string => {
  for (const [orderId, known] of labels) if (known === label) return orderId;
  return '';
};

/** What is wrong with what is kept, or told, of something that was asked for; undefined where nothing is. */
const differing = (what: string, actual: Row | undefined, wanted: Row, names: readonly string[]): string | undefined => {
  for (const name of names) {
    if (actual !== undefined && !isSame(actual[name], taken(name, wanted[name]))) return `${name} of ${what} is ${JSON.stringify(actual[name])}, and was asked for as ${JSON.stringify(wanted[name])}.`;
  }
  return undefined;
};

const ORDERED = ['customerId', 'storeId', 'foodId', 'price', 'address', 'options'] as const;

/** Where what people ask for must be found again, and which fields of it: what is told, what is kept. */
const ASKED_FOR = {
  OrderPlaced: { fields: ORDERED, table: 'orders', key: 'orderId' },
  Picked: { fields: ['riderId'], table: 'deliveries', key: 'orderId' },
  ReviewWritten: { fields: ['orderId', 'content'], table: 'reviews', key: 'reviewId' },
} as const satisfies Readonly<Record<string, { readonly fields: readonly string[]; readonly table: keyof World['tables']; readonly key: string }>>;

/** Each event that a letter with a body brought about. */
const forEachWish = ({ world, letters }: Rest, look: (event: Envelope, wanted: Row, asked: (typeof ASKED_FOR)[keyof typeof ASKED_FOR]) => void): void => {
  for (const event of world.stream) {
    const asked = Object.hasOwn(ASKED_FOR, event.type) ? ASKED_FOR[event.type as keyof typeof ASKED_FOR] : undefined;
    const letter = asked === undefined ? undefined : letterOf(event, letters);
    if (asked !== undefined && letter?.wanted !== undefined) look(event, { options: [], ...letter.wanted }, asked);
  }
};

/** What the payment of an order must have come to, by what was asked for. */
const checkPayments = (rest: Rest, say: Say): void => {
  const { world } = rest;
  forEachWish(rest, (event, { payment = 'approve' }) => {
    if (event.type !== 'OrderPlaced') return;
    const row = world.tables.payments.get(event.subject);
    const isWrong = payment === 'approve' ? row?.['status'] === 'declined' : row?.['status'] === 'paid' || row?.['status'] === 'refunded';
    if (isWrong || row?.['answer'] !== payment) say(`The payment was to be ${String(payment)}d, and is ${String(row?.['status'])} (${String(row?.['answer'])}).`, event.subject);
  });
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
      forEachWish(rest, (event, wanted, { fields }) => {
        const wrong = differing(event.type, event.data as Row, wanted, fields);
        if (wrong !== undefined) say(wrong, event.subject);
      });
    }),
    inAll('a wish that is kept otherwise', (rest, say) => {
      forEachWish(rest, (event, wanted, { fields, table, key }) => {
        const row = rest.world.tables[table].get(String((event.data as Row)[key]));
        const wrong = differing(table, row, wanted, fields);
        if (wrong !== undefined) say(wrong, event.subject);
      });
    }),
    inAll('a payment that comes to something else', checkPayments),
  ),
];
