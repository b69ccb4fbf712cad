import { SPOKEN_FOOD } from '../../contexts/spoken.ts';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../kernel/random.ts';
import type { HttpResponse } from '../../runtime/http/route.ts';
import type { Rig } from '../simulate/rig.ts';
import { drawSchedule, type Drawing } from '../schedule/draw-schedule.ts';
import { obstacleTo } from '../schedule/explorable.ts';
import { explore } from './explore.ts';
import { replay } from '../failure/replay.ts';
import { createDrawnDecisions, createGivenDecisions } from '../simulate/decisions.ts';
import { play } from '../simulate/play.ts';
import { readScenario } from '../schedule/scenario-source.ts';
import { shrink } from '../failure/shrink.ts';
import { createRig } from '../../contexts/rig.fixture.ts';

const ORDERS = `name: Lunch and dinner
steps:
  - place: { order: lunch, customer: kim, price: 9000 }
  - place: { order: dinner, customer: lee }
  - accept: lunch
  - together: [{ cancel: lunch }, { accept: dinner }]
  - refused: { finish: dinner, status: 409, code: cooking-status-mismatch }
  - settle
  - expect: { order: lunch, is: 취소됨 }
  - expect: { notices: lunch, once each: true }
  - expect: { events: lunch, in order: [Paid, [OrderAccepted, OrderCancelRequested], CookingCanceled, OrderCanceled], compensates: { PaymentRefunded: Paid } }
  - expect: { order: dinner, is: 접수됨 }
`;
/** The scenario by itself makes everything difficult: a context that is down, one that crashes, messages held back, struck and rebuilt. */
const TROUBLE = `name: A hard day
given: [{ delivered: breakfast, customer: kim }]
steps:
  - stop: store
  - place: { order: lunch, customer: kim }
  - refused: { accept: lunch, status: 503, code: context-unavailable }
  - start context: store
  - crash: { context: front, at: after-commit, on: OrderAccepted }
  - accept: lunch
  - fault: { hold: CookStarted, for: front, as: news }
  - start: lunch
  - expect: { order: lunch, is: 접수됨 }
  - release: news
  - eventually: { order: lunch, is: 요리시작, within: 1s }
  - rebuild: mypage
  - restart: customer
  - review: { order: breakfast, content: 맛있어요 }
  - settle
  - expect: { mypage drift: none }
  - expect: { coupons: kim, is: 2 }
`;

const planOf = (text: string, file = 'spec.yaml') => ({ file, text, name: /name: (.*)/.exec(text)?.[1] ?? '', vars: {} });
const never = new AbortController().signal;
const drawingOf = (...texts: readonly string[]): Drawing => ({
  seed: '1',
  workload: { scenarios: texts.map((text) => planOf(text)) },
  strategy: { kind: 'random' },
});
const exploring = (texts: readonly string[], schedules: number, mutations: readonly string[] = []) =>
  explore({ ...drawingOf(...texts), rig: createRig(mutations), schedules, signal: never, breathe: async () => undefined });

describe('a scenario under drawn faults', () => {
  it('holds as it holds without them, whatever trouble it makes itself', async () => {
    const { failure, schedules, unseen, coverage } = await exploring([ORDERS, TROUBLE], 160);
    expect(failure).toBeUndefined();
    expect([schedules, unseen]).toEqual([160, []]);
    // Crashes spare the context that the scenario itself takes down.
    const crashes = [...coverage.faults.keys()].filter((fault) => fault.startsWith('crash'));
    expect(new Set(crashes.map((fault) => fault.split(' ').at(-1)))).toEqual(
      new Set(['front', 'store', 'rider', 'notification', 'customer']),
    );
    const alone = await exploring([TROUBLE], 80);
    expect([...alone.coverage.faults.keys()].filter((fault) => /^crash .* in store$/.test(fault))).toEqual([]);
  });

  it('fails by its own expectation, shrinks to what the failure needs, and replays the same', async () => {
    const { failure } = await exploring([ORDERS], 400, ['no-outbox']);
    if (failure === undefined) throw new Error('it was not found');
    expect(failure.schedule).toBeGreaterThan(1);
    const rig = createRig(['no-outbox']);
    const { failure: small } = await shrink(rig, failure);
    expect(small.violation.invariant).toBe(failure.violation.invariant);
    expect(small.plan.scenario?.leftOut.length).toBeGreaterThan(2);
    const [once, twice] = [await replay(rig, small), await replay(createRig(['no-outbox']), small)];
    expect(once.violations[0]).toEqual(small.violation);
    expect(JSON.stringify(twice)).toBe(JSON.stringify(once));
    expect((await replay(createRig(), small)).violations).toEqual([]);
  });

  it('fails at once, by the place of its step, where it fails without any fault', async () => {
    const { failure } = await exploring([ORDERS.replace('lunch, is: 취소됨', 'lunch, is: 거부됨')], 50);
    expect(failure?.schedule).toBe(1);
    expect(failure?.violation.invariant).toBe('spec.yaml:9: expect: { order: lunch, is: 거부됨 }');
    expect(failure?.violation.found).toMatch(/^order lunch is 취소됨 \(canceled\) and not 거부됨/);
  });

  it('is held to the invariants of its own', async () => {
    const withRule = (rule: string): string => `${ORDERS}invariants:\n  - { name: a rule, ${rule} }\n`;
    const broken = await exploring([withRule("always: { payment: lunch, isn't: 환불됨 }")], 20);
    expect(broken.failure?.violation.invariant).toBe('spec.yaml:14: a rule');
    const unreached = await exploring([withRule('sometimes: { order: lunch, is: 배송확정 }')], 60);
    expect(unreached.unseen).toEqual(['spec.yaml:14: a rule']);
    const reached = await exploring([withRule('sometimes: { order: lunch, is: 취소요청 }')], 60);
    expect([reached.failure, reached.unseen]).toEqual([undefined, []]);
  });
});

