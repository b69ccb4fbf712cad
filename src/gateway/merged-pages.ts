/** One page of a collection whose items are kept in several cells, each sorted by the same member. */

/** A page as a context answers it. */
export interface Page {
  readonly items: readonly Readonly<Record<string, unknown>>[];
  readonly page: { readonly number: number; readonly size: number; readonly totalItems: number; readonly totalPages: number };
}

/** Which page is wanted. */
export interface WantedPage {
  readonly number: number;
  readonly size: number;
}

/** The largest page that a context gives. */
const LARGEST = 100;

/** The page that a query asks for; undefined where it asks for none that there could be: a context says what is wrong with it. */
export const wantedPageOf = (query: URLSearchParams): WantedPage | undefined => {
  if (query.getAll('page').length > 1 || query.getAll('size').length > 1) return undefined;
  const [number, size] = [query.get('page') ?? '0', query.get('size') ?? '20'].map((text) => (/^\d{1,9}$/.test(text) ? Number(text) : -1));
  if (number === undefined || size === undefined || number < 0 || number > 1_000_000 || size < 1 || size > LARGEST) return undefined;
  return { number, size };
};

/** Asks a cell for a page; what it rejects with is the answer to all. */
export type AskPage = (cell: number, page: WantedPage) => Promise<Page>;

/** As databases sort texts: by their bytes, which is the order of code points and not that of UTF-16. */
const isBefore = (one: string, other: string): boolean => Buffer.compare(Buffer.from(one), Buffer.from(other)) < 0;

/** The items of one cell, one after the other. */
interface Strand {
  readonly total: number;
  head(): Readonly<Record<string, unknown>> | undefined;
  /** A promise where the next ones must be asked for. */
  advance(): Promise<void> | undefined;
}

const createStrand = (first: Page, size: number, ask: (page: WantedPage) => Promise<Page>): Strand => {
  let { items } = first;
  let next = 0;
  let page = 0;
  let isLast = items.length < size;
  return {
    total: first.page.totalItems,
    head: () => items[next],
    advance: () => {
      next += 1;
      if (next < items.length || isLast) return undefined;
      page += 1;
      return ask({ number: page, size }).then((answer) => {
        ({ items } = answer);
        next = 0;
        isLast = items.length < size;
      });
    },
  };
};

const leastOf = (strands: readonly Strand[], sortedBy: string): Strand | undefined => {
  let least: Strand | undefined;
  let leastKey = '';
  for (const strand of strands) {
    const head = strand.head();
    if (head === undefined) continue;
    const key = String(head[sortedBy]);
    if (least === undefined || isBefore(key, leastKey)) [least, leastKey] = [strand, key];
  }
  return least;
};

/**
 * Puts a page together from all cells, in the order of `sortedBy`: exactly what one table with the items of all would give. How far
 * in it is, that many items are looked at. Rejects with what a cell rejected with.
 */
export const mergePages = async (cells: number, sortedBy: string, wanted: WantedPage, ask: AskPage): Promise<Page> => {
  const start = wanted.number * wanted.size;
  const size = Math.min(LARGEST, start + wanted.size);
  const firsts = await Promise.all(Array.from({ length: cells }, (_, cell) => ask(cell, { number: 0, size })));
  const strands = firsts.map((first, cell) => createStrand(first, size, (page) => ask(cell, page)));
  const totalItems = strands.reduce((sum, { total }) => sum + total, 0);
  const page = { ...wanted, totalItems, totalPages: Math.ceil(totalItems / wanted.size) };
  const items: Readonly<Record<string, unknown>>[] = [];
  if (start >= totalItems) return { items, page };
  for (let place = 0; items.length < wanted.size; place += 1) {
    const strand = leastOf(strands, sortedBy);
    const head = strand?.head();
    if (strand === undefined || head === undefined) break;
    if (place >= start) items.push(head);
    await strand.advance();
  }
  return { items, page };
};
