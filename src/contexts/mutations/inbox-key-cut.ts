import { inboxTable, type InboxRow } from '../../runtime/actor/ledger.ts';
import type { Table } from '../../runtime/tables/tables.ts';
import type { Mutation } from '../../system/mutation.ts';
import { spoilDisk } from '../../system/spoiled-disk.ts';

/** Time and counter of an id, without the part that tells sources apart. */
const KEPT_CHARACTERS = 14;
const isInbox = (table: Table): boolean => table === (inboxTable as Table);

/** Somebody shortened the inbox's key to save room. */
export const inboxKeyCut: Mutation = {
  name: 'inbox-key-cut',
  whose: 'ours',
  what: 'The inbox keeps only the first 14 characters of an event id.',
  breaks: 'Events of one millisecond are taken for duplicates of each other, and one of them has no effect.',
  equip: ({ disk, bus }) => ({
    bus,
    disk: spoilDisk(disk, {
      tx: (tx) => ({
        ...tx,
        get: (table, ...key) => (isInbox(table) ? tx.get(table, String(key[0]).slice(0, KEPT_CHARACTERS)) : tx.get(table, ...key)),
        put: (table, row) => {
          if (!isInbox(table)) tx.put(table, row);
          else
            tx.put(inboxTable, {
              ...(row as unknown as InboxRow),
              eventId: (row as unknown as InboxRow).eventId.slice(0, KEPT_CHARACTERS),
            });
        },
      }),
    }),
  }),
};
