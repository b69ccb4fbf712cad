import { composed, holdsText, isSameText } from '../../kernel/words.ts';
import { expandJson, expandText, expandWhole } from '../language/template.ts';
import type { AnswerExpectation, Expectation, NoticesExpectation, Resource, ResourceExpectation, Template } from '../language/ast.ts';
import { inSeedSpelling } from '../language/words.ts';
import type { HttpResponse } from '../../runtime/http/route.ts';
import { LOOKING_ON, type System } from '../../system/system.ts';
import type { Journal } from './journal.ts';
import type { Names } from './names.ts';
import { counted } from '../../kernel/counted.ts';
import { contains, fieldOf, isEqual, show, spelled } from './json.ts';
import { judgeEvents, typesNamedBy } from './judge-events.ts';
import { NotPassed } from './verdict.ts';

/** What the judge looks at. */
export interface Bench {
  readonly system: System;
  readonly journal: Journal;
  readonly names: Names;
}

const PATHS: Readonly<Record<Resource, string>> = {
  order: '/orders',
  cooking: '/foodCookings',
  delivery: '/deliveries',
  payment: '/payments',
  mypage: '/mypages',
  review: '/reviews',
  customer: '/customers',
};

/** What is to be read there, by one who only looks on. */
export const get = (bench: Bench, url: string): Promise<HttpResponse> => bench.system.dispatch({ method: 'GET', url, headers: { 'x-correlation-id': LOOKING_ON } });

const idOf = (bench: Bench, resource: Resource, name: string): string => {
  if (resource === 'customer') return name;
  const byName = { by: 'name', name } as unknown as Parameters<Names['orderId']>[0];
  return resource === 'review' ? bench.names.reviewId(byName) : bench.names.orderId(byName);
};

/** The URL of a resource, by the name that the scenario gave it. */
export const urlOf = (bench: Bench, resource: Resource, name: string): string => `${PATHS[resource]}/${encodeURIComponent(idOf(bench, resource, name))}`;

const subjectOf = (bench: Bench, resource: Resource, name: string): { subject?: string } => (resource === 'customer' ? {} : { subject: idOf(bench, resource, name) });

const problemOf = (answer: HttpResponse): string => {
  const detail = fieldOf(answer.body, 'detail') ?? fieldOf(answer.body, 'title');
  return `HTTP ${answer.status}${typeof detail === 'string' ? `: ${detail}` : ''}`;
};

const statusOf = (body: unknown): string => {
  const [status, text] = [fieldOf(body, 'status'), fieldOf(body, 'statusText')];
  return text === undefined ? String(status) : `${String(text)} (${String(status)})`;
};

const hasStatus = (body: unknown, status: string): boolean => isEqual(fieldOf(body, 'status'), status) || isEqual(fieldOf(body, 'statusText'), inSeedSpelling(status));

const judgeResource = async (bench: Bench, expectation: ResourceExpectation): Promise<void> => {
  const { lookUp } = bench.names;
  const { resource } = expectation;
  const name = expandText(expectation.name, lookUp);
  const answer = await get(bench, urlOf(bench, resource, name));
  const about = subjectOf(bench, resource, name);
  if (expectation.exists === false) {
    if (answer.status === 404) return;
    throw new NotPassed({ message: `${resource} ${name} must not exist`, expected: 'HTTP 404', actual: answer.body ?? problemOf(answer), ...about });
  }
  if (answer.status !== 200) throw new NotPassed({ message: `${resource} ${name} can't be read`, expected: 'HTTP 200', actual: problemOf(answer), ...about });
  if (expectation.is !== undefined) {
    const expected = expandText(expectation.is, lookUp);
    if (!hasStatus(answer.body, expected)) {
      throw new NotPassed({ message: `${resource} ${name} is ${statusOf(answer.body)} and not ${expected}`, expected, actual: statusOf(answer.body), ...about });
    }
  }
  if (expectation.isNot !== undefined) {
    const unexpected = expandText(expectation.isNot, lookUp);
    if (hasStatus(answer.body, unexpected)) {
      throw new NotPassed({ message: `${resource} ${name} must not be ${unexpected}, and is`, expected: `not ${unexpected}`, actual: statusOf(answer.body), ...about });
    }
  }
  for (const [field, template] of Object.entries(expectation.where ?? {})) {
    const [expected, actual] = [spelled(expandJson(template, lookUp), field), fieldOf(answer.body, field)];
    if (!isEqual(actual, expected)) throw new NotPassed({ message: `${field} of ${resource} ${name} is ${show(actual)} and not ${show(expected)}`, expected, actual, ...about });
  }
};

