import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { FOOD } from '../contexts/index.ts';
import { cellOfOwner } from '../kernel/cells.ts';
import { describeContexts } from '../system/definition.ts';
import { createCellLookup, whyNotPlaced, type CellPlace } from './cell-places.ts';

const RULE = FOOD.cells!;
const CONTEXTS = describeContexts(FOOD);
const placeOf = createCellLookup(CONTEXTS, RULE, 4);
const ID = '01M8GFNBA50000MXP5V5MSBDH0';
const kim: CellPlace = { kind: 'one', cell: cellOfOwner('kim', 4) };
const three: CellPlace = { kind: 'one', cell: 3 };
const two: CellPlace = { kind: 'one', cell: 2 };
const any: CellPlace = { kind: 'any' };

const ask = (context: string, method: string, url: string, body?: unknown): CellPlace =>
  placeOf(context, { method, url, body: () => body });

describe('the place of a request', () => {
  it.each<readonly [context: string, method: string, url: string, body: unknown, place: CellPlace]>([
    ['front', 'POST', '/orders', { customerId: 'kim', price: 1 }, kim],
    ['front', 'POST', '/orders', { customerId: ' kim ', price: 1 }, kim],
    ['front', 'POST', '/orders', { price: 1 }, any],
    ['front', 'POST', '/orders', { customerId: 7 }, any],
    ['front', 'POST', '/orders', undefined, any],
    ['front', 'POST', '/reviews', { orderId: `${ID}-3`, content: 'good' }, three],
    ['front', 'POST', '/reviews', { orderId: ` ${ID}-3 ` }, three],
    ['front', 'POST', '/reviews', { orderId: 'nonsense' }, any],
    ['front', 'GET', `/orders/${ID}-2`, undefined, two],
    ['front', 'HEAD', `/orders/${ID}-2`, undefined, two],
    ['front', 'DELETE', `/orders/${ID}-2`, undefined, two],
    ['front', 'DELETE', `/reviews/${ID}-3`, undefined, three],
    ['store', 'PUT', `/foodCookings/${ID}-3/accept`, undefined, three],
    ['rider', 'PUT', `/deliveries/${ID}-2/pick`, { riderId: 'r' }, two],
    ['notification', 'GET', `/notices/${ID}-2`, undefined, two],
    ['customer', 'GET', '/customers/kim', undefined, kim],
    ['customer', 'GET', '/customers/%6bim', undefined, kim],
    ['customer', 'GET', '/mypages?customerId=kim&page=1', undefined, kim],
    ['customer', 'GET', `/mypages?orderId=${ID}-3`, undefined, three],
    ['customer', 'GET', `/mypages?orderId=${ID}-3&customerId=kim`, undefined, kim],
    ['customer', 'GET', '/mypages?status=paid', undefined, { kind: 'every', sortedBy: 'orderId' }],
    ['notification', 'GET', '/notices', undefined, { kind: 'every', sortedBy: 'id' }],
    ['front', 'GET', '/orders/x/y', undefined, any],
    ['front', 'PATCH', '/orders', { customerId: 'kim' }, any],
    ['nobody', 'GET', '/orders', undefined, any],
  ])('%s: %s %s %j', (context, method, url, body, place) => {
    expect(ask(context, method, url, body)).toEqual(place);
  });

  it.each([
    ['GET', `/orders/${ID}-4`, undefined],
    ['POST', '/reviews', { orderId: `${ID}-17` }],
  ])('is refused by name where there is no such cell: %s %s', (method, url, body) => {
    expect(() => ask('front', method, url, body)).toThrow(
      expect.objectContaining({
        code: 'unknown-cell',
        message: expect.stringContaining('this world has the cells 0 to 3') as string,
      }) as Error,
    );
  });
});

describe('what can not be placed', () => {
  it('is nothing of the food-delivery system', () => {
    expect(whyNotPlaced(CONTEXTS, RULE)).toEqual([]);
  });

  it('is named, route by route', () => {
    const troubles = whyNotPlaced(CONTEXTS, { owner: 'customerId', ids: ['orderId', 'id'] });
    expect([...troubles].sort()).toEqual([
      'DELETE /reviews/:reviewId of front must be asked with one of customerId, orderId, id, and is not',
      'GET /reviews/:reviewId of front must be asked with one of customerId, orderId, id, and is not',
    ]);
  });

  it('is a command whose body need not say whose it is, and a list that nobody can put together', () => {
    const route = { operation: 'o', summary: 's', success: { status: 200, description: 'd' } };
    const transfer = { ...route, method: 'POST', path: '/transfers', execute: () => ({ status: 200 }) } as const;
    const answer = () => ({ status: 200 });
    const routes = [
      { ...transfer, body: z.object({ owner: z.string().optional() }) },
      { ...transfer, path: '/gifts', body: z.object({ owner: z.string() }) },
      { ...route, method: 'GET', path: '/totals', answer } as const,
      { ...route, method: 'GET', path: '/lists', sortedBy: 'id', answer } as const,
    ];
    expect(whyNotPlaced([{ name: 'bank', routes }], { owner: 'owner', ids: [] })).toEqual([
      'POST /transfers of bank must be asked with one of owner, and is not',
      'GET /totals of bank must be asked with one of owner, and is not',
    ]);
  });
});
