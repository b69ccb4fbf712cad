// The program as a user starts it: through bin/, on the project's own Node.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('..', import.meta.url);
const BIN = fileURLToPath(new URL('bin/food-sim.js', ROOT));

/** Starts the program; `onLine` gets each line of its standard output. Resolves with its exit code and wall seconds. */
export const start = (args, onLine) => {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd: fileURLToPath(ROOT),
    stdio: ['ignore', onLine === undefined ? 'ignore' : 'pipe', 'inherit'],
  });
  let rest = '';
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    for (const line of lines) onLine(line, child.pid);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, seconds: (performance.now() - startedAt) / 1_000 }));
  });
};

/** The median of an odd number of runs, each of which must exit 0. */
export const medianSeconds = async (args, runs = 5) => {
  const seconds = [];
  for (let run = 0; run < runs; run += 1) {
    const ended = await start(args);
    if (ended.code !== 0) throw new Error(`food-sim ${args.join(' ')} ended with ${ended.code}`);
    seconds.push(ended.seconds);
  }
  return seconds.sort((a, b) => a - b)[(runs - 1) / 2];
};
