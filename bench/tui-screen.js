// The terminal UI on a made recording, for bench/tui.js: SECONDS of RATE entries a second over 100,000 orders, without a
// screen first, and then with one. What was measured is written to the file named last.
import { writeFileSync } from 'node:fs';
import { madeEntries } from '../tests/entries.fixture.ts';
import EXPLORED_FOOD from '../dist/contexts/explored.js';
import { FOOD_SCREEN } from '../dist/contexts/panes/index.js';
import { liveSystemOf } from '../dist/live/live-system.js';
import { createModel } from '../dist/tui/model/create-model.js';

const [rate, seconds, orders, file] = process.argv.slice(2).map((word, index) => (index < 3 ? Number(word) : word));
const TICK_MS = 10;
const MIB = 1_048_576;

const { screened: system } = liveSystemOf(EXPLORED_FOOD, FOOD_SCREEN, true);
const model = createModel(system);
const listeners = new Set();
let fed = 0;
const told = {};
const tell = (entry) => {
  model.feed(entry);
  fed += 1;
  told[entry.kind] = (told[entry.kind] ?? 0) + 1;
  for (const listener of listeners) listener();
};

for (let order = 0; order < orders; order += 1) {
  const orderId = `early-${String(order).padStart(8, '0')}`;
  tell({
    n: order,
    atMs: 0,
    kind: 'state',
    context: 'customer',
    table: 'mypages',
    key: [orderId],
    row: {
      orderId,
      customerId: `early-${order % 997}`,
      storeId: 's1',
      foodId: 'gimbap',
      price: 4_000,
      address: 'Busan',
      status: 'delivered',
      progress: 'delivered',
    },
    cause: '',
  });
}

const source = madeEntries(Infinity, rate);
/** Feeds for so long, evenly; resolves with the processor time that all of it took, in milliseconds for each second. */
const feed = (forSeconds) =>
  new Promise((resolve) => {
    const before = process.cpuUsage();
    const startedAt = performance.now();
    let given = 0;
    const timer = setInterval(() => {
      const due = Math.min(rate * forSeconds, ((performance.now() - startedAt) / 1_000) * rate);
      for (; given < due; given += 1) tell(source.next().value);
      if (given < rate * forSeconds) return;
      clearInterval(timer);
      const { user, system } = process.cpuUsage(before);
      resolve({ cpuShare: (user + system) / 1_000 / (performance.now() - startedAt), seconds: (performance.now() - startedAt) / 1_000 });
    }, TICK_MS);
  });

const memory = () => {
  globalThis.gc();
  return process.memoryUsage().heapUsed / MIB;
};

await feed(2); // What is compiled while it runs first is no part of either figure.
const alone = await feed(5);

let frames = 0;
let isWithin = false;
/** Processor time from a key's arrival to the frame that answers it: what a busy machine can't stretch. */
const keyMs = [];
let pressedAt;
const usedMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};
process.stdin.on('data', () => {
  pressedAt ??= usedMs();
});
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = (...given) => {
  if (!isWithin) {
    isWithin = true;
    if (pressedAt !== undefined) keyMs.push(usedMs() - pressedAt);
    pressedAt = undefined;
    frames += 1;
    setImmediate(() => {
      isWithin = false;
    });
  }
  return write(...given);
};

const { runTui } = await import('../dist/tui/run-tui.js');
let end;
const session = {
  system,
  model,
  get version() {
    return fed;
  },
  title: 'bench',
  nowMs: () => model.atMs,
  can: () => true,
  act: async (action) => {
    if (action.kind === 'quit') end({ exitCode: 0, summary: [] });
    return { outcome: 'done', text: 'done', made: [] };
  },
  subscribe: (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  ended: new Promise((resolve) => {
    end = resolve;
  }),
};
const shown = runTui(session, { stdin: process.stdin, stdout: process.stdout, stderr: process.stderr, lang: 'en', hasColor: true });
await feed(3);
const early = memory();
frames = 0;
const drawn = await feed(seconds);
const frameRate = frames / drawn.seconds;
const late = memory();
end({ exitCode: 0, summary: [] });
await shown;

const { counts } = model;
const lost =
  Math.abs(fed - counts.entries) +
  Math.abs((told['message.published'] ?? 0) - counts.published) +
  Math.abs((told['message.handled'] ?? 0) - counts.handled) +
  Math.abs((told['message.delivered'] ?? 0) - counts.delivered);
writeFileSync(
  file,
  JSON.stringify({
    fed,
    lost,
    frameRate,
    cpuAlone: alone.cpuShare,
    cpuDrawn: drawn.cpuShare,
    slowed: drawn.seconds / seconds,
    earlyMib: early,
    lateMib: late,
    orders: counts.lines,
    keyMs,
  }),
);
process.exit(0);