const judgeCoupons = async (bench: Bench, expectation: Extract<Expectation, { form: 'coupons' }>): Promise<void> => {
  const customer = expandText(expectation.customer, bench.names.lookUp);
  const expected = expandWhole(expectation.count, bench.names.lookUp);
  const answer = await get(bench, `/customers/${encodeURIComponent(customer)}`);
  // A customer who never ordered is not known, and has no coupons.
  const actual = answer.status === 404 ? 0 : fieldOf(answer.body, 'couponCount');
  if (actual !== expected) throw new NotPassed({ message: `customer ${customer} has ${typeof actual === 'number' ? counted(actual, 'coupon') : `no count of coupons (${problemOf(answer)})`} and not ${expected}`, expected, actual });
};

/** Every item of a collection, page by page. Throws NotPassed where it can't be read. */
const collect = async (bench: Bench, url: string): Promise<readonly unknown[]> => {
  const items: unknown[] = [];
  for (let page = 0; ; page += 1) {
    const answer = await get(bench, `${url}${url.includes('?') ? '&' : '?'}page=${page}&size=100`);
    if (answer.status !== 200) throw new NotPassed({ message: `${url} can't be read`, expected: 'HTTP 200', actual: problemOf(answer) });
    items.push(...(fieldOf(answer.body, 'items') as readonly unknown[]));
    if (page + 1 >= (fieldOf(answer.body, '/page/totalPages') as number)) return items;
  }
};

/** Events that are told to the customer in the words of another event: the order's end, the coupons. */
const TOLD_BY_OTHERS: ReadonlySet<string> = new Set(['CookingCanceled', 'ReviewWritten', 'ReviewDeleted']);

/** Who ordered, as the order's own first event says; what later events say may be wrong. */
const customerOf = ({ journal }: Bench, orderId: string): unknown =>
  fieldOf(journal.eventsOf(orderId).find((event) => event.type === 'OrderPlaced')?.data, 'customerId');

const judgeNotices = async (bench: Bench, expectation: NoticesExpectation): Promise<void> => {
  const { lookUp } = bench.names;
  const name = expandText(expectation.order, lookUp);
  const orderId = idOf(bench, 'order', name);
  const notices = await collect(bench, `/notices?orderId=${encodeURIComponent(orderId)}`);
  const texts = notices.map((notice) => String(fieldOf(notice, 'text')));
  const wordsOf = (written: readonly Template[] = []): readonly string[] => written.map((text) => inSeedSpelling(expandText(text, lookUp)));
  const fail = (message: string, expected: unknown): never => {
    throw new NotPassed({ message: `notices of order ${name}: ${message}`, expected, actual: texts, subject: orderId });
  };
  if (expectation.onceEach === true) {
    const told = notices.map((notice) => String(fieldOf(notice, 'type'))).sort();
    const changes = bench.journal.eventsOf(orderId).map((event) => event.type).filter((type) => !TOLD_BY_OTHERS.has(type)).sort();
    if (!isEqual(told, changes)) fail('there must be one for each change, once', changes);
    const customer = customerOf(bench, orderId);
    const stranger = notices.map((notice) => fieldOf(notice, 'customerId')).find((to) => to !== customer);
    if (stranger !== undefined) fail(`one went to ${show(stranger)} and not to the order's customer`, { customerId: customer });
  }
  const missing = wordsOf(expectation.include).filter((text) => !texts.some((notice) => holdsText(notice, text)));
  if (missing.length > 0) fail(`none says ${missing.map((text) => JSON.stringify(text)).join(', ')}`, missing);
  const banned = wordsOf(expectation.exclude).filter((text) => texts.some((notice) => holdsText(notice, text)));
  if (banned.length > 0) fail(`none may say ${banned.map((text) => JSON.stringify(text)).join(', ')}`, { exclude: banned });
  if (expectation.exactly !== undefined) {
    const expected = wordsOf(expectation.exactly);
    if (!isEqual(texts.map(composed).sort(), expected.map(composed).sort())) fail('they are not exactly those expected', expected);
  }
  if (expectation.count !== undefined) {
    const expected = expandWhole(expectation.count, lookUp);
    if (texts.length !== expected) fail(`there are ${texts.length} and not ${expected}`, expected);
  }
};

