import { expect, it } from 'vitest';
import type { EntryBody } from '../../kernel/recording.ts';
import { drawSchedule, type Workload } from '../schedule/draw-schedule.ts';
import type { Rig } from '../simulate/rig.ts';
import { simulate } from '../simulate/simulation.ts';
import { createRig, REPERTOIRE } from '../../contexts/rig.fixture.ts';

/** All that one schedule tells: its recording, what was found, what was decided. */
const record = async (rig: Rig, workload: Workload, schedule: number): Promise<string> => {
  const entries: (EntryBody & { readonly atMs: number })[] = [];
  const { violations, deviations, steps } = await simulate(rig, {
    ...drawSchedule({ seed: 'stores', workload, strategy: { kind: 'random' } }, schedule, REPERTOIRE),
    recorderFor: (elapsedMs) => ({ record: (body) => entries.push({ atMs: elapsedMs(), ...body }) }),
  });
  return JSON.stringify({ entries, violations, deviations: [...deviations], steps });
};

it.each([
  ['people', []],
  ['racing-cancel', []],
  // Mutations fail, and are cut short where they do.
  ['people', ['no-outbox']],
  ['racing-cancel', ['refund-and-calloff-empty']],
] as const)(
  '%s do the same on both stores, on a new rig and on one that was used before (%j)',
  async (workload, mutations) => {
    const memory = createRig(mutations);
    const sqlite = createRig(mutations, 'sqlite');
    for (let schedule = 1; schedule <= 100; schedule += 1) {
      const told = await record(memory, workload, schedule);
      expect(await record(sqlite, workload, schedule)).toBe(told);
      if (schedule % 20 === 0) expect(await record(createRig(mutations), workload, schedule)).toBe(told);
    }
  },
  120_000,
);
