import { join } from 'node:path';
import type { BusHost } from '../bus/bus.ts';
import { sleep, type Calendar } from '../kernel/clock.ts';
import { messageOf } from '../kernel/errors.ts';
import type { Logger } from '../kernel/log.ts';
import { createRandom } from '../kernel/random.ts';
import { SILENT_RECORDER } from '../kernel/recording.ts';
import { createFileDisk } from '../runtime/tables/sqlite.ts';
import { openBusHost } from './bus-host.ts';
import { whenBusIsThere } from './bus-wait.ts';
import { createSystem } from './create.ts';
import { describeContexts } from './definition.ts';
import { createControlDesk } from './control-desk.ts';
import { controlPathOf, openControl, whyNoControl, type Control } from './control.ts';
import { createFaultBoard, type FaultBoard } from './fault-board.ts';
import { parseFault } from './fault-spec.ts';
import { openFolder, type Folder } from './folder.ts';
import { tellHandlerFailures, tellNotes } from './handler-failures.ts';
import { checkMutations } from './mutation.ts';
import type { BusChoice, ServeOptions } from './options.ts';
import type { System } from './system.ts';
import { createTrouble, type Trouble } from './trouble.ts';
import { createWallTime } from './wall-time.ts';

/** What a served system tells when it is ready. */
export interface Served {
  readonly gatewayUrl: string | undefined;
  readonly urls: Readonly<Partial<Record<string, string>>>;
  /** The bus, for people. */
  readonly bus: string;
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

/** Without contexts, nobody here would use a bus. */
const NO_BUS: BusChoice = { kind: 'memory' };

/** What was opened, and closes as one. */
interface Opened {
  readonly system: System;
  readonly busHost: BusHost;
}

/** What is opened in a folder of its own, and who hears of it. */
interface Surroundings {
  readonly folder: Folder;
  readonly timers: Calendar;
  readonly trouble: Trouble;
  readonly log: Logger;
}

const openSystem = async (options: ServeOptions, { folder, timers, trouble, log }: Surroundings): Promise<Opened> => {
  const isKept = options.dataDir !== undefined;
  const choice = options.contexts.length === 0 ? NO_BUS : options.bus;
  const busHost = await openBusHost(choice, {
    timers,
    storeDir: join(folder.path, 'nats'),
    isDurable: isKept,
    onTrouble: trouble.put,
    onNote: tellNotes(log),
    onHandlerFailure: tellHandlerFailures(log, trouble.put),
    ...(folder.isTemporary ? { temporaryFolder: folder.path } : {}),
  });
  try {
    const system = await createSystem({
      definition: options.definition,
      busHost,
      world: options.world,
      disk: createFileDisk(folder.path, { synchronous: isKept ? 'FULL' : 'NORMAL' }),
      timers,
      // The same seed after a restart must not make the same ids again: the time of this start tells the lives apart.
      random: createRandom(`${options.seed}/${timers.now()}`),
      recorder: SILENT_RECORDER,
      log,
      contexts: options.contexts,
      http: { kind: 'http', host: options.host, ports: options.ports, gateway: options.gateway, token: options.token },
      lookupTimeoutMs: options.lookupTimeoutMs,
      mutations: options.mutations,
      onTrouble: trouble.put,
      webhookUrl: options.notifyUrl,
      isLeaving: () => options.signal.aborted,
    });
    return { system, busHost };
  } catch (error) {
    await busHost.close();
    throw error;
  }
};

/** Listens in the data folder for faults to set and letters to see to; undefined where nobody could find it, or where it can't be. */
const listenInFolder = async (
  { dataDir, contexts }: ServeOptions,
  system: System,
  faults: FaultBoard,
  log: Logger,
  trouble: Trouble,
): Promise<Control | undefined> => {
  const [part] = contexts;
  if (dataDir === undefined || part === undefined) return undefined;
  const path = controlPathOf(dataDir, part);
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
  { system, busHost }: Opened,
  options: ServeOptions,
  isStreamTemporary: boolean,
  { timers, trouble }: Surroundings,
): Promise<void> => {
  const { contexts } = options;
  let hasEndedWell = false;
  try {
    try {
      await Promise.race([drained(options, timers), trouble.broken]);
      hasEndedWell = true;
    } catch (error) {
      // What can't be finished any more is not waited for; what was committed is kept.
      await Promise.all(contexts.map((context) => system.crashContext(context)));
      throw error;
    } finally {
      await system.stop({ destroy: isStreamTemporary && hasEndedWell });
    }
  } finally {
    await busHost.close();
  }
};

/**
 * Runs contexts (and the gateway) until the signal aborts, then stops everything. At the start, a bus that is away is waited for.
 * Throws an OperatingError (infrastructure) where something can't be had, or is lost for good meanwhile; then nothing is left running.
 */
export const serve = async (options: ServeOptions, { waits, ready }: ServeListener, log: Logger): Promise<void> => {
  checkMutations(options.definition.mutations, options.mutations);
  const { dataDir, waitMs, signal } = options;
  const definitions = describeContexts(options.definition);
  // What is written wrong is told before anything is started.
  for (const text of options.faults) parseFault(text, options.definition);
  const timers = createWallTime();
  const trouble = createTrouble(log);
  const folder = await openFolder({ dataDir, parts: options.contexts });
  try {
    const around: Surroundings = { folder, timers, trouble, log };
    const opened = await whenBusIsThere(() => openSystem(options, around), { waitMs, timers, signal, waits });
    if (opened === undefined) return;
    const { system, busHost } = opened;
    const faults = createFaultBoard(system, options.definition, options.contexts, options.faults);
    const bus = options.contexts.length === 0 ? 'none: a gateway needs none' : busHost.description;
    /** Without its databases nobody could go on with what the stream of a whole system holds. */
    const isStreamTemporary =
      folder.isTemporary && options.bus.kind === 'external' && definitions.every(({ name }) => options.contexts.includes(name));
    const control = await listenInFolder(options, system, faults, log, trouble);
    ready({ gatewayUrl: system.gatewayUrl, urls: system.urls, bus, dataDir, isStreamTemporary, switchSlowCalls: faults.switchSlowCalls });
    try {
      await runUntilAborted(opened, options, isStreamTemporary, around);
    } finally {
      await control?.close();
    }
  } finally {
    await folder.close();
  }
};
