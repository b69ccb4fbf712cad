/** A collection that is kept in every cell, asked of all of them and answered as one. */
import type { Dispatch, HttpRequest, HttpResponse } from '../runtime/http/route.ts';
import { mergePages, wantedPageOf, type Page } from './merged-pages.ts';

/** A cell answered with something else than a page: that is the answer to all. */
class OtherAnswer extends Error {
  override readonly name = 'OtherAnswer';
  readonly response: HttpResponse;
  constructor(response: HttpResponse) {
    super(`a cell answered ${response.status}`);
    this.response = response;
  }
}

const isOfPage = (pair: string): boolean => {
  const name = new URLSearchParams(pair).keys().next().value;
  return name === 'page' || name === 'size';
};

/**
 * Answers a `GET` of a collection from so many cells, sorted by a member of the items. What a cell refuses, all refuse; rejects where
 * one can't be asked.
 */
export const askEveryCell = async (
  request: HttpRequest,
  cells: number,
  sortedBy: string,
  dispatchTo: (cell: number) => Dispatch,
): Promise<HttpResponse> => {
  const [path = '', queryText = ''] = request.url.split('?', 2);
  const query = new URLSearchParams(queryText);
  const wanted = wantedPageOf(query);
  if (wanted === undefined) return dispatchTo(0)(request);
  // What stands there beside the page goes along as it was written: a filter that is given twice is refused as ever.
  const filters = queryText.split('&').filter((pair) => pair !== '' && !isOfPage(pair));
  let headers: HttpResponse['headers'] = {};
  try {
    const body = await mergePages(cells, sortedBy, wanted, async (cell, page) => {
      const url = `${path}?${[...filters, `page=${page.number}`, `size=${page.size}`].join('&')}`;
      const response = await dispatchTo(cell)({ ...request, url });
      if (response.status !== 200) throw new OtherAnswer(response);
      headers = response.headers;
      return response.body as Page;
    });
    return { status: 200, headers, body };
  } catch (error) {
    if (error instanceof OtherAnswer) return error.response;
    throw error;
  }
};
