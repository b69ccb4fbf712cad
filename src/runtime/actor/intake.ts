import { OperatingError } from '../../kernel/errors.ts';
import { isMalformed } from '../../bus/bus.ts';
import { SimulatedCrash } from './actor-port.ts';
import { breachOf, bury, type LetterLimit } from './dead-letters.ts';
import { inboxTable } from './ledger.ts';
import type { Timers } from '../../kernel/clock.ts';
import type { Envelope } from '../../kernel/envelope.ts';
import { checkHeard, type EventDefinition } from '../../kernel/event.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Handling, Recorder } from '../../kernel/recording.ts';
import type { Delivery, Malformed } from '../../bus/bus.ts';
import type { Tally } from '../tally.ts';
import type { CrashPoint } from './actor-port.ts';
import type { ContextDefinition, Subscription } from './context.ts';
import type { Parking } from './parking.ts';
import type { ActorScope } from './scope.ts';
import type { Reads } from '../tables/tables.ts';

/** An event of the system, as the context that hears everything must know it. */
export interface KnownEvent extends EventDefinition {
  /** The source of its events: `/front`. Where it is given, the same type from another source is dead-lettered. */
  readonly source?: string;
}

/** What a consumer works with. */
export interface ConsumerOptions {
  readonly definition: ContextDefinition;
  readonly knownEvents: readonly KnownEvent[];
  readonly read: Reads;
  readonly timers: Timers;
  readonly log: Logger;
  /** Absent where nobody listens. */
  readonly recorder: Recorder | undefined;
  /** Absent where nobody counts. */
  readonly tally: Tally | undefined;
  readonly reach: ((point: CrashPoint, messageType: string) => void) | undefined;
  readonly parking: Parking;
  readonly letterLimit: LetterLimit;
  /** Runs one transaction of the actor. */
  readonly transact: <Result>(work: (scope: ActorScope) => Result) => Result;
  /** Hears of a handler that is not what it must be, or asks for what can't be. */
  readonly onMisuse: (error: OperatingError) => void;
}

/** What was done with a message, and why where it is not plain. */
export interface Fate {
  readonly handling: Handling;
  readonly reason?: string;
}

/** Its effect is committed with the transaction at hand. */
export const HANDLED: Fate = { handling: 'handled' };
const DUPLICATE: Fate = { handling: 'duplicate' };
const NOT_CONCERNED: Fate = { handling: 'handled', reason: 'Nothing depends on it here.' };

/** Whether a failure is the machine's and not the message's: handling it again may succeed, and giving it up would lose it. */
export const isNotItsFault = (error: unknown): boolean =>
  error instanceof SimulatedCrash || (error instanceof OperatingError && error.trouble === 'infrastructure');

/** Whether a handler asked for what can't be, or is not what it must be: its author's to mend, and not a failure of one message. */
export const isMisuse = (error: unknown): error is OperatingError => error instanceof OperatingError && error.trouble === 'invalid-input';

/** What is made of a list once, however many lives work with it. */
const once = <List extends object, Made>(make: (list: List) => Made): ((list: List) => Made) => {
  const made = new WeakMap<List, Made>();
  return (list) => {
    let known = made.get(list);
    if (known === undefined) made.set(list, (known = make(list)));
    return known;
  };
};

const subscriptionsByType = once(
  (subscriptions: readonly Subscription[]) => new Map(subscriptions.map((subscription) => [subscription.event.type, subscription])),
);
const sourcesByType = once((events: readonly KnownEvent[]) => new Map(events.map((event) => [event.type, event.source])));

/** Says what is wrong with an event before any handler sees it; undefined where nothing is. */
const createInspection = ({ definition, knownEvents }: ConsumerOptions) => {
  const sources = sourcesByType(knownEvents);
  return (event: Envelope, subscription: Subscription | undefined): string | undefined => {
    if (definition.hearsAll === true) {
      const source = sources.get(event.type);
      if (subscription === undefined && !sources.has(event.type)) return `${event.type} is not an event of this system.`;
      if (source !== undefined && source !== event.source)
        return `${event.type} comes from ${source}, and this one claims to come from ${event.source}.`;
    }
    if (subscription === undefined) return undefined;
    try {
      checkHeard(subscription.event, event.data);
      return undefined;
    } catch (error) {
      return breachOf(event.type, error);
    }
  };
};

/** Writes what happens to messages into the recording, and counts it; nothing at all where nobody listens. */
export const createMinutes = (context: string, recorder: Recorder | undefined, tally: Tally | undefined) => ({
  delivered: (batch: readonly Delivery[]): void => {
    if (recorder === undefined) return;
    for (const { seq, attempt, message } of batch) {
      const { id, type, subject } = isMalformed(message) ? { id: '', type: '', subject: message.subject } : message;
      recorder.record({ kind: 'message.delivered', context, seq, attempt, id, type, subject });
    }
  },
  handled: (seq: number, message: Envelope | Malformed, fate: Fate): void => {
    tally?.handled(isMalformed(message) ? undefined : message.type, fate.handling);
    if (recorder === undefined) return;
    const { id, type, subject } = isMalformed(message) ? { id: '', type: '', subject: message.subject } : message;
    recorder.record({ kind: 'message.handled', context, seq, id, type, subject, ...fate });
  },
});

/** The recording's side of a consumer. */
export type Minutes = ReturnType<typeof createMinutes>;

/** Does one message within a transaction: the whole of what the runtime promises about a message, but for failing handlers. */
export const createIntake = (options: ConsumerOptions) => {
  const { definition, timers, letterLimit } = options;
  const subscriptions = subscriptionsByType(definition.subscriptions);
  const inspect = createInspection(options);

  const giveUp = (scope: ActorScope, seq: number, message: Envelope | Malformed, reason: string, attempts: number): Fate =>
    bury(scope.tables, { seq, message, reason, attempts, at: timers.now() }, letterLimit)
      ? { handling: 'dead-lettered', reason }
      : DUPLICATE;

  const run = (scope: ActorScope, event: Envelope): void => {
    const subscription = subscriptions.get(event.type);
    if (subscription === undefined) throw new Error(`${definition.name} has no handler for ${event.type} any more`);
    scope.causedByEvent(event);
    // The definition's type ties this handler to the event whose schema was checked when it came in.
    subscription.handle(event as Envelope<string, never>, scope);
  };

  const takeIn = (scope: ActorScope, { seq, attempt, message }: Delivery): Fate => {
    if (isMalformed(message)) return giveUp(scope, seq, message, `The message ${message.reason}.`, attempt);
    const subscription = subscriptions.get(message.type);
    if (subscription === undefined && definition.hearsAll !== true) return NOT_CONCERNED;
    const { tables } = scope;
    if (tables.get(inboxTable, message.id) !== undefined) return DUPLICATE;
    const fault = inspect(message, subscription);
    if (fault === undefined && subscription === undefined) return NOT_CONCERNED;
    // Before the effect, so that the changes of one commit can be told apart by the inbox rows among them.
    tables.put(inboxTable, { eventId: message.id, handledAt: scope.now });
    if (fault !== undefined) return giveUp(scope, seq, message, fault, attempt);
    run(scope, message);
    return HANDLED;
  };

  return { takeIn, run, giveUp };
};

/** What takes single messages in. */
export type Intake = ReturnType<typeof createIntake>;
