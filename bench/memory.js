// Whether memory stays flat: many orders on the memory bus, resident memory read from the system (Linux).
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { start } from './program.js';

const ORDERS = Number(process.env.ORDERS ?? 100_000);
const FILE = fileURLToPath(new URL('orders.yaml', import.meta.url));
const MIB = 1_048_576;

const residentMib = (pid) => (Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4_096) / MIB;

export async function* figures() {
  const tenth = Number(process.env.BASE ?? ORDERS / 10);
  let orders = 0;
  let early = 0;
  let most = 0;
  const onLine = (line, pid) => {
    if (!line.includes('"kind":"message.published"') || !line.includes('"type":"OrderPlaced"')) return;
    orders += 1;
    // The highest of the first tenth is the base, so that a garbage collection just then does not flatter.
    if (orders % 500 !== 0) return;
    const now = residentMib(pid);
    if (orders <= tenth) early = Math.max(early, now);
    else most = Math.max(most, now);
  };
  const args = ['run', FILE, '--bus', 'memory', '--time', 'virtual', '--var', `orders=${ORDERS}`, '--report', 'ndjson'];
  const { code, seconds } = await start(args, onLine);
  if (code !== 0 || orders !== ORDERS) throw new Error(`the run ended with ${code} after ${orders} orders`);
  process.stdout.write(
    `  ${ORDERS} orders in ${seconds.toFixed(0)} s; resident ${early.toFixed(0)} MiB over the first ${tenth}, at most ${most.toFixed(0)} MiB after\n`,
  );
  yield { what: `growth after the first ${tenth} of ${ORDERS} orders`, value: Math.max(0, most - early), unit: 'MiB', limit: 50 };
}
