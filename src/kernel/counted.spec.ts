import { expect, it } from 'vitest';
import { counted } from './counted.ts';

it('one is told by another word than none and many', () => {
  expect([0, 1, 2].map((count) => counted(count, 'dead letter'))).toEqual(['0 dead letters', '1 dead letter', '2 dead letters']);
});
