import { sleep, type Calendar } from '../kernel/clock.ts';
import { messageOf } from '../kernel/errors.ts';
import type { Logger } from '../kernel/log.ts';
import { whenBusIsThere } from './bus-wait.ts';
import { checkCellRule } from './cells/cell-count.ts';
import { contextNamesOf } from './definition.ts';
import { createControlDesk } from './control-desk.ts';
import { controlPathOf, openControl, whyNoControl, type Control } from './control.ts';
import { createMetrics } from './metrics/create-metrics.ts';
import { createFaultBoard, type FaultBoard } from './fault-board.ts';
import { parseFault } from './fault-spec.ts';
import { openFolder } from './folder.ts';
import { checkMutations } from './mutation.ts';
import { openServed, planServing } from './opened.ts';
import type { ServeOptions } from './options.ts';
import type { Opened, OpenedPart, OpeningSurroundings } from './serving.ts';
import { createTrouble, type Trouble } from './trouble.ts';
import { createWallTime } from './wall-time.ts';

/** What a served system tells when it is ready. */
export interface Served {
  readonly gatewayUrl: string | undefined;
  readonly urls: Readonly<Partial<Record<string, string>>>;
  /** The bus, for people. */
  readonly bus: string;
  /** The cells that run here, of how many; undefined where the world is not split. */
  readonly cells: Opened['cells'];
  /** Where state is kept; undefined for a temporary folder. */
  readonly dataDir: string | undefined;
  /** Whether the stream on somebody's server goes at the end too. */
  readonly isStreamTemporary: boolean;
  /** Slows look-ups of orders down, or no longer, and tells whether they are slow now. */
  readonly switchSlowCalls: () => boolean;
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else
      signal.addEventListener(
        'abort',
        () => {
          resolve();
        },
        { once: true },
      );
  });

/** Hears how a served system comes up. */
export interface ServeListener {
  /** It waits for its bus; again whenever the reason changes. */
  readonly waits: (text: string) => void;
  readonly ready: (served: Served) => void;
}

/** Listens in the data folder for faults to set and letters to see to; undefined where nobody could find it, or where it can't be. */
const listenInFolder = async (
  { contexts }: ServeOptions,
  { system, folder }: OpenedPart,
  faults: FaultBoard,
  log: Logger,
  trouble: Trouble,
): Promise<Control | undefined> => {
  const [part] = contexts;
  if (folder === undefined || part === undefined) return undefined;
  const path = controlPathOf(folder, part);
  const why = whyNoControl(path);
  if (why === undefined) {
    try {
      return await openControl(path, createControlDesk({ contexts, faults, letters: system.letters }), log, trouble.put);
    } catch (error) {
      // Not needed to serve: some disks take no sockets.
      log.warn({ err: error }, `food-sim fault and dead-letters can't reach this process: ${messageOf(error)}`);
      return undefined;
    }
  }
  log.warn({}, `food-sim fault and dead-letters can't reach this process: ${why}`);
  return undefined;
};

/** Resolves when it is told to stop, and those who send requests had time to see that it will. */
const drained = async ({ signal, drainMs }: ServeOptions, timers: Calendar): Promise<void> => {
  await aborted(signal);
  await sleep(timers, drainMs);
};

/** Runs what was opened until the signal aborts, or until what breaks it is thrown; then all of it is stopped. */
const runUntilAborted = async (
  { parts, stop }: Opened,
  options: ServeOptions,
  isStreamTemporary: boolean,
  { timers, trouble }: OpeningSurroundings,
): Promise<void> => {
  const { contexts } = options;
  let hasEndedWell = false;
  try {
    await Promise.race([drained(options, timers), trouble.broken]);
    hasEndedWell = true;
  } catch (error) {
    // What can't be finished any more is not waited for; what was committed is kept.
    await Promise.all(parts.flatMap(({ system }) => contexts.map((context) => system.crashContext(context))));
    throw error;
  } finally {
    await stop({ destroy: isStreamTemporary && hasEndedWell });
  }
};

/** The faults and letters of all that runs here, within reach of whoever may use its folders. */
const openDesks = async (options: ServeOptions, { parts }: Opened, log: Logger, trouble: Trouble) => {
  const controls: Control[] = [];
  const boards: FaultBoard[] = [];
  for (const part of parts) {
    const board = createFaultBoard(part.system, options.definition, options.contexts, options.faults);
    boards.push(board);
    const control = await listenInFolder(options, part, board, log, trouble);
    if (control !== undefined) controls.push(control);
  }
  return {
    // Each is asked: none may be left out because another is slow already.
    switchSlowCalls: (): boolean => boards.map((board) => board.switchSlowCalls()).some((isSlow) => isSlow),
    close: async (): Promise<void> => {
      for (const control of controls) await control.close();
    },
  };
};

/**
 * Runs contexts (and the gateway) until the signal aborts, then stops everything. At the start, a bus that is away is waited for.
 * Throws an OperatingError (infrastructure) where something can't be had, or is lost for good meanwhile; then nothing is left running.
 */
export const serve = async (options: ServeOptions, { waits, ready }: ServeListener, log: Logger): Promise<void> => {
  checkMutations(options.definition.mutations, options.mutations);
  const { dataDir, waitMs, signal, definition, contexts } = options;
  // What is written wrong is told before anything is started.
  for (const text of options.faults) parseFault(text, definition);
  const planned = await planServing(options);
  if (planned.count !== 1) checkCellRule(definition);
  const timers = createWallTime();
  const trouble = createTrouble(log);
  // Of several cells, each has a folder of its own in it.
  const folder = await openFolder({ dataDir, parts: planned.count === 1 ? contexts : [] });
  try {
    const metrics = createMetrics({ definition, world: options.world, bus: options.bus.kind === 'memory' ? 'memory' : 'nats', timers });
    const surroundings = { options, planned, folder, timers, trouble, log, metrics };
    const opened = await whenBusIsThere(() => openServed(surroundings), { waitMs, timers, signal, waits });
    if (opened === undefined) return;
    /** Without its databases nobody could go on with what the stream of a whole system holds. */
    const isWhole =
      contextNamesOf(definition).every((name) => contexts.includes(name)) && opened.cells?.here.length === opened.cells?.count;
    const isStreamTemporary = folder.isTemporary && options.bus.kind === 'external' && isWhole;
    const desks = await openDesks(options, opened, log, trouble);
    const { gatewayUrl, urls, bus, cells } = opened;
    ready({ gatewayUrl, urls, bus, cells, dataDir, isStreamTemporary, switchSlowCalls: desks.switchSlowCalls });
    try {
      await runUntilAborted(opened, options, isStreamTemporary, surroundings);
    } finally {
      await desks.close();
    }
  } finally {
    await folder.close();
  }
};
