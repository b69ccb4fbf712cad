import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../kernel/child-environment.ts';
import { OperatingError, messageOf } from '../kernel/errors.ts';
import { createLineReader } from '../kernel/lines.ts';
import type { BusHost } from './bus.ts';
import { requireNatsServer } from './find-nats-server.ts';
import type { NatsServer, NatsServerSearch } from './find-nats-server.ts';
import { isSupportedVersion, tooOld } from './nats-connection.ts';
import { createNatsBusHost } from './nats.ts';
import type { NatsBusOptions } from './nats.ts';
import { lockStore } from './store-lock.ts';
import type { StoreLock } from './store-lock.ts';
import { createRoomWatch, roomOnDisk } from './store-room.ts';
import type { StoreKeeper, StoreRoom } from './store-room.ts';

/** What an embedded server needs. */
export interface EmbeddedServerOptions extends NatsServerSearch {
  /** Where streams are kept; made where it isn't there. One process at a time. */
  readonly storeDir: string;
  /** Default 0: any free one. */
  readonly port?: number;
  /** Writes every message to the disk itself before it is acknowledged; for stores that must survive a power cut. */
  readonly durable?: boolean;
  /** A folder to remove with the server where this process does not live to remove it. */
  readonly temporaryFolder?: string;
  /** How much room the store has; default: as its disk has. */
  readonly room?: StoreRoom;
  /** Hears of what was done about a store that was full. */
  readonly onNote?: (text: string) => void;
  /** Gets the server's log, line by line. */
  readonly log?: (line: string) => void;
  /** Hears of a server that ended without being asked to. */
  readonly onExit?: (error: OperatingError) => void;
}

/** A server of ours. */
export interface EmbeddedServer {
  /** With credentials: not for people. */
  readonly url: string;
  /** For people. */
  readonly description: string;
  /** Another one after the server was started anew. */
  readonly pid: number;
  readonly keeper: StoreKeeper;
  /** Ends the server, waits for that, and removes its configuration. The store stays. */
  stop(): Promise<void>;
}

const START_PATIENCE_MS = 10_000;
const STOP_PATIENCE_MS = 3_000;
const POLL_MS = 4;
const USER = 'food-sim';

const configOf = (
  folder: string,
  password: string,
  { storeDir, durable }: EmbeddedServerOptions,
  port: number,
  limitBytes: number,
): string =>
  [
    'host: "127.0.0.1"',
    `port: ${port === 0 ? -1 : port}`,
    'server_name: "food-sim"',
    `ports_file_dir: ${JSON.stringify(folder)}`,
    `authorization { user: ${JSON.stringify(USER)}, password: ${JSON.stringify(password)} }`,
    `jetstream { store_dir: ${JSON.stringify(storeDir)}, max_file_store: ${limitBytes}${durable === true ? ', sync_interval: always' : ''} }`,
  ].join('\n');

/** The server's address once it listens, read from the file that it writes then. */
const readPort = async (folder: string, pid: number): Promise<number | undefined> => {
  try {
    const { nats } = JSON.parse(await readFile(join(folder, `nats-server_${pid}.ports`), 'utf8')) as { nats?: readonly string[] };
    return nats?.[0] === undefined ? undefined : Number(new URL(nats[0]).port);
  } catch (error) {
    // Not written yet, or only half.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
};

/** A server process, and what is known of its end. */
interface ServerProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Resolves when it has ended, to a clause that says how. */
  readonly ended: Promise<string>;
  /** What it complained about, last. */
  readonly complaint: () => string;
}

