/** A bus and a disk that work only while a lease lasts: whoever lost it commits nothing and tells nobody anything. */
import type { Bus, BusHost } from '../../bus/bus.ts';
import type { Disk } from '../../runtime/tables/tables.ts';
import type { Lease } from './lease.ts';

const fencedBus = (bus: Bus, lease: Lease, marginMs: number): Bus => ({
  ...bus,
  publish: (messages) => {
    lease.check(marginMs);
    return bus.publish(messages);
  },
});

/** A bus host whose worlds are published to only while the lease lasts `marginMs` longer: as long as a message may be on its way. */
export const fencedHost = (host: BusHost, lease: Lease, marginMs: number): BusHost => ({
  ...host,
  open: async (world, use) => fencedBus(await host.open(world, use), lease, marginMs),
});

/** A disk whose databases change only while the lease lasts: looked at before each transaction, and once more before it is committed. */
export const fencedDisk = (disk: Disk, lease: Lease): Disk => ({
  ...disk,
  open: (name, schemas) => {
    const database = disk.open(name, schemas);
    return {
      ...database,
      transact: (work) => {
        lease.check();
        return database.transact((tables) => {
          const result = work(tables);
          lease.check();
          return result;
        });
      },
    };
  },
});
