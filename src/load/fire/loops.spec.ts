/** Who sends when: loops on a clock of their own, over connections that are answered after a time. */
import { describe, expect, it } from 'vitest';
import type { LoadSection } from '../../scenarios/language/ast.ts';
import { planOf } from '../plan.ts';
import { createClosedLoop, createOpenLoop } from './loops.ts';

const plan = (more: Partial<LoadSection>) =>
  planOf(
    { stages: [], requests: [], journeys: [], feeders: {}, thresholds: [], position: { file: 'load.yaml', line: 3, column: 1 }, ...more },
    { maxDurationMs: 60_000 },
  );
const stage = (durationMs: number, users: number, ramp = false) => ({ durationMs, users, ramp });

/** What was sent, as `connection:start`, or `connection:intended/start` where it began late. */
const sent = (
  of: Partial<LoadSection>,
  { connections, answerMs = Infinity }: { readonly connections: number; readonly answerMs?: number },
) => {
  const load = plan(of);
  const log: string[] = [];
  const looks: number[] = [];
  const answers: { readonly at: number; readonly connection: number }[] = [];
  let now = -1;
  const create = load.loop === 'open' ? createOpenLoop : createClosedLoop;
  const loop = create<number>(
    load,
    () => now,
    (connection, intendedMs) => {
      log.push(`${connection}:${intendedMs === now ? '' : `${Math.round(intendedMs)}/`}${Math.round(now)}`);
      if (answerMs < Infinity) answers.push({ at: now + answerMs, connection });
    },
  );
  for (let connection = 0; connection < connections; connection += 1) loop.onFree(connection);
  expect(log).toEqual([]);
  now = 0;
  for (;;) {
    loop.advance(now);
    const next = loop.nextMs(now);
    if (next === undefined) break;
    expect(next).toBeGreaterThan(now);
    looks.push(next);
    const answer = answers[0]?.at ?? Infinity;
    now = Math.min(next, answer);
    while (answers[0]?.at === now) loop.onFree(answers.shift()!.connection);
  }
  return { log, looks, unsent: loop.unsent() };
};

describe('a closed loop', () => {
  it('lets each user send again as soon as the answer is there, until the end', () => {
    const { log, looks, unsent } = sent({ users: 2, durationMs: 250 }, { connections: 2, answerMs: 100 });
    expect(log).toEqual(['0:0', '1:0', '0:100', '1:100', '0:200', '1:200']);
    expect(unsent).toEqual([]);
    // Where nothing changes, nobody looks before the end.
    expect(new Set(looks)).toEqual(new Set([250]));
  });

  it('lets users in one by one where their number grows, and looks every 10 ms, at the end too', () => {
    const { log, looks } = sent({ stages: [stage(405, 4, true)] }, { connections: 4 });
    expect(log).toEqual(['0:60', '1:160', '2:260', '3:360']);
    expect(looks).toEqual([...Array.from({ length: 40 }, (_, index) => 10 * (index + 1)), 405]);
  });

  it.each([
    ['falls', [stage(100, 2), stage(100, 1)], ['0:0', '1:0', '0:60', '1:60', '0:120', '0:180']],
    ['rises', [stage(100, 1), stage(100, 2)], ['0:0', '0:60', '1:100', '0:120', '1:160', '0:180']],
    ['ends at its peak', [stage(100, 1), stage(100, 2, true)], ['0:0', '0:60', '0:120', '1:150', '0:180']],
  ])('has as many users as the plan has where their number %s', (_how, stages, expected) => {
    expect(sent({ stages }, { connections: 2, answerMs: 60 }).log).toEqual(expected);
  });
});

describe('an open loop', () => {
  it('starts arrivals when the plan says, whatever was answered', () => {
    const { log, looks, unsent } = sent({ arrivalsPerSecond: 10, durationMs: 350 }, { connections: 4 });
    expect(log).toEqual(['0:0', '1:100', '2:200', '3:300']);
    expect(looks).toEqual([100, 200, 300, 350]);
    expect(unsent).toEqual([]);
  });

  it('starts one late that finds no connection free, and counts from when it was meant', () => {
    expect(sent({ arrivalsPerSecond: 20, durationMs: 250 }, { connections: 1, answerMs: 80 })).toMatchObject({
      log: ['0:0', '0:50/80', '0:100/160', '0:150/240'],
      unsent: [200],
    });
    expect(sent({ arrivalsPerSecond: 20, durationMs: 150 }, { connections: 1 })).toMatchObject({ log: ['0:0'], unsent: [50, 100] });
  });

  it('takes a connection that is told free twice for one', () => {
    const log: string[] = [];
    const load = plan({ arrivalsPerSecond: 10, durationMs: 300 });
    const loop = createOpenLoop<string>(
      load,
      () => 0,
      (connection, at) => log.push(`${connection}:${at}`),
    );
    for (const connection of ['a', 'a', 'b']) loop.onFree(connection);
    loop.advance(250);
    expect(log).toEqual(['a:0', 'b:100']);
    expect(loop.unsent()).toEqual([200]);
  });
});
