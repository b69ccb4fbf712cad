import { expect, it } from 'vitest';
import type { CannonOrder } from '../order.ts';
import { createFeeds, feedersOf } from './feeds.ts';

const rows = (name: string, ...values: readonly string[]) => values.map((value) => ({ [name]: value }));
const feeders: CannonOrder['feeders'] = {
  word: { draw: 'in turn', rows: rows('word', 'a', 'b') },
  die: { draw: 'at random', rows: rows('die', '1', '2', '3', '4', '5', '6') },
  seat: { draw: 'unique', rows: rows('seat', 's1', 's2') },
  people: { draw: 'in turn', rows: [{ 'people.name': 'kim', 'people.town': 'Seoul' }] },
};

it('gives in turn from the beginning again, each unique value once, and says when one has nothing left', () => {
  const feeds = createFeeds({ feeders, seed: '1' });
  expect([1, 2, 3].map(() => feeds.take(['word']))).toEqual(['a', 'b', 'a'].map((word) => ({ values: { word } })));
  expect([1, 2, 3].map(() => feeds.take(['seat', 'people']))).toEqual([
    { values: { seat: 's1', 'people.name': 'kim', 'people.town': 'Seoul' } },
    { values: { seat: 's2', 'people.name': 'kim', 'people.town': 'Seoul' } },
    { dry: 'seat' },
  ]);
  // Nothing was taken from the others for what was not begun.
  expect(feeds.take(['word'])).toEqual({ values: { word: 'b' } });
  expect(feeds.unfed()).toEqual({ seat: 1 });
});

it('draws at random, the same for the same seed', () => {
  const draw = (seed: string) => {
    const feeds = createFeeds({ feeders, seed });
    return Array.from({ length: 60 }, () => feeds.take(['die']));
  };
  expect(draw('1')).toEqual(draw('1'));
  expect(draw('1')).not.toEqual(draw('2'));
  expect(new Set(draw('1').map((fed) => JSON.stringify(fed))).size).toBe(6);
});

it('knows whose values something takes', () => {
  expect(feedersOf(feeders, ['people.town', 'word', 'order:lunch'])).toEqual(['word', 'people']);
});
