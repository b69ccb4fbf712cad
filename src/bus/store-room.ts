import { lstat, readdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';

/** The room of a server's store, in bytes. */
export interface StoreRoom {
  /** The most that the store may hold, as things are now. */
  limit(): Promise<number>;
  /** What is free on its disk. */
  free(): Promise<number>;
}

/** What is left to others on the disk: databases stand there too, and must still be written when no event is stored any more. */
const LEFT_TO_OTHERS_BYTES = 64 * 1_048_576;
/** Of a small disk, the store takes so much of what is free. */
const SHARE = 0.75;

const sizeOf = async (path: string): Promise<number> => {
  try {
    return (await lstat(path)).size;
  } catch (error) {
    // The server removes files of its own whenever it likes.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
};

const usedBytes = async (storeDir: string): Promise<number> => {
  const entries = await readdir(storeDir, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => sizeOf(join(parentPath, name))));
  return sizes.reduce((sum, size) => sum + size, 0);
};

/** Asks for the blocks that are free on a path's disk, and how many bytes each has. */
type AskDisk = (path: string) => Promise<{ readonly bavail: number; readonly bsize: number }>;

/**
 * The room of a store on a disk: what it holds already, and of what is free all but a rest. The server's own limit is three
 * quarters of what is free when it starts, whatever it holds already: a stream that fills half a disk would be full at each start.
 */
export const roomOnDisk = (storeDir: string, ask: AskDisk = statfs): StoreRoom => {
  const free = async (): Promise<number> => {
    const { bavail, bsize } = await ask(storeDir);
    return bavail * bsize;
  };
  return {
    free,
    limit: async () => {
      const bytes = await free();
      // The server takes 0 for no limit.
      return Math.max(1, (await usedBytes(storeDir)) + Math.floor(Math.max(bytes - LEFT_TO_OTHERS_BYTES, bytes * SHARE)));
    },
  };
};

/** What is known of a server's store by whoever started that server. */
export interface StoreKeeper {
  /** The server said that it had no room for an event. */
  wantsRoom(): void;
  /** Why the server stores nothing, by its own log; undefined where it said nothing of it. */
  trouble(): string | undefined;
  /** What a person can do about it, as full sentences. */
  readonly mend: string;
}

/** A store's keeper, as the one who runs its server uses it. */
export interface RoomWatch extends StoreKeeper {
  /** Reads a line of the server's log. */
  hears(line: string): void;
  /** Watches no more. */
  end(): void;
}

/** More room than before makes another attempt worth while from here on. */
const ENOUGH_BYTES = 4 * 1_048_576;
const LOOK_PAUSE_MS = 1_000;

const FULL = /no space left on device|not enough space|disk quota exceeded|resource limits exceeded|out of (?:space|resources)/i;

/**
 * Watches the disk of a store that was found full until there is more room than there was, and calls `enlarge` then: a server
 * keeps to the limit that it began with, and after a failed write it stores nothing more, however much room there is.
 */
export const createRoomWatch = (storeDir: string, room: StoreRoom, enlarge: () => Promise<void>): RoomWatch => {
  let why: string | undefined;
  let leastFree = Infinity;
  let timer: NodeJS.Timeout | undefined;
  let isLooking = false;

  const end = (): void => {
    clearInterval(timer);
    timer = undefined;
  };

  const look = async (): Promise<void> => {
    const free = await room.free();
    if (timer === undefined) return;
    if (free < leastFree + ENOUGH_BYTES) {
      leastFree = Math.min(leastFree, free);
      return;
    }
    end();
    why = undefined;
    leastFree = Infinity;
    await enlarge();
  };

  /** One look at a time; a disk that can't be asked now may be asked later. */
  const lookInTurn = (): void => {
    if (isLooking) return;
    isLooking = true;
    void look()
      .catch(() => undefined)
      .finally(() => {
        isLooking = false;
      });
  };

  const begin = (): void => {
    if (timer !== undefined) return;
    timer = setInterval(lookInTurn, LOOK_PAUSE_MS);
    timer.unref();
    lookInTurn();
  };

  return {
    mend: `Make room on the disk of ${storeDir}; what waits is published then.`,
    wantsRoom: begin,
    trouble: () => why,
    hears: (line) => {
      if (!FULL.test(line)) return;
      why = `the disk of ${storeDir} has no room for the embedded server`;
      begin();
    },
    end,
  };
};
