/** Who serves which cells of a world, as the notes of its processes say. */
import { hostname } from 'node:os';
import { stateOfProcess } from '../../bus/process-alive.ts';
import type { BusHost, Note } from '../../bus/bus.ts';
import { OperatingError } from '../../kernel/errors.ts';
import { readClaimKey, readClaimNote } from './claims.ts';
import { PROCESS_KEY, readProcessNote, type ProcessNote } from './lease.ts';

/** A process that shares a world. */
export interface ListedProcess {
  readonly host: string;
  readonly pid: number;
  /** How long ago it was heard, by this machine's clock and the server's. */
  readonly ageMs: number;
  readonly leaseMs: number;
  /** Silent: its lease is over, and it may wake. Gone: it ended without a word. */
  readonly state: 'serves' | 'stops' | 'silent' | 'gone';
}

/** A context of a cell, and who serves it. */
export interface ListedCell {
  readonly cell: number;
  readonly context: string;
  /** Where it listens, or listened last; undefined where nobody ever served it. */
  readonly url: string | undefined;
  /** Undefined where nobody serves it. */
  readonly process: ListedProcess | undefined;
}

/** What is known of a world. */
export interface ListedWorld {
  readonly count: number;
  readonly cells: readonly ListedCell[];
  /** Those that serve no cell: gateways. */
  readonly others: readonly ListedProcess[];
}

const stateOf = ({ name, host, isLeaving, leaseMs }: ProcessNote, ageMs: number): ListedProcess['state'] => {
  if (host === hostname() && stateOfProcess(name) === 'gone') return 'gone';
  if (ageMs > leaseMs) return 'silent';
  return isLeaving ? 'stops' : 'serves';
};

/** What the notes say, at this time. */
const listNotes = (notes: readonly Note[], count: number, contexts: readonly string[], now: number): ListedWorld => {
  const processes = new Map<string, ListedProcess>();
  const claims = new Map<string, { readonly process: string; readonly url: string }>();
  const idle = new Set<string>();
  for (const note of notes) {
    const about = note.key.startsWith(PROCESS_KEY) ? readProcessNote(note) : undefined;
    if (about !== undefined) {
      const { host, pid, leaseMs } = about;
      const ageMs = Math.max(0, now - note.at);
      processes.set(note.key.slice(PROCESS_KEY.length), { host, pid, leaseMs, ageMs, state: stateOf(about, ageMs) });
    }
    const claim = readClaimKey(note.key) === undefined ? undefined : readClaimNote(note);
    if (claim !== undefined) claims.set(note.key, claim);
  }
  for (const id of processes.keys()) idle.add(id);
  const cells = Array.from({ length: count }, (_, cell) =>
    contexts.map((context): ListedCell => {
      const claim = claims.get(`cell.${cell}.${context}`);
      if (claim !== undefined) idle.delete(claim.process);
      return { cell, context, url: claim?.url, process: claim === undefined ? undefined : processes.get(claim.process) };
    }),
  ).flat();
  return { count, cells, others: [...idle].flatMap((id) => processes.get(id) ?? []) };
};

/** Looks at a world. Throws an OperatingError (usage) where there is none of this name, or it is not split. */
export const listCells = async (busHost: BusHost, world: string, contexts: readonly string[]): Promise<ListedWorld> => {
  const count = await busHost.cellsOf?.(world);
  if (count === undefined || count === 1) {
    throw new OperatingError(
      'usage',
      count === 1 ? `the world ${world} is not split into cells` : `there is no world ${world} on ${busHost.description}`,
      {
        mend: 'food-sim doctor --bus … lists the worlds there are; food-sim serve --cells 4 makes one of four cells.',
      },
    );
  }
  const notes = await busHost.openNotes?.(world);
  if (notes === undefined)
    throw new OperatingError('usage', 'nobody shares the worlds of this bus', { mend: 'Name a NATS server with --bus.' });
  try {
    return listNotes(await notes.list(), count, contexts, Date.now());
  } finally {
    await notes.close();
  }
};
