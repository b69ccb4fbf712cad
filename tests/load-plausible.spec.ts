/** Whether the verdict on a measured load is right: real loads on systems that are as predicted, and on some that are not. */
import { FOOD_GRAMMAR } from '../src/contexts/grammar.fixture.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BusHost } from '../src/bus/bus.ts';
import type { LoadForecast } from '../src/kernel/load.ts';
import { createRandom } from '../src/kernel/random.ts';
import type { Recorder } from '../src/kernel/recording.ts';
import { runOneLoad, type LoadTask } from '../src/load/one-load.ts';
import { compileLoad } from '../src/load/journeys.ts';
import { planOf } from '../src/load/plan.ts';
import { readLoad } from '../src/load/read-load.ts';
import { breakerSettings } from '../src/runtime/breaker/settings.ts';
import { createFileDisk } from '../src/runtime/tables/sqlite.ts';
import { openBusHost } from '../src/system/bus-host.ts';
import { SPOKEN_FOOD } from '../src/contexts/spoken.ts';
import { createSystem } from '../src/system/create.ts';
import { createFaultTally } from '../src/system/fault-tally.ts';
import type { System } from '../src/system/system.ts';
import { createWallTime } from '../src/system/wall-time.ts';

const time = createWallTime();
const FREE = { front: 0, store: 0, rider: 0, notification: 0, customer: 0, gateway: 0 };
const LOG = { error: () => undefined, warn: () => undefined, info: () => undefined, debug: () => undefined };
let folder: string;
let busHost: BusHost;
let count = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'food-sim-plausible-'));
  busHost = await openBusHost(
    { kind: 'memory' },
    {
      timers: time,
      storeDir: folder,
      isDurable: false,
      onHandlerFailure: ({ error }) => {
        throw error;
      },
    },
  );
});
afterAll(async () => {
  await busHost.close();
  rmSync(folder, { recursive: true });
});

/** How a system differs from the one that is predicted. */
interface Difference {
  readonly timeoutMs?: number;
  readonly laterMs?: number;
  readonly blocksMs?: number;
  readonly durationMs?: number;
}

/** Keeps the thread busy at each review, as a handler that computes too much. */
const blocking = (recorder: Recorder, ms: number): Recorder => ({
  record: (body) => {
    recorder.record(body);
    if (body.kind !== 'breaker' || !('latencyMs' in body.detail)) return;
    for (const until = performance.now() + ms; performance.now() < until;);
  },
});

/** Drives the seed's test, for a while, and tells what the verdict says. */
const judged = async ({ timeoutMs = 500, laterMs = 0, blocksMs = 0, durationMs = 2000 }: Difference): Promise<LoadForecast> => {
  const scenario = await readLoad(undefined, FOOD_GRAMMAR, {});
  const options = {
    definition: SPOKEN_FOOD,
    bus: { kind: 'memory' },
    seed: '1',
    vars: {},
    faults: [],
    durationMs,
    maxDurationMs: 10_000,
    repeat: 1,
    predict: 200,
    onProgress: () => undefined,
    signal: new AbortController().signal,
  } as const;
  const task: LoadTask = {
    grammar: FOOD_GRAMMAR,
    sent: compileLoad(scenario.load, FOOD_GRAMMAR),
    scenario,
    options,
    emit: () => undefined,
    thresholds: [],
    situation: 'the circuit can open',
    warning: undefined,
    notJudged: [],
    plan: planOf(scenario.load, options),
    faults: undefined,
    tally: createFaultTally([]),
    breaker: breakerSettings(),
  };
  const open = async (journal: Recorder): Promise<System> => {
    const id = (count += 1);
    const system = await createSystem({
      definition: SPOKEN_FOOD,
      webhookUrl: undefined,
      busHost,
      world: `plausible-${id}`,
      disk: createFileDisk(join(folder, String(id)), { synchronous: 'OFF' }),
      timers: time,
      random: createRandom(`plausible ${id}`),
      recorder: blocksMs === 0 ? journal : blocking(journal, blocksMs),
      log: LOG,
      http: { kind: 'http', host: '127.0.0.1', ports: FREE, gateway: true },
      lookupTimeoutMs: timeoutMs,
      onTrouble: () => undefined,
    });
    const { slowCall } = system;
    return {
      ...system,
      urls: system.urls,
      slowCall: (call, range) => slowCall(call, range && { fromMs: range.fromMs + laterMs, toMs: range.toMs + laterMs }),
    };
  };
  const { result, failure } = await runOneLoad(task, 1, time, open);
  expect(result, failure?.message).toBeDefined();
  return result?.forecast as LoadForecast;
};

const wrongIn = ({ figures }: LoadForecast): readonly string[] =>
  figures.filter(({ isPlausible }) => !isPlausible).map(({ metric }) => metric);

describe('the verdict on a measured load', () => {
  it('is "plausible" for a system that is as predicted, whatever else the machine does', async () => {
    const forecast = await judged({});
    expect(wrongIn(forecast), JSON.stringify(forecast.figures)).toEqual([]);
  });

  it('is not for a timeout of 450 ms', async () => {
    expect(wrongIn(await judged({ timeoutMs: 450 }))).toContain('look-up.timeout.wait.min');
  });

  // Ten look-ups can all draw less than 600 ms by chance, with 5.6 %, where the delay is 50 ms later; 100 ms, they can't.
  it('is not for look-ups that are delayed by 100 ms more', async () => {
    expect(wrongIn(await judged({ laterMs: 100 }))).toContain('look-up.delay.max');
  });

  it('is not for a handler that blocks for 5 ms', async () => {
    expect(wrongIn(await judged({ blocksMs: 5, durationMs: 8000 }))).toContain('http.busy.min');
  });
});
