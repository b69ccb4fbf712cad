import { describe, expect, it } from 'vitest';
import { exploreWith } from './explore.ts';
import { playSlice, type Failure, type PlaySlice, type Slice, type Tally } from './slice.ts';
import { startWorkers } from './worker-pool.ts';
import { FOOD_MODULE } from '../../contexts/explored.ts';
import { createRig } from '../../contexts/rig.fixture.ts';

const tallyOf = ({ from, to }: Slice, failing: readonly number[]): Tally => {
  const schedule = failing.find((one) => one >= from && one <= to);
  const failure = schedule === undefined ? undefined : ({ schedule } as Failure);
  return {
    schedules: (schedule ?? to) - from + 1,
    failure,
    sightings: new Map(),
    reached: { transitions: new Map([['a → b', (schedule ?? to) - from + 1]]), faults: new Map() },
    steps: 0,
    simulatedMs: 0,
  };
};

/** Players of which the later ones are done first, so that slices come back in the wrong order. */
const players = (count: number, failing: readonly number[], played: Slice[]): readonly PlaySlice[] =>
  Array.from({ length: count }, (_, index) => async (slice) => {
    played.push(slice);
    for (let turn = 0; turn < 20 * (count - index); turn += 1) await Promise.resolve();
    return tallyOf(slice, failing);
  });

const explored = (count: number, failing: readonly number[], played: Slice[] = [], isOver = () => false) =>
  exploreWith({
    players: players(count, failing, played),
    covered: createRig(),
    workload: 'racing-cancel',
    schedules: 1_000,
    isOver,
    onProgress: () => undefined,
  });

describe('an exploration shared out', () => {
  it('plays every schedule once, whoever plays it', async () => {
    const played: Slice[] = [];
    const { schedules, failure, coverage } = await explored(3, [], played);
    expect(schedules).toBe(1_000);
    expect(failure).toBeUndefined();
    expect(coverage.transitions.get('a → b')).toBe(1_000);
    const numbers = played.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, index) => from + index));
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 1));
  });

  it.each([1, 2, 3, 7])('tells the first failure of all, and nothing of what came after it, with %i players', async (count) => {
    const { schedules, failure, coverage } = await explored(count, [130, 222, 333]);
    expect(failure?.schedule).toBe(130);
    expect(schedules).toBe(130);
    expect(coverage.transitions.get('a → b')).toBe(130);
  });

  it('hands nothing out any more once it is over', async () => {
    let asked = 0;
    const { schedules } = await explored(2, [], [], () => (asked += 1) > 4);
    expect(schedules).toBe(200);
  });

  it('breaks where a player breaks', async () => {
    const broken: PlaySlice = () => Promise.reject(new Error('a thread broke'));
    await expect(
      exploreWith({
        players: [broken],
        covered: createRig(),
        workload: 'racing-cancel',
        schedules: 10,
        isOver: () => false,
        onProgress: () => undefined,
      }),
    ).rejects.toThrow('a thread broke');
  });
});

describe('threads', () => {
  const drawing = { seed: '1', workload: 'racing-cancel', strategy: { kind: 'random' } } as const;

  it('play slices, and answer with what this thread would', async () => {
    const pool = startWorkers(1, { drawing, url: FOOD_MODULE.url, mutations: [], store: 'memory' });
    try {
      const [play] = pool.players;
      expect(await play?.({ from: 3, to: 12 })).toEqual(await playSlice(createRig(), drawing, { from: 3, to: 12 }));
    } finally {
      await pool.close();
    }
  });

  it('say what broke them, to whoever waits and whoever asks later', async () => {
    const pool = startWorkers(1, { drawing, url: FOOD_MODULE.url, mutations: ['nonsense'], store: 'memory' });
    const [play] = pool.players;
    await expect(play?.({ from: 1, to: 2 })).rejects.toThrow(/^a thread of the exploration broke: there is no mutation "nonsense"/);
    await expect(play?.({ from: 1, to: 2 })).rejects.toThrow(/^a thread of the exploration broke/);
    await pool.close();
  });
});
