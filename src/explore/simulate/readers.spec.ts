import { describe, expect, it } from 'vitest';
import type { Answer, HttpRequest, HttpResponse } from '../../runtime/http/route.ts';
import type { ContextName } from '../../contexts/index.ts';
import { explore } from '../search/explore.ts';
import type { Rig } from './rig.ts';
import type { Row } from './world.ts';
import { createRig } from '../../contexts/rig.fixture.ts';

/** A rig of which one context answers those who only read otherwise. */
const reading = (
  name: ContextName,
  spoil: (response: HttpResponse, request: HttpRequest, ask: (url: string) => HttpResponse) => HttpResponse,
): Rig => {
  const rig = createRig();
  const healthy = rig.dispatch[name];
  const ask = (url: string): HttpResponse => healthy({ method: 'GET', url, headers: { 'x-correlation-id': 'spec' } }) as HttpResponse;
  const face: Answer = (request) =>
    request.method === 'GET' && request.headers['x-correlation-id'] === 'reader' ? spoil(ask(request.url), request, ask) : healthy(request);
  return { ...rig, dispatch: { ...rig.dispatch, [name]: face } };
};

type Page = { readonly items: readonly Row[]; readonly page: Row };
const ofPages =
  (spoil: (page: Page) => Page) =>
  (response: HttpResponse): HttpResponse =>
    response.status === 200 && Array.isArray((response.body as Partial<Page>).items)
      ? { ...response, body: spoil(response.body as Page) }
      : response;
const ofItems = (spoil: (item: Row) => Row) => ofPages((page) => ({ ...page, items: page.items.map(spoil) }));
/** Asks for something else than was asked for. */
const rewritten =
  (rewrite: (url: string) => string) =>
  (_response: HttpResponse, { url }: HttpRequest, ask: (url: string) => HttpResponse): HttpResponse =>
    ask(rewrite(url));

const exploring = async (rig: Rig): Promise<string | undefined> => {
  const { failure } = await explore({
    rig,
    seed: '1',
    schedules: 600,
    workload: 'people',
    strategy: { kind: 'random' },
    signal: new AbortController().signal,
    breathe: async () => undefined,
  });
  return failure?.violation.invariant;
};

describe('people who read', { timeout: 120_000 }, () => {
  it.each<[string, Rig]>([
    [
      'a list in another order',
      reading(
        'notification',
        ofPages((page) => ({ ...page, items: page.items.toReversed() })),
      ),
    ],
    [
      'a filter that is ignored',
      reading(
        'notification',
        rewritten((url) => url.replace(/(customerId|orderId|type)=[^&]*&?/, '')),
      ),
    ],
    [
      'a page that begins one too late',
      reading(
        'notification',
        ofPages((page) => ({ ...page, items: page.items.slice(1) })),
      ),
    ],
    [
      'a size that is ignored',
      reading(
        'notification',
        rewritten((url) => url.replace(/size=\d+&?/, '')),
      ),
    ],
    [
      'a total that counts the page',
      reading(
        'notification',
        ofPages(({ items, page }) => ({ items, page: { ...page, totalItems: items.length } })),
      ),
    ],
    [
      "a status's word that finds nothing",
      reading('store', (response, { url }) =>
        url.includes('status=%') ? ofPages(({ page }) => ({ items: [], page }))(response) : response,
      ),
    ],
    [
      'another word for a status',
      reading(
        'store',
        ofItems((item) => ({ ...item, statusText: '요리' })),
      ),
    ],
    [
      'a board that dates from the order',
      reading(
        'rider',
        ofItems((item) => ({ ...item, updatedAt: '2026-01-01T00:00:00.000Z' })),
      ),
    ],
    [
      'one that is found where there is none',
      reading('customer', (response) => (response.status === 404 ? { ...response, status: 200 } : response)),
    ],
  ])('see %s', async (_what, rig) => {
    expect(await exploring(rig)).toBe('What is shown is what is kept.');
  });
});
