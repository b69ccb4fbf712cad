import { describe, expect, it } from 'vitest';
import type { ContextDefinition, Scope, Subscription } from '../../runtime/actor/context.ts';
import type { ContextName } from '../../contexts/index.ts';
import { explore } from './explore.ts';
import type { Rig } from '../simulate/rig.ts';
import { createRig } from '../../contexts/rig.fixture.ts';

type Handle = Subscription['handle'];

/** A rig whose context reacts otherwise to one event, as if somebody had changed a line of it. */
const reacting = (name: ContextName, type: string, change: (healthy: Handle) => Handle): Rig => {
  const rig = createRig();
  const definition: ContextDefinition = rig.definitions[name];
  const subscriptions = definition.subscriptions.map((one) =>
    one.event.type === type
      ? {
          event: one.event,
          handle: change((event, scope) => {
            one.handle(event, scope);
          }),
        }
      : one,
  );
  return { ...rig, definitions: { ...rig.definitions, [name]: { ...definition, subscriptions } } };
};

/** A scope that tells, and keeps, something else. */
const spoilt = (
  scope: Scope,
  spoil: {
    readonly emit?: (emit: Scope['emit']) => Scope['emit'];
    readonly row?: (table: string, row: Record<string, unknown>) => Record<string, unknown>;
  },
): Scope => ({
  ...scope,
  emit: spoil.emit?.(scope.emit.bind(scope)) ?? scope.emit.bind(scope),
  tables: {
    get: (table, ...key) => scope.tables.get(table, ...key),
    select: (table, query) => scope.tables.select(table, query),
    count: (table, where) => scope.tables.count(table, where),
    remove: (table, ...key) => scope.tables.remove(table, ...key),
    put: (table, row) => {
      scope.tables.put(table, (spoil.row?.(table.name, row as Record<string, unknown>) ?? row) as typeof row);
    },
  },
});

const telling =
  (emit: (emit: Scope['emit']) => Scope['emit']) =>
  (healthy: Handle): Handle =>
  (event, scope) => {
    healthy(event, spoilt(scope, { emit }));
  };
const keeping =
  (row: (table: string, row: Record<string, unknown>) => Record<string, unknown>) =>
  (healthy: Handle): Handle =>
  (event, scope) => {
    healthy(event, spoilt(scope, { row }));
  };

const NOTICE = 'A notice says what happened, to whom it matters, in the words for it.';

describe('exploration finds', () => {
  it.each([
    [
      'an event told twice',
      reacting(
        'store',
        'OrderCancelRequested',
        telling((emit) => (...told) => {
          emit(...told);
          emit(...told);
        }),
      ),
      'What was told of an order is its whole story, each part of it once.',
    ],
    [
      'an event about somebody else',
      reacting(
        'front',
        'OrderPlaced',
        telling((emit) => (event, subject, data) => {
          emit(event, subject, { ...data, customerId: 'nobody' });
        }),
      ),
      'What is told is done in the same commit.',
    ],
    [
      'an event of what was not done',
      reacting(
        'front',
        'OrderPlaced',
        keeping((table, row) => (table === 'payments' ? { ...row, status: 'pending' } : row)),
      ),
      'What is told is done in the same commit.',
    ],
    [
      'a coupon told with the wrong balance',
      reacting(
        'customer',
        'OrderPlaced',
        telling((emit) => (event, subject, data) => {
          emit(event, subject, { ...data, couponCount: 7 });
        }),
      ),
      'What is told is done in the same commit.',
    ],
    [
      'a copy that is none',
      reacting(
        'rider',
        'OrderPlaced',
        keeping((table, row) => (table === 'deliveries' ? { ...row, address: 'Busan' } : row)),
      ),
      'What is copied of an order is what was ordered.',
    ],
    [
      "a notice in other words than the seed's",
      reacting(
        'notification',
        'OrderAccepted',
        keeping((_table, row) => ({ ...row, text: '접수' })),
      ),
      NOTICE,
    ],
    [
      'a notice to somebody else',
      reacting(
        'notification',
        'Paid',
        keeping((_table, row) => ({ ...row, customerId: 'nobody' })),
      ),
      NOTICE,
    ],
    [
      'a page that does not show what it heard',
      reacting(
        'customer',
        'OrderAccepted',
        keeping((table, row) => (table === 'mypages' ? { ...row, status: 'paid' } : row)),
      ),
      'Mypage shows what it has heard.',
    ],
    [
      'a beginning that moves',
      reacting(
        'store',
        'Paid',
        keeping((_table, row) => ({ ...row, createdAt: '2026-01-01T12:00:00.000Z' })),
      ),
      'What an order is, and since when, never changes.',
    ],
    [
      'news of what has not happened',
      reacting(
        'rider',
        'OrderPlaced',
        keeping((table, row) => (table === 'deliveries' ? { ...row, status: 'ready' } : row)),
      ),
      'Nobody is told of what has not happened.',
    ],
  ])('%s', async (_what, rig, invariant) => {
    const { failure } = await explore({
      rig,
      seed: '1',
      schedules: 400,
      workload: 'people',
      strategy: { kind: 'random' },
      signal: new AbortController().signal,
      breathe: async () => undefined,
    });
    expect(failure?.violation.invariant).toBe(invariant);
  });
});
