import type { Bus } from '../../bus/bus.ts';
import type { Envelope } from '../../kernel/envelope.ts';
import { outboxTable, type OutboxRow } from '../../runtime/actor/ledger.ts';
import type { Table } from '../../runtime/tables/tables.ts';
import type { Mutation } from '../../system/mutation.ts';
import { spoilDisk } from '../../system/spoiled-disk.ts';

const tell = async (bus: Bus, events: readonly Envelope[]): Promise<void> => bus.publish(events);

/** Events went out from entity callbacks, before it was known how the transaction would end. */
export const publishOnRollback: Mutation = {
  name: 'publish-on-rollback',
  whose: 'the original',
  what: 'Events were published even where the transaction rolled back.',
  breaks: 'Others hear of things that never happened.',
  equip: ({ disk, bus }) => {
    let emitted: Envelope[] = [];
    return {
      bus,
      disk: spoilDisk(disk, {
        begun: () => {
          emitted = [];
        },
        tx: (tx) => ({
          ...tx,
          put: (table, row) => {
            if ((table as Table) === (outboxTable as Table)) emitted.push((row as unknown as OutboxRow).envelope);
            tx.put(table, row);
          },
        }),
        rolledBack: () => {
          // Nobody waits for it, and nobody tries again where the bus refuses: there was no relay.
          if (emitted.length > 0) tell(bus, emitted).catch(() => undefined);
        },
      }),
    };
  },
};