describe('what comes seldom', { timeout: 60_000 }, () => {
  const rig = createRig();
  const drawn = Array.from({ length: 375 }, (_, index) => drawSchedule(drawingOf(ORDERS, TROUBLE), index + 1, rig.repertoire));

  it('strikes few schedules of a scenario, none of its first, and nothing that its expectations would rightly fail by', () => {
    const [first, later] = [drawn.slice(0, 25), drawn.slice(25)].map((some) => some.map(({ plan }) => plan.faults));
    expect(first?.filter(({ failingHandler, isPositioned }) => failingHandler !== undefined || isPositioned === true)).toEqual([]);
    const failing = later?.flatMap(({ failingHandler }) => failingHandler ?? []) ?? [];
    expect([
      failing.length > 20,
      failing.length < 90,
      failing.filter(({ failures }) => !(Number(failures) >= 1 && Number(failures) <= 5)),
    ]).toEqual([true, true, []]);
    expect(
      later?.filter(({ isPositioned, failingHandler }) => isPositioned === true && failingHandler === undefined).length,
    ).toBeGreaterThan(5);
    expect(later?.filter(({ isPositioned, isInOrder }) => isPositioned === true && !isInOrder)).toEqual([]);
    expect(later?.filter(({ outages }) => outages !== undefined)).toEqual([]);
    const silences = later?.filter(({ silence }) => silence !== undefined) ?? [];
    expect([silences.length > 5, silences.length < 40]).toEqual([true, true]);
  });

  it('is a handler that throws for a while, which the given world is made without, and which a play tells', async () => {
    const faults = { ...drawn[0]!.plan.faults, failingHandler: { context: 'store', type: 'Paid', failures: 3 } };
    const { violations, faults: struck } = await play(rig, {
      plan: { ...drawn[1]!.plan, faults },
      decisions: createGivenDecisions(new Map()),
    });
    expect(violations).toEqual([]);
    // One order is placed by a step; the other was given, delivered.
    expect(struck.map(({ fault, detail }) => [fault, detail['try']])).toEqual([
      ['handler', 1],
      ['handler', 2],
      ['handler', 3],
    ]);
  });

  it('is the past that comes again after a long silence, when the verdict of its steps is spoken', async () => {
    const faults = { ...drawn[0]!.plan.faults, silence: { forMs: 7 * 24 * 3_600_000 - 300_000 } };
    const playing = (mutations: readonly string[]) =>
      play(createRig(mutations), { plan: { ...drawn[0]!.plan, faults }, decisions: createDrawnDecisions(createRandom('late')) });
    const { violations, faults: struck } = await playing([]);
    expect(violations).toEqual([]);
    expect([struck.length > 10, new Set(struck.map(({ fault }) => fault))]).toEqual([true, new Set(['late duplicate'])]);
    expect((await playing(['no-inbox'])).violations[0]?.invariant).toBe('The same event never has its effect twice.');
  });

  it('is somebody who reads whatever changes, and is held to no order of his own', async () => {
    const isReader = (seed: string, path: string): boolean => {
      const random = createRandom(`${seed}/readers`);
      return random.below(24) === 0 && rig.readables[random.below(rig.readables.length)]?.path === path;
    };
    const seed = Array.from({ length: 5_000 }, (_, index) => `reader ${index}`).find((one) => isReader(one, '/notices'))!;
    const asked: string[] = [];
    const healthy = rig.dispatch['notification'];
    const face = (spoil: (response: HttpResponse) => HttpResponse): Rig => ({
      ...rig,
      dispatch: { ...rig.dispatch, notification: (request) => (asked.push(request.url), spoil(healthy(request) as HttpResponse)) },
    });
    const playing = (spoil: (response: HttpResponse) => HttpResponse) =>
      play(face(spoil), { plan: { ...drawn[0]!.plan, seed }, decisions: createGivenDecisions(new Map()) });
    expect((await playing((response) => response)).violations).toEqual([]);
    expect(asked.length).toBeGreaterThan(20);
    expect((await playing((response) => ({ ...response, body: { items: [], page: {} } }))).violations[0]?.invariant).toBe(
      'What is shown is what is kept.',
    );
  });

  it('leaves a scenario failed where a handler never comes round', async () => {
    const faults = { ...drawn[0]!.plan.faults, failingHandler: { context: 'store', type: 'Paid', failures: 'always' as const } };
    const { violations } = await play(rig, { plan: { ...drawn[0]!.plan, faults }, decisions: createGivenDecisions(new Map()) });
    expect(violations[0]?.invariant).toMatch(/^spec\.yaml:\d+: accept: lunch$/);
  });
});

describe('what stands in the way of exploring a scenario', () => {
  const obstacle = (text: string): string => {
    const found = obstacleTo(readScenario({ ...planOf(text), leftOut: [] }, SPOKEN_FOOD));
    return found === undefined ? 'nothing' : `${found.position.line}:${found.position.column} ${found.why}`;
  };

  it('is told by its place', () => {
    expect(obstacle(ORDERS)).toBe('nothing');
    expect(obstacle(`${ORDERS}  - together: [{ inject: { type: Paid, raw: nonsense } }]\n`)).toMatch(
      /^13:16 the simulated bus takes no foreign messages/,
    );
    expect(obstacle(`${ORDERS}load: { users: 1, duration: 1s, requests: [{ path: /orders }] }\n`)).toMatch(/^13:7 a load is measured/);
  });
});
