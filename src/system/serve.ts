import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OperatingError, messageOf } from '../kernel/errors.ts';
import type { Logger } from '../kernel/log.ts';
import { createRandom } from '../kernel/random.ts';
import { SILENT_RECORDER } from '../kernel/recording.ts';
import { createFileDisk } from '../runtime/sqlite.ts';
import { openBusHost } from './bus-host.ts';
import { createSystem } from './create.ts';
import { EVENT_TYPES } from './event-types.ts';
import { applyFault, parseFault } from './fault-spec.ts';
import type { ContextName, ServeOptions } from './options.ts';
import { createWallTime } from './wall-time.ts';

/** What a served system tells when it is ready. */
export interface Served {
  readonly gatewayUrl: string | undefined;
  readonly urls: Readonly<Partial<Record<ContextName, string>>>;
  /** The bus, for people. */
  readonly bus: string;
  /** Where state is kept; undefined for a temporary folder. */
  readonly dataDir: string | undefined;
}

const openFolder = async (dataDir: string | undefined): Promise<string> => {
  if (dataDir === undefined) return mkdtemp(join(tmpdir(), 'food-sim-'));
  try {
    await mkdir(dataDir, { recursive: true });
    return dataDir;
  } catch (error) {
    throw new OperatingError('infrastructure', `the data folder ${dataDir} can't be made: ${messageOf(error)}`, { mend: 'Name a folder that you may write to with --data-dir.', cause: error });
  }
};

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => { resolve(); }, { once: true });
  });

/**
 * Runs contexts (and the gateway) until the signal aborts, then stops everything. Throws an OperatingError
 * (infrastructure) where something can't be had; then nothing is left running.
 */
export const serve = async (options: ServeOptions, onReady: (served: Served) => void, log: Logger): Promise<void> => {
  const faults = options.faults.map((text) => parseFault(text, EVENT_TYPES));
  const timers = createWallTime();
  const isKept = options.dataDir !== undefined;
  const folder = await openFolder(options.dataDir);
  try {
    const busHost = await openBusHost(options.bus, { timers, storeDir: join(folder, 'nats'), isDurable: isKept });
    try {
      const system = await createSystem({
        busHost,
        world: options.world,
        disk: createFileDisk(folder, { synchronous: isKept ? 'FULL' : 'NORMAL' }),
        timers,
        // The same seed after a restart must not make the same ids again: the time of this start tells the lives apart.
        random: createRandom(`${options.seed}/${timers.now()}`),
        recorder: SILENT_RECORDER,
        log,
        contexts: options.contexts,
        http: { kind: 'http', host: options.host, ports: options.ports, gateway: options.gateway },
        lookupTimeoutMs: options.lookupTimeoutMs,
        onTrouble: (error) => {
          log.error({ err: error }, `trouble: ${messageOf(error)}`);
        },
        ...(options.notifyUrl === undefined ? {} : { notifyUrl: options.notifyUrl }),
      });
      for (const fault of faults) applyFault(system, fault);
      onReady({ gatewayUrl: system.gatewayUrl, urls: system.urls, bus: busHost.description, dataDir: options.dataDir });
      await aborted(options.signal);
      await system.stop();
    } finally {
      await busHost.close();
    }
  } finally {
    if (!isKept) await rm(folder, { recursive: true, force: true });
  }
};
