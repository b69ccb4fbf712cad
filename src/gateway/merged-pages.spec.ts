import { describe, expect, it } from 'vitest';
import { createRandom } from '../kernel/random.ts';
import { mergePages, wantedPageOf, type Page, type WantedPage } from './merged-pages.ts';

const byBytes = (one: string, other: string): number => Buffer.compare(Buffer.from(one), Buffer.from(other));

const pageOf = (keys: readonly string[], { number, size }: WantedPage): Page => ({
  items: keys.slice(number * size, (number + 1) * size).map((key) => ({ key })),
  page: { number, size, totalItems: keys.length, totalPages: Math.ceil(keys.length / size) },
});

/** Cells of so many items each, with keys of every kind, and one sorted table of all of them. */
const cellsOf = (sizes: readonly number[]) => {
  const random = createRandom('cells');
  const key = (): string => `${String.fromCodePoint([0x41, 0xe9, 0xac00, 0xff01, 0x1f44d][random.uint32() % 5]!)}${random.uint32()}`;
  const cells = sizes.map((size) => Array.from({ length: size }, key).sort(byBytes));
  return { cells, all: cells.flat().sort(byBytes) };
};

describe('a page of several cells', () => {
  it.each([[[0, 0]], [[1]], [[5, 0, 3]], [[250, 1, 130, 99]], [[100, 100, 100]]])(
    'is a page of one table with all items: %j',
    async (sizes) => {
      const { cells, all } = cellsOf(sizes);
      for (const wanted of [
        { number: 0, size: 20 },
        { number: 1, size: 7 },
        { number: 0, size: 100 },
        { number: 3, size: 100 },
        { number: 42, size: 3 },
        { number: 1_000_000, size: 1 },
      ]) {
        const merged = await mergePages(cells.length, 'key', wanted, async (cell, page) => pageOf(cells[cell]!, page));
        expect(merged, JSON.stringify(wanted)).toEqual(pageOf(all, wanted));
      }
    },
  );

  it('asks each cell once for a page near the beginning, and none for one behind the end', async () => {
    const { cells } = cellsOf([50, 50, 50]);
    let asked = 0;
    const ask = async (cell: number, page: WantedPage): Promise<Page> => {
      asked += 1;
      return pageOf(cells[cell]!, page);
    };
    await mergePages(3, 'key', { number: 2, size: 10 }, ask);
    expect(asked).toBe(3);
    await mergePages(3, 'key', { number: 900, size: 100 }, ask);
    expect(asked).toBe(6);
  });

  it('is refused where a cell does not answer', async () => {
    const down = new Error('cell 1 is down');
    const asked = mergePages(2, 'key', { number: 0, size: 1 }, async (cell, page) => {
      if (cell === 1) throw down;
      return pageOf(['a'], page);
    });
    await expect(asked).rejects.toBe(down);
  });
});

describe('the page that a query asks for', () => {
  it.each([
    ['', { number: 0, size: 20 }],
    ['page=3&status=paid', { number: 3, size: 20 }],
    ['size=100', { number: 0, size: 100 }],
    ['page=-1', undefined],
    ['page=1.5', undefined],
    ['size=0', undefined],
    ['size=101', undefined],
    ['page=1000001', undefined],
    ['page=1&page=2', undefined],
    ['size=', undefined],
  ])('%j', (query, wanted) => {
    expect(wantedPageOf(new URLSearchParams(query))).toEqual(wanted);
  });
});
