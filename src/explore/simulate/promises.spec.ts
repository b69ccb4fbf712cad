/** What a simulation itself holds a system to: each sentence is told of something broken, and of nothing whole. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OUTBOXES, PUT_ASIDE } from '../invariants/remains.ts';
import { WHERE_ONE_FAILS } from '../../contexts/invariants/index.ts';
import { OperatingError } from '../../kernel/errors.ts';
import type { Actor, DeadLetter } from '../../runtime/actor/actor-port.ts';
import type { Reads, ReusableDisk } from '../../runtime/tables/tables.ts';
import { NO_FAULTS } from '../schedule/draw-scenario.ts';
import type { FailingHandler, Plan } from '../schedule/plan.ts';
import { wrongAdmission } from './breaker-held.ts';
import { createGivenDecisions } from './decisions.ts';
import { checkGivenUp, createTakenIn } from './failing-handler.ts';
import type { Violation } from './invariant.ts';
import { createOutages } from './outages.ts';
import { play } from './play.ts';
import { PROMISES } from './promises.ts';
import type { Rig } from './rig.ts';
import { createRig } from '../../contexts/rig.fixture.ts';
import { checkForgotten } from './silence.ts';
import type { World } from './world.ts';

/** A rig on whose disk one context can't keep any row of this table. */
const withBrokenTable = (context: string, broken: string, error: () => Error): Rig => {
  const rig = createRig();
  const spoil = (disk: ReusableDisk): ReusableDisk => ({
    ...disk,
    open: (name, schemas) => {
      const database = disk.open(name, schemas);
      if (name !== context) return database;
      return {
        ...database,
        transact: (work) =>
          database.transact((tx) =>
            work({
              ...tx,
              put: (table, row) => {
                if (table.name === broken) throw error();
                tx.put(table, row);
              },
            }),
          ),
      };
    },
  });
  return { ...rig, borrowDisk: () => spoil(rig.borrowDisk()) };
};

const LUNCH: Plan = {
  seed: 's',
  faults: NO_FAULTS,
  errands: [
    { deed: 'place', about: 'A', afterMs: 0 },
    { deed: 'accept', about: 'A', afterMs: 1 },
  ],
};
const scenario = (lines: string): Plan => ({
  seed: 's',
  errands: [],
  faults: NO_FAULTS,
  scenario: { file: 'a.yaml', name: 'lunch', vars: {}, leftOut: [], text: `name: lunch\n${lines}` },
});
const SCENARIO = scenario('steps: [{ place: { order: lunch, customer: kim } }, { settle: }, { expect: { order: lunch, is: paid } }]\n');
/** Nothing in it waits for rest; only what is asked at its end does. */
const RESTLESS = scenario('steps: [{ stop: rider }, { request: { path: /orders, expect: { status: 200 } } }]\n');

const playing = async (rig: Rig, plan: Plan, mostSteps?: number): Promise<readonly Violation[]> =>
  (await play(rig, { plan, decisions: createGivenDecisions(new Map()), ...(mostSteps === undefined ? {} : { mostSteps }) })).violations;
const bug = (): Error => new TypeError('a bug');
const away = (): Error => new OperatingError('infrastructure', 'the disk is away');

const HOUR_MS = 3_600_000;
const FAILING: FailingHandler = { context: 'store', type: 'Paid', failures: 'always' };
type Letter = Pick<DeadLetter, 'id' | 'type' | 'subject' | 'error' | 'attempts'>;
const letter = (changes: Partial<DeadLetter> = {}): Letter => ({
  id: 'p1',
  type: 'Paid',
  subject: 'o1',
  error: 'The handler of Paid fails for now.',
  attempts: 6,
  ...changes,
});

