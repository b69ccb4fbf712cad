import { composed, holdsText } from '../../kernel/words.ts';
import type { Bench, ClaimKind } from '../../scenarios/definition.ts';
import type { Expectation, Template, WholeNumber } from '../../scenarios/language/ast.ts';
import { defineForm, list, optional, required, type Form } from '../../scenarios/language/structures.ts';
import { expandText, expandWhole } from '../../scenarios/language/template.ts';
import { flag, name, wholeOrVariable, words } from '../../scenarios/language/types.ts';
import { fieldOf, isEqual, show } from '../../scenarios/runner/json.ts';
import { collect } from '../../scenarios/runner/look.ts';
import { NotPassed } from '../../scenarios/runner/verdict.ts';
import { inSeedSpelling } from '../front/contract.ts';

/** The notices of one order. */
export interface NoticesExpectation extends Expectation {
  readonly form: 'notices';
  readonly order: Template;
  /** One notice for each event about the order that changes something, exactly, and none twice. */
  readonly onceEach?: boolean;
  /** Each is contained in the text of some notice. */
  readonly include?: readonly Template[];
  /** None is contained in the text of any notice. */
  readonly exclude?: readonly Template[];
  /** The texts as a multiset, equal. */
  readonly exactly?: readonly Template[];
  readonly count?: WholeNumber;
}

const TEXTS = list(words(), { orOne: true });

const FORM: Form<NoticesExpectation> = defineForm({
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
  build: ({ notices: order, 'once each': onceEach, ...values }, complain): NoticesExpectation | undefined => {
    if (onceEach === undefined && Object.keys(values).length === 0)
      return complain('nothing is said of the notices', 'once each, include, exclude, exactly or count');
    return { form: 'notices', order, ...values, ...(onceEach === undefined ? {} : { onceEach }) };
  },
});

/** Events that are told to the customer in the words of another event: the order's end, the coupons. */
const TOLD_BY_OTHERS: ReadonlySet<string> = new Set(['CookingCanceled', 'ReviewWritten', 'ReviewDeleted']);

/** Who ordered, as the order's own first event says; what later events say may be wrong. */
const customerOf = ({ journal }: Bench, orderId: string): unknown =>
  fieldOf(journal.eventsOf(orderId, 'order').find((event) => event.type === 'OrderPlaced')?.data, 'customerId');

const judge = async (bench: Bench, claim: NoticesExpectation): Promise<void> => {
  const { lookUp } = bench.names;
  const named = expandText(claim.order, lookUp);
  const orderId = bench.names.idOf({ what: 'order', by: 'name', name: claim.order });
  const notices = await collect(bench, `/notices?orderId=${encodeURIComponent(orderId)}`);
  const texts = notices.map((notice) => String(fieldOf(notice, 'text')));
  const wordsOf = (written: readonly Template[] = []): readonly string[] => written.map((text) => inSeedSpelling(expandText(text, lookUp)));
  const fail = (message: string, expected: unknown): never => {
    throw new NotPassed({ message: `notices of order ${named}: ${message}`, expected, actual: texts, subject: orderId });
  };
  if (claim.onceEach === true) {
    const told = notices.map((notice) => String(fieldOf(notice, 'type'))).sort();
    const changes = bench.journal
      .eventsOf(orderId, 'order')
      .map((event) => event.type)
      .filter((type) => !TOLD_BY_OTHERS.has(type))
      .sort();
    if (!isEqual(told, changes)) fail('there must be one for each change, once', changes);
    const customer = customerOf(bench, orderId);
    const stranger = notices.map((notice) => fieldOf(notice, 'customerId')).find((to) => to !== customer);
    if (stranger !== undefined) fail(`one went to ${show(stranger)} and not to the order's customer`, { customerId: customer });
  }
  const missing = wordsOf(claim.include).filter((text) => !texts.some((notice) => holdsText(notice, text)));
  if (missing.length > 0) fail(`none says ${missing.map((text) => JSON.stringify(text)).join(', ')}`, missing);
  const banned = wordsOf(claim.exclude).filter((text) => texts.some((notice) => holdsText(notice, text)));
  if (banned.length > 0) fail(`none may say ${banned.map((text) => JSON.stringify(text)).join(', ')}`, { exclude: banned });
  if (claim.exactly !== undefined) {
    const expected = wordsOf(claim.exactly);
    if (!isEqual(texts.map(composed).sort(), expected.map(composed).sort())) fail('they are not exactly those expected', expected);
  }
  if (claim.count !== undefined) {
    const expected = expandWhole(claim.count, lookUp);
    if (texts.length !== expected) fail(`there are ${texts.length} and not ${expected}`, expected);
  }
};

/** Expectations of notices. */
export const NOTICES: ClaimKind<NoticesExpectation> = {
  form: 'notices',
  forms: [FORM],
  judge,
  needs: ({ onceEach }) => (onceEach === true ? 'events' : undefined),
  negativeWord: ({ onceEach, exactly, exclude }) => {
    if (onceEach === true) return 'once each';
    if (exactly !== undefined) return 'exactly';
    return exclude === undefined ? undefined : 'exclude';
  },
  positiveWord: ({ onceEach, include, exactly, count }) => {
    if (onceEach !== undefined) return 'once each';
    if (include !== undefined) return 'include';
    if (exactly !== undefined) return 'exactly';
    return count === undefined ? undefined : 'count';
  },
  about: ({ order }) => [{ what: 'order', name: order }],
};
