#!/usr/bin/env node
// Starts food-sim on a Node.js that can run it. Plain JavaScript that any Node.js since 14 can parse:
// an old one must get as far as the re-execution or the plain word below, not to a syntax error.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { environmentOf, fetchRuntime, findRuntime, isTooOld, OLDEST_NODE } from './runtime.js';

const EXIT_INFRASTRUCTURE = 5;
const home = dirname(dirname(fileURLToPath(import.meta.url)));

/** The runtime to go on with, fetched where there is none yet; undefined, and said, where that fails. */
const bringRuntime = () => {
  const found = findRuntime();
  if (found !== undefined) return found;
  const lack = `food-sim needs Node.js ${OLDEST_NODE} or newer, and this is ${process.versions.node}`;
  process.stderr.write(`${lack}: fetching one with npm, this once …\n`);
  try {
    return fetchRuntime();
  } catch (error) {
    process.stderr.write(
      `${lack}. None could be fetched: ${error.message}\n` +
        'Start again where npm reaches its registry, install a newer Node.js from https://nodejs.org, or `npm install node@24` beside food-sim.\n',
    );
    return undefined;
  }
};

/**
 * Runs the same command on another runtime and ends as it ends. The child hangs on a channel to this
 * process: when this one is killed outright, the child notices and dies as well, so nothing is left behind.
 */
const runOn = (runtime) => {
  // What `ps` shows of this process would else be the command line, passwords and all; the child sees to its own.
  process.title = 'food-sim';
  const child = spawn(runtime.program, process.argv.slice(1), {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...environmentOf(runtime), FOOD_SIM_SUPERVISED: '1' },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`food-sim: can't start ${runtime.program}: ${error.message}\n`);
    process.exit(EXIT_INFRASTRUCTURE);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
};

/** Ends this process as its supervisor ended, when that was killed without a chance to pass a signal on. */
const dieWithSupervisor = () => {
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.channel.unref();
};

/** In a checkout the compiled program follows the sources; an installed package brings it ready-made. Returns 0, or what to exit with. */
const bringUpToDate = async () => {
  if (!existsSync(join(home, 'src'))) return 0;
  const { readStamp, stampOfSources } = await import('../scripts/stamp.js');
  if (readStamp() === stampOfSources()) return 0;
  process.stderr.write('food-sim: the sources changed, compiling …\n');
  const { build } = await import('../scripts/build.js');
  const code = build();
  if (code !== 0) process.stderr.write("food-sim: the sources don't compile, so nothing was run.\n");
  return code;
};

/** The folder that relative paths start from, or undefined where it was removed meanwhile. */
const currentFolder = () => {
  try {
    return process.cwd();
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
};

/** Lets `ps` show no password or token of the command line. */
const hideSecrets = async (argv) => {
  if (!argv.some((word) => /@|=|-(password|token)$|^--token$/.test(word))) return;
  const { shownArgv } = await import(pathToFileURL(join(home, 'dist', 'cli', 'options', 'shown-argv.js')).href);
  const shown = shownArgv(argv);
  if (shown.some((word, index) => word !== argv[index])) process.title = ['food-sim', ...shown].join(' ');
};

/** The environment for the program; what of it is meant for us, and may be a password, is not inherited by the processes that it starts. */
const takeVariables = () => {
  const env = { ...process.env };
  for (const name of Object.keys(env)) if (name.startsWith('FOOD_SIM_')) delete process.env[name];
  return env;
};

const start = async () => {
  module.enableCompileCache?.();
  process.exitCode = await bringUpToDate();
  if (process.exitCode !== 0) return;
  const program = join(home, 'dist', 'cli', 'main.js');
  if (!existsSync(program)) {
    process.stderr.write(`food-sim: ${program} is missing.\nRun \`npm run build\` in ${home}, or install the package again.\n`);
    process.exitCode = EXIT_INFRASTRUCTURE;
    return;
  }
  const cwd = currentFolder();
  if (cwd === undefined) {
    process.stderr.write('food-sim: the current folder is not there any more.\nGo to one that is, and start again.\n');
    process.exitCode = EXIT_INFRASTRUCTURE;
    return;
  }
  // Output that can't be written ends there and not the run: what was started is still stopped in order. A reader that
  // went away (`food-sim run | head`) wanted no more; anything else (a full disk) is told, and ends with its own code.
  let isOutputLost = false;
  for (const [name, stream] of Object.entries({ stdout: process.stdout, stderr: process.stderr })) {
    stream.on('error', (error) => {
      if (error.code === 'EPIPE' || isOutputLost) return;
      isOutputLost = true;
      process.stderr.write(
        `food-sim: ${name} can't be written: ${error.message}\nWrite to a disk with room, or into a file by --report KIND=FILE.\n`,
      );
    });
  }
  const { main } = await import(pathToFileURL(program).href);
  const argv = process.argv.slice(2);
  await hideSecrets(argv);
  const { stdin, stdout, stderr } = process;
  const exitCode = await main(argv, { stdin, stdout, stderr, env: takeVariables(), cwd });
  // What failed last may be told in a later turn.
  await new Promise((resolve) => setImmediate(resolve));
  process.exitCode = isOutputLost ? EXIT_INFRASTRUCTURE : exitCode;
};

const isSupervised = process.env.FOOD_SIM_SUPERVISED !== undefined;
if (isSupervised) {
  delete process.env.FOOD_SIM_SUPERVISED;
  if (process.channel) dieWithSupervisor();
}
if (!isTooOld(process.versions.node)) {
  await start();
} else {
  const runtime = bringRuntime();
  if (runtime === undefined) process.exitCode = EXIT_INFRASTRUCTURE;
  else runOn(runtime);
}
