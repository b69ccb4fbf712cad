import { DiscardPolicy, JetStreamApiCodes, JetStreamApiError, RetentionPolicy, StorageType } from '@nats-io/jetstream';
import type { JetStreamManager, StreamConfig } from '@nats-io/jetstream';
import { OperatingError } from '../kernel/errors.ts';
import { worldOfCell, type CellName, type WorldUse } from './bus.ts';
import { checkFoundStream } from './nats-found-stream.ts';
import { leaseOf, readCell } from './nats-lease.ts';
import { nameOfThisProcess } from './process-alive.ts';
import { subjectPrefix } from './wire.ts';

/** How a world's stream is kept. */
export interface StreamOptions {
  /** Default `file`. */
  readonly storage?: 'file' | 'memory';
  /** How many servers keep it; default 3 in a cluster that has them, so that it outlives any one of them, else 1. */
  readonly replicas?: number;
}

/** What opening a stream works with. */
export interface StreamPlace {
  readonly jsm: JetStreamManager;
  readonly world: string;
  readonly isCluster: boolean;
  /** Names the server for people. */
  readonly where: string;
  /** Hears of what was adapted to the server's limits. */
  readonly onNote: (text: string) => void;
}

const MS_IN_NS = 1_000_000;
const DUPLICATE_WINDOW_MS = 5 * 60_000;
/** What the port promises: a relay repeats what it published last, and nothing that is older. */
const LEAST_DUPLICATE_WINDOW_MS = 2 * 60_000;
const MAX_MESSAGE_BYTES = 1_048_576;
const REPLICAS_IN_CLUSTER = 3;
const STREAM_NAME_IN_USE = 10_058;
const SUBJECTS_OVERLAP = 10_065;
const CONFIG_INVALID = 10_052;
const MAX_BYTES_REQUIRED = 10_113;
const MAX_BYTES_EXCEEDED = 10_122;

/** What a cluster answers that can't keep so many replicas: too few servers, too little room on them, or only one server. */
const TOO_MANY_REPLICAS: readonly number[] = [10_005, 10_023, 10_074];

/** What the names of all worlds' streams begin with. */
export const STREAM_PREFIX = 'FOODSIM_';

/** The stream that keeps a world. */
export const streamOf = (world: string): string => STREAM_PREFIX + world;

/** What stands beside a stream that this program made. */
const descriptionOf = (world: string): string => `food-sim, world ${world}`;

/** Whether a world's stream was made by this program, and not by somebody who keeps it as they want it. */
export const isMadeByUs = (world: string, { description }: StreamConfig): boolean => description === descriptionOf(world);

const isApiError = (error: unknown, ...codes: readonly number[]): error is JetStreamApiError =>
  error instanceof JetStreamApiError && codes.includes(error.code);

const UNITS_MS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

/** Reads a duration as Go writes it (`1m30s`), in milliseconds; NaN where it is none. */
const goDurationMs = (text: string): number => {
  const parts = [...text.matchAll(/([\d.]+)(ms|h|m|s)/g)];
  if (parts.map(([part]) => part).join('') !== text) return Number.NaN;
  return parts.reduce((sum, [, amount, unit = '']) => sum + Number(amount) * (UNITS_MS[unit] as number), 0);
};

type Wanted = Partial<StreamConfig> & { readonly name: string };

/** What the server would take instead of what it refused, and that in words; undefined where nothing helps. */
const adapted = async (
  { jsm, where }: StreamPlace,
  wanted: Wanted,
  error: unknown,
  mayReplicateLess: boolean,
): Promise<{ readonly config: Wanted; readonly note?: string } | undefined> => {
  if (isApiError(error, ...TOO_MANY_REPLICAS) && mayReplicateLess && wanted.num_replicas !== 1)
    return { config: { ...wanted, num_replicas: 1 } };
  const named = /duplicates? window can not be larger th[ae]n server limit of ([\dhms.]+)/i.exec(
    error instanceof Error ? error.message : '',
  )?.[1];
  if (isApiError(error, CONFIG_INVALID) && named !== undefined) {
    const windowMs = goDurationMs(named);
    if (windowMs < LEAST_DUPLICATE_WINDOW_MS) {
      throw new OperatingError(
        'infrastructure',
        `the NATS server ${where} remembers ids of messages for ${named} only, and this bus needs 2m0s`,
        {
          mend: 'Raise duplicate_window in the limits of its JetStream.',
          cause: error,
        },
      );
    }
    if (windowMs < DUPLICATE_WINDOW_MS)
      return {
        config: { ...wanted, duplicate_window: windowMs * MS_IN_NS },
        note: `the server remembers ids of messages for ${named} at most`,
      };
  }
  if (isApiError(error, MAX_BYTES_REQUIRED, MAX_BYTES_EXCEEDED) && wanted.max_bytes === undefined) {
    const { limits } = await jsm.getAccountInfo();
    const [most, all] =
      wanted.storage === StorageType.Memory
        ? [limits.memory_max_stream_bytes, limits.max_memory]
        : [limits.storage_max_stream_bytes, limits.max_storage];
    const bytes = [most, all].find((limit) => limit > 0);
    if (bytes !== undefined)
      return {
        config: { ...wanted, max_bytes: bytes, discard: DiscardPolicy.New },
        note: `the account lets a stream hold ${bytes} bytes at most; what is beyond waits in outboxes`,
      };
  }
  return undefined;
};

