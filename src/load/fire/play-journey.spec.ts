/** One journey on ports of the test's own: what it asks and when it was meant to, what it keeps, and where it stops. */
import { describe, expect, it } from 'vitest';
import { FOOD_GRAMMAR } from '../../contexts/grammar.fixture.ts';
import { createRandom } from '../../kernel/random.ts';
import type { HttpRequest, HttpResponse } from '../../runtime/http/route.ts';
import { parseScenarios } from '../../scenarios/language/parse.ts';
import { createNames } from '../../scenarios/runner/names.ts';
import type { LoadSection } from '../../scenarios/language/ast.ts';
import { compileLoad } from '../journeys.ts';
import { playJourney } from './play-journey.ts';

const loadOf = (steps: readonly string[]): LoadSection => {
  const text = `name: x\nload:\n  users: 1\n  duration: 1s\n  journeys:\n    - name: one\n      steps:\n${steps.map((step) => `        - ${step}\n`).join('')}  thresholds: [journey.finished == 100%]\n`;
  const load = parseScenarios(text, 'x.yaml', FOOD_GRAMMAR).scenarios[0]?.load;
  if (load === undefined) throw new Error('the test has a load');
  return load;
};

/** Plays these steps; each request takes 10 ms, and `answer` says what comes back. */
const play = async (steps: readonly string[], answer: (request: HttpRequest, count: number) => Partial<HttpResponse>) => {
  const compiled = compileLoad(loadOf(steps), FOOD_GRAMMAR);
  const asked: {
    readonly what: string;
    readonly body: unknown;
    readonly dueMs: number;
    readonly isWanted: boolean;
    readonly by: string;
  }[] = [];
  let nowMs = 1_000;
  const end = await playJourney(
    compiled.journeys[0] as (typeof compiled.journeys)[number],
    createNames({ who: 'kim' }),
    {
      ask: ({ request, dueMs, label, isWanted }) => {
        nowMs += 10;
        const given: HttpResponse = { status: 200, headers: {}, ...answer(request, asked.length) };
        asked.push({
          what: `${request.method} ${request.url}`,
          body: request.body,
          dueMs,
          isWanted: isWanted(given),
          by: compiled.labels[label]?.name ?? '',
        });
        return Promise.resolve(given);
      },
      now: () => nowMs,
      sleepUntil: (ms) => {
        nowMs = Math.max(nowMs, ms);
        return Promise.resolve();
      },
      random: createRandom('thoughts'),
    },
    900,
    () => undefined,
  );
  return { asked, end };
};

const PLACE = 'place: { order: lunch, customer: kim }';

describe('a journey', () => {
  it('asks in order, by ids of its own, each when it was due, whatever the clock says', async () => {
    const { asked, end } = await play([PLACE, 'think: 50ms', 'accept: lunch', 'review: { order: lunch, content: good }'], (request) =>
      request.url === '/orders' ? { status: 201, body: { orderId: 'o-1' } } : {},
    );
    expect(end).toEqual({ outcome: 'finished' });
    expect(asked.map(({ what, dueMs, by }) => [what, dueMs, by])).toEqual([
      ['POST /orders', 900, 'place'],
      ['PUT /foodCookings/o-1/accept', 1_060, 'accept'],
      ['POST /reviews', 1_070, 'review'],
    ]);
    expect(asked[2]?.body).toEqual({ orderId: 'o-1', content: 'good' });
  });

  it('looks again until what it waits for is there, and a look is answered well whatever it shows', async () => {
    const { asked, end } = await play([PLACE, 'eventually: { cooking: lunch, is: 결제완료 }'], (request, count) =>
      request.url === '/orders'
        ? { status: 201, body: { orderId: 'o-1' } }
        : count === 1
          ? { status: 404 }
          : { body: { status: count < 3 ? 'unpaid' : 'paid', statusText: count < 3 ? '미결재' : '결재완료' } },
    );
    expect(end).toEqual({ outcome: 'finished' });
    expect(asked.map(({ what, by, isWanted }) => [what, by, isWanted])).toEqual([
      ['POST /orders', 'place', true],
      ...[1, 2, 3].map(() => ['GET /foodCookings/o-1', 'cooking', true]),
    ]);
  });

  it('gives up waiting after its time, and says what it saw of whom', async () => {
    const { end } = await play([PLACE, 'eventually: { order: lunch, is: paid, within: 100ms }'], (request) =>
      request.url === '/orders' ? { status: 201, body: { orderId: 'o-1' } } : { body: { status: 'placed' } },
    );
    expect(end).toEqual({ outcome: 'failed', step: 1, message: 'order lunch is placed and not paid (after 100 ms)', subject: 'o-1' });
  });

  it('counts a refusal that it asks for as wanted, and stops at one that it does not', async () => {
    const refusal = { status: 409, body: { code: 'order-already-cooking', detail: 'too late' } };
    const steps = [PLACE, 'refused: { cancel: lunch, code: order-already-cooking }', 'cancel: lunch', 'accept: lunch'];
    const { asked, end } = await play(steps, (request) =>
      request.url === '/orders' ? { status: 201, body: { orderId: 'o-1' } } : refusal,
    );
    expect(asked.map(({ isWanted }) => isWanted)).toEqual([true, true, false]);
    expect(end).toMatchObject({
      outcome: 'failed',
      step: 2,
      subject: 'o-1',
      message: expect.stringContaining('order-already-cooking') as string,
    });
  });

  it('uses what it captured, and holds answers to what it says of them', async () => {
    const steps = [
      'request: { method: POST, path: /orders, body: { customerId: kim }, as: made }',
      'capture: { answer: made, field: orderId, as: id }',
      'expect: { value: "${id}", is: o-7 }',
      'request: { path: "/orders/${id}", name: look, expect: { status: 200, body: { status: paid } } }',
    ];
    const { asked, end } = await play(steps, (request) =>
      request.method === 'POST' ? { status: 201, body: { orderId: 'o-7' } } : { body: { status: 'placed' } },
    );
    expect(asked.map(({ what, by }) => [what, by])).toEqual([
      ['POST /orders', 'POST /orders'],
      ['GET /orders/o-7', 'look'],
    ]);
    expect(end).toMatchObject({ outcome: 'failed', step: 3, message: "the answer's body is not as expected" });
  });

  it('stops where nobody answers, and where there is nothing to capture', async () => {
    expect((await play([PLACE], () => ({ status: 0 }))).end).toMatchObject({ outcome: 'failed', message: 'place was not answered' });
    expect((await play([PLACE, 'capture: { answer: last, field: orderId, as: id }'], () => ({ status: 201, body: {} }))).end).toMatchObject(
      {
        outcome: 'failed',
        step: 1,
        message: 'there is no field orderId to capture',
      },
    );
  });
});
