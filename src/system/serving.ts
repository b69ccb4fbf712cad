/** What serving a whole world and serving cells of one have in common. */
import type { Calendar } from '../kernel/clock.ts';
import type { Logger } from '../kernel/log.ts';
import { createRandom } from '../kernel/random.ts';
import { SILENT_RECORDER } from '../kernel/recording.ts';
import type { PlannedCells } from './cells/cell-count.ts';
import type { Folder } from './folder.ts';
import type { Metrics } from './metrics/metrics.ts';
import type { ServeOptions } from './options.ts';
import type { System, SystemOptions } from './system.ts';
import type { Trouble } from './trouble.ts';

/** What is opened with. */
export interface OpeningSurroundings {
  readonly options: ServeOptions;
  readonly planned: PlannedCells;
  readonly folder: Folder;
  readonly timers: Calendar;
  readonly trouble: Trouble;
  readonly log: Logger;
  /** Of the whole process. */
  readonly metrics: Metrics;
}

/** A system at work, and where it keeps its state. */
export interface OpenedPart {
  readonly system: System;
  /** For people's tools; undefined where it is temporary. */
  readonly folder: string | undefined;
}

/** What was opened, and closes as one. */
export interface Opened {
  readonly parts: readonly OpenedPart[];
  readonly gatewayUrl: string | undefined;
  readonly urls: Readonly<Partial<Record<string, string>>>;
  /** The bus, for people. */
  readonly bus: string;
  /** The cells that run here, of how many; undefined where the world is not split. */
  readonly cells: { readonly here: readonly number[]; readonly count: number } | undefined;
  /** Stops everything; `destroy` also deletes the world on the bus. */
  stop(how: { readonly destroy: boolean }): Promise<void>;
}

/** What every system that is served has in common; `life` tells its ids and draws from those of others. */
export const servedOptions = (
  { options, timers, trouble, log, metrics }: OpeningSurroundings,
  life: string,
): Omit<SystemOptions, 'busHost' | 'world' | 'disk' | 'http'> => ({
  definition: options.definition,
  timers,
  // The same seed after a restart must not make the same ids again: the time of this start tells the lives apart.
  random: createRandom(`${options.seed}/${timers.now()}${life}`),
  recorder: SILENT_RECORDER,
  log,
  contexts: options.contexts,
  lookupTimeoutMs: options.lookupTimeoutMs,
  mutations: options.mutations,
  onTrouble: trouble.put,
  webhookUrl: options.notifyUrl,
  metrics,
  isLeaving: () => options.signal.aborted,
});

/** How databases of a data folder are written: what is kept must outlive a power cut. */
export const durabilityOf = ({ dataDir }: ServeOptions) => ({ synchronous: dataDir === undefined ? 'NORMAL' : 'FULL' }) as const;