/** Makes a stream as the server's limits allow it. */
const addStream = async (place: StreamPlace, config: Wanted, mayReplicateLess: boolean): Promise<StreamConfig> => {
  for (let wanted = config; ;) {
    try {
      return (await place.jsm.streams.add(wanted)).config;
    } catch (error) {
      const next = await adapted(place, wanted, error, mayReplicateLess);
      if (next === undefined) throw error;
      if (next.note !== undefined) place.onNote(`${place.where}: ${next.note}`);
      wanted = next.config;
    }
  }
};

const cellText = (cell: CellName | undefined): string =>
  cell === undefined ? 'a world that is not split' : `cell ${cell.cell} of the ${cell.cells} of world ${cell.of}`;

/** Throws an OperatingError (infrastructure) where a stream that was found is another cell than is wanted, or none. */
const checkCell = (config: StreamConfig, { cell }: WorldUse, where: string): void => {
  const found = readCell(config);
  if (found?.of === cell?.of && found?.cell === cell?.cell && found?.cells === cell?.cells) return;
  throw new OperatingError(
    'infrastructure',
    `the stream ${config.name} on the NATS server ${where} is ${cellText(found)}, not ${cellText(cell)}`,
    {
      mend: 'Ask for the cells that the world was made with (--cells), or give this one another name with --world.',
    },
  );
};

/**
 * Makes a world's stream, or finds it again. What the server allows less of is adapted to and told; throws an OperatingError
 * (infrastructure) where a limit leaves too little, or where somebody else has the name or the subjects.
 */
export const openStream = async (place: StreamPlace, { storage, replicas }: StreamOptions, use: WorldUse): Promise<StreamConfig> => {
  const { jsm, world, isCluster, where } = place;
  const subjects = `${subjectPrefix(world)}>`;
  const name = streamOf(world);
  try {
    const config = {
      name,
      description: descriptionOf(world),
      subjects: [subjects],
      storage: storage === 'memory' ? StorageType.Memory : StorageType.File,
      retention: RetentionPolicy.Limits,
      num_replicas: replicas ?? (isCluster ? REPLICAS_IN_CLUSTER : 1),
      duplicate_window: DUPLICATE_WINDOW_MS * MS_IN_NS,
      max_msg_size: MAX_MESSAGE_BYTES,
      ...leaseOf(use, nameOfThisProcess()),
    };
    return await addStream(place, config, replicas === undefined);
  } catch (error) {
    if (isApiError(error, SUBJECTS_OVERLAP)) {
      throw new OperatingError('infrastructure', `another stream on the NATS server ${where} takes subjects of ${subjects}`, {
        mend: 'Give our subjects another name with --world, or delete that stream if nobody needs it.',
        cause: error,
      });
    }
    if (!isApiError(error, STREAM_NAME_IN_USE)) throw error;
    // Found again, made once with other settings: its messages count, not how it keeps them, as long as it loses none.
    const { config } = await jsm.streams.info(name);
    checkFoundStream(config, subjects, where);
    checkCell(config, use, where);
    return config;
  }
};

/** Whether a world's stream is there, and what it is; undefined where there is none. */
const streamConfigOf = async (jsm: JetStreamManager, world: string): Promise<StreamConfig | undefined> => {
  try {
    return (await jsm.streams.info(streamOf(world))).config;
  } catch (error) {
    if (isApiError(error, JetStreamApiCodes.StreamNotFound)) return undefined;
    throw error;
  }
};

/** How many cells a world was made with: its first cell says so. 1 where it is not split, undefined where there is none of this name. */
export const countCells = async (jsm: JetStreamManager, world: string): Promise<number | undefined> => {
  const first = await streamConfigOf(jsm, worldOfCell(world, 0));
  const cell = first === undefined ? undefined : readCell(first);
  if (cell?.of === world) return cell.cells;
  return (await streamConfigOf(jsm, world)) === undefined ? undefined : 1;
};
