import { callsOf } from './definition.ts';
import { describe, expect, it } from 'vitest';
import { FOOD } from '../contexts/index.ts';
import { createFaultBoard } from './fault-board.ts';
import type { Endable, System } from './system.ts';

/** A system that keeps what is set on it; `strike` lets all of it strike something. */
const fakeSystem = () => {
  const set: { readonly what: unknown; hits: number; isOver: boolean }[] = [];
  const add = (what: unknown): Endable => {
    const own = { what, hits: 0, isOver: false };
    set.push(own);
    return { struck: () => own.hits, end: () => (own.isOver = true) };
  };
  const system = {
    armCrash: add,
    calls: callsOf(FOOD),
    slowCall: (_call: string, range: unknown) => add(range),
    faults: {
      add: (rule: unknown) => {
        const { struck, end } = add(rule);
        return { rule, struck, release: end };
      },
    },
  } as unknown as System;
  return {
    system,
    active: () => set.filter(({ isOver }) => !isOver).map(({ what }) => what),
    strike: () => set.forEach((one) => (one.hits += 1)),
  };
};

const boardOf = (contexts: readonly string[], started: readonly string[] = []) => {
  const fake = fakeSystem();
  return { ...fake, board: createFaultBoard(fake.system, FOOD, contexts, started) };
};

const SLOW = { fromMs: 400, toMs: 600 };

describe('the faults of a running system', () => {
  it('are set, listed with what they struck, and ended by what describes them', () => {
    const { board, active, strike } = boardOf(['front', 'store'], ['duplicate']);
    expect([
      board.set('drop=Paid@store'),
      board.set('drop=OrderPlaced'),
      board.set('crash=front@before-commit'),
      board.set('crash=store'),
    ]).toEqual([true, true, true, true]);
    expect(board.list()).toEqual(
      ['duplicate', 'drop=Paid@store', 'drop=OrderPlaced', 'crash=front@before-commit', 'crash=store'].map((fault) => ({
        fault,
        struck: 0,
      })),
    );
    expect(board.end('drop=Paid')).toBe(1);
    expect(board.end('drop=Paid')).toBe(0);
    expect(board.end('crash=front@after-commit')).toBe(0);
    expect(board.end('crash=front')).toBe(1);
    strike();
    // A crash that came is over; the others go on.
    expect(board.list()).toEqual([
      { fault: 'duplicate', struck: 1 },
      { fault: 'drop=OrderPlaced', struck: 1 },
    ]);
    expect(board.set('crash=store')).toBe(true);
    expect(board.end('crash')).toBe(1);
    expect(board.end('drop')).toBe(1);
    expect(board.clear()).toBe(1);
    expect(board.list()).toEqual([]);
    expect(active()).toEqual([{ context: 'store', at: 'after-commit', restart: true }]);
  });

  it('of a context that runs elsewhere are not set', () => {
    const { board, active } = boardOf(['front']);
    expect([board.set('crash=store'), board.set('drop=Paid@store'), board.set('drop=Paid@front')]).toEqual([false, false, true]);
    expect(active()).toEqual([{ kind: 'drop', times: Infinity, type: 'Paid', context: 'front' }]);
  });

  it('slow look-ups down in one way at a time', () => {
    const { board } = boardOf(['front']);
    board.set('slow-order-lookup=3s');
    board.set('slow-order-lookup');
    expect(board.list()).toEqual([{ fault: 'slow-order-lookup', struck: 0 }]);
    expect(board.end('slow-order-lookup=9s')).toBe(1);
  });

  it('switch slow look-ups with the range of the start, else with the seed’s', () => {
    const plain = boardOf(['front']);
    expect([plain.board.switchSlowCalls(), plain.active(), plain.board.switchSlowCalls(), plain.active()]).toEqual([
      true,
      [SLOW],
      false,
      [],
    ]);
    const { board, active } = boardOf(['front'], ['slow-order-lookup=1s..2s']);
    const started = { fromMs: 1_000, toMs: 2_000 };
    expect([active(), board.switchSlowCalls(), active(), board.switchSlowCalls(), active()]).toEqual([
      [started],
      false,
      [],
      true,
      [started],
    ]);
  });

  it('are told by the words that are wrong', () => {
    const { board } = boardOf(['front']);
    expect(() => board.set('dropp')).toThrow(
      expect.objectContaining({ trouble: 'usage', message: 'fault: "dropp" is not a fault. Did you mean drop?' }) as Error,
    );
    expect(() => board.set('none')).toThrow(/none can't be set/);
  });
});
