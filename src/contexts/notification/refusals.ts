import { missingKind, type Refusals } from '../../runtime/http/catalogue.ts';

/** What `notification` refuses, by stable code. */
export const NOTIFICATION_REFUSALS = {
  'notice-not-found': missingKind('Notice', 'GET /notices'),
} as const satisfies Refusals;
