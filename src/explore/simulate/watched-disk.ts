import type { Disk, RowChange } from '../../runtime/tables/tables.ts';

/** Hears each commit of a context. */
export type OnCommit = (context: string, changes: readonly RowChange[]) => void;

/** A disk whose commits are heard by one more than who opens its databases. */
export interface WatchedDisk {
  readonly disk: Disk;
  /** From now on each commit is told; before, none was. */
  listen(onCommit: OnCommit): void;
}

/** Watches a disk's databases. */
export const watchDisk = (disk: Disk): WatchedDisk => {
  let told: OnCommit = () => undefined;
  return {
    listen: (onCommit) => {
      told = onCommit;
    },
    disk: {
      has: (name) => disk.has(name),
      open: (name, schemas) => {
        const database = disk.open(name, schemas);
        let listener: ((changes: readonly RowChange[]) => void) | undefined;
        database.onCommit((changes) => {
          listener?.(changes);
          told(name, changes);
        });
        return {
          ...database,
          onCommit: (next) => {
            listener = next;
          },
        };
      },
    },
  };
};