const judgeNothingElse = (bench: Bench): void => {
  const others = bench.journal.eventsOfSteps().filter((event) => !bench.journal.named.has(event.id));
  const first = others[0];
  if (first === undefined) return;
  throw new NotPassed({
    message: `${others.length === 1 ? 'an event' : `${others.length} events`} happened that no expectation names`,
    expected: 'nothing else',
    actual: others.map((event) => `${event.type} of ${bench.names.nameOf(event.subject)}`),
    subject: first.subject,
  });
};

const judgeDeadLetters = (bench: Bench, expectation: Extract<Expectation, { form: 'dead letters' }>): void => {
  const expected = expandWhole(expectation.count, bench.names.lookUp);
  const reason = expectation.reason === undefined ? undefined : expandText(expectation.reason, bench.names.lookUp);
  const found = bench.system
    .deadLetters()
    .filter((letter) => (expectation.context === undefined || letter.context === expectation.context) && (reason === undefined || holdsText(letter.error, reason)));
  if (found.length !== expected) {
    throw new NotPassed({
      message: `there ${found.length === 1 ? 'is' : 'are'} ${counted(found.length, 'dead letter')} and not ${expected}`,
      expected,
      actual: found.map((letter) => `${letter.context}: ${letter.type ?? letter.subject}: ${letter.error}`),
    });
  }
};

const judgeDeliveryList = async (bench: Bench, expectation: Extract<Expectation, { form: 'delivery list' }>): Promise<void> => {
  const idsOf = (names: readonly string[]): string[] => names.map((name) => idOf(bench, 'order', expandText(name as (typeof expectation.includes)[number], bench.names.lookUp)));
  const listed = (await collect(bench, '/deliveryLists')).map((row) => String(fieldOf(row, 'orderId')));
  const actual = listed.map((id) => bench.names.nameOf(id));
  const fail = (message: string, expected: unknown, subject?: string): never => {
    throw new NotPassed({ message: `the board of deliveries ${message}`, expected, actual, ...(subject === undefined ? {} : { subject }) });
  };
  const [includes, excludes] = [idsOf(expectation.includes), idsOf(expectation.excludes)];
  for (const id of includes) if (!listed.includes(id)) fail(`does not list ${bench.names.nameOf(id)}`, includes.map(bench.names.nameOf), id);
  for (const id of excludes) if (listed.includes(id)) fail(`still lists ${bench.names.nameOf(id)}`, { exclude: excludes.map(bench.names.nameOf) }, id);
  if (expectation.exactly === undefined) return;
  const exactly = idsOf(expectation.exactly);
  const names = exactly.map(bench.names.nameOf);
  const odd = exactly.find((id) => !listed.includes(id)) ?? listed.find((id) => !exactly.includes(id));
  if (!isEqual([...exactly].sort(), [...listed].sort())) fail(`is not exactly ${show(names)}`, names, odd);
};

