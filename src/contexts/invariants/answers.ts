/** What the domain says that a request is answered, told once more from the outside, so that the contexts are held to it. */
import type { HttpResponse } from '../../runtime/http/route.ts';
import { always, type Found, type Invariant } from '../../explore/simulate/invariant.ts';
import { rowAsked, type Asked } from '../../explore/simulate/asked.ts';
import { isSame } from '../../explore/simulate/same.ts';
import type { Row } from '../../explore/simulate/world.ts';
import { VERBS, type Deed } from '../verbs.ts';
import { taken } from './taken.ts';
import { onAnswer, type World } from './rules.ts';

interface StepRule {
  readonly from: string;
  readonly to: string;
  readonly mismatch: string;
  readonly missing: string;
}

const ofKitchen = (from: string, to: string): StepRule => ({
  from,
  to,
  mismatch: 'cooking-status-mismatch',
  missing: 'food-cooking-not-found',
});
const ofRider = (from: string, to: string): StepRule => ({ from, to, mismatch: 'delivery-status-mismatch', missing: 'delivery-not-found' });

const STEPS = {
  accept: ofKitchen('paid', 'accepted'),
  reject: ofKitchen('paid', 'rejected'),
  start: ofKitchen('accepted', 'cooking'),
  finish: ofKitchen('cooking', 'cooked'),
  pick: ofRider('ready', 'delivering'),
  confirm: ofRider('delivering', 'delivered'),
} as const satisfies Partial<Record<Deed, StepRule>>;

/** The seed's sentence for a cancellation that comes too late, word for word. */
const TOO_LATE = '요리가 시작되기 전에만 주문취소가 가능합니다.';
const CANCELLABLE: ReadonlySet<string> = new Set(['placed', 'paid', 'accepted', 'cancel-requested', 'canceled']);
const COOKING: ReadonlySet<string> = new Set(['cooking', 'cooked', 'delivering', 'delivered']);

const member = (body: unknown, name: string): unknown => (typeof body === 'object' && body !== null ? (body as Row)[name] : undefined);
const statusOf = (row: Row | undefined): string | undefined => (row === undefined ? undefined : String(row['status']));
const said = ({ status, body }: HttpResponse): string =>
  `HTTP ${status} ${String(member(body, 'code') ?? member(body, 'status') ?? '')}`.trimEnd();

/** Nothing where the answer has this status and code; a sentence where not. */
const expecting = (response: HttpResponse, status: number, code: string | undefined, seen: string | undefined): string | undefined =>
  response.status === status && (code === undefined || member(response.body, 'code') === code)
    ? undefined
    : `it was ${seen ?? 'not there'}, and the answer is ${said(response)}, not HTTP ${status}${code === undefined ? '' : ` ${code}`}.`;

const wrongStep = (rule: StepRule, { before }: Asked, response: HttpResponse, after: Row | undefined): string | undefined => {
  const was = statusOf(before);
  if (was === undefined) return expecting(response, 404, rule.missing, was);
  if (was !== rule.from) {
    const wrong = expecting(response, 409, rule.mismatch, was);
    if (wrong !== undefined) return wrong;
    const sentence = String(member(response.body, 'detail'));
    if (!sentence.includes(was) || !sentence.includes(rule.from)) return `the refusal does not name ${was} and ${rule.from}: ${sentence}`;
    return after === before ? undefined : `it was refused, and done all the same: ${String(statusOf(after))}.`;
  }
  const wrong = expecting(response, 200, undefined, was);
  if (wrong !== undefined) return wrong;
  if (statusOf(after) !== rule.to) return `it was granted, and is ${String(statusOf(after))}, not ${rule.to}.`;
  return member(response.body, 'status') === rule.to
    ? undefined
    : `the answer says ${String(member(response.body, 'status'))}, not ${rule.to}.`;
};

