// Exploration: what a schedule costs on one thread, on either store and beside fast-check's scheduler; that the healthy
// system never fails; and how soon each mutation is found. The last two are short by default: HEALTHY=1000000 and SEEDS=20
// give the full figures (about half an hour).
import { explore } from '../dist/explore/search/explore.js';
import { createRig } from '../dist/explore/simulate/rig.js';
import { shrink, sizeOf } from '../dist/explore/failure/shrink.js';
import { FOOD_MODULE } from '../dist/contexts/explored.js';
import { createRace } from './explore-peer.js';

const HEALTHY = Number(process.env.HEALTHY ?? 5_000);
const SEEDS = Number(process.env.SEEDS ?? 2);
const ROUNDS = 20;
const SCHEDULES = 200;
const WARM_UP = 1_500;
const MICROSECONDS = 1_000_000;
/** What a mutation must be found within, for how many of the base seeds, and how long its story may be (issue of the exploration). */
const MOST_SCHEDULES = 1_000;
const LEAST_SHARE = 19 / 20;
const MOST_STEPS = 15;

const never = new AbortController().signal;
const exploring = (rig, seed, schedules, workload) =>
  explore({ rig, seed, schedules, workload, strategy: { kind: 'random' }, signal: never, breathe: async () => undefined });

/** Processor time of one schedule in the best of many rounds, in microseconds: other programs only ever add to it. */
const best = async (play) => {
  await play(WARM_UP);
  let least = Infinity;
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = process.threadCpuUsage();
    await play(SCHEDULES);
    const { user, system } = process.threadCpuUsage(before);
    least = Math.min(least, (user + system) / SCHEDULES);
  }
  return least;
};

const costOf = (store, workload) => {
  const rig = createRig(FOOD_MODULE, { store });
  return best(async (schedules) => {
    const { failure } = await exploring(rig, 'bench', schedules, workload);
    if (failure !== undefined) throw new Error(`the healthy system failed: ${JSON.stringify(failure.violation)}`);
  });
};

/** fast-check's scheduler on the same race; undefined where it is not installed. */
const peerCost = async () => {
  let fastCheck;
  try {
    fastCheck = await import('fast-check');
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    return undefined;
  }
  const { assert, asyncProperty, scheduler } = fastCheck;
  const race = createRace();
  let seed = 0;
  return best((schedules) =>
    assert(
      asyncProperty(scheduler(), async (drawn) => void (await race(drawn, String((seed += 1))))),
      { numRuns: schedules, seed: 1, endOnFailure: true },
    ),
  );
};

const say = (what, cost) =>
  process.stdout.write(`  ${what}: ${cost.toFixed(0)} µs a schedule, ${Math.round(MICROSECONDS / cost)} a second\n`);

/** Hunts one mutation from each base seed. */
const hunt = async (name) => {
  const rig = createRig(FOOD_MODULE, { mutations: [name] });
  const found = [];
  let steps = 0;
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const { failure } = await exploring(rig, String(seed), MOST_SCHEDULES, 'people');
    if (failure === undefined) continue;
    found.push(failure.schedule);
    steps = Math.max(steps, sizeOf((await shrink(rig, failure)).failure));
  }
  found.sort((one, other) => one - other);
  const median = found.length === 0 ? 'never' : `${found[Math.floor(found.length / 2)]} in the median, ${found.at(-1)} at most`;
  process.stdout.write(`  ${name.padEnd(26)} found from ${found.length} of ${SEEDS} seeds; schedules: ${median}; at most ${steps} steps\n`);
  return { isMissed: found.length < LEAST_SHARE * SEEDS, steps };
};

export async function* figures() {
  const memory = await costOf('memory', 'racing-cancel');
  say('racing cancel in memory', memory);
  yield { what: 'a racing cancel in memory (10,000 a second)', value: memory, unit: 'µs', limit: 100 };
  const sqlite = await costOf('sqlite', 'racing-cancel');
  say('racing cancel in SQLite', sqlite);
  yield { what: 'a racing cancel in SQLite (2,000 a second)', value: sqlite, unit: 'µs', limit: 500 };
  const people = await costOf('memory', 'people');
  say('people in memory', people);
  yield { what: 'people (20,000 in a minute)', value: people, unit: 'µs', limit: 3_000 };

  const peer = await peerCost();
  if (peer === undefined) {
    process.stdout.write('  not compared with fast-check: npm ci --prefix bench installs it\n');
  } else {
    say("the same race by fast-check's scheduler, without faults", peer);
    yield { what: "a racing cancel, beside fast-check's scheduler", value: memory / peer, unit: 'times', limit: 1 };
  }

  const startedAt = performance.now();
  const { failure, schedules } = await exploring(createRig(FOOD_MODULE), '1', HEALTHY, 'racing-cancel');
  process.stdout.write(`  ${schedules} schedules of the healthy system in ${((performance.now() - startedAt) / 1_000).toFixed(0)} s\n`);
  yield { what: `violations in ${HEALTHY} schedules of the healthy system`, value: failure === undefined ? 0 : 1, unit: '', limit: 0 };

  let missed = 0;
  let longest = 0;
  for (const { name } of FOOD_MODULE.system.mutations) {
    const { isMissed, steps } = await hunt(name);
    if (isMissed) missed += 1;
    longest = Math.max(longest, steps);
  }
  yield { what: `mutations not found within ${MOST_SCHEDULES} schedules`, value: missed, unit: '', limit: 0 };
  yield { what: 'steps of the longest shrunk failure', value: longest, unit: '', limit: MOST_STEPS };
}
