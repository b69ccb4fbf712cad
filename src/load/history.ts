/** What is kept of a load, so that all of it can be judged once nothing moves any more; who judges, whoever composes says. */
import type { Calendar } from '../kernel/clock.ts';
import type { EntryBody } from '../kernel/recording.ts';
import type { Disk } from '../runtime/tables/tables.ts';
import type { System } from '../system/system.ts';

/** What a client asked for and was told: by a verb (its method and route), or by looking at one thing of a collection. */
export interface Told {
  readonly method: string;
  /** `/orders/:orderId`, or `/foodCookings` of a look. */
  readonly route: string;
  /** The id of what it is about; absent where that was made. */
  readonly subject?: string;
  /** The correlation id of the request. */
  readonly correlation: string;
  readonly startMs: number;
  readonly endMs: number;
  /** 0 where nobody answered. */
  readonly status: number;
  /** What the answer says that its status is. */
  readonly state?: string;
}

/** Something that must hold of a system, and did not under load. */
export interface Finding {
  /** Of the system as a whole, or of what clients were told. */
  readonly of: 'saga' | 'history';
  /** What must hold, as a sentence. */
  readonly rule: string;
  readonly found: string;
  /** The id of what is concerned; empty where it is nothing single. */
  readonly subject: string;
}

/** Keeps the history of one load. */
export interface HistoryKeeper {
  /** Lets every commit be heard: the disk and the time that the system is made with. */
  readonly equip: (disk: Disk, timers: Calendar) => { readonly disk: Disk; readonly timers: Calendar };
  /** Hears what the system records. */
  readonly record: (body: EntryBody) => void;
  /** Judges all of it, at rest. */
  readonly judge: (system: System, told: readonly Told[]) => readonly Finding[];
}

/** Begins to keep the history of a load. */
export type OpenHistory = () => HistoryKeeper;
