/** The program as its users install it: packed, put into an empty project by npm, and run on the Node.js that the host has. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { newFolder } from './process.fixture.ts';

const root = dirname(import.meta.dirname);
const SLOW_MS = 600_000;

/** What npm tells the scripts that it runs is about this project; a user's shell knows nothing of it. */
const SHELL = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(npm_(package|lifecycle|node|command|execpath|config_(local_prefix|prefix))|INIT_CWD|NODE_OPTIONS)/.test(name),
  ),
);
const HOST_PATH = (process.env['PATH'] ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .join(delimiter);

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
const runBundled = (project: string, nodeFolder: string, ...which: readonly string[]) =>
  shell('npx', ['food-sim', 'run', '--report', 'plain', ...which], project, nodeFolder);

/** The folder of a Node.js that npm brings. */
const bring = (folder: string, version: string): string => {
  mkdirSync(join(folder, version));
  const name = `node${process.platform === 'darwin' && process.arch === 'arm64' ? '-bin' : ''}-${process.platform}-${process.arch}`;
  succeeds('npm', ['install', '--no-save', '--prefix', join(folder, version), `${name}@${version}`], folder);
  return join(folder, version, 'node_modules', name, 'bin');
};

/** The examples, as somebody else's systems: types, the command line without a build step, and `explored`. */
const holdTheExamples = (project: string, nodeFolder: string): void => {
  for (const name of ['bank', 'booking']) cpSync(join(root, 'examples', name, `${name}.ts`), join(project, `${name}.ts`));
  expect(readFileSync(join(project, 'bank.ts'), 'utf8').split('\n').length).toBeLessThanOrEqual(151);
  writeFileSync(
    join(project, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        strict: true,
        noEmit: true,
        module: 'nodenext',
        target: 'es2022',
        lib: ['es2022', 'dom'],
        allowImportingTsExtensions: true,
        types: [],
      },
      files: ['bank.ts', 'booking.ts', 'keep.mts'],
    }),
  );
  writeFileSync(join(project, 'keep.mts'), KEEP);
  const manifest = join(project, 'package.json');
  writeFileSync(manifest, JSON.stringify({ ...(JSON.parse(readFileSync(manifest, 'utf8')) as object), type: 'module' }));
  const node = (...args: readonly string[]) => shell(join(nodeFolder, 'node'), args, project, nodeFolder);
  expect(node(join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', '.')).toEqual({ code: 0, out: '', err: '' });
  const explore = (...args: readonly string[]) =>
    shell('npx', ['food-sim', 'explore', '--system', './bank.ts', '--jobs', '1', ...args], project, nodeFolder);
  expect(explore('--schedules', '500', '--seed', '1')).toMatchObject({
    code: 0,
    err: '',
    out: expect.stringMatching(/every invariant held\n$/),
  });
  expect(explore('--seed', '7', '--mutation', 'gives-to-anybody')).toMatchObject({
    code: 1,
    out: expect.stringMatching(/Again: food-sim replay food-sim-failure\.json --system \.\/bank\.ts\n$/),
  });
  expect(
    shell(
      'npx',
      ['food-sim', 'explore', '--system', './booking.ts', '--schedules', '300', '--seed', '1', '--jobs', '1'],
      project,
      nodeFolder,
    ),
  ).toMatchObject({ code: 0, err: '' });
  cpSync(join(root, 'examples', 'bank', 'scenarios', 'transfer.yaml'), join(project, 'transfer.yaml'));
  const play = (command: string, ...args: readonly string[]) =>
    shell('npx', ['food-sim', command, '--system', './bank.ts', 'transfer.yaml', ...args], project, nodeFolder);
  expect(play('lint')).toEqual({ code: 0, out: '1 file, 3 scenarios: no problems\n', err: '' });
  expect(play('run', '--bus', 'memory', '--report', 'plain')).toMatchObject({
    code: 0,
    err: '',
    out: expect.stringMatching(/^3 scenarios: 3 passed/m),
  });
  const replay = shell('npx', ['food-sim', 'replay', 'food-sim-failure.json', '--system', './bank.ts'], project, nodeFolder);
  expect(replay).toMatchObject({ code: 1, out: expect.stringMatching(/violated: A closed account is empty\.\n/) });
  // Node says by itself that it strips types.
  expect(node('--disable-warning=ExperimentalWarning', 'keep.mts')).toEqual({ code: 0, out: 'A closed account is empty.\n', err: '' });
};

/** A test as it would stand in another repository, for any runner. */
const KEEP = `import { BrokenInvariant, explored } from 'food-sim/vitest';
import bank from './bank.ts';

try {
  await explored(bank, { seed: 7, mutations: ['gives-to-anybody'] });
} catch (error) {
  if (!(error instanceof BrokenInvariant)) throw error;
  console.log(error.invariant);
}
`;

const isRegistryThere = (): boolean =>
  process.env['CI'] !== undefined ||
  spawnSync('npm', ['view', 'picocolors@1.1.1', 'version'], { env: { ...SHELL, PATH: HOST_PATH } }).status === 0;

describe.skipIf(process.platform === 'win32' || !isRegistryThere())('installed from a package', () => {
  let tarball: string;
  let nodes: string;

  beforeAll(() => {
    nodes = newFolder();
    tarball = join(
      nodes,
      succeeds('npm', ['pack', '--silent', '--pack-destination', nodes], root, dirname(process.execPath)).trim().split('\n').at(-1) ?? '',
    );
  }, SLOW_MS);

  it(
    'runs the bundled scenarios on a host with Node 20, on a runtime and a server that it fetches at its first start only',
    () => {
      const host = shell('node', ['--version'], root).out;
      const node = host.startsWith('v20.') ? dirname(succeeds('node', ['-p', 'process.execPath'], root).trim()) : bring(nodes, '20.20.2');
      const project = installedInto(tarball, node);
      const first = runBundled(project, node);
      expect(first.err).toMatch(/^food-sim needs Node\.js 22\.\S+ or newer, and this is 20\.\S+: fetching one with npm, this once …\n/);
      expect(first).toMatchObject({ code: 0, out: expect.stringMatching(/^(\d+) scenarios: \1 passed/m) });
      const doctor = shell('npx', ['food-sim', 'doctor'], project, node);
      expect(doctor).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/ok +Node\.js 24[^]*ok +nats-server \S+ \(bundled: /) });
    },
    SLOW_MS,
  );

  it(
    'runs them with the Node of a host with 22 or 24, and brings no other',
    () => {
      const node22 = bring(nodes, '22.19.0');
      const project = installedInto(tarball, node22);
      expect(runBundled(project, node22)).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^(\d+) scenarios: \1 passed/m) });
      // On the Node of the tests, all of them run elsewhere.
      expect(runBundled(project, dirname(process.execPath), '--tag', 'saga')).toMatchObject({
        code: 0,
        err: '',
        out: expect.stringMatching(/^(\d+) scenarios?: \1 passed/m),
      });
      expect(
        readdirSync(join(project, 'node_modules')).filter((name) => /^node(-|$)/.test(name) && !/^node-(addon-api|gyp)/.test(name)),
      ).toEqual([]);
      expect(readdirSync(join(project, 'node_modules', 'food-sim'))).not.toContain('.runtime');
      holdTheExamples(project, node22);
    },
    SLOW_MS,
  );
});