const startProcess = async (server: NatsServer, config: string, log: ((line: string) => void) | undefined): Promise<ServerProcess> => {
  // A process group of its own: Ctrl-C in the terminal is for us, and the server must outlive our orderly end.
  const child = spawn(server.path, ['-c', config], {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
    windowsHide: true,
    env: childEnvironment(process.env),
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on(
    'data',
    createLineReader((line) => {
      if (/\[(FTL|ERR)\]|^nats-server:/.test(line)) complaint = line.replace(/^.*\[(?:FTL|ERR)\]\s*/, '');
      log?.(line);
    }),
  );
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${messageOf(error)}`));
    child.once('close', (code, signal) => resolve(signal === null ? `ended with code ${code}` : `was ended by ${signal}`));
  });
  if (child.pid === undefined) {
    throw new OperatingError('infrastructure', `${server.path} ${await ended}`, { mend: 'Check its path and permissions.' });
  }
  return { child, pid: child.pid, ended, complaint: () => (complaint === '' ? '' : `: ${complaint}`) };
};

/** The watchdog runs from TypeScript in tests, and from JavaScript when built: whichever this file is. */
const startWatchdog = (pid: number, folders: readonly string[]): ChildProcess => {
  const script = fileURLToPath(new URL(`./server-watchdog${extname(import.meta.url)}`, import.meta.url));
  const watchdog = spawn(process.execPath, [script, String(pid), ...folders], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    windowsHide: true,
    env: {},
  });
  // Neither may keep us from ending; if we do, the watchdog does its work.
  watchdog.unref();
  (watchdog.stdin as unknown as { unref: () => void }).unref();
  return watchdog;
};

const waitForPort = async ({ pid, ended, complaint }: ServerProcess, folder: string, path: string): Promise<number> => {
  let end: string | undefined;
  void ended.then((how) => (end = how));
  for (const deadline = Date.now() + START_PATIENCE_MS; Date.now() < deadline;) {
    const port = await readPort(folder, pid);
    if (port !== undefined) return port;
    if (end !== undefined) break;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new OperatingError(
    'infrastructure',
    `the embedded server ${path} ${end ?? `was not ready within ${START_PATIENCE_MS} ms`}${complaint()}`,
    {
      mend: 'Check that its store can be written and has room, and that its port is free.',
    },
  );
};

const endProcess = async ({ child, ended }: ServerProcess): Promise<void> => {
  child.kill('SIGTERM');
  const lastResort = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE_MS);
  await ended;
  clearTimeout(lastResort);
};

/** Reads the lock file errors as what they are: a store that can't be used. */
const openStore = async (storeDir: string): Promise<StoreLock> => {
  try {
    await mkdir(storeDir, { recursive: true });
    return await lockStore(storeDir);
  } catch (error) {
    if (error instanceof OperatingError) throw error;
    throw new OperatingError('infrastructure', `the store ${storeDir} can't be used: ${messageOf(error)}`, {
      mend: 'Check that the folder can be written and that its disk has room.',
      cause: error,
    });
  }
};

/** What every start of the server of one store has in common. */
interface Premises {
  readonly server: NatsServer;
  readonly options: EmbeddedServerOptions;
  readonly room: StoreRoom;
  /** Of its configuration. */
  readonly folder: string;
  readonly password: string;
  readonly lock: StoreLock;
  readonly hears: (line: string) => void;
}

/** A server at work, with the process that ends it where we can't. */
interface Running {
  readonly process: ServerProcess;
  readonly watchdog: ChildProcess;
  readonly port: number;
}

const dismiss = async ({ process, watchdog }: Omit<Running, 'port'>): Promise<void> => {
  await endProcess(process);
  watchdog.stdin?.end('done');
};

/** Starts the server on this port (0: any), with as much room as its store has now. */
const launch = async ({ server, options, room, folder, password, lock, hears }: Premises, port: number): Promise<Running> => {
  const config = join(folder, 'nats-server.conf');
  await writeFile(config, configOf(folder, password, options, port, await room.limit()), { mode: 0o600 });
  const process = await startProcess(server, config, (line) => {
    hears(line);
    options.log?.(line);
  });
  const watchdog = startWatchdog(process.pid, options.temporaryFolder === undefined ? [folder] : [folder, options.temporaryFolder]);
  try {
    await lock.addServer(process.pid);
    return { process, watchdog, port: await waitForPort(process, folder, server.path) };
  } catch (error) {
    await dismiss({ process, watchdog });
    throw error;
  }
};

