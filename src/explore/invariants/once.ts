/** Each event has its effect once. */
import type { Envelope } from '../../kernel/envelope.ts';
import { always, onCommit, type Invariant } from '../simulate/invariant.ts';
import type { World } from '../simulate/world.ts';

const eventOf = ({ stream, placeOf }: World, id: string): Envelope | undefined => stream[placeOf(id) ?? -1];

/** That no context takes an event in a second time. */
export const ONCE: Invariant = always(
  'The same event never has its effect twice.',
  onCommit('an event that is taken in a second time', (world) => {
    const takenIn = new Map<string, Set<unknown>>();
    return ({ context, changes }, say) => {
      for (const { table, key, row } of changes) {
        if (table !== 'inbox' || row === null) continue;
        let ids = takenIn.get(context);
        if (ids === undefined) takenIn.set(context, (ids = new Set()));
        const [id] = key;
        const { size } = ids;
        // What was there already adds nothing; asking first would be looking twice.
        if (ids.add(id).size === size) {
          const event = eventOf(world, String(id));
          say(`${context} took ${event?.type ?? 'an event'} in a second time.`, event?.subject ?? '');
        }
      }
    };
  }),
);
