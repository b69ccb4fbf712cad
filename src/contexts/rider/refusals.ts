import { missingKind, refusalKind, type Refusals } from '../../runtime/http/catalogue.ts';

/** What `rider` refuses, by stable code. */
export const RIDER_REFUSALS = {
  'delivery-not-found': missingKind('Delivery', 'GET /deliveries'),
  'delivery-list-not-found': missingKind('Delivery board row', 'GET /deliveryLists'),
  'delivery-status-mismatch': refusalKind(
    409,
    'The delivery is in another status',
    'A delivery is picked up once the food is cooked, and confirmed once it was picked up.',
    'Read the delivery and take the step that its status allows.',
  ),
} as const satisfies Refusals;