/** Keeps one server running: started, and started anew on the same port where its store found room again. */
const createLaunches = (premises: Premises) => {
  const { options } = premises;
  let running: Running | undefined;
  let changing: Promise<void> = Promise.resolve();
  let isOver = false;
  const begin = async (port: number): Promise<void> => {
    const mine = await launch(premises, port);
    running = mine;
    void mine.process.ended.then((how) => {
      if (running !== mine) return;
      options.onExit?.(
        new OperatingError('infrastructure', `the embedded server ${how}${mine.process.complaint()}`, {
          mend: 'See its log; then start again.',
        }),
      );
    });
  };
  const end = async (): Promise<void> => {
    const ending = running;
    running = undefined;
    if (ending !== undefined) await dismiss(ending);
  };
  const again = async (): Promise<void> => {
    if (isOver || running === undefined) return;
    const { port } = running;
    await end();
    options.onNote?.(`the store ${options.storeDir} has room again: its server is started anew`);
    try {
      await begin(port);
    } catch (error) {
      options.onExit?.(
        error instanceof OperatingError
          ? error
          : new OperatingError('infrastructure', `the embedded server could not be started anew: ${messageOf(error)}`, {
              mend: 'See its log; then start again.',
              cause: error,
            }),
      );
    }
  };
  return {
    begin: () => begin(options.port ?? 0),
    /** One change at a time: a server that is being started is not stopped half way. */
    again: () => (changing = changing.then(again)),
    end: async () => {
      isOver = true;
      await changing;
      await end();
    },
    running: () => running,
  };
};

/**
 * Starts a nats-server with JetStream that only this machine can reach and only we are let into, and that
 * ends with this process whatever happens to it. Throws an OperatingError (infrastructure): no server to be
 * found, too old, store in use, port taken, disk full. A store that becomes full later is used again when there is room.
 */
export const startEmbeddedServer = async (options: EmbeddedServerOptions): Promise<EmbeddedServer> => {
  const server = await requireNatsServer(options);
  if (!isSupportedVersion(server.version)) throw tooOld(server.path, server.version);
  const lock = await openStore(options.storeDir);
  const folder = await mkdtemp(join(tmpdir(), 'food-sim-nats-'));
  const room = options.room ?? roomOnDisk(options.storeDir);
  const watch = createRoomWatch(options.storeDir, room, () => launches.again());
  const password = randomBytes(24).toString('hex');
  const launches = createLaunches({ server, options, room, folder, password, lock, hears: watch.hears });
  const dismantle = async (): Promise<void> => {
    watch.end();
    await launches.end();
    await rm(folder, { recursive: true, force: true });
    await lock.release();
  };
  try {
    await launches.begin();
  } catch (error) {
    await dismantle();
    throw error;
  }
  const { port, process } = launches.running()!;
  let stopping: Promise<void> | undefined;
  return {
    url: `nats://${USER}:${password}@127.0.0.1:${port}`,
    description: `nats://127.0.0.1:${port} (embedded nats-server ${server.version})`,
    get pid() {
      return launches.running()?.process.pid ?? process.pid;
    },
    keeper: watch,
    stop: () => (stopping ??= dismantle()),
  };
};

/** Starts an embedded server and opens a bus host on it, that stops the server when closed. */
export const createEmbeddedBusHost = async (
  options: EmbeddedServerOptions & Omit<NatsBusOptions, 'servers' | 'user' | 'password' | 'token' | 'credsFile' | 'nkeyFile' | 'tls'>,
): Promise<BusHost> => {
  const server = await startEmbeddedServer({ ...(options.onTrouble === undefined ? {} : { onExit: options.onTrouble }), ...options });
  try {
    const host = await createNatsBusHost({ ...options, keeper: server.keeper, servers: [server.url] });
    return {
      kind: 'embedded',
      description: server.description,
      // What is temporary goes with the server, whatever becomes of us.
      open: (world, use) =>
        host.open(world, { madeFor: 'serve', isTemporary: false, ...(use?.cell === undefined ? {} : { cell: use.cell }) }),
      cellsOf: (world) => host.cellsOf(world),
      close: async () => {
        await host.close();
        await server.stop();
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
};
