/** Who serves which context of which cell: claims, told to all processes of a world, and known to the database that goes with them. */
import { stateOfProcess } from '../../bus/process-alive.ts';
import type { Note, SharedNotes } from '../../bus/bus.ts';
import { sleep, type Timers } from '../../kernel/clock.ts';
import { OperatingError } from '../../kernel/errors.ts';
import { claimTable, RUNTIME_SCHEMA, type ClaimRow } from '../../runtime/actor/ledger.ts';
import type { ContextDefinition } from '../../runtime/actor/context.ts';
import type { Disk } from '../../runtime/tables/tables.ts';
import { PROCESS_KEY, readProcessNote, type Elapsed, type Lease, type ProcessNote } from './lease.ts';

/** What a claim says. It stays when its process is gone: the token tells which database goes on. */
export interface ClaimNote {
  /** The id of the process; it serves as long as there is a note about it. */
  readonly process: string;
  /** Where it listens. */
  readonly url: string;
  /** The database that carries the same token is the one in use. */
  readonly token: string;
}

const CLAIM_KEY = /^cell\.(\d{1,3})\.(.+)$/;

/** The note of a claim. */
export const claimKeyOf = (cell: number, context: string): string => `cell.${cell}.${context}`;

/** What a claim is of, by its key; undefined for another note. */
export const readClaimKey = (key: string): { readonly cell: number; readonly context: string } | undefined => {
  const [, cell, context] = CLAIM_KEY.exec(key) ?? [];
  return cell === undefined || context === undefined ? undefined : { cell: Number(cell), context };
};

/** What a note says of its claim; undefined where it was removed, or is none of this program's. */
export const readClaimNote = ({ text }: Pick<Note, 'text'>): ClaimNote | undefined => {
  if (text === undefined) return undefined;
  try {
    const note = JSON.parse(text) as Partial<ClaimNote> | null;
    return typeof note?.process === 'string' && typeof note.url === 'string' && typeof note.token === 'string'
      ? (note as ClaimNote)
      : undefined;
  } catch {
    // Somebody else wrote there.
    return undefined;
  }
};

/** What claims are made with. */
export interface ClaimsOptions {
  readonly notes: SharedNotes;
  readonly lease: Lease;
  readonly timers: Timers;
  readonly elapsed: Elapsed;
  /** Makes tokens. */
  readonly newToken: () => string;
}

/** What is to be claimed. */
export interface Claimed {
  readonly cell: number;
  readonly definition: ContextDefinition;
  /** Where its database is. */
  readonly disk: Disk;
  /** For people. */
  readonly folder: string;
  /** Where it will listen. */
  readonly url: string;
}

const heldBy = ({ host, pid }: ProcessNote): OperatingError =>
  new OperatingError('infrastructure', `what is to be served here is served by process ${pid} on ${host}`, {
    mend: 'Stop that process first, and bring its data folder here; or serve other cells (--cells) or contexts (--contexts).',
    isPassing: true,
  });

const fellBehind = ({ cell, definition: { name }, folder }: Claimed): OperatingError =>
  new OperatingError(
    'infrastructure',
    `${folder} is not the folder that cell ${cell} of ${name} went on in: it was served from another one since`,
    {
      mend: 'Serve the cell from the folder that was in use last, or bring that one here; this one is a copy, or was left behind.',
    },
  );

/** How often a silent process is looked at while its lease runs out. */
const LOOKS = 10;

/** Waits until a process is gone for certain, and takes its note away. Throws where it is alive. */
const untilGone = async (id: string, { notes, timers, elapsed }: ClaimsOptions): Promise<void> => {
  const key = PROCESS_KEY + id;
  const since = elapsed();
  let first: number | undefined;
  for (;;) {
    const note = await notes.get(key);
    const about = note === undefined ? undefined : readProcessNote(note);
    if (note === undefined || about === undefined) return;
    first ??= note.revision;
    if (note.revision !== first) throw heldBy(about);
    // On this machine it is known at once; else it must have been silent for a whole lease.
    if (stateOfProcess(about.name) === 'gone' || elapsed() - since >= about.leaseMs) {
      if (await notes.remove(key, note.revision)) return;
      throw heldBy(about);
    }
    await sleep(timers, about.leaseMs / LOOKS);
  }
};

/** The tokens that a database keeps. */
const openBook = ({ disk, definition }: Claimed) => {
  const { name } = definition;
  const database = disk.open(name, [RUNTIME_SCHEMA, definition.schema]);
  const row = (): ClaimRow | undefined => database.read.get(claimTable, name);
  return {
    knows: (token: string): boolean => row()?.token === token || row()?.next === token,
    /** Before it is told: whatever becomes of us then, this database goes on, by the claim that stands or by the next. */
    intend: (standing: string, next: string): void =>
      database.transact((tables) => tables.put(claimTable, { consumer: name, token: standing, next })),
    keep: (token: string): void => database.transact((tables) => tables.put(claimTable, { consumer: name, token, next: token })),
    close: (): void => database.close(),
  };
};

/** How often another claim may come in between. */
const MOST_TURNS = 5;

/** Makes the way to claim contexts of cells for this process. */
export const createClaims = (options: ClaimsOptions) => {
  const { notes, lease, newToken } = options;
  /** Each process is waited for once, whatever it held. */
  const ends = new Map<string, Promise<void>>();
  const endOf = (id: string): Promise<void> => {
    const known = ends.get(id);
    if (known !== undefined) return known;
    const end = untilGone(id, options);
    ends.set(id, end);
    return end;
  };

  /**
   * Claims one. Throws an OperatingError (infrastructure): one that passes where another process serves it, and one that does not
   * where the database is not the one that it went on in.
   */
  const claim = async (claimed: Claimed): Promise<void> => {
    const key = claimKeyOf(claimed.cell, claimed.definition.name);
    const book = openBook(claimed);
    try {
      for (let turns = 0; turns < MOST_TURNS; turns += 1) {
        const note = await notes.get(key);
        const held = note === undefined ? undefined : readClaimNote(note);
        // First of all: a copy that fell behind must take nothing from whoever serves it.
        if (held !== undefined && !book.knows(held.token)) throw fellBehind(claimed);
        if (held !== undefined && held.process !== lease.id) await endOf(held.process);
        const token = newToken();
        book.intend(held?.token ?? token, token);
        lease.check();
        const claimNote: ClaimNote = { process: lease.id, url: claimed.url, token };
        if ((await notes.put(key, JSON.stringify(claimNote), note?.revision ?? 0)) === undefined) continue;
        book.keep(token);
        return;
      }
      throw new OperatingError('infrastructure', `cell ${claimed.cell} of ${claimed.definition.name} is being claimed by others`, {
        mend: 'Start one process for it.',
        isPassing: true,
      });
    } finally {
      book.close();
    }
  };
  return { claim };
};
