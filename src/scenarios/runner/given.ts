import { OperatingError } from '../../kernel/errors.ts';
import type { Given, GivenStage } from '../language/ast.ts';
import { expandText } from '../language/template.ts';
import { isSuccess } from './ask.ts';
import { orderBodyOf } from './commands.ts';
import { fieldOf } from './json.ts';
import type { Stage } from './stage.ts';
import { settle } from './steps.ts';

/** What brings an order from one stage to the next, and where it is done. */
const MILESTONES: readonly { readonly stage: GivenStage; readonly urlOf: (id: string) => string; readonly body?: (rider: string) => unknown }[] = [
  { stage: 'accepted', urlOf: (id) => `/foodCookings/${id}/accept` },
  { stage: 'cooking', urlOf: (id) => `/foodCookings/${id}/start` },
  { stage: 'cooked', urlOf: (id) => `/foodCookings/${id}/finish` },
  { stage: 'picked', urlOf: (id) => `/deliveries/${id}/pick`, body: (riderId) => ({ riderId }) },
  { stage: 'delivered', urlOf: (id) => `/deliveries/${id}/confirmdelivered` },
];

const call = async (stage: Stage, given: Given, method: 'POST' | 'PUT', url: string, body?: unknown): Promise<string> => {
  const answer = await stage.system.dispatch({ method, url, headers: {}, ...(body === undefined ? {} : { body }) });
  if (!isSuccess(answer)) {
    const detail = fieldOf(answer.body, 'detail');
    const at = `${given.position.file}:${given.position.line}:${given.position.column}`;
    throw new OperatingError('infrastructure', `${at}: the given world could not be made: ${method} ${url} answered HTTP ${answer.status}${typeof detail === 'string' ? `: ${detail}` : ''}`);
  }
  return String(fieldOf(answer.body, 'id'));
};

/** Places an order and brings it to its stage, coming to rest after each command. */
const bringTo = async (stage: Stage, given: Given, order: unknown, target: GivenStage, rider: string): Promise<string> => {
  const id = await call(stage, given, 'POST', '/orders', order);
  await settle(stage);
  const last = MILESTONES.findIndex((milestone) => milestone.stage === target);
  for (const milestone of MILESTONES.slice(0, last + 1)) {
    await call(stage, given, 'PUT', milestone.urlOf(encodeURIComponent(id)), milestone.body?.(rider));
    await settle(stage);
  }
  return id;
};

/** A customer who has been here before: one delivered order, and reviews of it until the coupons are as many as wanted. */
const makeCustomer = async (stage: Stage, given: Extract<Given, { kind: 'customer' }>): Promise<void> => {
  const customer = expandText(given.customer, stage.names.lookUp);
  const order = { customerId: customer, storeId: 's1', foodId: 'bibimbap', price: 12000, address: 'Seoul' };
  const id = await bringTo(stage, given, order, 'delivered', 'r1');
  stage.names.setOrder(`${customer}-before`, id);
  for (let coupons = 1; coupons < given.coupons; coupons += 1) {
    await call(stage, given, 'POST', '/reviews', { orderId: id, content: `Good (${coupons}).` });
  }
  await settle(stage);
};

/** Makes the world in which a scenario begins. Throws an OperatingError (infrastructure) naming the line where it can't be made. */
export const makeGivenWorld = async (stage: Stage, givens: readonly Given[]): Promise<void> => {
  for (const given of givens) {
    if (given.kind === 'customer') {
      await makeCustomer(stage, given);
    } else {
      const id = await bringTo(stage, given, orderBodyOf(stage, given.place), given.stage, expandText(given.rider, stage.names.lookUp));
      stage.names.setOrder(expandText(given.place.order, stage.names.lookUp), id);
    }
  }
};
