import { FOOD_GRAMMAR } from '../../contexts/grammar.fixture.ts';
import { describe, expect, it } from 'vitest';
import type { Envelope } from '../../kernel/envelope.ts';
import { OperatingError } from '../../kernel/errors.ts';
import { createJournal } from './journal.ts';
import { createHolds } from './holds.ts';
import { createNames } from './names.ts';
import type { Template } from '../language/ast.ts';

let events = 0;
const event = (orderId: string, type = 'OrderPlaced', correlationid = 'c'): Envelope =>
  ({ id: `e${(events += 1)}`, type, subject: orderId, correlationid, data: { orderId } }) as unknown as Envelope;
const start = () => {
  let now = 5;
  const passed: unknown[] = [];
  const journal = createJournal({ now: () => (now += 10) }, 3, FOOD_GRAMMAR.telling, (entry) => void passed.push(entry));
  const publish = (told: Envelope): void => {
    journal.record({ kind: 'message.published', context: 'front', event: told });
  };
  return { journal, publish, passed };
};

describe('a journal', () => {
  it('numbers and times what it passes on, from its beginning', () => {
    const { journal, passed } = start();
    journal.record({ kind: 'note', text: 'a' });
    journal.record({ kind: 'note', text: 'b' });
    expect(passed).toEqual([
      { n: 1, atMs: 10, scenario: 3, kind: 'note', text: 'a' },
      { n: 2, atMs: 20, scenario: 3, kind: 'note', text: 'b' },
    ]);
  });

  it('knows the events of an order, and those since the steps began', () => {
    const { journal, publish } = start();
    const [given, placed, paid] = [event('o1'), event('o2'), event('o2', 'Paid')];
    publish(given);
    journal.beginSteps();
    publish(placed);
    publish(paid);
    expect(journal.eventsOf('o2', 'order')).toEqual([placed, paid]);
    expect(journal.eventsOf('o1', 'order')).toEqual([given]);
    expect(journal.eventsOfSteps()).toEqual([placed, paid]);
    expect(journal.eventsOf('never', 'order')).toEqual([]);
  });

  it('forgets the oldest of an endless loop, and never judges by half of a story', () => {
    const { journal, publish } = start();
    publish(event('first'));
    for (let round = 0; round < 60_000; round += 1) publish(event(`o${round}`));
    expect(journal.eventsOf('o59999', 'order')).toHaveLength(1);
    // Its beginning is forgotten; what comes later does not make it whole.
    expect(() => journal.eventsOf('first', 'order')).toThrow(OperatingError);
    publish(event('first', 'OrderCanceled'));
    const kept = 'only the last 10002 events are kept, and there were 60002';
    const mend = 'Expect within the loop, or make fewer rounds.';
    expect(() => journal.eventsOf('first', 'order')).toThrow(
      expect.objectContaining({
        trouble: 'invalid-input',
        message: `what happened to order first can't be judged any more: ${kept}`,
        mend,
      }) as Error,
    );
    expect(() => journal.eventsOfSteps()).toThrow(
      expect.objectContaining({ message: `that nothing else happened can't be judged any more: ${kept}`, mend }) as Error,
    );
    expect(() => journal.eventsOf('o0', 'order')).toThrow(OperatingError);
  });
});

describe('names', () => {
  const byName = (name: string) => ({ what: 'order', by: 'name', name: name as Template }) as const;

  it('find orders, reviews, values and answers, and the name that an id was given', () => {
    const names = createNames({ store: 's1' });
    names.set('order', 'lunch', 'o1');
    names.set('review', 'praise', 'r1');
    names.setValue('amount', 7);
    expect(['order:lunch', 'review:praise', 'amount', 'store', 'none', 'order:none'].map(names.lookUp)).toEqual([
      'o1',
      'r1',
      7,
      's1',
      undefined,
      undefined,
    ]);
    expect([names.idOf(byName('lunch')), names.nameOf('o1'), names.nameOf('o9')]).toEqual(['o1', 'lunch', 'o9']);
    expect(() => names.idOf(byName('dinner'))).toThrow(
      expect.objectContaining({ trouble: 'invalid-input', message: 'no order is named dinner here' }) as Error,
    );
    names.setAnswer('first', { status: 200, headers: {} });
    names.setAnswer(undefined, { status: 201, headers: {} });
    expect([names.answer('first')?.status, names.answer(undefined)?.status, names.answer('none')]).toEqual([200, 201, undefined]);
  });

  it('put the variables of the innermost loop first, and know no words of the language', () => {
    const names = createNames({ n: 'outside' });
    expect(names.within({ n: 1 }).within({ n: 2 }).lookUp('n')).toBe(2);
    expect(names.lookUp('n')).toBe('outside');
    for (const word of ['constructor', 'toString', '__proto__']) expect(names.within({ n: 1 }).lookUp(word)).toBeUndefined();
  });
});

describe('holds', () => {
  const handle = (type: string, released: string[]) => ({
    rule: { kind: 'hold', type } as const,
    struck: () => 0,
    release: () => void released.push(type),
  });

  it('match an order that is placed later: by its correlation id, then by its id', () => {
    const names = createNames({});
    const holds = createHolds({ names, grammar: FOOD_GRAMMAR });
    const matches = holds.matcherOf('order', 'lunch');
    expect(matches(event('o1', 'OrderPlaced', 'c1'))).toBe(false);
    holds.expect('order', 'lunch', 'c1');
    expect([matches(event('o1', 'OrderPlaced', 'c1')), matches(event('o2', 'OrderPlaced', 'c2'))]).toEqual([true, false]);
    names.set('order', 'lunch', 'o1');
    expect([matches(event('o1', 'OrderAccepted', 'c7')), matches(event('o2', 'OrderAccepted', 'c7'))]).toEqual([true, false]);
  });

  it('are released by name or by event, once', () => {
    const released: string[] = [];
    const holds = createHolds({ names: createNames({}), grammar: FOOD_GRAMMAR });
    holds.add('money', handle('Paid', released));
    holds.add(undefined, handle('OrderPlaced', released));
    holds.release('money');
    holds.release('OrderPlaced');
    expect(released).toEqual(['Paid', 'OrderPlaced']);
    for (const what of ['money', 'Paid', 'OrderPlaced', 'nothing'])
      expect(() => {
        holds.release(what);
      }).toThrow(expect.objectContaining({ trouble: 'invalid-input' }) as Error);
  });
});
