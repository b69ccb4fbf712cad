/** A process as one of those that share a world: what it serves is its own while its lease lasts, and it knows where the rest is. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { BusHost, SharedNotes } from '../../bus/bus.ts';
import type { Timers } from '../../kernel/clock.ts';
import { OperatingError } from '../../kernel/errors.ts';
import { originOf } from '../../runtime/http/listening.ts';
import type { Disk } from '../../runtime/tables/tables.ts';
import { createClaims, type Claimed } from './claims.ts';
import { openDirectory, type Directory } from './directory.ts';
import { fencedDisk, fencedHost } from './fenced.ts';
import { createElapsed, openLease } from './lease.ts';

/** What a membership is made of. */
export interface MembershipOptions {
  readonly notes: SharedNotes;
  readonly leaseMs: number;
  readonly timers: Timers;
  /** Whether it must know where everything is. */
  readonly needsDirectory: boolean;
  readonly onLost: (error: OperatingError) => void;
}

/** A process among others. */
export interface Membership {
  /** Claims a context of a cell for this process. Rejects as claims do. */
  claim(claimed: Claimed): Promise<void>;
  /** The same host, to be published on only while the lease lasts. */
  fenceHost(host: BusHost): BusHost;
  /** The same disk, to be changed only while the lease lasts. */
  fenceDisk(disk: Disk): Disk;
  readonly directory: Directory | undefined;
  /** Why nothing may be answered now; undefined while the lease lasts. */
  whyNot(): string | undefined;
  /** Says that it is about to stop, so that nobody is sent here any more. */
  leave(): Promise<void>;
  /** Lets go of everything; with `destroy`, nobody knows afterwards that anybody was here. */
  close(options?: { readonly destroy: boolean }): Promise<void>;
}

/** The longest that a message is on its way to the bus, in milliseconds. */
const ON_ITS_WAY_MS = 5_000;

/** Joins the processes that share a world. Rejects with an OperatingError (infrastructure) where the notes can't be asked. */
export const openMembership = async (options: MembershipOptions): Promise<Membership> => {
  const { notes, leaseMs, timers, onLost } = options;
  const elapsed = createElapsed();
  try {
    const lease = await openLease({ notes, id: randomUUID(), leaseMs, timers, elapsed, onLost });
    const { claim } = createClaims({ notes, lease, timers, elapsed, newToken: randomUUID });
    const directory = options.needsDirectory ? await openDirectory(notes, elapsed) : undefined;
    const marginMs = Math.min(ON_ITS_WAY_MS, leaseMs / 2);
    return {
      claim,
      fenceHost: (host) => fencedHost(host, lease, marginMs),
      fenceDisk: (disk) => fencedDisk(disk, lease),
      directory,
      whyNot: () => {
        try {
          lease.check();
          return undefined;
        } catch (error) {
          if (error instanceof OperatingError) return error.message;
          throw error;
        }
      },
      leave: lease.leave,
      close: async ({ destroy } = { destroy: false }) => {
        await lease.release();
        await notes.close({ destroy });
      },
    };
  } catch (error) {
    await notes.close();
    throw error;
  }
};

const ANYWHERE = ['0.0.0.0', '::', '[::]'];

/**
 * The address at which others find what listens here at `url`: at the host that is advertised, or by this machine's name where it
 * listens everywhere.
 */
export const advertisedUrl = (url: string, host: string, advertise: string | undefined): string => {
  const known = advertise ?? (ANYWHERE.includes(host) ? hostname() : undefined);
  return known === undefined ? url : originOf(known, Number(new URL(url).port));
};
