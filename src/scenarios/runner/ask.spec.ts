import { expect, it } from 'vitest';
import { isSuccess } from './ask.ts';

it.each([[199, false], [200, true], [201, true], [299, true], [300, false], [304, false], [409, false], [500, false]])('takes %i for a success: %s', (status, expected) => {
  expect(isSuccess({ status, headers: {} })).toBe(expected);
});
