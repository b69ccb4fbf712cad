// Compiles src/ to dist/. Run by npm after every install, and by bin/food-sim.js in a checkout whose sources changed.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const run = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: new URL('..', import.meta.url), stdio: 'inherit' });
process.exitCode = run.status ?? 1;
