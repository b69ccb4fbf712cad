import { SPOKEN_FOOD } from '../src/contexts/spoken.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmbeddedServer, type EmbeddedServer } from '../src/bus/embedded-server.ts';
import { SILENT_LOG } from '../src/kernel/log.ts';
import type { Entry } from '../src/kernel/recording.ts';
import type { RunOptions } from '../src/scenarios/runner/options.ts';
import { runScenarios } from '../src/scenarios/runner/run.ts';
import { busName } from '../src/cli/options/values.ts';
import type { Address } from '../src/kernel/secret.ts';

const OPTIONS: RunOptions = {
  system: SPOKEN_FOOD,
  paths: [],
  bus: { kind: 'memory' },
  time: 'real',
  seed: '7',
  isSeedGiven: true,
  jobs: 4,
  bail: false,
  tags: [],
  vars: {},
  keep: false,
  faults: [],
  mutations: [],
  signal: new AbortController().signal,
};

/** Each bundled scenario's name and verdict, and all lines of the recording. */
const run = async (
  options: Partial<RunOptions>,
): Promise<{ readonly verdicts: Record<string, string>; readonly lines: readonly string[]; readonly exitCode: number }> => {
  const names = new Map<number, string>();
  const verdicts: Record<string, string> = {};
  const lines: string[] = [];
  const onEntry = (entry: Entry): void => {
    lines.push(JSON.stringify(entry));
    if (entry.scenario === undefined) return;
    if (entry.kind === 'scenario.started') names.set(entry.scenario, entry.name);
    if (entry.kind === 'scenario.finished')
      verdicts[names.get(entry.scenario) as string] =
        entry.outcome === 'passed' ? 'passed' : `${entry.outcome}: ${String(entry.failure?.message)}`;
  };
  const { exitCode } = await runScenarios({ ...OPTIONS, ...options }, onEntry, SILENT_LOG);
  return { verdicts, lines, exitCode };
};

let folder = '';
let server: EmbeddedServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'food-sim-verdicts-'));
  server = await startEmbeddedServer({ storeDir: join(folder, 'nats') });
});

afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

// Whole runs on a machine that may be busy: the limit only ends a run that hangs.
describe('the bundled scenarios', { timeout: 180_000 }, () => {
  test('are at least 18, all pass on virtual time, and the same seed gives the same recording, byte for byte', async () => {
    const first = await run({ time: 'virtual' });
    expect(Object.keys(first.verdicts).length).toBeGreaterThanOrEqual(18);
    expect(Object.entries(first.verdicts).filter(([, verdict]) => verdict !== 'passed')).toEqual([]);
    expect(first.exitCode).toBe(0);
    const second = await run({ time: 'virtual' });
    expect(second.lines).toEqual(first.lines);
  });

  test('another seed gives another recording with the same verdicts', async () => {
    const seven = await run({ time: 'virtual' });
    const eight = await run({ time: 'virtual', seed: '8' });
    expect(eight.verdicts).toEqual(seven.verdicts);
    expect(eight.lines).not.toEqual(seven.lines);
  });

  test('get the same verdicts on the memory bus, an embedded server and an external one', async () => {
    const virtual = await run({ time: 'virtual' });
    expect((await run({})).verdicts).toEqual(virtual.verdicts);
    expect((await run({ bus: { kind: 'embedded' } })).verdicts).toEqual(virtual.verdicts);
    expect((await run({ bus: { kind: 'external', servers: busName(server.url) as readonly Address[] } })).verdicts).toEqual(
      virtual.verdicts,
    );
  });
});
