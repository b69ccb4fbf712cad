import type { Entry } from '../../kernel/recording.ts';
import { createBreakerFold, type BreakerFold } from './breaker-fold.ts';
import { createContextFold, type ContextFold } from './context-fold.ts';
import { createLoadFold, type LoadFold } from './load-fold.ts';
import { BOUNDS, type Counts, type LiveSample, type TuiModel } from './model.ts';
import { createOrderBook, type OrderBook } from './order-book.ts';
import { orderOf, textIn } from './order-of.ts';
import { createPeopleFold, type PeopleFold } from './people-fold.ts';
import { createScenarioFold, type ScenarioFold } from './scenario-fold.ts';
import { createSeenSet, type SeenSet } from './seen-set.ts';
import { createStream, type Stream } from './stream.ts';
import { createTimeLine, type TimeLine } from './time-line.ts';
import { createTrails, type Trails } from './trails.ts';

/** A model that can be fed. */
export interface FedModel extends TuiModel {
  feed(entry: Entry): void;
  /** What a live session knows beside its entries. */
  sample(live: LiveSample): void;
  /** The order of a review, while it is remembered. */
  orderOfReview(reviewId: string): string | undefined;
  /** The same, which goes its own way from here. */
  copy(): FedModel;
}

type Of<Kind extends Entry['kind']> = Extract<Entry, { kind: Kind }>;
type Count = { -readonly [Key in keyof Counts]: number };
type Told = Omit<Counts, 'orders' | 'notices'>;

/** All that a model is folded from. */
interface Folds {
  readonly time: TimeLine;
  readonly orders: OrderBook;
  readonly stream: Stream;
  readonly trails: Trails;
  readonly breaker: BreakerFold;
  readonly load: LoadFold;
  readonly contexts: ContextFold;
  readonly people: PeopleFold;
  readonly scenarios: ScenarioFold;
  /** Orders whose customer was counted. */
  readonly counted: SeenSet;
}

/** What is only replaced, never changed. */
interface Plain {
  counts: Omit<Count, 'orders' | 'notices'>;
  run: Of<'run.started'> | undefined;
  finished: Of<'run.finished'> | undefined;
  live: LiveSample | undefined;
  version: number;
  loadBeganMs: number;
}

const NO_COUNTS: Told = { entries: 0, published: 0, delivered: 0, handled: 0, duplicates: 0, parked: 0, deadLettered: 0, commands: 0, refusals: 0, faults: 0 };

const COUNTED = { handled: 'handled', duplicate: 'duplicates', parked: 'parked', 'dead-lettered': 'deadLettered' } as const;

const tellPublished = ({ orders, stream, trails, contexts, people, counted }: Folds, plain: Plain, entry: Of<'message.published'>, atMs: number): void => {
  plain.counts.published += 1;
  const { event, context } = entry;
  const { id, type, subject } = event;
  const data = event.data as Readonly<Record<string, unknown>>;
  const orderId = orderOf(entry, orders.orderOfReview) ?? subject;
  orders.published(entry, atMs, orderId);
  contexts.published(entry);
  trails.put(orderId, entry);
  if (type === 'OrderPlaced' && counted.add(orderId)) people.ordered(textIn(data, 'customerId') ?? '?');
  stream.put({ what: 'event', atMs, type, context, subject, orderId, id, data });
};

const tellHandled = ({ orders, stream, trails, contexts }: Folds, plain: Plain, entry: Of<'message.handled'>, atMs: number): void => {
  const { handling, type, context, subject, reason } = entry;
  plain.counts[COUNTED[handling]] += 1;
  orders.handled(entry, atMs);
  contexts.handled(entry);
  trails.put(subject, entry);
  if (handling !== 'handled') stream.put({ what: 'handling', atMs, handling, type, context, subject, orderId: subject, reason });
};

const tellCommand = ({ orders, stream, trails }: Folds, plain: Plain, entry: Of<'command'>, atMs: number): void => {
  if (entry.method === 'GET') return;
  const { operation, context, method, url, status, problem } = entry;
  plain.counts.commands += 1;
  if (status >= 400) plain.counts.refusals += 1;
  const orderId = orderOf(entry, orders.orderOfReview);
  if (orderId !== undefined) trails.put(orderId, entry);
  stream.put({ what: 'command', atMs, operation, context, method, url, status, problem, orderId });
};

const tellState = ({ orders, trails, people }: Folds, entry: Of<'state'>, atMs: number): void => {
  const orderId = orderOf(entry, orders.orderOfReview);
  if (entry.table === 'customers') people.customer(entry, atMs);
  else if (entry.table === 'notices') people.notice(entry, atMs);
  else orders.state(entry, atMs);
  if (orderId !== undefined && orders.order(orderId) !== undefined) trails.put(orderId, entry);
};

const tellFault = ({ stream, trails }: Folds, plain: Plain, entry: Of<'fault'>, atMs: number): void => {
  const { fault, detail } = entry;
  plain.counts.faults += 1;
  const orderId = orderOf(entry, () => undefined);
  if (orderId !== undefined) trails.put(orderId, entry);
  // That look-ups got slow concerns every order; how slow each of hundreds was, none of them but one.
  else if (typeof detail['delayMs'] !== 'number') trails.intervene(entry);
  stream.put({ what: 'fault', atMs, fault, detail, context: textIn(detail, 'context'), orderId });
};

