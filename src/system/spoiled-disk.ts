import type { Database, Disk, Tx } from '../runtime/tables/tables.ts';

/** A disk whose databases are given another transaction, and are told how each one ended. */
export const spoilDisk = (
  disk: Disk,
  spoil: { readonly tx: (tx: Tx) => Tx; readonly begun?: () => void; readonly rolledBack?: (error: unknown) => void },
): Disk => ({
  has: (name) => disk.has(name),
  open: (name, schemas): Database => {
    const database = disk.open(name, schemas);
    return {
      ...database,
      transact: (work) => {
        spoil.begun?.();
        try {
          return database.transact((tx) => work(spoil.tx(tx)));
        } catch (error) {
          spoil.rolledBack?.(error);
          throw error;
        }
      },
    };
  },
});
