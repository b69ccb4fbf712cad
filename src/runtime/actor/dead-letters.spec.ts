import { expect, it } from 'vitest';
import { charged, createWorld, opened, Totaled } from './actor.fixture.ts';
import { retryLetter } from './dead-letters.ts';
import { deadLettersTable, RUNTIME_SCHEMA } from './ledger.ts';

const CAUSE = { causationId: 'command-7', correlationId: 'request-7', traceId: '0123456789abcdef0123456789abcdef' };

it('has its message handled at the next start of its context, once and with all that follows from it', async () => {
  const world = await createWorld({ retry: { maxAttempts: 1 } });
  await world.actor.start();
  world.interfere((event) => {
    if (event.type === 'Charged') throw new Error('out of order');
  });
  await world.publish(opened('a'), charged('a', 7));
  await world.pass(10);
  expect(world.actor.deadLetters()).toMatchObject([{ type: 'Charged', error: 'out of order', attempts: 1 }]);
  await world.actor.stop();
  world.interfere(() => undefined);
  const database = world.disk.open('tabs', [RUNTIME_SCHEMA, world.definition.schema]);
  const [letter] = database.read.select(deadLettersTable);
  expect(database.transact((tables) => retryLetter(tables, letter!, world.definition, world.time.now()))).toBeUndefined();
  database.close();
  await world.actor.start();
  await world.pass(10);
  expect([world.total('a'), world.actor.deadLetters(), world.actor.parked(), await world.totaled()]).toEqual([7, [], [], ['a=0', 'a=7']]);
});

it('has an event that the bus could not take published at the next start', async () => {
  const world = await createWorld();
  await world.actor.start();
  world.actor.execute(CAUSE, (scope) => scope.emit(Totaled, 'a', { tabId: 'a', total: 1 }));
  await world.pass(10);
  await world.actor.stop();
  const database = world.disk.open('tabs', [RUNTIME_SCHEMA, world.definition.schema]);
  const event = opened('b');
  database.transact((tables) => {
    tables.put(deadLettersTable, { seq: -1, id: event.id, type: event.type, subject: 'b', error: 'too large', message: JSON.stringify(event), attempts: 1, at: 't' });
    const [letter] = tables.select(deadLettersTable);
    expect(retryLetter(tables, letter!, world.definition, 0)).toBeUndefined();
  });
  database.close();
  await world.actor.start();
  await world.pass(10);
  expect([world.total('b'), world.actor.deadLetters()]).toEqual([0, []]);
});
