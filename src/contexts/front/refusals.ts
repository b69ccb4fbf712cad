import { missingKind, refusalKind, type Refusals } from '../../runtime/http/catalogue.ts';

/** What `front` refuses, by stable code. */
export const FRONT_REFUSALS = {
  'order-already-cooking': refusalKind(
    409,
    'Cooking has already begun',
    'An order can be canceled only before its cooking begins.',
    'Let the order run its course; nothing else cancels it now.',
  ),
  'order-already-closed': refusalKind(
    409,
    'The order is closed',
    'The order has reached a final status, which never changes.',
    'Place a new order.',
  ),
  'order-not-found': missingKind('Order', 'GET /orders'),
  'order-not-delivered': refusalKind(
    409,
    'The order is not delivered yet',
    'Only a delivered order can be reviewed.',
    'Write the review once the order is delivered.',
  ),
  'order-lookup-failed': refusalKind(
    500,
    'The order could not be looked up',
    'A review needs its order, and the synchronous call for it failed: too slow, refused by the open circuit breaker, or rejected as one too many.',
    'Try again after the circuit breaker has closed; `kind` says what happened.',
  ),
  'review-not-found': missingKind('Review', 'GET /reviews'),
  'payment-not-found': missingKind('Payment', 'GET /payments'),
} as const satisfies Refusals;
