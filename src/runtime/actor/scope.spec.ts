import { expect, it } from 'vitest';
import type { Envelope } from '../../kernel/envelope.ts';
import { createIds } from '../../kernel/ids.ts';
import { createRandom } from '../../kernel/random.ts';
import { createWorld, opened, Totaled } from './actor.fixture.ts';
import { createScope, type ScopeOptions } from './scope.ts';
import type { Tx } from '../tables/tables.ts';

const CAUSE = { causationId: 'command-7', correlationId: 'request-7', traceId: '0123456789abcdef0123456789abcdef' };
const TABLES = {} as Tx;
const NO_DEADLINES = {} as ScopeOptions['deadlines'];

it('takes what is emitted for caused by what was said last, and by nothing of the transaction before', async () => {
  const { definition, time } = await createWorld();
  const staged: Envelope[] = [];
  const scope = createScope({
    definition,
    ids: createIds(time, createRandom('scope')),
    stage: (_tables, envelope) => void staged.push(envelope),
    deadlines: NO_DEADLINES,
  });
  const emit = (): void => {
    scope.emit(Totaled, 'a', { tabId: 'a', total: 1 });
  };
  const event = opened('a');

  scope.open(TABLES, 1);
  scope.causedByEvent(event);
  emit();
  scope.causedBy(CAUSE);
  emit();
  scope.causedByEvent(event);
  emit();
  scope.close();
  expect(staged.map(({ causationid }) => causationid)).toEqual([event.id, 'command-7', event.id]);
  for (const cause of [
    () => {
      scope.causedBy(CAUSE);
    },
    () => {
      scope.causedByEvent(event);
    },
  ]) {
    scope.open(TABLES, 2);
    cause();
    scope.close();
    scope.open(TABLES, 3);
    expect(emit).toThrow('what is emitted has a cause');
    scope.close();
  }
  expect(staged).toHaveLength(3);
});
