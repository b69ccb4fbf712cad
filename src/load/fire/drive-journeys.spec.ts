/** Journeys against a server of the test's own: who begins when, what counts as late, and what becomes of those not through. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LoadAnswer, LoadJourneyEnd } from '../../kernel/load.ts';
import type { RequestStep, Template } from '../../scenarios/language/ast.ts';
import type { CannonOrder, OrderedStep } from '../order.ts';
import { driveJourneys } from './drive-journeys.ts';

const servers: Server[] = [];
// The client's own parts are loaded at its first request; no journey is to wait for that.
beforeAll(() => import('undici'));
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server that answers `status` after `delayMs`, and never a request for /never. */
const serve = (answer: (url: string, count: number) => { readonly status: number; readonly delayMs?: number }): Promise<string> => {
  let count = 0;
  const server = createServer((request, response) => {
    const { url = '' } = request;
    const { status, delayMs = 0 } = answer(url, (count += 1));
    if (url !== '/never') setTimeout(() => response.writeHead(status, { 'content-type': 'application/json' }).end('{"id":"x"}'), delayMs);
  });
  servers.push(server);
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)),
  );
};

const get = (url: string): OrderedStep => ({
  kind: 'request',
  label: 0,
  step: { kind: 'request', method: 'GET', url: url as Template, headers: {} } as unknown as RequestStep,
});
const think = (ms: number): OrderedStep => ({ kind: 'think', leastMs: ms, mostMs: ms });

const orderOf = (url: string, more: Partial<CannonOrder>): CannonOrder => ({
  url,
  plan: { loop: 'closed', segments: [{ fromMs: 0, toMs: 300, from: 2, to: 2 }], warmUpMs: 0, totalMs: 300, peak: 2 },
  requests: [],
  journeys: [{ weight: 1, steps: [get('/a'), get('/b')], feeders: [] }],
  ids: [],
  values: {},
  feeders: {},
  seed: '1',
  mostRequests: 10_000,
  requestTimeoutMs: 2_000,
  graceMs: 2_000,
  correlation: 'load',
  ...more,
});
const open = (rate: number, totalMs: number): CannonOrder['plan'] => ({
  loop: 'open',
  segments: [{ fromMs: 0, toMs: totalMs, from: rate, to: rate }],
  warmUpMs: 0,
  totalMs,
  peak: rate,
});

const drive = async (order: CannonOrder, signal = new AbortController().signal) => {
  const answers: LoadAnswer[] = [];
  const ends: LoadJourneyEnd[] = [];
  const end = await driveJourneys(order, signal, {
    began: () => undefined,
    answer: (answer) => void answers.push(answer),
    ended: (one) => void ends.push(one),
    told: () => undefined,
  });
  return { answers, ends, end };
};

describe('journeys', () => {
  it('of users begin anew when they end, and each request is told once', async () => {
    const url = await serve(() => ({ status: 200, delayMs: 1 }));
    const { answers, ends, end } = await drive(orderOf(url, {}));
    expect(end).toEqual({ isCut: false, unfed: {} });
    expect(ends.every(({ outcome }) => outcome === 'finished')).toBe(true);
    expect(ends.length).toBeGreaterThan(2);
    expect(answers.length).toBe(2 * ends.length);
    // Two users never are on more than two journeys at once.
    for (const { intendedMs } of ends)
      expect(ends.filter((other) => other.intendedMs <= intendedMs && other.endMs > intendedMs).length).toBeLessThanOrEqual(2);
  });

  it('of arrivals begin when they are due, though the server stands still: what waited counts', async () => {
    // The first second of the server's life is one long stall for whoever comes first.
    const url = await serve((_url, count) => ({ status: 200, delayMs: count === 1 ? 250 : 0 }));
    const { ends, answers } = await drive(
      orderOf(url, { plan: open(20, 300), journeys: [{ weight: 1, steps: [get('/a')], feeders: [] }] }),
    );
    expect(ends.map(({ intendedMs }) => intendedMs).sort((a, b) => a - b)).toEqual([0, 50, 100, 150, 200, 250]);
    const [first] = answers.filter(([, intendedMs]) => intendedMs === 0);
    expect((first?.[3] ?? 0) - (first?.[1] ?? 0)).toBeGreaterThanOrEqual(250);
    for (const [, intendedMs, startMs] of answers) expect(startMs).toBeGreaterThanOrEqual(intendedMs);
  });

  it('count thinking as no part of a request', async () => {
    const url = await serve(() => ({ status: 200 }));
    const journeys = [{ weight: 1, steps: [get('/a'), think(120), get('/b')], feeders: [] }];
    const { answers, ends } = await drive(orderOf(url, { plan: open(10, 100), journeys }));
    expect(answers.length).toBe(2);
    const [[, , , firstEnd], [, secondDue]] = answers as [LoadAnswer, LoadAnswer];
    expect(secondDue - firstEnd).toBeGreaterThanOrEqual(119);
    expect((ends[0]?.endMs ?? 0) - (ends[0]?.intendedMs ?? 0)).toBeGreaterThanOrEqual(120);
  });

  it('that are not through when their time is over are told, with their step', async () => {
    const url = await serve(() => ({ status: 200 }));
    const journeys = [{ weight: 1, steps: [get('/a'), get('/never')], feeders: [] }];
    const { ends, answers } = await drive(orderOf(url, { plan: open(10, 100), journeys, graceMs: 100 }));
    expect(ends).toEqual([expect.objectContaining({ outcome: 'unfinished', step: 1 })]);
    expect(answers.map(([, , , , status, kind]) => [status, kind])).toEqual([
      [200, 'success'],
      [0, 'no-answer'],
    ]);
  });

  it('are not begun once a unique feeder has nothing left, and that is counted', async () => {
    const url = await serve(() => ({ status: 200 }));
    const feeders = { seat: { draw: 'unique', rows: [{ seat: 'a' }, { seat: 'b' }] } } as const;
    const journeys = [{ weight: 1, steps: [get('/seats/${seat}')], feeders: ['seat'] }];
    const { ends, end } = await drive(orderOf(url, { plan: open(20, 300), journeys, feeders }));
    expect(ends.length).toBe(2);
    expect(end.unfed).toEqual({ seat: 4 });
    const closed = await drive(orderOf(url, { journeys, feeders }));
    expect([closed.ends.length, closed.end.unfed]).toEqual([2, { seat: 2 }]);
  });

  it('end when the load is stopped, and ask nothing more', async () => {
    const stop = new AbortController();
    const url = await serve(() => ({ status: 200 }));
    const journeys = [{ weight: 1, steps: [get('/a'), think(60_000), get('/b')], feeders: [] }];
    setTimeout(() => stop.abort(), 100);
    const { ends, answers, end } = await drive(orderOf(url, { journeys }), stop.signal);
    expect(end.isCut).toBe(true);
    expect(ends.map(({ outcome }) => outcome)).toEqual(['unfinished', 'unfinished']);
    expect(answers.length).toBe(2);
  });

  it('give up a target that is gone', async () => {
    const url = await serve(() => ({ status: 200 }));
    const [server] = servers.splice(0);
    await new Promise((resolve) => server?.close(resolve));
    const plan: CannonOrder['plan'] = { ...open(10_000, 5_000), peak: 10_000 };
    await expect(drive(orderOf(url, { plan }))).rejects.toThrow('can not be reached (ECONNREFUSED)');
  });
});
