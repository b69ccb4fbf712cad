import { outboxTable } from '../../runtime/actor/ledger.ts';
import type { Table } from '../../runtime/tables/tables.ts';
import type { Mutation } from '../../system/mutation.ts';
import { spoilDisk } from '../../system/spoiled-disk.ts';

/** `publishAfterCommit`: what is to be published is only in memory, and a crash takes it along. */
export const noOutbox: Mutation = {
  name: 'no-outbox',
  whose: 'the original',
  what: 'Events were published after the transaction, and were lost where the process crashed in between.',
  breaks: 'Orders are stuck: what happened is kept, and nobody is told.',
  equip: ({ disk, bus }) => ({
    bus,
    disk: spoilDisk(disk, {
      tx: (tx) => ({
        ...tx,
        put: (table, row) => {
          if ((table as Table) !== (outboxTable as Table)) tx.put(table, row);
        },
      }),
    }),
  }),
};
