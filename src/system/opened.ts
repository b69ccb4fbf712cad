/** Opens what a process serves: one system, or several cells of one. */
import { join } from 'node:path';
import type { BusHost } from '../bus/bus.ts';
import { createFileDisk } from '../runtime/tables/sqlite.ts';
import { openBusHost } from './bus-host.ts';
import { planCells, readKeptCells, refuseCells, type PlannedCells } from './cells/cell-count.ts';
import { openCells } from './cells/open-cells.ts';
import { createSystem } from './create.ts';
import { tellHandlerFailures, tellNotes } from './handler-failures.ts';
import type { BusChoice, ServeOptions } from './options.ts';
import { durabilityOf, servedOptions, type Opened, type OpeningSurroundings } from './serving.ts';

/** Plans how many cells the world has, by what is asked for and what the data folder holds. Throws as {@link planCells}. */
export const planServing = async ({ world, cells, dataDir, definition }: ServeOptions): Promise<PlannedCells> =>
  planCells(world, cells ?? {}, dataDir === undefined ? undefined : await readKeptCells(dataDir, definition), dataDir);

const openWhole = async (surroundings: OpeningSurroundings, busHost: BusHost): Promise<Opened> => {
  const { options, folder } = surroundings;
  const { world, host, ports, gateway, token } = options;
  await refuseCells(world, busHost, surroundings.log);
  const system = await createSystem({
    ...servedOptions(surroundings, ''),
    busHost,
    world,
    disk: createFileDisk(folder.path, durabilityOf(options)),
    http: { kind: 'http', host, ports, gateway, token },
  });
  return {
    parts: [{ system, folder: options.dataDir }],
    gatewayUrl: system.gatewayUrl,
    urls: system.urls,
    bus: options.contexts.length === 0 ? 'none: a gateway needs none' : busHost.description,
    cells: undefined,
    stop: (how) => system.stop(how),
  };
};

/** Without contexts, nobody here would use a bus. */
const NO_BUS: BusChoice = { kind: 'memory' };

/** Opens the bus, and what is to be served on it. Throws what can't be had; then nothing is left open. */
export const openServed = async (surroundings: OpeningSurroundings): Promise<Opened> => {
  const { options, planned, folder, timers, trouble, log } = surroundings;
  const isWhole = planned.count === 1;
  const busHost = await openBusHost(isWhole && options.contexts.length === 0 ? NO_BUS : options.bus, {
    timers,
    storeDir: join(folder.path, 'nats'),
    isDurable: options.dataDir !== undefined,
    onTrouble: trouble.put,
    onNote: tellNotes(log),
    onHandlerFailure: tellHandlerFailures(log, trouble.put),
    ...(folder.isTemporary ? { temporaryFolder: folder.path } : {}),
  });
  try {
    const opened = await (isWhole ? openWhole : openCells)(surroundings, busHost);
    return {
      ...opened,
      stop: async (how) => {
        try {
          await opened.stop(how);
        } finally {
          await busHost.close();
        }
      },
    };
  } catch (error) {
    await busHost.close();
    throw error;
  }
};
