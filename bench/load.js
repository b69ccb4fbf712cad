// What a load costs by itself: the load process beside plain autocannon, the gateway beside a bare proxy, a look-up
// through the closed breaker beside the bare call, and a thousand predicted tests. Rounds alternate, medians count.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PEER = fileURLToPath(new URL('load-peer.js', import.meta.url));
const CONNECTIONS = 25;
const SECONDS = Number(process.env.SECONDS ?? 2);
const ROUNDS = Number(process.env.ROUNDS ?? 3);

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Starts a peer; resolves with its first line and a way to end it. */
const start = (...args) =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [PEER, ...args.map(String)], { stdio: ['ignore', 'pipe', 'inherit'] });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the peer ${args[0]} ended with ${code}`)));
    child.stdout.once('data', (line) => resolve({ line: Number(line), stop: () => child.kill() }));
  });

const plainRate = async (url) => (await start('cannon', `${url}/orders/x`, CONNECTIONS, SECONDS)).line;

const ownRate = async (url) => {
  const { fire } = await import('../dist/load/fire/fire.js');
  const totalMs = SECONDS * 1000;
  const plan = {
    loop: 'closed',
    segments: [{ fromMs: 0, toMs: totalMs, from: CONNECTIONS, to: CONNECTIONS }],
    warmUpMs: 0,
    totalMs,
    peak: CONNECTIONS,
  };
  const requests = [{ method: 'GET', path: '/orders/x', headers: {}, weight: 1 }];
  let count = 0;
  let lastMs = 0;
  const onAnswers = (answers) => {
    count += answers.length;
    lastMs = answers.at(-1)[3];
  };
  const order = {
    url,
    plan,
    requests,
    journeys: [],
    ids: [],
    values: {},
    feeders: {},
    seed: '1',
    mostRequests: 10_000_000,
    requestTimeoutMs: 10_000,
    graceMs: 0,
  };
  await fire(order, { onBegin: () => undefined, onAnswers }, new AbortController().signal);
  return count / (lastMs / 1000);
};

/** Alternates the two, so that a machine that gets slower slows both. */
const ratioOf = async (ours, theirs) => {
  const [own, other] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    other.push(await theirs());
    own.push(await ours());
  }
  return { own: median(own), other: median(other) };
};

const lookUpMicroseconds = async () => {
  const { createBreaker } = await import('../dist/runtime/breaker/breaker.js');
  const { createWallTime } = await import('../dist/system/wall-time.js');
  const breaker = createBreaker({}, { timers: createWallTime(), onEvent: () => undefined });
  const call = () => Promise.resolve(1);
  const calls = 20_000;
  const time = async (work) => {
    const startedAt = performance.now();
    for (let index = 0; index < calls; index += 1) await work();
    return ((performance.now() - startedAt) * 1000) / calls;
  };
  const [guarded, bare] = [[], []];
  for (let round = 0; round < 5; round += 1) {
    bare.push(await time(call));
    guarded.push(await time(() => breaker.guard(call)));
  }
  breaker.close();
  return median(guarded) - median(bare);
};

const predictSeconds = async () => {
  const { predict } = await import('../dist/load/predict/predict.js');
  const { DEFAULT_COSTS } = await import('../dist/load/predict/predicted-test.js');
  const plan = { loop: 'closed', segments: [{ fromMs: 0, toMs: 5000, from: 25, to: 25 }], warmUpMs: 0, totalMs: 5000, peak: 25 };
  const startedAt = performance.now();
  await predict({ plan, lookupDelay: { fromMs: 400, toMs: 600 }, ...DEFAULT_COSTS, breaker: {} }, 1000, 'bench');
  return (performance.now() - startedAt) / 1000;
};

export async function* figures() {
  const peers = [];
  const serve = async (...args) => {
    const peer = await start(...args);
    peers.push(peer);
    return peer;
  };
  try {
    const url = `http://127.0.0.1:${(await serve('bare')).line}`;
    const [proxy, gateway] = [await serve('proxy', url), await serve('gateway', url)];
    const load = await ratioOf(
      () => ownRate(url),
      () => plainRate(url),
    );
    process.stdout.write(
      `  load process ${load.own.toFixed(0)} requests/s, plain autocannon ${load.other.toFixed(0)}: ${(load.own / load.other).toFixed(2)}\n`,
    );
    yield { what: 'plain autocannon over the load process', value: load.other / load.own, unit: 'times', limit: 1 / 0.9 };
    const before = await ratioOf(
      () => plainRate(`http://127.0.0.1:${gateway.line}`),
      () => plainRate(`http://127.0.0.1:${proxy.line}`),
    );
    process.stdout.write(
      `  gateway ${before.own.toFixed(0)} requests/s, bare proxy ${before.other.toFixed(0)}: ${(before.own / before.other).toFixed(2)}\n`,
    );
    yield { what: 'a bare proxy over the gateway', value: before.other / before.own, unit: 'times', limit: 1 / 0.8 };
  } finally {
    for (const peer of peers) peer.stop();
  }
  yield { what: 'a look-up through the closed breaker, over the bare call', value: await lookUpMicroseconds(), unit: 'µs', limit: 20 };
  yield { what: '1,000 predicted tests of 25 users', value: await predictSeconds(), unit: 's', limit: 10 };
}
