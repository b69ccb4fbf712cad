/** Collections of a system that others use too, as one scenario sees them: what it made alone, with pages and totals of that. */
import { OperatingError } from '../kernel/errors.ts';
import type { Dispatch, HttpRequest, HttpResponse } from '../runtime/http/route.ts';

interface Page {
  readonly number: number;
  readonly size: number;
  readonly totalItems: number;
  readonly totalPages: number;
}

interface Collection {
  readonly items: readonly unknown[];
  readonly page: Page;
}

/** Read at once; the most that a collection takes. */
const READ_SIZE = 100;
/** The most items that are looked through for those of one scenario. */
const MOST_ITEMS = 20_000;

const collectionIn = ({ method }: HttpRequest, { status, body }: HttpResponse): Collection | undefined => {
  const { items, page } = (body ?? {}) as Partial<Collection>;
  return method === 'GET' && status === 200 && Array.isArray(items) && typeof page?.totalItems === 'number' ? { items, page } : undefined;
};

/** The same question for another page. */
const pageOf = (url: string, number: number): string => {
  const [path = '', query = ''] = url.split('?');
  const others = query.split('&').filter((part) => part !== '' && !/^(page|size)=/.test(part));
  return `${path}?${[...others, `page=${number}`, `size=${READ_SIZE}`].join('&')}`;
};

const readAll = async (ask: Dispatch, request: HttpRequest, { page: { totalItems } }: Collection): Promise<readonly unknown[]> => {
  if (totalItems > MOST_ITEMS)
    throw new OperatingError('usage', `${request.url} has ${totalItems} items there: too many to find those of a scenario among them`, {
      mend: 'Filter it by what the scenario made, or judge in a world with less in it.',
    });
  const items: unknown[] = [];
  for (let number = 0; number * READ_SIZE < totalItems; number += 1)
    items.push(...(collectionIn(request, await ask({ ...request, url: pageOf(request.url, number) }))?.items ?? []));
  return items;
};

/** The answer as if there were nothing but what is ours; any other answer as it is. */
export const confined = async (
  ask: Dispatch,
  request: HttpRequest,
  answer: HttpResponse,
  isOurs: (item: unknown) => boolean,
): Promise<HttpResponse> => {
  const found = collectionIn(request, answer);
  if (found === undefined || found.page.totalItems === 0) return answer;
  const { number, size } = found.page;
  const ours = (await readAll(ask, request, found)).filter(isOurs);
  const page: Page = { ...found.page, totalItems: ours.length, totalPages: Math.ceil(ours.length / size) };
  return { ...answer, body: { ...(answer.body as object), items: ours.slice(number * size, (number + 1) * size), page } };
};
