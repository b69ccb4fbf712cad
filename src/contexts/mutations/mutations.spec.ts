import { describe, expect, it } from 'vitest';
import { createCustomer } from '../customer/index.ts';
import { createStore } from '../store/index.ts';
import { OperatingError } from '../../kernel/errors.ts';
import { createMemoryDisk } from '../../runtime/tables/memory-tables.ts';
import type { Bus } from '../../bus/bus.ts';
import { equip, mutate } from '../../system/mutation.ts';
import { MUTATIONS } from './index.ts';

const healthy = { store: createStore(), customer: createCustomer() };

describe('mutations', () => {
  it('are the twelve of the original and eight of ours, each with what it does and what breaks', () => {
    expect(MUTATIONS.filter(({ whose }) => whose === 'the original')).toHaveLength(12);
    expect(MUTATIONS.filter(({ whose }) => whose === 'ours')).toHaveLength(8);
    expect(new Set(MUTATIONS.map(({ name }) => name)).size).toBe(MUTATIONS.length);
    for (const { what, breaks, define, equip: equips } of MUTATIONS) {
      expect(what).toMatch(/^[A-Z].*\.$/);
      expect(breaks).toMatch(/^[A-Z].*\.$/);
      expect(define ?? equips).toBeDefined();
    }
  });

  it('change only the contexts that they concern', () => {
    const { store, customer } = mutate(healthy, MUTATIONS, ['stale-status']);
    expect(store).not.toBe(healthy.store);
    expect(customer).toBe(healthy.customer);
    expect(mutate(healthy, MUTATIONS, [])).toEqual(healthy);
  });

  it('leave alone what an actor works with, where they concern it not', () => {
    const parts = { disk: createMemoryDisk(), bus: {} as Bus };
    expect(equip(parts, MUTATIONS, ['stale-status'])).toBe(parts);
    expect(equip(parts, MUTATIONS, ['no-outbox']).disk).not.toBe(parts.disk);
  });

  it('are refused by a wrong name, with the right ones', () => {
    expect(() => mutate(healthy, MUTATIONS, ['no-inbx'])).toThrow(OperatingError);
    expect(() => mutate(healthy, MUTATIONS, ['no-inbx'])).toThrow('there is no mutation "no-inbx"; did you mean no-inbox?');
    expect(() => mutate(healthy, MUTATIONS, ['kitchen-sink'])).toThrow(/^there is no mutation "kitchen-sink"$/);
  });
});
