import { expect, it } from 'vitest';
import { FOOD } from '../contexts/index.ts';
import { openRemoteSystem } from './remote-system.ts';
import { createWallTime } from './wall-time.ts';

const IDLE = { status: 'up', outbox: 0, pending: 0, unacknowledged: 0, parked: 0, overdue: 0, deadLetters: 1, activity: 7 };

/** What the next looks at rest say, where `/health` tells this, one answer after the other; the last one stays. */
const looksAt = async (...told: readonly object[]) => {
  // The first is asked for when it is opened.
  const answers = [IDLE, ...told];
  const system = await openRemoteSystem({
    definition: FOOD,
    ask: async () => ({
      status: 200,
      headers: {},
      body: { status: 'up', contexts: { front: answers.length > 1 ? answers.shift() : answers[0] } },
    }),
    mark: '-x1',
    buses: [],
    timers: createWallTime(),
    onEvent: () => undefined,
    onTrouble: () => undefined,
  });
  return { system, report: await system.inspectRest() };
};

it('is at rest where twice in a row nothing waits, and nothing was done in between', async () => {
  expect((await looksAt(IDLE, IDLE)).report).toEqual({ isAtRest: true });
  for (const figure of ['outbox', 'pending', 'unacknowledged', 'parked', 'overdue'])
    for (const told of [[{ ...IDLE, [figure]: 2 }], [IDLE, { ...IDLE, [figure]: 2 }]])
      expect((await looksAt(...told)).report).toEqual({ isAtRest: false, inFlight: [`front: 2 ${figure}`] });
  expect((await looksAt(IDLE, { ...IDLE, activity: 8 })).report).toEqual({ isAtRest: false, inFlight: ['front was at work meanwhile'] });
  expect((await looksAt({ status: 'degraded', reason: 'the bus is full' })).report).toEqual({
    isAtRest: false,
    inFlight: ['front is degraded: the bus is full'],
  });
});

it('adds up what processes say that serve some cells each, and counts only dead letters that came since', async () => {
  const served = (pending: number) => ({
    status: 'up',
    served: [
      { ...IDLE, pending },
      { ...IDLE, pending: 3 },
    ],
  });
  expect((await looksAt(served(1))).report).toEqual({ isAtRest: false, inFlight: ['front: 4 pending'] });
  const { system } = await looksAt({ ...IDLE, deadLetters: 3 });
  expect(system.deadLetters()).toHaveLength(2);
});

it('waits for rest as long as it may, and refuses what can only be done within', async () => {
  const { system } = await looksAt({ ...IDLE, outbox: 1 }, { ...IDLE, outbox: 1 }, IDLE);
  expect(await system.waitForRest(10_000)).toEqual({ isAtRest: true });
  const { system: busy } = await looksAt({ ...IDLE, parked: 1 });
  expect(await busy.waitForRest(1)).toEqual({ isAtRest: false, inFlight: ['front: 1 parked'] });
  expect(() => busy.crashContext('front')).toThrow("crashContext can't be done from outside");
});
