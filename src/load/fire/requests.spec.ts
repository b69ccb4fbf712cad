import { expect, it } from 'vitest';
import type { OrderedRequest } from '../order.ts';
import { createRequestSource } from './requests.ts';

const request = (more: object): OrderedRequest =>
  ({ method: 'POST', path: '/reviews', headers: {}, weight: 1, ...more }) as unknown as OrderedRequest;
const order = {
  values: { 'order:lunch': 'o-1' },
  feeders: { words: { draw: 'in turn', rows: [{ words: 'good' }, { words: 'bad' }, { words: 7 }] } },
  seed: '1',
} as const;

it('fills in values, and takes each feeder in turn', () => {
  const source = createRequestSource({
    ...order,
    requests: [request({ path: '/x/${order:lunch}', body: { order: '${order:lunch}', words: '${words}' } })],
  });
  expect(source.isConstant).toBe(false);
  expect([1, 2, 3, 4].map(() => source.next()?.body)).toEqual(
    ['good', 'bad', 7, 'good'].map((words) => JSON.stringify({ order: 'o-1', words })),
  );
  expect(source.next()).toMatchObject({ path: '/x/o-1', headers: { 'content-type': 'application/json' } });
});

it('draws by weight, the same for the same seed', () => {
  const draw = (seed: string) => {
    const source = createRequestSource({ ...order, seed, requests: [request({ weight: 3 }), request({ method: 'GET', weight: 1 })] });
    return Array.from({ length: 4000 }, () => source.next()?.index);
  };
  const drawn = draw('1');
  expect(draw('1')).toEqual(drawn);
  expect(drawn.filter((index) => index === 0).length / drawn.length).toBeCloseTo(0.75, 1);
});

it('knows a load of one unchanging request', () => {
  expect(createRequestSource({ ...order, requests: [request({ body: { order: '${order:lunch}' } })] }).isConstant).toBe(true);
});

it('refuses a name without a value', () => {
  const source = createRequestSource({ ...order, requests: [request({ path: '/x/${order:dinner}' })] });
  expect(() => source.next()).toThrow('${order:dinner} has no value here');
});
