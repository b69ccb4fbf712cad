import { Address } from '../kernel/secret.ts';
import { FOOD_GRAMMAR } from '../contexts/grammar.fixture.ts';
import { SPOKEN_FOOD } from '../contexts/spoken.ts';
import { expect, it } from 'vitest';
import type { LoadSituation } from '../scenarios/language/ast-load.ts';
import type { FaultSpec } from '../system/fault-spec.ts';
import { breakerSettings } from '../runtime/breaker/settings.ts';
import { planOf } from './plan.ts';
import { readLoad } from './read-load.ts';
import { situationOf, type SituatedLoad } from './situation.ts';

const slow = (fromMs: number, toMs: number): FaultSpec => ({ kind: 'slow-call', call: 'order-lookup', fromMs, toMs });
/** Some system that runs elsewhere. */
const TARGET = (Address.read('http://127.0.0.1:1', ['http:']) as { readonly address: Address }).address;
const BUNDLED = await readLoad(undefined, FOOD_GRAMMAR, {});

/** The seed's load, by so many users for five seconds. */
const loadOf = (users: number, more: Partial<SituatedLoad> = {}): SituatedLoad => ({
  scenario: BUNDLED,
  plan: planOf(BUNDLED.load, { users, durationMs: 5000, maxDurationMs: 60_000 }),
  faults: undefined,
  breaker: breakerSettings(),
  options: { definition: SPOKEN_FOOD },
  ...more,
});

/** Each situation, with what comes to it, and what nearly does and is another. */
const SITUATIONS: Readonly<
  Record<
    LoadSituation,
    { readonly is: readonly SituatedLoad[]; readonly isNot: readonly SituatedLoad[]; readonly warns: RegExp | undefined }
  >
> = {
  'look-ups in time': {
    is: [
      loadOf(25, { faults: [] }),
      loadOf(25, { faults: [slow(400, 500)] }),
      loadOf(25, { breaker: { ...breakerSettings(), timeoutMs: 600 } }),
    ],
    isNot: [
      loadOf(25, { faults: [slow(400, 501)] }),
      loadOf(25, { breaker: { ...breakerSettings(), timeoutMs: 599 } }),
      loadOf(25, { options: { definition: SPOKEN_FOOD, target: TARGET } }),
    ],
    warns: undefined,
  },
  'too few look-ups': {
    is: [loadOf(1), loadOf(25, { breaker: { ...breakerSettings(), volumeThreshold: 100_000 } })],
    isNot: [loadOf(25)],
    warns: /can't reach the breaker's volume threshold/,
  },
  'the circuit can open': {
    is: [
      loadOf(25),
      loadOf(25, { faults: [slow(501, 600)] }),
      loadOf(25, {
        faults: [],
        options: { definition: SPOKEN_FOOD, target: TARGET },
        plan: { ...loadOf(25).plan, segments: [{ fromMs: 0, toMs: 5000, from: 25, to: 25, slowLookup: { fromMs: 600, toMs: 700 } }] },
      }),
    ],
    isNot: [loadOf(25, { faults: [] }), loadOf(1)],
    warns: undefined,
  },
  'chance decides': {
    is: [loadOf(3)],
    isNot: [loadOf(25), loadOf(1)],
    warns: /chance: it did in \d+ of 100 simulations/,
  },
};

it.each(Object.entries(SITUATIONS))('the situation "%s"', async (situation, { is, isNot, warns }) => {
  for (const [index, load] of is.entries()) {
    const found = await situationOf(load);
    expect(found.situation, `load ${index}`).toBe(situation);
    if (warns === undefined) expect(found.warning).toBeUndefined();
    else expect(found.warning).toMatch(warns);
  }
  for (const [index, load] of isNot.entries()) expect((await situationOf(load)).situation, `not load ${index}`).not.toBe(situation);
});
