import { CancelRefused } from '../store/contract.ts';
import { inContext, reacting, type Mutation } from '../../system/mutation.ts';

/** A policy that forgets an event; nothing but a race shows it. */
export const refusalUnheard: Mutation = {
  name: 'refusal-unheard',
  whose: 'ours',
  what: 'Front does not listen to CancelRefused.',
  breaks: 'An order whose cancellation was refused waits for its cancellation for ever.',
  define: inContext(
    'front',
    reacting(CancelRefused, () => undefined),
  ),
};
