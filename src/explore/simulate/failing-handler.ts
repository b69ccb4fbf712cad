/** A handler that throws: what it does to the messages, and what must have become of them. */
import { counted } from '../../kernel/counted.ts';
import type { Envelope } from '../../kernel/envelope.ts';
import type { ContextDefinition, Subscription } from '../../runtime/actor/context.ts';
import type { RowChange } from '../../runtime/tables/tables.ts';
import type { Remains, Violation } from './invariant.ts';
import type { FaultHappened } from './fault-happened.ts';
import type { FailingHandler } from '../schedule/plan.ts';
import { PROMISES } from './promises.ts';
import type { World } from './world.ts';

/** How often a message is tried before it is given up, as the runtime promises; told here once more. */
const ATTEMPTS = 6;

const reasonFor = (type: string): string => `The handler of ${type} fails for now.`;

/**
 * The context with a handler that throws before it does anything, at the first tries of each event that are made while it
 * is due; `tries` outlives a crash.
 */
export const withFailingHandler = (
  definition: ContextDefinition,
  { type, failures }: FailingHandler,
  nameOf: (event: Envelope) => string,
  onFault: (fault: FaultHappened) => void,
  isDue: () => boolean = () => true,
): ContextDefinition => {
  const tries = new Map<string, number>();
  const failing = ({ event: heard, handle }: Subscription): Subscription => ({
    event: heard,
    handle: (event, scope) => {
      if (!isDue()) {
        handle(event, scope);
        return;
      }
      const count = (tries.get(event.id) ?? 0) + 1;
      tries.set(event.id, count);
      if (failures === 'always' || count <= failures) {
        const to = `${nameOf(event)} in ${definition.name}`;
        onFault({ fault: 'handler', to, detail: { message: to, try: count, failures } });
        throw new Error(reasonFor(type));
      }
      handle(event, scope);
    },
  });
  return { ...definition, subscriptions: definition.subscriptions.map((one) => (one.event.type === type ? failing(one) : one)) };
};

/** Follows what each context has taken in. */
export interface TakenIn {
  committed(context: string, changes: readonly RowChange[]): void;
  has(context: string, id: string): boolean;
}

/** Creates what follows; asked only where something is given up on purpose. */
export const createTakenIn = (): TakenIn => {
  const taken = new Set<string>();
  return {
    committed: (context, changes) => {
      for (const { table, key, row } of changes) if (table === 'inbox' && row !== null) taken.add(`${context} ${String(key[0])}`);
    },
    has: (context, id) => taken.has(`${context} ${id}`),
  };
};

const wrongLetters = ({ context, type }: FailingHandler, { stream }: World, remains: readonly Remains[]): readonly Violation[] => {
  const found: Violation[] = [];
  const broken = (text: string, subject: string): void => void found.push({ invariant: PROMISES.givesUp, found: text, subject });
  const letters = remains.flatMap((left) => left.deadLetters.map((letter) => ({ ...letter, context: left.context })));
  const unheard = new Set(stream.flatMap((event) => (event.type === type ? [event.subject] : [])));
  for (const letter of letters) {
    // What waits there for the one that was never heard is given up in the end, too.
    if (letter.context === context && (letter.type === type || unheard.has(letter.subject))) continue;
    broken(`${letter.context} gave ${letter.type ?? 'a message'} up, whose handler never failed: ${letter.error}`, letter.subject);
  }
  for (const event of stream) {
    if (event.type !== type) continue;
    const own = letters.filter((letter) => letter.context === context && letter.id === event.id);
    const [letter] = own;
    if (letter === undefined || own.length > 1)
      broken(`${context} has ${counted(own.length, 'dead letter')} of one ${type}.`, event.subject);
    else if (letter.attempts !== ATTEMPTS)
      broken(`${context} gave ${type} up after ${counted(letter.attempts, 'attempt')}, not ${ATTEMPTS}.`, event.subject);
    else if (letter.error !== reasonFor(type)) broken(`${context} gave ${type} up, and says as the reason: ${letter.error}`, event.subject);
  }
  return found;
};

/**
 * What must hold at rest where a handler failed always: each of its events is a dead letter that says why, once; every
 * other event was taken in by all who hear it. Where the orders stand depends on what was never heard.
 */
export const checkGivenUp = (
  failing: FailingHandler,
  world: World,
  remains: readonly Remains[],
  definitions: Readonly<Record<string, ContextDefinition>>,
  takenIn: TakenIn,
): readonly Violation[] => {
  const found: Violation[] = [...wrongLetters(failing, world, remains)];
  for (const { name, subscriptions } of Object.values(definitions)) {
    const heard = new Set(subscriptions.map(({ event }) => event.type));
    for (const { id, type, subject } of world.stream) {
      if (heard.has(type) && !takenIn.has(name, id))
        found.push({ invariant: PROMISES.goesOn, found: `${name} never took ${type} in.`, subject });
    }
  }
  return found;
};