const tellBreaker = ({ stream, breaker }: Folds, { context, change, detail }: Of<'breaker'>, atMs: number): void => {
  if (breaker.hear(change, detail, atMs)) stream.put({ what: 'breaker', atMs, context, change: breaker.view().state });
};

const tellContext = ({ stream, trails, contexts }: Folds, entry: Of<'context'>, atMs: number): void => {
  contexts.changed(entry);
  trails.intervene(entry);
  stream.put({ what: 'context', atMs, context: entry.context, change: entry.change });
};

const tellEnd = ({ scenarios, orders, contexts, load }: Folds, entry: Of<'scenario.finished'>): void => {
  scenarios.finished(entry);
  load.ended();
  if (scenarios.running() > 0) return;
  orders.rest();
  contexts.rest();
};

const tell = (folds: Folds, plain: Plain, entry: Entry): void => {
  const atMs = folds.time.at(entry);
  plain.counts.entries += 1;
  plain.version += 1;
  switch (entry.kind) {
    case 'message.delivered':
      plain.counts.delivered += 1;
      folds.trails.put(entry.subject, entry);
      return;
    case 'message.handled':
      return tellHandled(folds, plain, entry, atMs);
    case 'message.published':
      return tellPublished(folds, plain, entry, atMs);
    case 'state':
      return tellState(folds, entry, atMs);
    case 'command':
      return tellCommand(folds, plain, entry, atMs);
    case 'fault':
      return tellFault(folds, plain, entry, atMs);
    case 'breaker':
      return tellBreaker(folds, entry, atMs);
    case 'context':
      return tellContext(folds, entry, atMs);
    case 'load.started':
      plain.loadBeganMs = atMs;
      folds.breaker.begin(atMs);
      return folds.load.started(entry, atMs);
    case 'load.answers':
      folds.load.answers(entry.answers);
      return folds.breaker.answers(entry.answers, plain.loadBeganMs);
    case 'load.finished':
      return folds.load.finished(entry);
    case 'step.started':
      return folds.scenarios.stepStarted(entry);
    case 'step.finished':
      return folds.scenarios.stepFinished(entry);
    case 'scenario.started':
      return folds.scenarios.started(entry);
    case 'scenario.finished':
      return tellEnd(folds, entry);
    case 'run.started':
      plain.run = entry;
      return;
    case 'run.finished':
      plain.finished = entry;
      return;
    case 'note':
      return folds.stream.put({ what: 'note', atMs, text: entry.text });
  }
};

const copyFolds = (folds: Folds): Folds => ({
  time: folds.time.copy(),
  orders: folds.orders.copy(),
  stream: folds.stream.copy(),
  trails: folds.trails.copy(),
  breaker: folds.breaker.copy(),
  load: folds.load.copy(),
  contexts: folds.contexts.copy(),
  people: folds.people.copy(),
  scenarios: folds.scenarios.copy(),
  counted: folds.counted.copy(),
});

const build = (folds: Folds, plain: Plain): FedModel => ({
  feed: (entry) => tell(folds, plain, entry),
  sample: (live) => {
    plain.live = live;
    plain.version += 1;
  },
  copy: () => build(copyFolds(folds), { ...plain, counts: { ...plain.counts } }),
  get version() {
    return plain.version;
  },
  get atMs() {
    return folds.time.latest();
  },
  get counts() {
    return { ...plain.counts, orders: folds.orders.count(), notices: folds.people.noticeCount() };
  },
  get run() {
    return plain.run;
  },
  get finished() {
    return plain.finished;
  },
  ordersFrom: folds.orders.from,
  order: folds.orders.order,
  orderOfReview: folds.orders.orderOfReview,
  indexOfOrder: folds.orders.indexOf,
  get byStatus() {
    return folds.orders.byStatus();
  },
  eventsFrom: folds.stream.from,
  story: folds.trails.story,
  customersFrom: folds.people.customersFrom,
  customer: folds.people.find,
  noticesFrom: folds.people.noticesFrom,
  get breaker() {
    return folds.breaker.view();
  },
  get load() {
    const load = folds.load.view();
    return load === undefined || plain.live?.loadTotalMs === undefined ? load : { ...load, totalMs: plain.live.loadTotalMs };
  },
  get contexts() {
    return folds.contexts.views(plain.live);
  },
  get scenario() {
    return folds.scenarios.current();
  },
  get scenarios() {
    return folds.scenarios.scenarios();
  },
  get steps() {
    return folds.scenarios.steps();
  },
  get live() {
    return plain.live;
  },
});

/** A model of nothing yet. */
export const createModel = (): FedModel =>
  build(
    {
      time: createTimeLine(),
      orders: createOrderBook(),
      stream: createStream(),
      trails: createTrails(),
      breaker: createBreakerFold(),
      load: createLoadFold(),
      contexts: createContextFold(),
      people: createPeopleFold(),
      scenarios: createScenarioFold(),
      counted: createSeenSet(BOUNDS.orders),
    },
    { counts: { ...NO_COUNTS }, run: undefined, finished: undefined, live: undefined, version: 0, loadBeganMs: 0 },
  );