const givenUp = (
  letters: readonly Letter[],
  takenIn: readonly string[] = ['front', 'store', 'notification', 'customer'],
  elsewhere: readonly Letter[] = [],
): readonly Violation[] => {
  const taken = createTakenIn();
  for (const context of takenIn) taken.committed(context, [{ table: 'inbox', key: ['p1'], row: {} }]);
  const world = { stream: [{ id: 'p1', type: 'Paid', subject: 'o1' }] } as unknown as World;
  const remains = (context: string, deadLetters: readonly Letter[]) => ({ context, outbox: 0, parked: [], deadLetters });
  return checkGivenUp(FAILING, world, [remains('store', letters), remains('rider', elsewhere)], createRig().definitions, taken);
};

const stopWith = async (
  left: number,
  changes: { readonly isDown?: boolean; readonly hasTrouble?: boolean } = {},
): Promise<readonly Violation[]> => {
  const found: Violation[] = [];
  let troubles = 0;
  const actor = {
    read: { count: () => left },
    stop: async () => void (troubles += changes.hasTrouble === true ? 1 : 0),
  } as unknown as Actor;
  const outages = createOutages({
    actorOf: () => actor,
    after: (_delayMs, wake) => wake(),
    start: () => undefined,
    down: new Set(changes.isDown === true ? ['store'] : []),
    troubles: () => troubles,
    onFault: () => undefined,
    report: (violation) => found.push(violation),
  });
  outages.set([{ context: 'store', how: 'stopped', atMs: 0, forMs: 1 }]);
  expect(outages.isStopping()).toBe(true);
  await new Promise(setImmediate);
  expect(outages.isStopping()).toBe(false);
  return found;
};

/** What is still kept of that moment after so many hours of silence. */
const keeping = (table: 'inbox' | 'replies', at: number, hours: number): readonly Violation[] =>
  checkForgotten({ forMs: hours * HOUR_MS }, hours * HOUR_MS, [
    {
      name: 'front',
      read: { select: ({ name }: { readonly name: string }) => (name === table ? [{ handledAt: at, at }] : []) } as unknown as Reads,
    },
  ]);

type Look = () => readonly Violation[] | Promise<readonly Violation[]>;
/** By promise: what is found of something broken, and what is not, for nothing is. */
const CASES: Readonly<
  Record<keyof typeof PROMISES, { readonly broken: readonly (readonly [found: RegExp, look: Look])[]; readonly whole: readonly Look[] }>
