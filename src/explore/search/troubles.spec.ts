/** What is held against the troubles that come seldom: a history that holds, and those that don't. */
import { describe, expect, it } from 'vitest';
import type { Actor, DeadLetter } from '../../runtime/actor/actor-port.ts';
import type { Reads } from '../../runtime/tables/tables.ts';
import { wrongAdmission } from '../simulate/breaker-held.ts';
import { checkGivenUp, createTakenIn } from '../simulate/failing-handler.ts';
import { createOutages } from '../simulate/outages.ts';
import type { FailingHandler } from '../schedule/plan.ts';
import { createRig } from '../simulate/rig.ts';
import { checkForgotten } from '../simulate/silence.ts';
import type { World } from '../simulate/world.ts';

const HOUR_MS = 3_600_000;
const FAILING: FailingHandler = { context: 'store', type: 'Paid', failures: 'always' };
const letter = (changes: Partial<DeadLetter> = {}): Pick<DeadLetter, 'id' | 'type' | 'subject' | 'error' | 'attempts'> => ({ id: 'p1', type: 'Paid', subject: 'o1', error: 'The handler of Paid fails for now.', attempts: 6, ...changes });

const givenUp = (letters: readonly ReturnType<typeof letter>[], takenIn: readonly string[] = ['front', 'store', 'notification', 'customer'], left: { readonly outbox?: number; readonly parked?: number } = {}): readonly string[] => {
  const taken = createTakenIn();
  for (const context of takenIn) taken.committed(context, [{ table: 'inbox', key: ['p1'], row: {} }]);
  const world = { stream: [{ id: 'p1', type: 'Paid', subject: 'o1' }] } as unknown as World;
  const { outbox = 0, parked = 0 } = left;
  const remains = [{ context: 'store', outbox, parked: Array.from({ length: parked }, () => ({ type: 'Paid', subject: 'o1', reason: 'still' })), deadLetters: letters }];
  return checkGivenUp(FAILING, world, remains, createRig().definitions, taken).map(({ invariant }) => invariant);
};

const GIVEN_UP = 'What fails always is given up after six attempts, and nothing else is.';

describe('a handler that fails always', () => {
  it('leaves one dead letter that says why, and nothing else', () => {
    expect(givenUp([letter()])).toEqual([]);
  });

  it.each([
    ['no dead letter', []],
    ['two of them', [letter(), letter()]],
    ['one after too few attempts', [letter({ attempts: 5 })]],
    ['one that says something else', [letter({ error: 'No.' })]],
    ['one of what never failed', [letter(), letter({ id: 'x', type: 'OrderPlaced', subject: 'o2' })]],
  ])('is told by %s', (_what, letters) => {
    expect(givenUp(letters)).toEqual([GIVEN_UP]);
  });

  it('keeps nobody from the messages behind it, and nothing waiting', () => {
    expect(givenUp([letter()], ['front', 'store', 'customer'])).toEqual(['Messages behind one that fails go on.']);
    expect(givenUp([letter()], undefined, { outbox: 1 })).toEqual(['Outboxes are empty at rest.']);
    expect(givenUp([letter()], undefined, { parked: 1 })).toEqual(['Nothing is put aside at rest.']);
  });
});

const stopWith = async (left: number, changes: { readonly isDown?: boolean; readonly hasTrouble?: boolean } = {}): Promise<readonly string[]> => {
  const found: string[] = [];
  let troubles = 0;
  const actor = { read: { count: () => left }, stop: async () => void (troubles += changes.hasTrouble === true ? 1 : 0) } as unknown as Actor;
  const outages = createOutages({
    actorOf: () => actor,
    after: (_delayMs, wake) => wake(),
    start: () => undefined,
    down: new Set(changes.isDown === true ? ['store'] : []),
    troubles: () => troubles,
    onFault: () => undefined,
    report: ({ invariant }) => found.push(invariant),
  });
  outages.set([{ context: 'store', how: 'stopped', atMs: 0, forMs: 1 }]);
  expect(outages.isStopping()).toBe(true);
  await new Promise(setImmediate);
  expect(outages.isStopping()).toBe(false);
  return found;
};

describe('a stop', () => {
  it('leaves an empty outbox, unless somebody was in the way', async () => {
    expect(await stopWith(0)).toEqual([]);
    expect(await stopWith(1)).toEqual(['A context that is stopped has published what it committed.']);
    expect(await stopWith(1, { hasTrouble: true })).toEqual([]);
    expect(await stopWith(1, { isDown: true })).toEqual([]);
  });
});

describe('a long silence', () => {
  const keeping = (at: number) => [{ name: 'front', read: { select: ({ name }: { readonly name: string }) => (name === 'inbox' ? [{ handledAt: at }] : []) } as unknown as Reads }];

  it('is longer than anything is remembered, or not', () => {
    const after = (hours: number): readonly string[] => checkForgotten({ forMs: hours * HOUR_MS }, hours * HOUR_MS, keeping(0)).map(({ invariant }) => invariant);
    expect(after(9 * 24)).toEqual(['What was remembered long enough is forgotten.']);
    expect(after(7 * 24 - 1)).toEqual([]);
    expect(checkForgotten({ forMs: 216 * HOUR_MS }, 216 * HOUR_MS, keeping(215 * HOUR_MS))).toEqual([]);
  });
});

describe('whom the breaker lets in', () => {
  it('is held to both ways', () => {
    expect(wrongAdmission('let in', true)).toMatch(/refused/);
    expect(wrongAdmission('refused', false)).toMatch(/let in/);
    expect([wrongAdmission('let in', false), wrongAdmission('refused', true), wrongAdmission('either', true), wrongAdmission('either', false)]).toEqual([undefined, undefined, undefined, undefined]);
  });
});