/** Judges an HTTP answer. Throws NotPassed. */
export const judgeAnswer = (bench: Bench, answer: HttpResponse, expectation: AnswerExpectation): void => {
  const { lookUp } = bench.names;
  if (expectation.status !== undefined && answer.status !== expectation.status) {
    throw new NotPassed({ message: `the answer is HTTP ${answer.status} and not ${expectation.status}`, expected: expectation.status, actual: answer.body === undefined ? answer.status : { status: answer.status, body: answer.body } });
  }
  if (expectation.body !== undefined) {
    const expected = spelled(expandJson(expectation.body, lookUp));
    if (!contains(answer.body, expected)) throw new NotPassed({ message: "the answer's body is not as expected", expected, actual: answer.body });
  }
  for (const [header, template] of Object.entries(expectation.headers ?? {})) {
    const [expected, actual] = [expandText(template, lookUp), answer.headers[header.toLowerCase()]];
    if (actual !== expected) throw new NotPassed({ message: `header ${header} is ${show(actual)} and not ${show(expected)}`, expected, actual });
  }
};

const isPlain = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

const judgeValue = (bench: Bench, expectation: Extract<Expectation, { form: 'value' }>): void => {
  const actual = expandJson(expectation.value, bench.names.lookUp);
  // Captured texts and numbers as written in YAML may differ in type only; what a person reads is compared.
  const isSame = (other: unknown): boolean => isEqual(actual, other) || (isPlain(actual) && isPlain(other) && isSameText(String(actual), String(other)));
  if (expectation.is !== undefined) {
    const expected = expandJson(expectation.is, bench.names.lookUp);
    if (!isSame(expected)) throw new NotPassed({ message: `the value is ${show(actual)} and not ${show(expected)}`, expected, actual });
  }
  if (expectation.isNot !== undefined) {
    const unexpected = expandJson(expectation.isNot, bench.names.lookUp);
    if (isSame(unexpected)) throw new NotPassed({ message: `the value must not be ${show(unexpected)}`, expected: `not ${show(unexpected)}`, actual });
  }
};

/** Whether an expectation says that something is not there, or never happened: to be judged at rest only. */
export const needsRest = (expectation: Expectation): boolean => {
  switch (expectation.form) {
    case 'value':
    case 'answer':
      return false;
    case 'resource':
    case 'coupons':
    case 'notices':
    case 'events':
    case 'nothing else':
    case 'dead letters':
    case 'delivery list':
    case 'mypage drift':
      return true;
  }
};

/** Judges one expectation, now. Throws NotPassed where it does not hold. */
export const judge = async (bench: Bench, expectation: Expectation): Promise<void> => {
  switch (expectation.form) {
    case 'resource':
      return judgeResource(bench, expectation);
    case 'coupons':
      return judgeCoupons(bench, expectation);
    case 'notices':
      return judgeNotices(bench, expectation);
    case 'events': {
      const name = expandText(expectation.order, bench.names.lookUp);
      const orderId = idOf(bench, 'order', name);
      const events = bench.journal.eventsOf(orderId);
      const named = typesNamedBy(expectation);
      for (const event of events) if (named.has(event.type)) bench.journal.named.add(event.id);
      judgeEvents(expectation, name, orderId, events);
      return;
    }
    case 'nothing else':
      judgeNothingElse(bench);
      return;
    case 'dead letters':
      judgeDeadLetters(bench, expectation);
      return;
    case 'delivery list':
      return judgeDeliveryList(bench, expectation);
    case 'mypage drift': {
      const drift = await bench.system.drift('mypage');
      if (drift.length > 0) throw new NotPassed({ message: 'Mypage differs from the fold of the stream', expected: 'no drift', actual: drift });
      return;
    }
    case 'answer': {
      const name = expectation.name === undefined ? undefined : expandText(expectation.name, bench.names.lookUp);
      const answer = bench.names.answer(name);
      if (answer === undefined) throw new NotPassed({ message: name === undefined ? 'there was no answer yet' : `no answer is named ${name}` });
      judgeAnswer(bench, answer, expectation);
      return;
    }
    case 'value':
      judgeValue(bench, expectation);
  }
};
