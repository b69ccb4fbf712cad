import { transitionOf, type Transitions } from '../../explore/simulate/transition.ts';
/** The statuses of an order on its way, in order; it may skip some, where messages overtake each other. */
const WAY = ['placed', 'paid', 'accepted', 'cooking', 'cooked', 'delivering', 'delivered'] as const;

const onTheWay = WAY.flatMap((from, index) => WAY.slice(index + 1).map((to) => [from, to] as const));

/** Where the domain lets a status go; `none` stands before everything. */
export const LEGAL = {
  orders: [
    ['none', 'placed'],
    ...onTheWay,
    ...(['placed', 'paid', 'accepted'] as const).map((from) => [from, 'cancel-requested'] as const),
    // Only the store answers: it agrees, or the order is where the kitchen is. Or the order ended meanwhile.
    ...(['canceled', 'cooking', 'cooked', 'delivering', 'delivered', 'rejected', 'payment-failed'] as const).map(
      (to) => ['cancel-requested', to] as const,
    ),
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
} as const satisfies Transitions;

/** Every step that the domain allows, of orders, payments, tickets and deliveries. */
export const LEGAL_TRANSITIONS: ReadonlySet<string> = new Set(
  Object.entries(LEGAL).flatMap(([table, steps]) => steps.map(([from, to]) => transitionOf(table, from, to))),
);

/** The tables of which the domain says which steps their rows may take. */
export const TABLES_WITH_STEPS = Object.keys(LEGAL) as readonly (keyof typeof LEGAL)[];
