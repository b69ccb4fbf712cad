import { missingKind, refusalKind, type Refusals } from '../../runtime/http/catalogue.ts';

/** What `store` refuses, by stable code. */
export const STORE_REFUSALS = {
  'food-cooking-not-found': missingKind('Kitchen ticket', 'GET /foodCookings'),
  'cooking-status-mismatch': refusalKind(
    409,
    'The kitchen ticket is in another status',
    'The kitchen goes one step at a time: accept or reject after payment, start after accepting, finish after starting.',
    'Read the ticket and take the step that its status allows.',
  ),
} as const satisfies Refusals;
