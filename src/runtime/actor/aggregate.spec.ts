import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineEvent, type EventOf } from '../../kernel/event.ts';
import { createMemoryDisk } from '../tables/memory-tables.ts';
import { defineTable } from '../tables/tables.ts';
import { aggregate } from './aggregate.ts';
import type { Scope } from './scope-port.ts';

interface Tab {
  readonly tabId: string;
  readonly total: number;
}
const tabs = defineTable<Tab>({ name: 'tabs', columns: { tabId: 'text', total: 'integer' }, key: ['tabId'] });
const Charged = defineEvent('Charged', z.object({ tabId: z.string(), amount: z.number() }));
/** What nobody else is told. */
const SETTLED = { type: 'Settled', data: { tabId: 'a' } } as const;

/** A database, and a scope that notes what is done in it. */
const world = () => {
  const database = createMemoryDisk().open('tabs', [{ component: 'tabs', tables: [tabs], migrations: [{ version: 1, statements: [] }] }]);
  const done: string[] = [];
  const within = (work: (scope: Scope) => unknown): void =>
    void database.transact((tx) =>
      work({
        tables: {
          ...tx,
          put: (table, row) => (done.push(`put ${JSON.stringify(row)}`), tx.put(table, row)),
          remove: (table, ...key) => (done.push(`remove ${key.join()}`), tx.remove(table, ...key)),
        },
        now: 0,
        newId: () => 'id',
        emit: (event, subject, data) => void done.push(`${event.type} of ${subject} ${JSON.stringify(data)}`),
        setDeadline: () => undefined,
        cancelDeadline: () => false,
      }),
    );
  return { within, done, read: database.read };
};

const charged = (amount: number) => ({ type: 'Charged', data: { tabId: 'a', amount } }) as const;

describe('an aggregate', () => {
  const changeTab = aggregate<Tab, EventOf<{ Charged: typeof Charged }> | typeof SETTLED>({
    table: tabs,
    evolve: (tab, event) => {
      if (event.type === 'Settled') return undefined;
      return event.data.amount === 0 ? tab : { tabId: 'a', total: (tab?.total ?? 0) + event.data.amount };
    },
    publishes: { Charged },
    subjectOf: ({ data }) => data.tabId,
  });

  it('decides on what is kept, tells each event in its order, and keeps once what they made', () => {
    const { within, done } = world();
    within((scope) =>
      expect(changeTab(scope, 'a', (tab) => (expect(tab).toBeUndefined(), [charged(1), charged(2)]))).toEqual({ tabId: 'a', total: 3 }),
    );
    expect(done.splice(0)).toEqual([
      'Charged of a {"tabId":"a","amount":1}',
      'Charged of a {"tabId":"a","amount":2}',
      'put {"tabId":"a","total":3}',
    ]);
    within((scope) => changeTab(scope, 'a', (tab) => (expect(tab?.total).toBe(3), [SETTLED])));
    // What is not among the published stays here.
    expect(done).toEqual(['remove a']);
  });

  it('writes nothing where nothing happened, or what happened leaves it as it is', () => {
    const { within, done } = world();
    within((scope) => changeTab(scope, 'a', () => [charged(1)]));
    done.length = 0;
    within((scope) => expect(changeTab(scope, 'a', () => [])).toEqual({ tabId: 'a', total: 1 }));
    within((scope) => changeTab(scope, 'a', () => [charged(0)]));
    expect(done).toEqual(['Charged of a {"tabId":"a","amount":0}']);
  });

  it('passes on what a decision throws, with nothing told or kept', () => {
    const { within, done } = world();
    expect(() =>
      within((scope) =>
        changeTab(scope, 'a', () => {
          throw new Error('no');
        }),
      ),
    ).toThrow('no');
    expect(done).toEqual([]);
  });

  it('of a shape of its own is loaded by its id, told with what the event made, and saved with the time', () => {
    const { within, done } = world();
    const saved: unknown[] = [];
    const change = aggregate<{ readonly total: number }, number>({
      load: (_read, id) => ({ total: id.length }),
      evolve: ({ total }, amount) => ({ total: total + amount }),
      publish: (scope, _amount, { total }) => scope.emit(Charged, 'a', { tabId: 'a', amount: total }),
      save: (_tables, state, id, now) => void saved.push([state, id, now]),
    });
    within((scope) => expect(change(scope, 'abc', () => [4, 5])).toEqual({ total: 12 }));
    expect(done).toEqual(['Charged of a {"tabId":"a","amount":7}', 'Charged of a {"tabId":"a","amount":12}']);
    expect(saved).toEqual([[{ total: 12 }, 'abc', '1970-01-01T00:00:00.000Z']]);
  });
});
