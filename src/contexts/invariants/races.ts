/** What an exploration of the food system must have seen, or it proved little. */
import { sightingsOf } from '../../explore/invariants/network.ts';
import { sometimes, type Invariant, type Shown } from '../../explore/simulate/invariant.ts';

const OF_CANCELLATIONS = ['people', 'racing-cancel'] as const;

const isTold = ({ world: { stream } }: Shown, type: string): boolean => stream.some((event) => event.type === type);
/** What must have been seen. */
export const SIGHTINGS: readonly Invariant[] = [
  sometimes('A cancellation beat the kitchen.', {
    when: 'in the end',
    breach: 'no cancellation was in time',
    demandedOf: OF_CANCELLATIONS,
    isSeen: (shown) => isTold(shown, 'CookingCanceled'),
  }),
  sometimes('The kitchen beat a cancellation.', {
    when: 'in the end',
    breach: 'no cancellation was too late',
    demandedOf: OF_CANCELLATIONS,
    isSeen: (shown) => isTold(shown, 'CancelRefused'),
  }),
  ...sightingsOf(OF_CANCELLATIONS, true),
];
