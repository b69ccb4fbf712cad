import type { BusChoice } from '../system/options.ts';
import type { Address, Secret } from '../kernel/secret.ts';
import type { SpokenSystem } from '../scenarios/definition.ts';
import type { System } from '../system/system.ts';
import type { UnderLoad } from '../system/under-load.ts';
import type { OpenHistory } from './history.ts';
import type { LoadJournal } from './load-journal.ts';
import type { LoadProgress } from './measure/progress.ts';

/** Somebody who follows a load from within, as a terminal UI does. What it waits for must end when the load is aborted. */
export interface LoadCompanion {
  readonly systemStarted: (system: System, journal: LoadJournal) => void;
  /** Waited for once all is measured, before the system is stopped. */
  readonly beforeStop: (isLast: boolean) => Promise<void>;
}

/** A system that a load can be driven on. */
export type LoadableSystem = SpokenSystem & { readonly underLoad: UnderLoad };

/** Whether a load can be driven on it. */
export const isLoadable = (definition: SpokenSystem): definition is LoadableSystem => definition.underLoad !== undefined;

/** What `food-sim load` is asked to do. */
export interface LoadOptions {
  /** What is put under load. */
  readonly definition: LoadableSystem;
  /** The file; undefined for the bundled load. */
  readonly path?: string;
  readonly bus: BusChoice;
  readonly seed: string;
  /** Values for `${name}`, over the file's own. */
  readonly vars: Readonly<Record<string, string>>;
  /** Faults of the command line; any of them, also `none`, replaces the file's `slow lookup` steps. */
  readonly faults: readonly string[];
  /** Mutations of our own system, beside the file's. */
  readonly mutations?: readonly string[];
  /** Over what the file says, one of the two: a closed loop of users, or an open one. */
  readonly users?: number;
  readonly arrivalsPerSecond?: number;
  readonly durationMs?: number;
  readonly maxDurationMs: number;
  /** How often the load is run, each time on a new system; the differences tell comparisons what noise is. */
  readonly repeat: number;
  /** So many simulations of the same load are held beside the measured one. */
  readonly predict?: number;
  /** A system that runs elsewhere, instead of one of our own. */
  readonly target?: Address;
  /** What the system lets its callers in by: the target, or our own. */
  readonly token?: Secret;
  /** Keeps what happens, to be judged once all is over; without it, only what was measured is judged. */
  readonly openHistory?: OpenHistory;
  readonly companion?: LoadCompanion;
  readonly onProgress: (progress: LoadProgress) => void;
  /** Hears, before anything is run, what is worth a word about the file, and no mistake. */
  readonly onNote?: (note: string) => void;
  /** Aborted by Ctrl-C: everything stops, what was reached is reported. */
  readonly signal: AbortSignal;
}