> = {
  failsByFaultsAlone: {
    broken: [
      [
        /^a bug$/,
        () =>
          playing(withBrokenTable('rider', 'parked', bug), {
            ...LUNCH,
            faults: { ...NO_FAULTS, failingHandler: { context: 'rider', type: 'OrderPlaced', failures: 1 } },
          }),
      ],
      [/^a bug$/, () => playing(withBrokenTable('front', 'inbox', bug), { ...LUNCH, errands: LUNCH.errands.slice(0, 1) })],
      [/^a bug$/, () => playing(withBrokenTable('front', 'inbox', bug), SCENARIO)],
    ],
    whole: [() => playing(createRig(), LUNCH), () => playing(createRig(), SCENARIO)],
  },
  comesToRest: {
    broken: [
      [/^It did not within 500 steps\.$/, () => playing(withBrokenTable('rider', 'inbox', away), LUNCH, 500)],
      [/^It did not within 3000 steps\.$/, () => playing(withBrokenTable('rider', 'inbox', away), SCENARIO, 3_000)],
      [/^the system did not come to rest within 300000 ms/, () => playing(withBrokenTable('rider', 'inbox', away), SCENARIO)],
      [
        /^After 300000 ms: .*rider/,
        () =>
          playing(
            withBrokenTable('rider', 'inbox', away),
            scenario('steps: [{ place: { order: lunch, customer: kim } }, { request: { path: /orders, expect: { status: 200 } } }]\n'),
          ),
      ],
    ],
    whole: [() => playing(createRig(), LUNCH, 500), () => playing(createRig(), SCENARIO, 3_000), () => playing(createRig(), RESTLESS)],
  },
  forgets: {
    broken: [
      [/^front still keeps 1 events that it took in after 216 hours\.$/, () => keeping('inbox', 0, 216)],
      [/^front still keeps 1 answers after 72 hours\.$/, () => keeping('replies', 0, 72)],
    ],
    whole: [
      () => keeping('inbox', 0, 7 * 24 - 1),
      () => keeping('replies', 0, 23),
      () => keeping('inbox', 215 * HOUR_MS, 216),
      () => keeping('replies', 71 * HOUR_MS, 72),
    ],
  },
  publishesBeforeItStops: {
    broken: [[/^store stopped with 1 event in its outbox/, () => stopWith(1)]],
    whole: [() => stopWith(0), () => stopWith(1, { hasTrouble: true }), () => stopWith(1, { isDown: true })],
  },
  givesUp: {
    broken: [
      [/^store has 0 dead letters of one Paid\.$/, () => givenUp([])],
      [/^store has 2 dead letters of one Paid\.$/, () => givenUp([letter(), letter()])],
      [/after 5 attempts, not 6/, () => givenUp([letter({ attempts: 5 })])],
      [/says as the reason: No\.$/, () => givenUp([letter({ error: 'No.' })])],
      [
        /^store gave OrderPlaced up, whose handler never failed/,
        () => givenUp([letter(), letter({ id: 'x', type: 'OrderPlaced', subject: 'o2' })]),
      ],
      [/^rider gave Paid up, whose handler never failed/, () => givenUp([letter()], undefined, [letter()])],
    ],
    whole: [() => givenUp([letter()]), () => givenUp([letter(), letter({ id: 'x', type: 'OrderAccepted' })])],
  },
  goesOn: {
    broken: [[/^notification never took Paid in\.$/, () => givenUp([letter()], ['front', 'store', 'customer'])]],
    whole: [() => givenUp([letter()])],
  },
  canBePlayed: {
    broken: [
      [
        /the given world could not be made/,
        () =>
          playing(
            createRig(),
            scenario(
              'given: [{ delivered: lunch, customer: kim, payment: decline }]\nsteps: [{ settle: }, { expect: { order: lunch, is: paid } }]\n',
            ),
          ),
      ],
    ],
    whole: [
      () =>
        playing(
          createRig(),
          scenario('given: [{ delivered: lunch, customer: kim }]\nsteps: [{ settle: }, { expect: { order: lunch, is: delivered } }]\n'),
        ),
    ],
  },
};

const SENTENCES = Object.entries(PROMISES) as readonly (readonly [keyof typeof PROMISES, string])[];

describe('a simulation tells', () => {
  it.each(SENTENCES)('%s, of what is broken alone', async (promise, sentence) => {
    const { broken, whole } = CASES[promise];
    for (const [found, look] of broken) {
      const [first] = await look();
      expect(first?.invariant, String(found)).toBe(sentence);
      expect(first?.found).toMatch(found);
    }
    for (const look of whole) expect(await look()).toEqual([]);
  });

  it('nothing else: no other sentence is written out in its code', () => {
    const folder = join(import.meta.dirname, '..');
    const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.endsWith('.ts') && !name.includes('.spec.'),
    );
    expect(sources.length).toBeGreaterThan(30);
    expect(sources.filter((name) => /invariant: ['`]/.test(readFileSync(join(folder, name), 'utf8')))).toEqual([]);
  });

  it('of one handler that fails always also what is left, by the declared rules', () => {
    const held = new Set(WHERE_ONE_FAILS.map(({ sentence }) => sentence));
    expect([OUTBOXES, PUT_ASIDE].filter(({ sentence }) => !held.has(sentence))).toEqual([]);
  });
});

describe('whom the breaker lets in', () => {
  it('is held to both ways', () => {
    expect(wrongAdmission('let in', true)).toMatch(/refused/);
    expect(wrongAdmission('refused', false)).toMatch(/let in/);
    expect([
      wrongAdmission('let in', false),
      wrongAdmission('refused', true),
      wrongAdmission('either', true),
      wrongAdmission('either', false),
    ]).toEqual([undefined, undefined, undefined, undefined]);
  });
});
