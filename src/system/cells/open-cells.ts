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
import { readVersion } from '../version.ts';
import { cellRuleOf, folderOfCell, keepCells, settleCells } from './cell-count.ts';
import { advertisedUrl, openMembership, type Membership } from './membership.ts';
import { openSharedFaces, type SharedFaces } from './shared-faces.ts';

/** How long a process may be silent before another one may take over. */
const DEFAULT_LEASE_MS = 10_000;

const useOf = (cell: CellName): WorldUse => ({ madeFor: 'serve', isTemporary: false, cell });

/** A cell at work. */
interface OpenedCell {
  readonly cell: number;
  readonly system: System;
  readonly folder: Folder;
}

const openCell = async (
  surroundings: OpeningSurroundings,
  busHost: BusHost,
  name: CellName,
  member: Membership | undefined,
  urls: Readonly<Record<string, string>>,
): Promise<OpenedCell> => {
  const { options, folder: whole } = surroundings;
  const { of: world, cell } = name;
  const folder = await openFolder({ dataDir: folderOfCell(whole.path, cell), parts: options.contexts });
  try {
    const disk = createFileDisk(folder.path, durabilityOf(options));
    for (const definition of describeContexts(options.definition)) {
      const url = urls[definition.name];
      if (url === undefined || member === undefined) continue;
      await member.claim({ cell, definition, disk, folder: folder.path, url: advertisedUrl(url, options.host, options.advertise) });
    }
    const system = await createSystem({
      ...servedOptions(surroundings, `/${cell}`),
      busHost: member?.fenceHost(busHost) ?? busHost,
      world: worldOfCell(world, cell),
      worldUse: useOf(name),
      cell,
      disk: member?.fenceDisk(disk) ?? disk,
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
    /** To be closed right after what was added before. */
    addAfter: (former: () => Promise<void>, step: () => Promise<void>): void => void steps.splice(steps.indexOf(former) + 1, 0, step),
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
  const { definition, world, host, ports, token } = options;
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
    about: { version: readVersion(), system: definition.name, world },
    onAnswer: metrics.onAnswerOf('gateway'),
    metrics: metrics.text,
    whyNotReady: () => (options.signal.aborted ? LEAVING : undefined),
    openApi: (url) => openApiOf(definition, contexts, url, true),
  });
};

/** Joins the others that serve this world, where others can be. */
const join = async ({ options, timers, trouble }: OpeningSurroundings, busHost: BusHost): Promise<Membership | undefined> => {
  const notes = await busHost.openNotes?.(options.world);
  if (notes === undefined) return undefined;
  const leaseMs = options.leaseMs ?? DEFAULT_LEASE_MS;
  return openMembership({ notes, leaseMs, timers, needsDirectory: options.gateway, onLost: trouble.put });
};

/** Says how many cells the world has, wherever that is kept, or refuses what was asked for. */
const settle = async ({ options, planned, folder }: OpeningSurroundings, busHost: BusHost): Promise<number> => {
  const { world, dataDir } = options;
  const count = settleCells(world, planned, await busHost.cellsOf?.(world));
  // The first cell's stream says how many there are: whoever comes next must find it, whichever cells run here.
  await (await busHost.open(worldOfCell(world, 0), useOf({ of: world, cell: 0, cells: count }))).close();
  if (dataDir !== undefined) await keepCells(folder.path, { world, cells: count });
  return count;
};

/** Opens the cells that were asked for. Throws what can't be had; then nothing is left open but the bus. */
export const openCells = async (surroundings: OpeningSurroundings, busHost: BusHost): Promise<Opened> => {
  const { options, planned, timers, log, metrics } = surroundings;
  const { definition, world, contexts, dataDir, host, ports, token } = options;
  const count = await settle(surroundings, busHost);
  const here = contexts.length === 0 ? [] : (planned.only ?? Array.from({ length: count }, (_, cell) => cell));
  const placeOf = createCellLookup(describeContexts(definition), cellRuleOf(definition), count);
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
    const member = await join(surroundings, busHost);
    if (member !== undefined) closing.add(() => member.close({ destroy: isDestroyed }));
    const systems = new Map<number, System>();
    const own = {
      ...{ contexts, count, placeOf, cells: here, host, ports, token, timers, log, metrics },
      ids: createIds(timers, servedOptions(surroundings, '/faces').random),
      faceOf: (context: string, cell: number) => systems.get(cell)?.face(context),
      whyNot: () => member?.whyNot(),
    };
    const faces: SharedFaces = await openSharedFaces(own);
    closing.add(faces.close);
    const nameOf = (cell: number): CellName => ({ of: world, cell, cells: count });
    const opened = await openAll(here, (cell) => openCell(surroundings, busHost, nameOf(cell), member, faces.urls), closeCell);
    for (const { cell, system } of opened) systems.set(cell, system);
    // Nobody is sent here any more, what is being answered is finished, and only then are its cells let go of.
    closing.addAfter(faces.close, async () => {
      await Promise.all(opened.map(closeCell));
    });
    if (member !== undefined) closing.add(member.leave);
    const find = (context: string, cell: number): CellAddress => {
      const url = systems.has(cell) ? faces.urls[context] : undefined;
      return url === undefined ? { reason: 'nobody serves it' } : { url };
    };
    const gateway = options.gateway
      ? await openGateway(surroundings, { count, placeOf, find: member?.directory?.find ?? find })
      : undefined;
    if (gateway !== undefined) closing.add(gateway.close);
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
