import { expect, it } from 'vitest';
import { createHandTimers } from '../bus/bus.contract.ts';
import { OperatingError } from '../kernel/errors.ts';
import { whenBusIsThere } from './bus-wait.ts';

const away = (message = 'the bus is away'): OperatingError =>
  new OperatingError('infrastructure', message, { mend: 'Start it.', isPassing: true });

/** Waits with these failures of the first attempts; time goes on by itself as soon as somebody waits for it. */
const wait = async (failures: readonly Error[], waitMs: number, onWait?: (abort: () => void) => void) => {
  const timers = createHandTimers();
  const ending = new AbortController();
  const told: string[] = [];
  let attempts = 0;
  const waiting = whenBusIsThere(
    () => {
      const failure = failures[attempts];
      attempts += 1;
      return failure === undefined ? Promise.resolve('there') : Promise.reject(failure);
    },
    { waitMs, timers, signal: ending.signal, waits: (text) => void told.push(text) },
  ).catch((error: unknown) => error);
  let isOver = false;
  void waiting.then(() => (isOver = true));
  for (let turn = 0; turn < 500 && !isOver; turn += 1) {
    await new Promise(setImmediate);
    if (timers.waiting() > 0) {
      if (onWait === undefined) timers.advance(50);
      else onWait(() => ending.abort());
    }
  }
  expect(isOver).toBe(true);
  expect(timers.waiting()).toBe(0);
  return { result: await waiting, told, attempts, waitedMs: timers.now() };
};

it('waits while the bus is away, and says for what, once for each reason', async () => {
  const { result, told, attempts } = await wait([away(), away(), away('nobody leads it'), away()], 60_000);
  expect(result).toBe('there');
  expect(attempts).toBe(5);
  expect(told).toEqual([
    'waiting up to 60 s for the bus: the bus is away',
    'waiting up to 60 s for the bus: nobody leads it',
    'waiting up to 60 s for the bus: the bus is away',
  ]);
});

it('throws what it waited for when the time is up, with its mend', async () => {
  const { result, waitedMs, attempts } = await wait(
    Array.from({ length: 100 }, () => away()),
    4_000,
  );
  expect(result).toMatchObject({
    trouble: 'infrastructure',
    message: 'the bus is away (waited 4 s for it)',
    mend: 'Start it.',
    isPassing: false,
  });
  // At 0, 100, 300, 700, 1,500, 3,100 and 4,000 ms.
  expect([waitedMs, attempts]).toEqual([4_000, 7]);
});

it.each([
  ['what does not pass', new OperatingError('infrastructure', 'the password is wrong'), 60_000],
  ['a bug', new TypeError('undefined is not a function'), 60_000],
  ['what would pass, where nobody wants to wait', away(), 0],
])('throws %s at once', async (_what, error, waitMs) => {
  expect(await wait([error], waitMs)).toEqual({ result: error, told: [], attempts: 1, waitedMs: 0 });
});

it('ends without a bus when it is stopped meanwhile', async () => {
  const { result, attempts } = await wait([away(), away()], 60_000, (abort) => abort());
  expect([result, attempts]).toEqual([undefined, 1]);
});