const wrongCancel = ({ before }: Asked, response: HttpResponse, after: Row | undefined): string | undefined => {
  const was = statusOf(before);
  if (was === undefined) return expecting(response, 404, 'order-not-found', was);
  if (CANCELLABLE.has(was)) {
    const wrong = expecting(response, 202, undefined, was);
    const is = statusOf(after);
    // Whether an order may be cancelled at once, the whole story tells better than the answer.
    return (
      wrong ??
      (is === 'canceled' || (is === 'cancel-requested' && was !== 'canceled')
        ? undefined
        : `it was granted, and the order is ${String(is)}.`)
    );
  }
  const wrong = expecting(response, 409, COOKING.has(was) ? 'order-already-cooking' : 'order-already-closed', was);
  if (wrong !== undefined) return wrong;
  if (COOKING.has(was) && member(response.body, 'detail') !== TOO_LATE)
    return `it is refused in other words than the seed's: ${String(member(response.body, 'detail'))}`;
  return after === before ? undefined : `it was refused, and the order is ${String(statusOf(after))}.`;
};

/** The look-up takes its time: the order may be delivered meanwhile. */
const wrongReview = (
  { before, request, subject: orderId }: Asked,
  response: HttpResponse,
  after: Row | undefined,
  world: World,
): string | undefined => {
  if (response.status !== 201)
    return statusOf(before) === 'delivered'
      ? expecting(response, 201, undefined, 'delivered')
      : expecting(response, 409, 'order-not-delivered', statusOf(before));
  if (statusOf(after) !== 'delivered') return `a review was taken of an order that is ${String(statusOf(after))}.`;
  const written = member(response.body, 'reviewId');
  const expected: Row = { orderId, customerId: after?.['customerId'], content: taken('content', member(request.body, 'content')) };
  // It may have been deleted since.
  const row = world.tables.reviews.get(String(written)) ?? expected;
  const odd = Object.entries(expected).find(([name, value]) => member(response.body, name) !== value || row[name] !== value);
  return odd === undefined ? undefined : `the review's ${odd[0]} is not ${String(odd[1])}.`;
};

const wrongPlacing = ({ request }: Asked, response: HttpResponse, world: World): string | undefined => {
  if (response.status !== 201) return expecting(response, 201, undefined, undefined);
  const row = world.tables.orders.get(String(member(response.body, 'orderId')));
  const wanted = request.body as Row;
  for (const name in wanted) {
    if (name === 'payment') continue;
    const value = taken(name, wanted[name]);
    if (!isSame(member(response.body, name), value) || !isSame(row?.[name], value))
      return `the order's ${name} is not ${JSON.stringify(value)}.`;
  }
  // The row may have gone on since.
  return member(response.body, 'status') === 'placed' ? undefined : 'the order\'s status is not "placed".';
};

/**
 * What is wrong with an answer, as the end of a sentence; undefined where nothing is. What failed by nobody's decision
 * (5xx) says nothing.
 */
const wrongAnswer = (asked: Asked, response: HttpResponse, world: World): Found => {
  const { errand, subject, key } = asked;
  const deed = errand.deed as Deed;
  if (response.status >= 500 || response.headers['idempotency-replayed'] === 'true') return undefined;
  const after = rowAsked(world, VERBS[deed], subject, key);
  switch (deed) {
    case 'place':
      return wrongPlacing(asked, response, world);
    case 'cancel':
      return wrongCancel(asked, response, after);
    case 'accept':
    case 'reject':
    case 'start':
    case 'finish':
    case 'pick':
    case 'confirm':
      return wrongStep(STEPS[deed], asked, response, after);
    case 'review':
      return wrongReview(asked, response, after, world);
    case 'delete-review':
      if (asked.before === undefined) return expecting(response, 404, 'review-not-found', undefined);
      return (
        expecting(response, 204, undefined, 'written') ?? (after === undefined ? undefined : 'the review is deleted, and still there.')
      );
  }
};

/** What is wrong with the answer to a request that was granted before, under the same key; undefined where nothing is. */
const wrongRepeat = (granted: HttpResponse | undefined, response: HttpResponse): Found => {
  if (granted === undefined || response.status >= 500) return undefined;
  return granted.status === response.status && isSame(granted.body, response.body)
    ? undefined
    : `asked again under the same key, it is answered ${said(response)} instead of ${said(granted)}.`;
};

/** What must hold of answers. */
export const ANSWERS: readonly Invariant[] = [
  always(
    'Each request is answered as the domain says.',
    onAnswer('another answer, or another effect, than the domain says', ({ asked, response }, world) =>
      wrongAnswer(asked, response, world),
    ),
    onAnswer('a repeated request that is answered otherwise', ({ granted, response }) => wrongRepeat(granted, response)),
  ),
];
