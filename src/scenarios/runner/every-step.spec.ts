/** Every step that judges fails where it must, and passes where it must: a step, or a field of one, without both is refused. */
import { FOOD_GRAMMAR } from '../../contexts/grammar.fixture.ts';
import { describe, expect, it } from 'vitest';
import type { Failure } from '../../kernel/recording.ts';
import type { HttpResponse } from '../../runtime/http/route.ts';
import type { System } from '../../system/system.ts';
import { ANSWER_FIELDS } from '../language/request-step.ts';
import { parseScenarios } from '../language/parse.ts';
import type { Form } from '../language/structures.ts';
import { createJournal } from './journal.ts';
import { createNames } from './names.ts';
import { createStage } from './stage.ts';
import { runStep } from './steps.ts';
import { NotPassed } from './verdict.ts';

/** What a step meets: the answer to each request, from a moment on, and when the system comes to rest. */
interface Circumstances {
  readonly answer?: HttpResponse;
  /** Until then, another answer is given. */
  readonly fromMs?: number;
  readonly restsAfterMs?: number;
}

const answer = (status: number, body?: unknown, headers: Readonly<Record<string, string>> = {}): HttpResponse => ({
  status,
  headers,
  ...(body === undefined ? {} : { body }),
});
const meets = (status: number, body?: unknown, headers?: Readonly<Record<string, string>>): Circumstances => ({
  answer: answer(status, body, headers),
});

const HEAD = 'name: x\nsteps:\n  - place: { order: lunch, customer: kim }\n  - review: { order: lunch, as: praise, content: good }\n';

/** How the step ends: whether it passed, or the outcome that it gives its scenario, and why. */
const endOf = async (
  step: string,
  { answer: given = answer(200, { id: 'o1' }), fromMs = 0, restsAfterMs = 0 }: Circumstances,
): Promise<{ readonly outcome: string; readonly failure?: Failure }> => {
  let now = 0;
  const timers = {
    now: () => now,
    after: (delayMs: number, wake: () => void) => {
      queueMicrotask(() => {
        now += delayMs;
        wake();
      });
      return () => undefined;
    },
  };
  const report = (isAtRest: boolean) => ({ isAtRest, inFlight: isAtRest ? [] : ['something'] });
  const system = {
    world: 'w',
    timers,
    dispatch: () => Promise.resolve(now >= fromMs ? given : answer(200, { status: 'placed', statusText: '주문등록' })),
    waitForRest: (withinMs: number) => Promise.resolve(report(withinMs >= restsAfterMs)),
    inspectRest: () => Promise.resolve(report(true)),
  } as unknown as System;
  const names = createNames({});
  names.set('order', 'lunch', 'o1');
  names.set('review', 'praise', 'r1');
  const stage = createStage(
    { system, grammar: FOOD_GRAMMAR, names, journal: createJournal({ now: () => now }, 1, FOOD_GRAMMAR.telling, () => undefined) },
    { restMs: 100, signal: new AbortController().signal },
  );
  const [played] =
    parseScenarios(`${HEAD}  - ${step}\n  - expect: { dead letters: 0 }\n`, 'a.yaml', FOOD_GRAMMAR).scenarios[0]?.steps.slice(-2) ?? [];
  try {
    await runStep(stage, played!);
    return { outcome: 'passed' };
  } catch (error) {
    if (error instanceof NotPassed) return { outcome: error.outcome, failure: error.failure };
    throw error;
  }
};

type Case = readonly [step: string, passes: readonly Circumstances[], fails: readonly Circumstances[]];

/** A command, how it is written, and the answer to it where it is granted. */
const COMMANDS: Readonly<Record<string, readonly [step: string, granted: HttpResponse]>> = {
  place: ['place: { order: dinner, customer: kim }', answer(201, { id: 'o2' })],
  accept: ['accept: lunch', answer(200, {})],
  reject: ['reject: lunch', answer(200, {})],
  start: ['start: lunch', answer(200, {})],
  finish: ['finish: lunch', answer(200, {})],
  cancel: ['cancel: lunch', answer(202, {})],
  pick: ['pick: lunch', answer(200, {})],
  confirm: ['confirm: lunch', answer(200, {})],
  review: ['review: { order: lunch, content: good }', answer(201, { id: 'r2' })],
  'delete review': ['delete review: praise', answer(204)],
};

const REFUSAL = { code: 'order-already-cooking', detail: '요리가 시작되기 전에만 주문취소가 가능합니다.' };
const REFUSED = meets(409, REFUSAL);
const GRANTED = meets(200, REFUSAL);
const PAID = { status: 'paid', statusText: '결재됨' };

