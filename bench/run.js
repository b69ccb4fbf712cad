// Benchmarks: each prints what it measured beside its limit, and the last line says how many were met.
// Run alone on a quiet machine: `npm run bench`, or `npm run bench -- NAME …` for some of them.
import { figures as command } from './command.js';
import { figures as explore } from './explore.js';
import { figures as load } from './load.js';
import { figures as memory } from './memory.js';
import { figures as tui } from './tui.js';

const BENCHMARKS = { command, explore, load, memory, tui };

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !Object.hasOwn(BENCHMARKS, name));
if (unknown !== undefined) {
  process.stderr.write(`there is no benchmark ${unknown}; there are ${Object.keys(BENCHMARKS).join(', ')}\n`);
  process.exit(2);
}

let missed = 0;
for (const [name, measure] of Object.entries(BENCHMARKS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  process.stdout.write(`\n${name}\n`);
  for await (const { what, value, unit, limit } of measure()) {
    const isMet = value <= limit;
    if (!isMet) missed += 1;
    const ratio = limit === 0 ? '' : ` (${(value / limit).toFixed(2)} of it)`;
    process.stdout.write(`  ${isMet ? 'met   ' : 'MISSED'}  ${what}: ${value.toFixed(2)} ${unit}, limit ${limit} ${unit}${ratio}\n`);
  }
}
process.stdout.write(`\n${missed === 0 ? 'all limits were met' : `${missed} limits were missed`}\n`);
process.exitCode = missed === 0 ? 0 : 1;
