import { NotYet } from '../../kernel/errors.ts';
import { reactingToAll, type Mutation } from '../../system/mutation.ts';

/** What concerns an unknown order is taken for somebody else's. */
export const tooEarlyIsNever: Mutation = {
  name: 'too-early-is-never',
  whose: 'ours',
  what: 'A message that comes before its order is ignored, where it should be put aside.',
  breaks: 'Where Paid overtakes OrderPlaced, the kitchen never hears that it may begin.',
  define: reactingToAll((healthy) => {
    try {
      healthy();
    } catch (error) {
      if (!(error instanceof NotYet)) throw error;
    }
  }),
};
