/** The booking of the examples, explored as its owners do: deadlines, and compensation in reverse order. */
import { describe, expect, it } from 'vitest';
import booking from '../../examples/booking/booking.ts';
import { NO_FAULTS } from '../explore/schedule/draw-scenario.ts';
import type { Errand } from '../explore/schedule/plan.ts';
import { createGivenDecisions } from '../explore/simulate/decisions.ts';
import { createRig } from '../explore/simulate/rig.ts';
import { simulate } from '../explore/simulate/simulation.ts';
import { BrokenInvariant, explored } from './vitest.ts';

const MUTATIONS = booking.mutations.map(({ name }) => name);

/** Where nothing goes wrong, and one thing is done after the other: what a test of each step would try. */
const USUAL: readonly (readonly [what: string, errands: readonly Errand[], end: string])[] = [
  ['paid', [book(100), { deed: 'pay', about: 'A', afterMs: 60_000 }], 'confirmed'],
  ['not paid', [book(100)], 'canceled'],
  ['paid by a card that is declined', [book(900), { deed: 'pay', about: 'A', afterMs: 60_000 }], 'canceled'],
  ['withdrawn before it is paid', [book(100), { deed: 'withdraw', about: 'A', afterMs: 60_000, when: 'pay' }], 'canceled'],
  [
    'withdrawn when it is confirmed',
    [book(100), { deed: 'pay', about: 'A', afterMs: 60_000 }, { deed: 'withdraw', about: 'A', afterMs: 60_000 }],
    'canceled',
  ],
];

function book(price: number): Errand {
  return { deed: 'book', about: 'A', afterMs: 0, body: { price } };
}

describe('a booking', () => {
  it('is whole or not at all, and its deadlines come and are called off, whatever goes wrong', async () => {
    const { schedules, coverage } = await explored(booking, { schedules: 400, seed: 7 });
    expect(schedules).toBe(400);
    expect(coverage.faults.get('crash before-commit HoldExpired in bookings')).toBeGreaterThan(0);
  }, 120_000);

  it.each(['healthy', ...MUTATIONS].flatMap((mutation) => USUAL.map((usual) => [mutation, ...usual] as const)))(
    '(%s) that is %s goes well where nothing goes wrong',
    async (mutation, _what, errands, end) => {
      const rig = createRig({ system: booking, url: '' }, { mutations: mutation === 'healthy' ? [] : [mutation] });
      const { violations, world } = await simulate(rig, {
        plan: { seed: 'usual', errands, faults: NO_FAULTS },
        decisions: createGivenDecisions(new Map()),
      });
      expect(violations).toEqual([]);
      expect([...world.tables['bookings']!.values()]).toEqual([expect.objectContaining({ status: end })]);
    },
  );

  it.each<[mutation: string, invariant: RegExp, found: RegExp, steps: readonly RegExp[]]>([
    [
      'expires-anyway',
      /^Who has a booking has all of it/,
      /^It is canceled, with a payment\.$/,
      [/^ {2}book/m, /^ {2}pay . \(after 90000\d ms\)$/m, /HoldExpired/],
    ],
    [
      'releases-at-once',
      /^What was taken last is given back first/,
      /^The seat is released, and the room is held\.$/,
      [/^ {2}book/m, /RoomToRelease/],
    ],
    [
      'confirms-whoever-pays',
      /^(Who has a booking has all of it|A booking that is canceled stays so)/,
      /confirmed/,
      [/^ {2}book/m, /^ {2}pay/m, /^ {2}withdraw/m],
    ],
  ])(
    'that %s is found within 1,000 schedules, and told by a short story',
    async (mutation, invariant, found, steps) => {
      const broken = await explored(booking, { schedules: 1_000, seed: 2, mutations: [mutation] }).catch((error: unknown) => error);
      if (!(broken instanceof BrokenInvariant)) throw broken;
      expect(broken.invariant).toMatch(invariant);
      expect(broken.found).toMatch(found);
      const [, story = ''] = broken.message.split('made small:\n');
      for (const step of steps) expect(story).toMatch(step);
      expect(story.split('\n').filter((line) => line !== '').length).toBeLessThanOrEqual(24);
    },
    120_000,
  );
});