const CASES: Readonly<Record<string, Case>> = {
  ...Object.fromEntries(
    Object.entries(COMMANDS).flatMap(([key, [step, granted]]): [string, Case][] => [
      [key, [step, [{ answer: granted }], [199, 300, 302, 400, 404, 409, 500, 503].map((status) => meets(status, {}))]],
      [
        `refused ${key}`,
        [
          `refused: { ${step} }`,
          [400, 404, 409, 500, 599].map((status) => meets(status, {})),
          [{ answer: granted }, meets(200, {}), meets(302, {})],
        ],
      ],
    ]),
  ),
  'refused status': [
    'refused: { cancel: lunch, status: 409 }',
    [REFUSED],
    [meets(404, REFUSAL), meets(500, REFUSAL), meets(410, REFUSAL), GRANTED],
  ],
  'refused code': [
    'refused: { cancel: lunch, code: order-already-cooking }',
    [REFUSED],
    [meets(409, { ...REFUSAL, code: 'order-already-closed' }), meets(409, {}), meets(409), GRANTED],
  ],
  'refused message': [
    'refused: { cancel: lunch, message: 요리가 시작되기 전에만 }',
    [REFUSED, meets(409, { title: REFUSAL.detail })],
    [meets(409, { ...REFUSAL, detail: '아니요' }), meets(409, {}), GRANTED],
  ],
  request: ['request: { path: /orders }', [meets(200), meets(204)], [199, 300, 302, 400, 404, 500].map((status) => meets(status))],
  'request expect status': ['request: { path: /x, expect: { status: 404 } }', [meets(404)], [meets(200), meets(405), meets(500)]],
  'request expect body': [
    'request: { path: /x, expect: { body: { a: { b: 1 } } } }',
    [meets(200, { a: { b: 1, c: 2 } }), meets(500, { a: { b: 1 } })],
    [meets(200, { a: { b: 2 } }), meets(200)],
  ],
  'request expect headers': [
    'request: { path: /x, expect: { headers: { Location: /y } } }',
    [meets(200, {}, { location: '/y' })],
    [meets(200, {}, { location: '/z' }), meets(200)],
  ],
  eventually: [
    'eventually: { order: lunch, is: 결재됨 }',
    [meets(200, PAID), { answer: answer(200, PAID), fromMs: 60 }],
    [meets(200, { status: 'placed' }), meets(404), { answer: answer(200, PAID), fromMs: 160 }],
  ],
  'eventually within': [
    'eventually: { order: lunch, is: 결재됨, within: 300ms }',
    [{ answer: answer(200, PAID), fromMs: 160 }],
    [{ answer: answer(200, PAID), fromMs: 360 }],
  ],
  settle: ['settle', [{ restsAfterMs: 100 }], [{ restsAfterMs: 101 }]],
  'settle within': ['settle: { within: 300ms }', [{ restsAfterMs: 300 }], [{ restsAfterMs: 301 }]],
  capture: [
    'capture: { payment: lunch, field: amount, as: paid }',
    [meets(200, { amount: 1 }), meets(200, { amount: 0 })],
    [meets(200, {}), meets(404)],
  ],
  together: ['together: [{ accept: lunch }, { settle: }]', [meets(200, {})], [meets(409, {}), { restsAfterMs: 101 }]],
  repeat: ['repeat: { times: 2, steps: [{ settle: }, { accept: lunch }] }', [meets(200, {})], [meets(409, {}), { restsAfterMs: 101 }]],
  'for each': [
    'for each: { as: who, in: [a, b], steps: [{ settle: }, { accept: lunch }] }',
    [meets(200, {})],
    [meets(409, {}), { restsAfterMs: 101 }],
  ],
};

/** What does something and judges nothing; `expect` has a spec of its own, and so has whether a fault strikes. */
const NO_JUDGES = [
  'expect',
  'pause',
  'fault',
  'release',
  'crash',
  'stop context',
  'start context',
  'restart',
  'slow lookup',
  'inject',
  'rebuild',
];

it('every step that judges, and every field that it judges by, is here', () => {
  const commands = FOOD_GRAMMAR.commands.map(({ key }) => key);
  const forms = (
    FOOD_GRAMMAR.steps.find(({ key }) => key === 'refused')!.value as unknown as { readonly forms: () => readonly Form<unknown>[] }
  ).forms();
  const ofRefusals = forms.flatMap(({ key, fields }) => [
    `refused ${key}`,
    ...Object.keys(fields).flatMap((field) => (field === key ? [] : [`refused ${field}`])),
  ]);
  const judging = FOOD_GRAMMAR.steps.map(({ key }) => key).filter((key) => key !== 'refused' && !NO_JUDGES.includes(key));
  const ofAnswers = Object.keys(ANSWER_FIELDS).map((field) => `request expect ${field}`);
  expect(new Set(Object.keys(CASES))).toEqual(
    new Set([...commands, ...ofRefusals, ...judging, ...ofAnswers, 'eventually within', 'settle within']),
  );
});

describe.each(Object.entries(CASES))('%s', (_name, [step, passes, fails]) => {
  it('passes where it must, and nowhere else', async () => {
    const passing = await Promise.all(passes.map((circumstances) => endOf(step, circumstances)));
    const failing = await Promise.all(fails.map((circumstances) => endOf(step, circumstances)));
    expect(passing).toEqual(passes.map(() => ({ outcome: 'passed' })));
    expect(failing.map(({ outcome }) => outcome)).toEqual(
      fails.map(({ restsAfterMs }) => (restsAfterMs === undefined ? 'failed' : 'inconclusive')),
    );
    expect(failing.map(({ failure }) => failure)).toMatchSnapshot();
  });
});
