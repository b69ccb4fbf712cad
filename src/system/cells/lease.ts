/** The lease of a process on all that it serves: renewed by a beat; whoever finds none for so long may take over. */
import { hostname } from 'node:os';
import process from 'node:process';
import type { Note, SharedNotes } from '../../bus/bus.ts';
import { nameOfThisProcess } from '../../bus/process-alive.ts';
import { sleep, type Timers } from '../../kernel/clock.ts';
import { OperatingError } from '../../kernel/errors.ts';

/** What a process says of itself to the others. */
export interface ProcessNote {
  /** By which another one on the same machine can look whether it lives. */
  readonly name: string;
  readonly host: string;
  readonly pid: number;
  /** How long it may be silent, in milliseconds. */
  readonly leaseMs: number;
  /** It is stopping: nobody is to be sent there any more. */
  readonly isLeaving: boolean;
}

/** Time that only ever goes on, in milliseconds, whoever sets the clock, and also while the process was paused or the machine slept. */
export type Elapsed = () => number;

/** Makes such a clock of two, each of which has its failing: it goes by whichever went further. */
export const createElapsed = (wall: () => number = Date.now, steady: () => number = () => performance.now()): Elapsed => {
  let elapsed = 0;
  let [lastWall, lastSteady] = [wall(), steady()];
  return () => {
    const [nowWall, nowSteady] = [wall(), steady()];
    elapsed += Math.max(0, nowWall - lastWall, nowSteady - lastSteady);
    [lastWall, lastSteady] = [nowWall, nowSteady];
    return elapsed;
  };
};

/** What a lease is made of. */
export interface LeaseOptions {
  readonly notes: SharedNotes;
  /** Tells this process from every other, also from an earlier one of its number. */
  readonly id: string;
  readonly leaseMs: number;
  readonly timers: Timers;
  readonly elapsed: Elapsed;
  /** Hears that another process took over: nothing may be done any more. */
  readonly onLost: (error: OperatingError) => void;
}

/** A lease. */
export interface Lease {
  readonly id: string;
  /**
   * Throws an OperatingError (infrastructure) where the lease does not last `marginMs` longer: it passes where the lease may still be
   * renewed, and does not where another process took over.
   */
  check(marginMs?: number): void;
  /** Says that it is about to stop. */
  leave(): Promise<void>;
  /** Lets go of everything at once. Where that can't be said, the others see it when the lease is over. */
  release(): Promise<void>;
}

/** What notes about processes begin with. */
export const PROCESS_KEY = 'process.';

/** Beats in a lease: two may be lost. */
const BEATS = 3;
/** Clocks may go a little apart, and a taker begins to count a little later: the holder stops this much earlier. */
const OWN_SHARE = 0.9;

/** What a note says of its process; undefined where it was removed, or is none of this program's. */
export const readProcessNote = ({ text }: Pick<Note, 'text'>): ProcessNote | undefined => {
  if (text === undefined) return undefined;
  try {
    const note = JSON.parse(text) as Partial<ProcessNote> | null;
    return typeof note?.leaseMs === 'number' && typeof note.name === 'string' ? (note as ProcessNote) : undefined;
  } catch {
    // Somebody else wrote there.
    return undefined;
  }
};

const lostTo = (): OperatingError =>
  new OperatingError('infrastructure', 'this process was silent for longer than its lease, and another one took over what it served', {
    mend: 'Nothing was done twice. Start it again where its data folder is the one in use; food-sim cells says who serves what.',
  });

const EXPIRED = new OperatingError('infrastructure', 'the lease of this process could not be renewed in time', {
  mend: 'It goes on by itself as soon as the bus can be reached, unless another process took over meanwhile.',
  isPassing: true,
});

/** Takes out the lease of this process. Rejects with an OperatingError (infrastructure) where the server can't be asked. */
export const openLease = async (options: LeaseOptions): Promise<Lease> => {
  const { notes, id, leaseMs, timers, elapsed } = options;
  const key = PROCESS_KEY + id;
  const about = { name: nameOfThisProcess(), host: hostname(), pid: process.pid, leaseMs };
  let isLeaving = false;
  let isOver = false;
  let revision = 0;
  let validUntil = -Infinity;
  let lost: OperatingError | undefined;

  /** An earlier beat may have arrived, and its answer not: then the last one is ours. */
  const isStillOurs = async (): Promise<boolean> => {
    const note = await notes.get(key);
    if (note?.text === undefined) return false;
    ({ revision } = note);
    return true;
  };

  const beat = async (): Promise<void> => {
    const sentAt = elapsed();
    const next = await notes.put(key, JSON.stringify({ ...about, isLeaving } satisfies ProcessNote), revision);
    if (next !== undefined) {
      revision = next;
      validUntil = sentAt + leaseMs * OWN_SHARE;
      return;
    }
    if (await isStillOurs()) return beat();
    lost = lostTo();
    options.onLost(lost);
  };

  /** One after the other: two at once would each take the other for a stranger. */
  let turn: Promise<void> = Promise.resolve();
  const beatInTurn = (): Promise<void> => {
    const done = turn.then(() => (isOver || lost !== undefined ? undefined : beat()));
    turn = done.catch(() => undefined); // Whoever asked hears of it.
    return done;
  };

  const goOn = async (): Promise<void> => {
    for (;;) {
      await sleep(timers, leaseMs / BEATS);
      if (isOver || lost !== undefined) return;
      try {
        await beatInTurn();
      } catch (error) {
        // The bus is away: the lease runs out, and is renewed when it is back.
        if (!(error instanceof OperatingError)) throw error;
      }
    }
  };

  await beatInTurn();
  if (lost !== undefined) throw lost;
  goOn().catch((error: unknown) => options.onLost(error as OperatingError));
  return {
    id,
    check: (marginMs = 0) => {
      if (lost !== undefined) throw lost;
      if (elapsed() + marginMs > validUntil) throw EXPIRED;
    },
    leave: async () => {
      isLeaving = true;
      await beatInTurn().catch(() => undefined); // Only a hint: the faces close next.
    },
    release: async () => {
      await turn;
      isOver = true;
      if (lost === undefined) await notes.remove(key, revision).catch(() => false);
    },
  };
};
