/** How many cells a world has: said once, when it is made, and kept in the data folder and on the bus. */
import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { whyNotPlaced, type CellRule } from '../../gateway/cell-places.ts';
import type { BusHost } from '../../bus/bus.ts';
import type { Logger } from '../../kernel/log.ts';
import { MOST_CELLS } from '../../kernel/cells.ts';
import { OperatingError } from '../../kernel/errors.ts';
import { contextNamesOf, describeContexts, type SystemDefinition } from '../definition.ts';

/** Which cells are asked for: how many the world has, which of them run here, or both. */
export interface CellChoice {
  readonly count?: number;
  readonly only?: readonly number[];
}

/** What a data folder says of the cells in it. */
export interface KeptCells {
  readonly world: string;
  readonly cells: number;
}

const FILE = 'cells.json';

/** Where a cell is kept in the data folder of its world. */
export const folderOfCell = (dataDir: string, cell: number): string => join(dataDir, `cell-${cell}`);

const damaged = (path: string, cause?: unknown): OperatingError =>
  new OperatingError('infrastructure', `${path} does not say how many cells are kept there`, {
    mend: 'Bring it back as it was: {"world":"food","cells":4}; or use another folder.',
    cause,
  });

const parse = (text: string, path: string): KeptCells => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw damaged(path, error);
  }
  const { world, cells } = (value ?? {}) as Partial<Record<keyof KeptCells, unknown>>;
  if (typeof world !== 'string' || !Number.isInteger(cells) || Number(cells) < 2 || Number(cells) > MOST_CELLS) throw damaged(path);
  return { world, cells: Number(cells) };
};

/** The cells that a data folder holds; undefined where it holds nothing yet. Throws an OperatingError where that can not be read. */
export const readKeptCells = async (dataDir: string, definition: SystemDefinition): Promise<Partial<KeptCells> | undefined> => {
  const path = join(dataDir, FILE);
  try {
    return parse(await readFile(path, 'utf8'), path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
  }
  return contextNamesOf(definition).some((name) => existsSync(join(dataDir, `${name}.sqlite`))) ? { cells: 1 } : undefined;
};

/** Keeps how many cells there are, where no file says so yet. Whole or not at all, whoever else writes it meanwhile. */
export const keepCells = async (dataDir: string, kept: KeptCells): Promise<void> => {
  const path = join(dataDir, FILE);
  if (existsSync(path)) return;
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(kept)}\n`, { mode: 0o600 });
  await rename(draft, path);
};

const counted = (cells: number): string => (cells === 1 ? '1 cell, and is not split' : `${cells} cells`);

/** Throws an OperatingError (usage) where other cells are asked for than a world has; `where` it is said how many. */
const refuseOther = (world: string, asked: CellChoice, cells: number, where: string): void => {
  if (asked.count !== undefined && asked.count !== cells) {
    throw new OperatingError(
      'usage',
      `--cells asks for ${asked.count}, and the world ${world} was made with ${counted(cells)} (${where})`,
      {
        mend: `The number is fixed when a world is made. Leave --cells out or write --cells ${cells}, or name another world (--world) and another --data-dir.`,
      },
    );
  }
  const beyond = asked.only?.find((cell) => cell >= cells);
  if (beyond !== undefined) {
    throw new OperatingError(
      'usage',
      `--cells asks for cell ${beyond}, and the world ${world} was made with ${counted(cells)} (${where})`,
      {
        mend: cells === 1 ? 'Leave --cells out.' : `Ask for cells from 0 to ${cells - 1}.`,
      },
    );
  }
};

/** What is known of a world's cells before anything is opened. */
export interface PlannedCells {
  /** 1 where it is not split; undefined where only the bus knows. */
  readonly count: number | undefined;
  /** Those asked for; undefined for all. */
  readonly only: readonly number[] | undefined;
}

/**
 * What was asked for, held against what the data folder holds. Throws an OperatingError: usage where the two differ, infrastructure
 * where the folder is another world's.
 */
export const planCells = (world: string, asked: CellChoice, kept: Partial<KeptCells> | undefined, dataDir = ''): PlannedCells => {
  if (kept?.world !== undefined && kept.world !== world) {
    throw new OperatingError('infrastructure', `${dataDir} holds cells of the world ${kept.world}, not of ${world}`, {
      mend: `Use another folder (--data-dir), or serve that world: --world ${kept.world}.`,
    });
  }
  if (kept?.cells !== undefined) refuseOther(world, asked, kept.cells, `as ${dataDir} says`);
  if (asked.count !== undefined) refuseOther(world, asked, asked.count, 'as --cells says itself');
  return { count: asked.count ?? kept?.cells ?? (asked.only === undefined ? 1 : undefined), only: asked.only };
};

/**
 * The number of a world's cells, once the bus says how many it was made with (undefined for a new world). Throws an OperatingError
 * (usage) where that differs from what is planned, and where nobody says how many a new world is to have.
 */
export const settleCells = (world: string, planned: PlannedCells, found: number | undefined): number => {
  const { count, only } = planned;
  if (found !== undefined) {
    refuseOther(world, { ...(count === undefined ? {} : { count }), ...(only === undefined ? {} : { only }) }, found, 'as the bus says');
    return found;
  }
  if (count !== undefined) return count;
  throw new OperatingError('usage', `--cells names cells of the world ${world}, and nobody has said yet how many it has`, {
    mend: `Say it when the world is made: --cells ${(only ?? [0]).join(',')}/16 for cells of 16.`,
  });
};

/** Throws an OperatingError (usage) where the bus says that a world which is opened as a whole was split into cells. */
export const refuseCells = async (world: string, busHost: BusHost, log: Logger): Promise<void> => {
  let found: number | undefined;
  try {
    found = await busHost.cellsOf?.(world);
  } catch (error) {
    if (!(error instanceof OperatingError) || error.isPassing) throw error;
    // Who may not look at other streams can use their own.
    log.debug({ err: error }, `whether ${world} was split into cells is not known: ${error.message}`);
  }
  if (found === undefined || found === 1) return;
  throw new OperatingError('usage', `the world ${world} was made with ${found} cells`, {
    mend: `Serve them: --cells ${found}, or some of them, as --cells 0-${found - 2}. Or name another world with --world.`,
  });
};

/** Throws as {@link cellRuleOf}. */
export const checkCellRule = (definition: SystemDefinition): void => void cellRuleOf(definition);

/** How this system is split. Throws an OperatingError (usage) that names what can't be placed in a cell. */
export const cellRuleOf = (definition: SystemDefinition): CellRule => {
  const { cells, name } = definition;
  if (cells === undefined) {
    throw new OperatingError('usage', `the system ${name} does not say how it can be split into cells`, {
      mend: 'Run it in one cell, or declare whose its things are: cells: { owner: …, ids: […] }.',
    });
  }
  const troubles = whyNotPlaced(describeContexts(definition), cells);
  if (troubles.length === 0) return cells;
  throw new OperatingError('usage', `the system ${name} can't be split into cells: ${troubles.join('; ')}`, {
    mend: 'Run it in one cell, or have each request say whose it is, or name what it is about by an id.',
  });
};
