import { expect, it } from 'vitest';
import type { Envelope } from '../../kernel/envelope.ts';
import { isOurs } from './ours.ts';

it.each<[type: string, source: string, is: boolean]>([
  ['Paid', '/front', true],
  ['Paid', '/loyalty', true],
  ['Overpaid', '/front', true],
  ['PointsGranted', '/loyalty', false],
])('%s of %s is held to what these contexts promise: %s', (type, source, is) => {
  expect(isOurs({ type, source } as Envelope)).toBe(is);
});
