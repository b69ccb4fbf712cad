import type { Clock } from '../../kernel/clock.ts';
import type { Envelope } from '../../kernel/envelope.ts';
import { OperatingError } from '../../kernel/errors.ts';
import type { Entry, EntryBody, Recorder } from '../../kernel/recording.ts';
import type { EventType } from '../language/words.ts';

/** The most events that a scenario's judge looks back on; older ones are forgotten, so that endless runs stay small. */
const EVENT_LIMIT = 20_000;

/** The first event of every order. */
const BEGINNING: EventType = 'OrderPlaced';

/**
 * A scenario's recorder: numbers and times each entry, passes it on, and remembers the events published,
 * by order, for the judge.
 */
export interface Journal extends Recorder {
  /** The events about this order, in the order of the stream. Throws an OperatingError where some were forgotten. */
  eventsOf(orderId: string): readonly Envelope[];
  /** Every event since the given world was made, in the order of the stream. Throws an OperatingError where some were forgotten. */
  eventsOfSteps(): readonly Envelope[];
  /** How many messages were handled so far, in all contexts. */
  newsCount(): number;
  /** The steps begin: what came before is the given world. */
  beginSteps(): void;
  /** Calls back whenever a context has committed something, or an event was stored; within that very turn. */
  onChange(listener: () => void): void;
  /** Events that an expectation named. */
  readonly named: Set<string>;
}

/** The order an event is about. */
const orderIdOf = (event: Envelope): string => {
  const orderId = (event.data as { readonly orderId?: unknown }).orderId;
  return typeof orderId === 'string' ? orderId : event.subject;
};

/** Creates the journal of one scenario, the `scenario`th of its run; `atMs` counts from now. */
export const createJournal = (clock: Clock, scenario: number, pass: (entry: Entry) => void): Journal => {
  const startedAt = clock.now();
  let n = 0;
  let news = 0;
  let events: Envelope[] = [];
  let firstOfSteps = 0;
  let forgotten = 0;
  let byOrder = new Map<string, Envelope[]>();
  const named = new Set<string>();
  let changed: () => void = () => undefined;

  const forgetOldest = (): void => {
    const keep = events.slice(-EVENT_LIMIT / 2);
    for (const event of events.slice(0, -EVENT_LIMIT / 2)) named.delete(event.id);
    const kept = new Map<string, Envelope[]>();
    for (const event of keep) {
      const orderId = orderIdOf(event);
      const list = kept.get(orderId);
      if (list === undefined) kept.set(orderId, [event]);
      else list.push(event);
    }
    forgotten += events.length - keep.length;
    firstOfSteps = Math.max(0, firstOfSteps - (events.length - keep.length));
    events = keep;
    byOrder = kept;
  };

  const remember = (event: Envelope): void => {
    if (events.length >= EVENT_LIMIT) forgetOldest();
    events.push(event);
    const orderId = orderIdOf(event);
    const list = byOrder.get(orderId);
    if (list === undefined) byOrder.set(orderId, [event]);
    else list.push(event);
  };

  const tooLong = (what: string): OperatingError =>
    new OperatingError('invalid-input', `${what} can't be judged any more: only the last ${events.length} events are kept, and there were ${forgotten + events.length}`, {
      mend: 'Expect within the loop, or make fewer rounds.',
    });

  return {
    record: (body: EntryBody) => {
      n += 1;
      if (body.kind === 'message.handled') news += 1;
      if (body.kind === 'message.published') remember(body.event);
      pass({ n, atMs: clock.now() - startedAt, scenario, ...body });
      if (body.kind === 'state' || body.kind === 'message.published') changed();
    },
    eventsOf: (orderId) => {
      const list = byOrder.get(orderId);
      // Once something was forgotten, only a story that is here from its beginning is known to be whole.
      if (forgotten > 0 && list?.some(({ type }) => type === BEGINNING) !== true) throw tooLong(`what happened to order ${orderId}`);
      return list ?? [];
    },
    eventsOfSteps: () => {
      if (forgotten > 0) throw tooLong('that nothing else happened');
      return events.slice(firstOfSteps);
    },
    newsCount: () => news,
    beginSteps: () => {
      firstOfSteps = events.length;
    },
    onChange: (listener) => {
      changed = listener;
    },
    named,
  };
};
