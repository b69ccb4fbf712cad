import { SPOKEN_FOOD } from '../../contexts/spoken.ts';
import { describe, expect, it } from 'vitest';
import type { Envelope } from '../../kernel/envelope.ts';
import { createStateMirror } from './canonical-state.ts';
import { createGivenDecisions } from '../simulate/decisions.ts';
import { drawPlain } from '../schedule/draw-schedule.ts';
import { searchAll, type Bounds, type SearchResult } from './exhaustive.ts';
import type { Plan } from '../schedule/plan.ts';
import type { Deed } from '../../contexts/verbs.ts';
import { sizeOf, shrink } from '../failure/shrink.ts';
import { simulate } from '../simulate/simulation.ts';
import { createRig, REPERTOIRE } from '../../contexts/rig.fixture.ts';

const racing = drawPlain({ seed: '1', workload: 'racing-cancel' }, 1, REPERTOIRE);

/** One order, to which only these things are done. */
const doing = (...deeds: readonly Deed[]): Plan => ({
  ...racing,
  errands: racing.errands.filter(({ deed }) => deeds.includes(deed as Deed)),
});

const search = (plan: Plan, bounds: Bounds, ...mutations: readonly string[]): Promise<SearchResult> =>
  searchAll({ rig: createRig(mutations), plan, bounds, isOver: () => false, breathe: async () => undefined });

describe('exhaustive search', () => {
  it('proves one order with a racing cancellation, in every order of messages and commands', async () => {
    const found = await search(racing, { deviations: 0, states: 10_000 });
    expect(found.failure).toBeUndefined();
    expect(found.end).toBe('exhausted');
    // Everybody does everything once, and every message is taken in once: no path is longer.
    expect(found.depth).toBe(20);
    expect(found.states).toBeGreaterThan(1_000);
    expect(found.moves).toBe(found.states - 1 + found.met);
  }, 300_000);

  it('proves it with a crash at any point and a duplicate of any message, on a shorter way', async () => {
    const plain = await search(doing('place', 'accept', 'cancel'), { deviations: 0, states: 10_000 });
    const spoilt = await search(doing('place', 'accept', 'cancel'), { deviations: 2, states: 10_000 });
    expect(spoilt).toMatchObject({ end: 'exhausted', deviations: 2, failure: undefined });
    // In the healthy system a crash or a duplicate leads nowhere else: no state is new.
    expect(spoilt.states).toBe(plain.states);
    expect(spoilt.moves).toBeGreaterThan(plain.moves);
  }, 300_000);

  it.each<[mutation: string, plan: Plan, deviations: number, invariant: RegExp, moves: number]>([
    ['cancel-by-copy', racing, 0, /Nothing is cooked|answered as the domain says|shown is what is kept/, 8],
    ['cancel-without-veto', racing, 0, /Nothing is cooked, picked up or delivered/, 8],
    ['cancel-when-cooking', racing, 0, /Nothing is cooked|goes only where/, 9],
    ['no-outbox', doing('place', 'cancel'), 1, /./, 4],
    ['no-inbox', doing('place', 'cancel'), 1, /./, 4],
  ])(
    'finds %s on a shortest path',
    async (mutation, plan, bound, invariant, moves) => {
      const found = await search(plan, { deviations: bound, states: 10_000 }, mutation);
      expect(found.end).toBe('failed');
      expect(found.failure?.violation.invariant).toMatch(invariant);
      expect(found.failedAt).toBeLessThanOrEqual(moves);
      // All with fewer deviations was gone through before, and nothing found.
      expect(found.deviations).toBe(bound - 1);

      // What was found is a schedule as any other: it plays without the search, and shrinks.
      const { plan: drawn, deviations: given } = found.failure!;
      const again = await simulate(createRig([mutation]), { plan: drawn, decisions: createGivenDecisions(given) });
      expect(again.violations[0]).toEqual(found.failure?.violation);
      const { failure: small } = await shrink(createRig([mutation]), found.failure!);
      expect(sizeOf(small, SPOKEN_FOOD)).toBeLessThanOrEqual(10);
    },
    300_000,
  );

  it('goes the same way twice', async () => {
    const bounds = { deviations: 1, states: 10_000 };
    expect(await search(racing, bounds, 'cancel-without-veto')).toEqual(await search(racing, bounds, 'cancel-without-veto'));
  }, 300_000);

  it('stops at the most states that it may keep, and says so', async () => {
    expect(await search(racing, { deviations: 0, states: 100 })).toMatchObject({ end: 'states', states: 100, deviations: -1 });
  }, 300_000);

  it('stops when it is told to', async () => {
    let asked = 0;
    const found = await searchAll({
      rig: createRig(),
      plan: racing,
      bounds: { deviations: 0, states: 10_000 },
      isOver: () => (asked += 1) > 10,
      breathe: async () => undefined,
    });
    expect(found).toMatchObject({ end: 'over', moves: 10 });
  }, 300_000);
});

describe('the state that a search compares', () => {
  const row = (orderId: string, at: number) => ({ orderId, status: 'placed', foodId: 'A', at, seen: '2026-01-01T00:00:00.000Z' });
  const placed = (id: string, subject: string) =>
    ({ id, type: 'OrderPlaced', subject, data: { orderId: subject, foodId: 'A' } }) as unknown as Envelope;
  const ids = [
    '01KDVDNA000000D2ED1JNC338A',
    '01KDVDNA050000A3KGM9T1PH1D',
    '01KDVDNA000000ZBBHN4D7A98V',
    '01KDVDNA0000004TMCNQHX7V51',
  ] as const;

  const keyOf = (order: string, event: string, at: number, status = 'placed'): string => {
    const mirror = createStateMirror(({ type }) => (type === 'OrderPlaced' ? 'A' : undefined));
    mirror.committed('front', [
      { table: 'orders', key: [order], row: { ...row(order, at), status } },
      { table: 'inbox', key: [event], row: { eventId: event, handledAt: at } },
    ]);
    mirror.stored(placed(event, order));
    return mirror.key([]).whole;
  };

  it('is the same whatever the ids and times are, and another where anything else is', () => {
    expect(keyOf(ids[0], ids[1], 1767225600000)).toBe(keyOf(ids[2], ids[3], 1767225600017));
    expect(keyOf(ids[0], ids[1], 1767225600000, 'paid')).not.toBe(keyOf(ids[0], ids[1], 1767225600000));
  });

  it('knows what is on its way, and what was removed', () => {
    const mirror = createStateMirror(({ type }) => (type === 'OrderPlaced' ? 'A' : undefined));
    const before = mirror.key(['deliver Paid A to store']);
    expect(mirror.key([]).whole).not.toBe(before.whole);
    mirror.committed('front', [{ table: 'orders', key: ['a'], row: { orderId: 'a' } }]);
    const held = mirror.key([]).whole;
    mirror.committed('front', [{ table: 'orders', key: ['a'], row: null }]);
    expect(mirror.key([]).whole).not.toBe(held);
  });
});
