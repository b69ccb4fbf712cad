/** The program as its users install it: packed, put into an empty project by npm, and run on the Node.js that the host has. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { newFolder } from './process.fixture.ts';

const root = dirname(import.meta.dirname);
const SLOW_MS = 600_000;

/** What npm tells the scripts that it runs is about this project; a user's shell knows nothing of it. */
const SHELL = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_(package|lifecycle|node|command|execpath|config_(local_prefix|prefix))|INIT_CWD|NODE_OPTIONS)/.test(name)),
);
const HOST_PATH = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules')).join(delimiter);

/** A command in a folder, as on a host whose Node.js is in the other one. */
const shell = (command: string, args: readonly string[], cwd: string, nodeFolder?: string) => {
  const path = nodeFolder === undefined ? HOST_PATH : `${nodeFolder}${delimiter}${HOST_PATH}`;
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8', env: { ...SHELL, PATH: path } });
  if (error !== undefined) throw error;
  return { code: status, out: stdout, err: stderr };
};

const succeeds = (...args: Parameters<typeof shell>): string => {
  const { code, out, err } = shell(...args);
  if (code !== 0) throw new Error(`${args[0]} ${args[1].join(' ')} ended with ${String(code)}: ${err}${out}`);
  return out;
};

/** An empty project that the program is installed into, on a Node.js. */
const installedInto = (tarball: string, nodeFolder: string): string => {
  const project = newFolder();
  writeFileSync(join(project, 'package.json'), '{ "private": true }\n');
  succeeds('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', tarball], project, nodeFolder);
  return project;
};

/** Runs the bundled scenarios in a project, as its users do. */
const runBundled = (project: string, nodeFolder: string) => shell('npx', ['food-sim', 'run', '--report', 'plain'], project, nodeFolder);

/** The folder of a Node.js that npm brings. */
const bring = (folder: string, version: string): string => {
  mkdirSync(join(folder, version));
  const name = `node${process.platform === 'darwin' && process.arch === 'arm64' ? '-bin' : ''}-${process.platform}-${process.arch}`;
  succeeds('npm', ['install', '--no-save', '--prefix', join(folder, version), `${name}@${version}`], folder);
  return join(folder, version, 'node_modules', name, 'bin');
};

const isRegistryThere = (): boolean => process.env['CI'] !== undefined || spawnSync('npm', ['view', 'picocolors@1.1.1', 'version'], { env: { ...SHELL, PATH: HOST_PATH } }).status === 0;

describe.skipIf(process.platform === 'win32' || !isRegistryThere())('installed from a package', () => {
  let tarball: string;
  let nodes: string;

  beforeAll(() => {
    nodes = newFolder();
    tarball = join(nodes, succeeds('npm', ['pack', '--silent', '--pack-destination', nodes], root, dirname(process.execPath)).trim().split('\n').at(-1) ?? '');
  }, SLOW_MS);

  it('runs the bundled scenarios on a host with Node 20, on a runtime and a server that it fetches at its first start only', () => {
    const host = shell('node', ['--version'], root).out;
    const node = host.startsWith('v20.') ? dirname(succeeds('node', ['-p', 'process.execPath'], root).trim()) : bring(nodes, '20.20.2');
    const project = installedInto(tarball, node);
    const first = runBundled(project, node);
    expect(first.err).toMatch(/^food-sim needs Node\.js 22\.\S+ or newer, and this is 20\.\S+: fetching one with npm, this once …\n/);
    expect(first).toMatchObject({ code: 0, out: expect.stringMatching(/^(\d+) scenarios: \1 passed/m) });
    const doctor = shell('npx', ['food-sim', 'doctor'], project, node);
    expect(doctor).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/ok +Node\.js 24[^]*ok +nats-server \S+ \(bundled: /) });
  }, SLOW_MS);

  it('runs them with the Node of a host with 22 or 24, and brings no other', () => {
    const node22 = bring(nodes, '22.19.0');
    const project = installedInto(tarball, node22);
    for (const node of [node22, dirname(process.execPath)]) {
      expect(runBundled(project, node)).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^(\d+) scenarios: \1 passed/m) });
    }
    expect(readdirSync(join(project, 'node_modules')).filter((name) => /^node(-|$)/.test(name) && !/^node-(addon-api|gyp)/.test(name))).toEqual([]);
    expect(readdirSync(join(project, 'node_modules', 'food-sim'))).not.toContain('.runtime');
  }, SLOW_MS);
});
