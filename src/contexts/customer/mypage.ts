/** Mypage, the view of each order that its customer sees: a pure projection, folded over what other contexts say. */
import type { Envelope } from '../../kernel/envelope.ts';
import { normalTime } from '../../kernel/time-text.ts';
import { checkHeard, type DataOf, type EventDefinition } from '../../kernel/event.ts';
import { OrderCancelRequested, OrderCanceled, OrderPlaced, Paid, PaymentDeclined } from '../front/contract.ts';
import { Delivered, Picked } from '../rider/contract.ts';
import { CancelRefused, CookFinished, CookStarted, OrderAccepted, OrderRejected, type CookingStatus } from '../store/contract.ts';
import { factsFrom, join, type Fact, type Facts, type Moment } from './mypage-facts.ts';

/** What an order is: copied when it was placed, so that reading Mypage never joins. */
export interface PlacedOrder {
  readonly orderId: string;
  readonly customerId: string;
  readonly storeId: string;
  readonly foodId: string;
  readonly price: number;
  readonly address: string;
  readonly options: readonly string[];
  /** When OrderPlaced happened, RFC 3339. */
  readonly placedAt: string;
}

/** What is known of one order: nothing, only what became of it, or also what it is. Only the last is shown. */
export interface Page {
  readonly placed: PlacedOrder | null;
  readonly facts: Facts | null;
}

/** A page of an order that can be shown. */
export interface KnownPage {
  readonly placed: PlacedOrder;
  readonly facts: Facts;
}

/** An order of which nothing was heard. */
const UNKNOWN_PAGE: Page = { placed: null, facts: null };

interface Telling {
  readonly event: EventDefinition;
  readonly factOf: (data: never) => Fact;
}
const tells = <Data>(event: EventDefinition<string, Data>, factOf: (data: Data) => Fact): Telling => ({ event, factOf });

/** Where the kitchen says it is. A rejected or canceled ticket tells nothing here: the order's end has an event of its own. */
const kitchenProgress = (status: CookingStatus): Fact => {
  switch (status) {
    case 'unpaid':
    case 'paid':
    case 'accepted':
    case 'cooking':
    case 'cooked':
      return { progress: status };
    case 'rejected':
    case 'canceled':
      return {};
  }
};

/** What each event tells of its order. */
const TELLINGS: ReadonlyMap<string, Telling> = new Map(
  [
    tells(OrderPlaced, () => ({ progress: 'unpaid' })),
    tells(Paid, () => ({ progress: 'paid' })),
    tells(PaymentDeclined, () => ({ end: 'payment-failed' })),
    tells(OrderAccepted, () => ({ progress: 'accepted' })),
    tells(CookStarted, () => ({ progress: 'cooking' })),
    tells(CookFinished, () => ({ progress: 'cooked' })),
    tells(OrderRejected, () => ({ end: 'rejected' })),
    tells(OrderCancelRequested, () => ({ isCancelRequested: true })),
    tells(CancelRefused, (ticket) => ({ ...kitchenProgress(ticket.status), isCancelRefused: true })),
    tells(OrderCanceled, () => ({ end: 'canceled' })),
    tells(Picked, () => ({ progress: 'delivering' })),
    tells(Delivered, () => ({ progress: 'delivered' })),
  ].map((telling) => [telling.event.type, telling]),
);

/** The events that Mypage is folded over. */
export const MYPAGE_EVENTS: readonly EventDefinition[] = [...TELLINGS.values()].map((telling) => telling.event);

const placedBy = (order: DataOf<typeof OrderPlaced>, placedAt: string): PlacedOrder => ({
  orderId: order.orderId,
  customerId: order.customerId,
  storeId: order.storeId,
  foodId: order.foodId,
  price: order.price,
  address: order.address,
  options: order.options,
  placedAt,
});

/** The page after an event; the same page where the event tells Mypage nothing. */
export const tell = (page: Page, event: Envelope): Page => {
  const telling = TELLINGS.get(event.type);
  if (telling === undefined) return page;
  const moment: Moment = { time: normalTime(event.time), id: event.id };
  const fact = telling.factOf(event.data as never);
  const facts = page.facts === null ? factsFrom(fact, moment) : join(page.facts, fact, moment);
  const isPlacing = page.placed === null && event.type === OrderPlaced.type;
  return { placed: isPlacing ? placedBy(event.data as DataOf<typeof OrderPlaced>, moment.time) : page.placed, facts };
};

/** Whether the order's own event was heard, so that the page can be shown. */
export const isKnown = (page: Page): page is KnownPage => page.placed !== null && page.facts !== null;

/** Whether the data are what the contract says. */
const isAsAgreed = (definition: EventDefinition, data: unknown): data is { readonly orderId: string } => {
  try {
    checkHeard(definition, data);
    return true;
  } catch {
    // The same message went to the dead letters when it arrived, so it had no effect on Mypage either.
    return false;
  }
};

/**
 * All pages that can be shown after these events, by order id. Events of other types, and events that break
 * their contract, tell nothing; duplicates and the order of events do not matter.
 */
export const foldPages = (events: Iterable<Envelope>): ReadonlyMap<string, KnownPage> => {
  const pages = new Map<string, Page>();
  for (const event of events) {
    const telling = TELLINGS.get(event.type);
    const { data } = event;
    if (telling === undefined || !isAsAgreed(telling.event, data)) continue;
    pages.set(data.orderId, tell(pages.get(data.orderId) ?? UNKNOWN_PAGE, event));
  }
  const known = new Map<string, KnownPage>();
  for (const [orderId, page] of pages) if (isKnown(page)) known.set(orderId, page);
  return known;
};
