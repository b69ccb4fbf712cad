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
    tables.put(deadLettersTable, {
      seq: -1,
      id: event.id,
      type: event.type,
      subject: 'b',
      error: 'too large',
      message: JSON.stringify(event),
      attempts: 1,
      at: 't',
    });
    const [letter] = tables.select(deadLettersTable);
    expect(retryLetter(tables, letter!, world.definition, 0)).toBeUndefined();
  });
  database.close();
  await world.actor.start();
  await world.pass(10);
  expect([world.total('b'), world.actor.deadLetters()]).toEqual([0, []]);
});

it('has its message handled while its context runs, at once and once, and given up again where it fails again', async () => {
  const world = await createWorld({ retry: { maxAttempts: 1 } });
  await world.actor.start();
  let isBroken = true;
  world.interfere((event) => {
    if (isBroken && event.type === 'Charged') throw new Error('out of order');
  });
  await world.publish(opened('a'), charged('a', 7));
  await world.pass(10);
  const [letter] = world.actor.deadLetters();
  expect(world.actor.retryLetter(letter!)).toBeUndefined();
  expect([world.actor.deadLetters(), world.actor.parked().length]).toEqual([[], 1]);
  await world.pass(10);
  expect(world.actor.deadLetters()).toMatchObject([{ type: 'Charged', error: 'out of order' }]);
  isBroken = false;
  expect(world.actor.retryLetter(world.actor.deadLetters()[0]!)).toBeUndefined();
  await world.pass(10);
  expect([world.total('a'), world.actor.deadLetters(), world.actor.parked(), await world.totaled()]).toEqual([7, [], [], ['a=0', 'a=7']]);
});

it('has an event that the bus could not take published while its context runs, behind what is on its way, unless it is still too long', async () => {
  const world = await createWorld({ maxMessageBytes: 2_000 });
  const [short, long] = [opened('b'), { ...opened('c'), subject: 'c'.repeat(2_000) }];
  const database = world.disk.open('tabs', [RUNTIME_SCHEMA, world.definition.schema]);
  database.transact((tables) => {
    for (const [index, event] of [short, long].entries()) {
      tables.put(deadLettersTable, {
        seq: -1 - index,
        id: event.id,
        type: event.type,
        subject: event.subject,
        error: 'too large',
        message: JSON.stringify(event),
        attempts: 1,
        at: 't',
      });
    }
  });
  database.close();
  await world.actor.start();
  world.actor.execute(CAUSE, (scope) => scope.emit(Totaled, 'a', { tabId: 'a', total: 1 }));
  const at = (seq: number) => world.actor.deadLetters().find((letter) => letter.seq === seq)!;
  expect(world.actor.retryLetter(at(-1))).toBeUndefined();
  expect(world.actor.retryLetter(at(-2))).toMatch(/^The event Opened has \d+ bytes/);
  await world.pass(10);
  expect([world.total('b'), await world.totaled(), world.actor.deadLetters().map(({ seq }) => seq)]).toEqual([0, ['a=1', 'b=0'], [-2]]);
  expect((await world.actor.workload()).outbox).toBe(0);
  world.actor.discardLetter(at(-2));
  expect(world.actor.deadLetterCount()).toBe(0);
});

it('stays where its context is down', async () => {
  const world = await createWorld({ retry: { maxAttempts: 1 } });
  await world.actor.start();
  world.interfere(() => {
    throw new Error('out of order');
  });
  await world.publish(opened('a'));
  await world.pass(10);
  await world.actor.crash();
  const [letter] = world.actor.deadLetters();
  expect(() => world.actor.retryLetter(letter!)).toThrow(/tabs is not running/);
  expect(() => world.actor.discardLetter(letter!)).toThrow(/tabs is not running/);
  expect(world.actor.deadLetterCount()).toBe(1);
});
