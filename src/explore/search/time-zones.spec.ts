import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rfc3339 } from '../../kernel/time-text.ts';
import { VIRTUAL_EPOCH_MS } from '../../kernel/virtual-time.ts';
import { drawSchedule } from '../schedule/draw-schedule.ts';
import { play } from '../simulate/play.ts';
import { createRig } from '../../contexts/rig.fixture.ts';

const SCHEDULES = 12;

/** All that happens in some schedules, as a recording tells it: every time in every row and event. */
const recorded = async (): Promise<string> => {
  const rig = createRig();
  const lines: string[] = [];
  for (let schedule = 1; schedule <= SCHEDULES; schedule += 1) {
    await play(rig, {
      ...drawSchedule({ seed: 'zones', workload: 'people', strategy: { kind: 'random' } }, schedule, rig.repertoire),
      recorderFor: () => ({ record: (body) => void lines.push(JSON.stringify(body)) }),
    });
  }
  return lines.join('\n');
};

const zone = process.env['TZ'];
const setZone = (name: string | undefined): void => {
  if (name === undefined) delete process.env['TZ'];
  else process.env['TZ'] = name;
};

describe('what happens is told in UTC', () => {
  let inUtc: string;
  beforeAll(async () => {
    setZone('UTC');
    inUtc = await recorded();
  }, 120_000);
  afterAll(() => setZone(zone));

  it.each([
    ['Asia/Seoul', -540],
    ['America/New_York', 300],
    ['Asia/Kathmandu', -345],
  ])(
    'also in %s',
    async (name, offsetMinutes) => {
      setZone(name);
      expect(new Date(VIRTUAL_EPOCH_MS).getTimezoneOffset()).toBe(offsetMinutes);
      expect(rfc3339(Date.UTC(2026, 0, 1))).toBe('2026-01-01T00:00:00.000Z');
      expect(await recorded()).toBe(inUtc);
    },
    120_000,
  );

  it('and begins where virtual time does', () => {
    expect(inUtc).toContain('"2026-01-01T00:00:');
  });
});
