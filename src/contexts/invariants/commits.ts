/** What must hold of each commit as a whole: each event has its effect once, what is told is done with it, and its envelope is whole. */
import type { Envelope } from '../../kernel/envelope.ts';
import { always, atRest, type Commit, type Found, type Invariant } from '../../explore/simulate/invariant.ts';
import { ONCE } from '../../explore/invariants/once.ts';
import { isSame } from '../../explore/simulate/same.ts';
import type { Row } from '../../explore/simulate/world.ts';
import { isOurs } from './ours.ts';
import { onCommit, perEvent } from './rules.ts';

/** What is done where an event is told: a row has this status; or there is one at all (`any`), or none any more (`gone`). */
interface Deed {
  readonly table: string;
  readonly status: string;
  readonly keyOf: (data: Row) => unknown;
}

const by = (table: string, status: string, key = 'orderId'): readonly Deed[] => [{ table, status, keyOf: (data) => data[key] }];
const grantOf = (data: Row): unknown => data['reviewId'] ?? `welcome:${String(data['customerId'])}`;
const ofCoupon = (status: string): readonly Deed[] => [
  ...by('customers', 'any', 'customerId'),
  { table: 'couponGrants', status, keyOf: grantOf },
];

/** What each event tells of. */
export const DONE: Readonly<Record<string, readonly Deed[]>> = {
  OrderPlaced: [...by('orders', 'placed'), ...by('payments', 'pending')],
  OrderCancelRequested: by('orders', 'cancel-requested'),
  OrderCanceled: by('orders', 'canceled'),
  Paid: by('payments', 'paid'),
  PaymentDeclined: by('payments', 'declined'),
  PaymentRefunded: by('payments', 'refunded'),
  ReviewWritten: by('reviews', 'any', 'reviewId'),
  ReviewDeleted: by('reviews', 'gone', 'reviewId'),
  OrderAccepted: by('foodCookings', 'accepted'),
  OrderRejected: by('foodCookings', 'rejected'),
  CookStarted: by('foodCookings', 'cooking'),
  CookFinished: by('foodCookings', 'cooked'),
  CookingCanceled: by('foodCookings', 'canceled'),
  // Nothing is done where a cancellation is refused.
  CancelRefused: [],
  Picked: by('deliveries', 'delivering'),
  Delivered: by('deliveries', 'delivered'),
  DeliveryCanceled: by('deliveries', 'canceled'),
  CouponGranted: ofCoupon('granted'),
  CouponRevoked: ofCoupon('revoked'),
};

const isDone = (row: object | null, status: string): boolean =>
  status === 'gone' ? row === null : row !== null && (status === 'any' || (row as Row)['status'] === status);

/** The first member of what is told that the row says otherwise; undefined where there is none. */
const oddMember = (row: object | null, data: Row): string | undefined => {
  if (row === null) return undefined;
  for (const name in data) if (name in row && !isSame((row as Row)[name], data[name])) return name;
  return undefined;
};

/** What is wrong with what a commit did of what it tells; one commit may have changed a row several times. */
const wrongDeed = ({ table, status, keyOf }: Deed, event: Envelope, { context, changes }: Commit): Found => {
  const data = event.data as Row;
  const key = keyOf(data);
  let odd: string | undefined;
  for (const change of changes) {
    if (change.table !== table || change.key[0] !== key || !isDone(change.row, status)) continue;
    const member = oddMember(change.row, data);
    if (member === undefined) return undefined;
    odd = `${context} tells of ${event.type} with ${member} ${JSON.stringify(data[member])}, and ${table} has ${JSON.stringify((change.row as Row)[member])}.`;
  }
  return odd ?? `${context} tells of ${event.type}, and ${table} is not ${status} by it.`;
};

const ID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-01$/;

/** What each attribute of an event's envelope must be when it is told; its data stand in other rules. */
export const ENVELOPE: Readonly<Record<keyof Envelope, (event: Envelope, commit: Commit) => boolean>> = {
  specversion: ({ specversion }) => specversion === '1.0',
  id: ({ id }) => ID.test(id),
  source: ({ source }, { context }) => source === `/${context}`,
  type: (event) => event.type in DONE || !isOurs(event),
  subject: (event) => event.subject === (event.data as Row)['orderId'] || !isOurs(event),
  time: ({ time }, { now }) => time === now,
  datacontenttype: ({ datacontenttype }) => datacontenttype === 'application/json',
  correlationid: ({ correlationid }) => correlationid.length > 0,
  causationid: ({ causationid, id }) => causationid.length > 0 && causationid !== id,
  traceparent: ({ traceparent }) => TRACEPARENT.test(traceparent),
  data: ({ data }) => typeof data === 'object' && data !== null,
};

const ATTRIBUTES = Object.entries(ENVELOPE) as readonly (readonly [keyof Envelope, (event: Envelope, commit: Commit) => boolean])[];

/** What must hold of commits. */
export const COMMITS: readonly Invariant[] = [
  ONCE,
  always(
    'What is told is done in the same commit.',
    onCommit('an event of what was not done, or done otherwise', () => (commit, say) => {
      for (const event of commit.told) {
        for (const deed of DONE[event.type] ?? []) {
          const found = wrongDeed(deed, event, commit);
          if (found !== undefined) say(found, event.subject);
        }
      }
    }),
  ),
  always(
    'Each event is told in a whole envelope.',
    onCommit('an attribute that is not what it must be', () => (commit, say) => {
      for (const event of commit.told) {
        for (const [name, isRight] of ATTRIBUTES) {
          if (!isRight(event, commit))
            say(`${name} of ${event.type} is ${JSON.stringify(event[name])} (${commit.context}, ${commit.now}).`, event.subject);
        }
      }
    }),
  ),
  atRest(
    'What is published is what was committed.',
    // What was told without having been committed, its order's story shows.
    perEvent('an event that is published otherwise than it was committed', (event, _index, { world }) => {
      const told = world.told.get(event.id);
      return told === undefined || isSame(told, event) ? undefined : 'it was published otherwise than it was committed.';
    }),
  ),
];
