import { expect, it } from 'vitest';
import { commanded, delivered, handled, published, recorded, row } from './view/entries.fixture.ts';
import { createEntryWindow } from './window.ts';

const fill = (count: number): ReturnType<typeof createEntryWindow> => {
  const window = createEntryWindow(3, 4);
  for (const entry of recorded(
    ...Array.from({ length: count }, (_, index) =>
      index % 2 === 0 ? row('front', 'orders', 'C', { index }, `O${index % 6}`) : commanded('front', 'C', 'x'),
    ),
  ))
    window.put(entry);
  return window;
};

it.each([0, 1, 3, 7])('keeps all of %i entries', (count) => {
  const window = fill(count);
  expect(window.count()).toBe(count);
  expect(window.kept([], () => false)).toEqual({ entries: expect.objectContaining({ length: count }) });
});

it.each([8, 11, 12, 99])('keeps the beginning and the end of %i entries, and says what is between', (count) => {
  const window = fill(count);
  const { entries, gap } = window.kept([], () => false);
  expect(window.count()).toBe(count);
  expect(entries.map(({ n }) => n)).toEqual([1, 2, 3, count - 3, count - 2, count - 1, count]);
  expect(gap).toMatchObject({ afterN: 3, count: count - 7, fromMs: 3, toMs: count - 5, rowsLeftOut: 0 });
});

it('brings each row that was left out as it was last', () => {
  expect(
    fill(99)
      .kept([], () => false)
      .gap?.rows.map(({ key, row: held }) => [key[0], held]),
  ).toEqual([
    ['O0', { index: 90 }],
    ['O2', { index: 92 }],
    ['O4', { index: 94 }],
  ]);
});

it('tells of the rows that changed last, of those that are wanted, and how many others there are', () => {
  const window = createEntryWindow(1, 1);
  for (const entry of recorded(...Array.from({ length: 1002 }, (_, index) => row('front', 'orders', 'C', {}, `O${index}`))))
    window.put(entry);
  const { gap } = window.kept([], (entry) => entry.kind === 'state' && entry.key[0] === 'O7');
  expect(gap?.rows).toHaveLength(401);
  expect(gap?.rows[0]?.key).toEqual(['O7']);
  expect(gap?.rows.at(-1)?.key).toEqual(['O1000']);
  expect(gap?.rowsLeftOut).toBe(599);
});

it('remembers no more than 20,000 rows, and counts the others', () => {
  const window = createEntryWindow(1, 1);
  for (const entry of recorded(...Array.from({ length: 20_010 }, (_, index) => row('front', 'orders', 'C', {}, `O${index}`))))
    window.put(entry);
  const { gap } = window.kept([], (entry) => entry.kind === 'state' && entry.key[0] === 'O7');
  expect(gap?.rows).toHaveLength(400);
  expect(gap?.rowsLeftOut).toBe(20_008 - 400);
});

it('leaves out a delivery that was handled, and keeps one that was not', () => {
  const window = createEntryWindow(9, 9);
  for (const entry of recorded(delivered('store', 'E', 'Paid'), delivered('rider', 'E', 'Paid'), handled('store', 'E', 'Paid')))
    window.put(entry);
  expect(window.kept([], () => false).entries.map(({ n }) => n)).toEqual([2, 3]);
});

it('brings along what a failure is about, wherever it was, and then the gap', () => {
  const besides = recorded(...Array.from({ length: 60 }, () => commanded('front', 'C', 'x'))).filter(
    ({ n }) => n === 2 || n === 50 || n === 52,
  );
  const { entries, gap } = fill(99).kept(besides, () => false);
  expect(entries.map(({ n }) => n)).toEqual([1, 2, 3, 50, 52, 96, 97, 98, 99]);
  expect(gap).toMatchObject({ afterN: 52, count: 90 });
});

it('says who published what is handled after the gap', () => {
  const window = createEntryWindow(1, 1);
  for (const entry of recorded(
    commanded('front', 'C', 'x'),
    published('front', 'E1', 'Paid', 'C'),
    published('store', 'E2', 'X', 'C'),
    handled('rider', 'E1', 'Paid'),
  ))
    window.put(entry);
  expect(window.kept([], () => false).gap?.sources).toEqual([['E1', 'front']]);
});
