import { describe, expect, it } from 'vitest';
import { createRandom } from '../../kernel/random.ts';
import { composed } from '../../kernel/words.ts';
import { isSame } from '../simulate/same.ts';
import { createRig } from '../../contexts/rig.fixture.ts';

const { repertoire, definitions } = createRig();

const drawn = (route: string, count: number): readonly Readonly<Record<string, unknown>>[] => {
  const random = createRandom('bodies');
  return Array.from({ length: count }, () => repertoire.bodies.get(route)!(random, new Set(), []));
};

const schemaOf = (wanted: string) => {
  for (const { routes } of Object.values(definitions)) {
    for (const route of routes)
      if (route.method !== 'GET' && `${route.method} ${route.path}` === wanted && route.body !== undefined) return route.body;
  }
  throw new Error(`there is no route ${wanted}`);
};

const textsOf = (bodies: readonly Readonly<Record<string, unknown>>[], name: string): readonly string[] =>
  bodies.map((body) => body[name] as string);

describe('bodies that are drawn', () => {
  it.each([...repertoire.bodies.keys()])('are what %s takes, and are kept as they are', (route) => {
    const schema = schemaOf(route);
    for (const body of drawn(route, 400)) {
      const { success, data } = schema.safeParse(body);
      expect(success).toBe(true);
      for (const [name, value] of Object.entries(body)) {
        const kept = (data as Record<string, unknown>)[name];
        // Ids are kept in one composition, and nothing else is changed.
        expect(isSame(kept, value) || (typeof value === 'string' && kept === composed(value))).toBe(true);
      }
    }
  });

  it('come to every edge of an order', () => {
    const orders = drawn('POST /orders', 4_000);
    const prices = orders.map(({ price }) => price as number);
    expect(prices).toEqual(expect.arrayContaining([0, 1, 99_999_999, 100_000_000]));
    const lists = orders.flatMap(({ options }) => (options === undefined ? [] : [(options as readonly string[]).length]));
    expect(lists).toEqual(expect.arrayContaining([0, 1, 2, 3, 20]));
    expect(orders.some(({ options }) => options === undefined)).toBe(true);
    const ids = textsOf(orders, 'customerId');
    expect(Math.max(...ids.map(({ length }) => length))).toBe(200);
    expect(Math.min(...ids.map(({ length }) => length))).toBe(1);
    expect(Math.max(...textsOf(orders, 'address').map(({ length }) => length))).toBe(500);
    for (const odd of [/%/, /\//, /"/, /'/, /\\/, /\p{Script=Hangul}/u, /\u2028/u, /\p{Mark}/u, /\p{Extended_Pictographic}/u])
      expect(orders.some((order) => odd.test(JSON.stringify(order)))).toBe(true);
    expect(textsOf(orders, 'address').some((text) => text !== text.normalize('NFC'))).toBe(true);
  });

  it('show a rounding, and a mix-up', () => {
    const orders = drawn('POST /orders', 400);
    const rounded = orders.filter(({ price }) => (price as number) % 10 === 0);
    expect(rounded.length).toBeLessThan(orders.length / 10);
    for (const { customerId, storeId, foodId, address } of orders) expect(new Set([customerId, storeId, foodId, address]).size).toBe(4);
  });
});
