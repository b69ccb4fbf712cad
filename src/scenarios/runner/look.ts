/** Looking at what the system shows, by one who only looks on. */
import type { HttpResponse } from '../../runtime/http/route.ts';
import { LOOKING_ON } from '../../system/system.ts';
import type { Bench } from '../definition.ts';
import { fieldOf } from './json.ts';
import { NotPassed } from './verdict.ts';

/** What is to be read there. */
export const get = (bench: Pick<Bench, 'system'>, url: string): Promise<HttpResponse> =>
  bench.system.dispatch({ method: 'GET', url, headers: { 'x-correlation-id': LOOKING_ON } });

/** What an answer says that is not the wanted one. */
export const problemOf = (answer: HttpResponse): string => {
  const detail = fieldOf(answer.body, 'detail') ?? fieldOf(answer.body, 'title');
  return `HTTP ${answer.status}${typeof detail === 'string' ? `: ${detail}` : ''}`;
};

/** Every item of a collection, page by page. Throws NotPassed where it can't be read. */
export const collect = async (bench: Pick<Bench, 'system'>, url: string): Promise<readonly unknown[]> => {
  const items: unknown[] = [];
  for (let page = 0; ; page += 1) {
    const answer = await get(bench, `${url}${url.includes('?') ? '&' : '?'}page=${page}&size=100`);
    if (answer.status !== 200) throw new NotPassed({ message: `${url} can't be read`, expected: 'HTTP 200', actual: problemOf(answer) });
    items.push(...(fieldOf(answer.body, 'items') as readonly unknown[]));
    if (page + 1 >= (fieldOf(answer.body, '/page/totalPages') as number)) return items;
  }
};
