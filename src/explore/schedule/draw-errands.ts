import { composed } from '../../kernel/words.ts';
import type { Random } from '../../kernel/random.ts';
import type { Deed, Errand, Plan } from './plan.ts';
import type { Repertoire } from '../simulate/repertoire.ts';

/** The requests that people write something into, and what of it is not theirs to choose: it says what they do, or which order they mean. */
const WRITTEN: Readonly<Partial<Record<Deed, { readonly route: string; readonly without: readonly string[] }>>> = {
  place: { route: 'POST /orders', without: ['payment'] },
  review: { route: 'POST /reviews', without: ['orderId'] },
  pick: { route: 'PUT /deliveries/:orderId/pick', without: [] },
};

/** Has people write whatever the routes take, all of it other than what others write; one customer stays one. */
export const withDrawnBodies = (plan: Plan, random: Random, { bodies }: Repertoire): Plan => {
  const taken = new Set<unknown>();
  const customers = new Map<string | undefined, unknown>();
  const written = (errand: Errand): Errand => {
    const { deed, customer } = errand;
    const request = WRITTEN[deed];
    const draw = request && bodies.get(request.route);
    if (draw === undefined) return errand;
    const body = draw(random, taken, request!.without);
    if (deed !== 'place') return { ...errand, body };
    const customerId = customers.get(customer) ?? body['customerId'];
    customers.set(customer, customerId);
    return { ...errand, body: { ...body, customerId } };
  };
  return { ...plan, errands: plan.errands.map(written) };
};

/** The label of the order that asks for a food: what people write says it, or it is the food itself. */
export const labelsOf = ({ errands }: Plan): ((food: string) => string) => {
  const labels = new Map(errands.flatMap(({ order, body }) => (typeof body?.['foodId'] === 'string' ? [[composed(body['foodId']), order] as const] : [])));
  // Ids are kept in one composition.
  return (food) => labels.get(composed(food)) ?? food;
};
