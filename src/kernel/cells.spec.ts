import { describe, expect, it } from 'vitest';
import { cellOfId, cellOfOwner, idInCell } from './cells.ts';

/** Where owners live in worlds of 2, 4, 16 and 64 cells. Worked out by another program; a change of any would lose whoever lives there. */
const VECTORS: readonly (readonly [owner: string, cells: readonly number[]])[] = [
  ['', [1, 3, 11, 11]],
  ['a', [1, 3, 3, 51]],
  ['kim', [1, 3, 7, 55]],
  ['lee', [0, 2, 14, 62]],
  ['고객-1', [0, 2, 2, 2]],
  ['👍', [0, 0, 8, 24]],
  ['customer-0000001', [0, 2, 2, 18]],
];

describe('the cell of an owner', () => {
  it.each(VECTORS)('%j lives where it always has', (owner, cells) => {
    expect([2, 4, 16, 64].map((count) => cellOfOwner(owner, count))).toEqual(cells);
  });

  it('is the same however the id is written', () => {
    expect(cellOfOwner('  kim ', 64)).toBe(cellOfOwner('kim', 64));
    expect(cellOfOwner('고객-1'.normalize('NFD'), 64)).toBe(cellOfOwner('고객-1', 64));
  });

  it('is every cell for about as many owners', () => {
    const counts = new Array<number>(16).fill(0);
    for (let index = 0; index < 10_000; index += 1) counts[cellOfOwner(`customer-${index}`, 16)]! += 1;
    expect(Math.min(...counts)).toBeGreaterThan(500);
    expect(Math.max(...counts)).toBeLessThan(750);
  });
});

describe('an id of a cell', () => {
  const ulid = '01M8GFNBA50000MXP5V5MSBDH0';

  it.each([0, 3, 63, 999])('names cell %d', (cell) => {
    expect(cellOfId(idInCell(ulid, cell))).toBe(cell);
  });

  it.each([ulid, `${ulid}-`, `${ulid}-03`, `${ulid}-1000`, `${ulid}-3x`, `x${ulid}-3`, 'order-3', ''])('is none: %j', (id) => {
    expect(cellOfId(id)).toBeUndefined();
  });
});
