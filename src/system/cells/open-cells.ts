/** Opens cells of a world in this process: each a whole system, with one face for each context, and one gateway before all. */
import { worldOfCell, type BusHost, type CellName, type WorldUse } from '../../bus/bus.ts';
import { createCellLookup } from '../../gateway/cell-places.ts';
import { createGateway, type Gateway } from '../../gateway/gateway.ts';
import type { CellAddress, CellsBehind } from '../../gateway/passage.ts';
import { createIds } from '../../kernel/ids.ts';
import { createFileDisk } from '../../runtime/tables/sqlite.ts';
import { LEAVING } from '../context-host.ts';
import { createSystem } from '../create.ts';
import { describeContexts } from '../definition.ts';
import { openFolder, type Folder } from '../folder.ts';
import { openApiOf } from '../openapi.ts';
import { durabilityOf, servedOptions, type Opened, type OpeningSurroundings } from '../serving.ts';
import type { System } from '../system.ts';
import { cellRuleOf, folderOfCell, keepCells, settleCells } from './cell-count.ts';
import { openSharedFaces, type SharedFaces } from './shared-faces.ts';

const useOf = (cell: CellName): WorldUse => ({ madeFor: 'serve', isTemporary: false, cell });

/** A cell at work. */
interface OpenedCell {
  readonly cell: number;
  readonly system: System;
  readonly folder: Folder;
}

const openCell = async (surroundings: OpeningSurroundings, busHost: BusHost, name: CellName): Promise<OpenedCell> => {
  const { options, folder: whole } = surroundings;
  const { of: world, cell } = name;
  const folder = await openFolder({ dataDir: folderOfCell(whole.path, cell), parts: options.contexts });
  try {
    const system = await createSystem({
      ...servedOptions(surroundings, `/${cell}`),
      busHost,
      world: worldOfCell(world, cell),
      worldUse: useOf(name),
      cell,
      disk: createFileDisk(folder.path, durabilityOf(options)),
      http: { kind: 'shared' },
    });
    return { cell, system, folder };
  } catch (error) {
    await folder.close();
    throw error;
  }
};

/** What is to be closed, last things first; the first failure is told when all of them were tried. */
const createClosing = () => {
  const steps: (() => Promise<void>)[] = [];
  return {
    add: (step: () => Promise<void>): void => void steps.unshift(step),
    run: async (): Promise<void> => {
      const failures: unknown[] = [];
      for (const step of steps.splice(0)) await step().catch((error: unknown) => void failures.push(error));
      if (failures.length > 0) throw failures[0];
    },
  };
};

/** Opens all of them, or none: throws what the first one that failed threw. */
const openAll = async (
  cells: readonly number[],
  open: (cell: number) => Promise<OpenedCell>,
  closeCell: (cell: OpenedCell) => Promise<void>,
) => {
  const opening = await Promise.allSettled(cells.map(open));
  const opened = opening.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = opening.find((one) => one.status === 'rejected');
  if (failed === undefined) return opened;
  await Promise.allSettled(opened.map(closeCell));
  throw failed.reason;
};

const openGateway = ({ options, timers, log, metrics }: OpeningSurroundings, behind: CellsBehind): Promise<Gateway> => {
  const { definition, host, ports, token } = options;
  const contexts = describeContexts(definition);
  return createGateway({
    contexts,
    upstreams: {},
    cells: behind,
    port: ports['gateway'] ?? 0,
    host,
    token,
    log,
    timers,
    onAnswer: metrics.onAnswerOf('gateway'),
    metrics: metrics.text,
    whyNotReady: () => (options.signal.aborted ? LEAVING : undefined),
    openApi: (url) => openApiOf(definition, contexts, url, true),
  });
};

/** Opens the cells that were asked for. Throws what can't be had; then nothing is left open but the bus. */
export const openCells = async (surroundings: OpeningSurroundings, busHost: BusHost): Promise<Opened> => {
  const { options, planned, folder, timers, log, metrics } = surroundings;
  const { definition, world, contexts, dataDir, gateway: hasGateway, host, ports, token } = options;
  const rule = cellRuleOf(definition);
  const count = settleCells(world, planned, await busHost.cellsOf?.(world));
  const nameOf = (cell: number): CellName => ({ of: world, cell, cells: count });
  const here = contexts.length === 0 ? [] : (planned.only ?? Array.from({ length: count }, (_, cell) => cell));
  // The first cell's stream says how many there are: whoever comes next must find it, whichever cells run here.
  await (await busHost.open(worldOfCell(world, 0), useOf(nameOf(0)))).close();
  if (dataDir !== undefined) await keepCells(folder.path, { world, cells: count });

  const placeOf = createCellLookup(describeContexts(definition), rule, count);
  const closing = createClosing();
  let isDestroyed = false;
  const closeCell = async ({ system, folder: own }: OpenedCell): Promise<void> => {
    try {
      await system.stop({ destroy: isDestroyed });
    } finally {
      await own.close();
    }
  };
  try {
    const opened = await openAll(here, (cell) => openCell(surroundings, busHost, nameOf(cell)), closeCell);
    const systems = new Map(opened.map((one) => [one.cell, one.system]));
    closing.add(async () => {
      await Promise.all(opened.map(closeCell));
    });
    const ids = createIds(timers, servedOptions(surroundings, '/faces').random);
    const faceOf = (context: string, cell: number) => systems.get(cell)?.face(context);
    const own = {
      contexts: here.length === 0 ? [] : contexts,
      count,
      placeOf,
      faceOf,
      cells: here,
      host,
      ports,
      token,
      ids,
      timers,
      log,
      metrics,
    };
    const faces: SharedFaces = await openSharedFaces(own);
    closing.add(() => faces.close());
    const find = (context: string, cell: number): CellAddress => {
      const url = systems.has(cell) ? faces.urls[context] : undefined;
      return url === undefined ? { reason: 'nobody serves it' } : { url };
    };
    const gateway = hasGateway ? await openGateway(surroundings, { count, placeOf, find }) : undefined;
    if (gateway !== undefined) closing.add(() => gateway.close());
    return {
      parts: opened.map(({ cell, system }) => ({ system, folder: dataDir === undefined ? undefined : folderOfCell(dataDir, cell) })),
      gatewayUrl: gateway?.url,
      urls: faces.urls,
      bus: busHost.description,
      cells: { here, count },
      stop: ({ destroy }) => {
        isDestroyed = destroy;
        return closing.run();
      },
    };
  } catch (error) {
    await closing.run().catch(() => undefined); // What went wrong first is told.
    throw error;
  }
};
