import type { WatchedTable } from '../../explore/simulate/watched-tables.ts';

/** The statuses of an order on its way, in order; it may skip some, where messages overtake each other. */
const WAY = ['placed', 'paid', 'accepted', 'cooking', 'cooked', 'delivering', 'delivered'] as const;

const onTheWay = WAY.flatMap((from, index) => WAY.slice(index + 1).map((to) => [from, to] as const));

/** Where the domain lets a status go; `none` stands before everything. */
const LEGAL: Readonly<Partial<Record<WatchedTable, readonly (readonly [from: string, to: string])[]>>> = {
  orders: [
    ['none', 'placed'],
    ...onTheWay,
    ...(['placed', 'paid', 'accepted'] as const).map((from) => [from, 'cancel-requested'] as const),
    // Only the store answers: it agrees, or the order is where the kitchen is. Or the order ended meanwhile.
    ...(['canceled', 'cooking', 'cooked', 'delivering', 'delivered', 'rejected', 'payment-failed'] as const).map((to) => ['cancel-requested', to] as const),
    ['placed', 'payment-failed'],
    ['placed', 'rejected'],
    ['paid', 'rejected'],
  ],
  payments: [
    ['none', 'pending'],
    ['pending', 'paid'],
    ['pending', 'declined'],
    ['paid', 'refunded'],
  ],
  foodCookings: [
    ['none', 'unpaid'],
    ['unpaid', 'paid'],
    ['paid', 'accepted'],
    ['accepted', 'cooking'],
    ['cooking', 'cooked'],
    ['paid', 'rejected'],
    ...(['unpaid', 'paid', 'accepted'] as const).map((from) => [from, 'canceled'] as const),
  ],
  deliveries: [
    ['none', 'waiting'],
    ['waiting', 'ready'],
    ['ready', 'delivering'],
    ['delivering', 'delivered'],
    // Food that is ready was cooked, and then its order is not ended any more.
    ['waiting', 'canceled'],
  ],
};

/** Names that were made once; there are as many as pairs of statuses, and each is asked for at every commit. */
const names = new Map<string, Map<string, Map<string, string>>>();

const within = <Key, Inner>(outer: Map<Key, Inner>, key: Key, make: () => Inner): Inner => {
  let inner = outer.get(key);
  if (inner === undefined) outer.set(key, (inner = make()));
  return inner;
};

/** A step from one status to another, as coverage counts it. */
export const transitionOf = (table: string, from: string, to: string): string => {
  const known = names.get(table)?.get(from)?.get(to);
  if (known !== undefined) return known;
  const ofTable = within(names, table, () => new Map<string, Map<string, string>>());
  return within(within(ofTable, from, () => new Map<string, string>()), to, () => `${table} ${from} → ${to}`);
};

/** Every step that the domain allows, of orders, payments, tickets and deliveries. */
export const LEGAL_TRANSITIONS: ReadonlySet<string> = new Set(
  Object.entries(LEGAL).flatMap(([table, steps]) => steps.map(([from, to]) => transitionOf(table, from, to))),
);

/** Whether the domain says which steps rows of this table may take. */
export const hasLegalTransitions = (table: WatchedTable): boolean => table in LEGAL;
