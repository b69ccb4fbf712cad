/** What must not be left once nothing moves any more. */
import { counted } from '../../kernel/counted.ts';
import { atRest, inAll, type Invariant } from '../simulate/invariant.ts';

/** That nothing waits any more, neither in memory nor on a disk. */
export const PUT_ASIDE: Invariant = atRest(
  'Nothing is put aside at rest.',
  inAll('a message that a context still waits with', ({ remains }, say) => {
    for (const { context, parked } of remains)
      for (const { type, subject, reason } of parked) say(`${context} still waits with ${type}: ${reason}`, subject);
  }),
  inAll('a message that a database keeps, and nobody waits for', ({ world }, say) => {
    for (const { context, id } of world.aside.values()) {
      const event = world.stream[world.placeOf(id) ?? -1];
      say(`${event?.type ?? 'A message'} stands in the database of ${context}, and nobody waits for it.`, event?.subject ?? '');
    }
  }),
);

/** That every event that was committed is published. */
export const OUTBOXES: Invariant = atRest(
  'Outboxes are empty at rest.',
  inAll('an event that was not published', ({ remains }, say) => {
    for (const { context, outbox } of remains) if (outbox > 0) say(`${context} has ${counted(outbox, 'unpublished event')}.`, '');
  }),
);

/** What must hold of what is left; told first, for it is why other things are not as they should be. */
export const REMAINS: readonly Invariant[] = [
  atRest(
    'There are no dead letters.',
    inAll('a message that was given up', ({ remains }, say) => {
      for (const { context, deadLetters } of remains)
        for (const { type, subject, error } of deadLetters) say(`${context} gave ${type ?? 'a message'} up: ${error}`, subject);
    }),
  ),
  OUTBOXES,
  PUT_ASIDE,
];
