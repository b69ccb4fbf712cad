import type { Bus } from '../../bus/bus.ts';
import type { Mutation } from '../../system/mutation.ts';

/** Whatever becomes of a batch, the bus believes it handled. */
const acknowledgingFirst = (bus: Bus): Bus => ({
  ...bus,
  consume: (options, handle) =>
    bus.consume(options, (batch) => {
      try {
        handle(batch);
      } catch {
        // It was acknowledged before it was handled, so nobody can be told any more.
      }
    }),
});

/** Auto-acknowledgement, as many clients have it by default. */
export const ackBeforeCommit: Mutation = {
  name: 'ack-before-commit',
  whose: 'ours',
  what: 'Messages are acknowledged before their effects are committed.',
  breaks: 'A message whose context crashes at it is lost.',
  equip: ({ disk, bus }) => ({ disk, bus: acknowledgingFirst(bus) }),
};
