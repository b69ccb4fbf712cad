/** Who serves what, as this process has heard: what claims and beats tell, kept up to date. */
import type { Note, SharedNotes } from '../../bus/bus.ts';
import type { CellAddress } from '../../gateway/passage.ts';
import { claimKeyOf, readClaimKey, readClaimNote, type ClaimNote } from './claims.ts';
import { PROCESS_KEY, readProcessNote, type Elapsed, type ProcessNote } from './lease.ts';

/** A directory of all cells. */
export interface Directory {
  /** Where a context of a cell is, or why it can not be asked. */
  find(context: string, cell: number): CellAddress;
}

interface HeardProcess {
  readonly about: ProcessNote;
  readonly heardAt: number;
}

/** Hears of claims and beats, one note after the other. */
export const createDirectory = (elapsed: Elapsed): Directory & { readonly hear: (note: Note) => void } => {
  const claims = new Map<string, ClaimNote>();
  const processes = new Map<string, HeardProcess>();
  /** When anybody was heard last: while the bus is away, nobody is, and nobody is to blame. */
  let lastHeardAt = 0;
  return {
    hear: (note) => {
      if (note.key.startsWith(PROCESS_KEY)) {
        const id = note.key.slice(PROCESS_KEY.length);
        const about = readProcessNote(note);
        if (about === undefined) processes.delete(id);
        else processes.set(id, { about, heardAt: (lastHeardAt = elapsed()) });
      } else if (readClaimKey(note.key) !== undefined) {
        const claim = readClaimNote(note);
        if (claim === undefined) claims.delete(note.key);
        else claims.set(note.key, claim);
      }
    },
    find: (context, cell) => {
      const claim = claims.get(claimKeyOf(cell, context));
      if (claim === undefined) return { reason: 'nobody has served it yet' };
      const holder = processes.get(claim.process);
      if (holder === undefined) return { reason: 'nobody serves it at the moment' };
      const { host, pid, isLeaving, leaseMs } = holder.about;
      if (isLeaving) return { reason: `process ${pid} on ${host} is about to stop` };
      const silentMs = lastHeardAt - holder.heardAt;
      if (silentMs > leaseMs) return { reason: `process ${pid} on ${host} has been silent for ${Math.round(silentMs / 1_000)} s` };
      return { url: claim.url };
    },
  };
};

/** Opens the directory of a world. Resolves when all that is known is heard. */
export const openDirectory = async (notes: SharedNotes, elapsed: Elapsed): Promise<Directory> => {
  const directory = createDirectory(elapsed);
  await notes.watch(directory.hear);
  return directory;
};
