import type { Clock } from '../../kernel/clock.ts';
import type { Envelope } from '../../kernel/envelope.ts';
import { OperatingError } from '../../kernel/errors.ts';
import type { Entry, EntryBody, Recorder } from '../../kernel/recording.ts';

/** The most events that a scenario's judge looks back on; older ones are forgotten, so that endless runs stay small. */
const EVENT_LIMIT = 20_000;

/** What of events tells whose story they belong to. */
export interface Telling {
  /** The members of their data that name a thing; what has none of them belongs to its subject. */
  readonly members: readonly string[];
  /** The types that begin a story. */
  readonly beginnings: ReadonlySet<string>;
}

/**
 * A scenario's recorder: numbers and times each entry, passes it on, and remembers the events published,
 * by what they are about, for the judge.
 */
export interface Journal extends Recorder {
  /**
   * The events about the thing of this id, in the order of the stream; `what` it is, for messages. Throws an
   * OperatingError where some were forgotten.
   */
  eventsOf(id: string, what: string): readonly Envelope[];
  /** Every event since the given world was made, in the order of the stream. Throws an OperatingError where some were forgotten. */
  eventsOfSteps(): readonly Envelope[];
  /** The subject of the event of this type in the story of this request; undefined where there is none, or it was forgotten. */
  subjectOf(type: string, correlationId: string): string | undefined;
  /** How many messages were handled so far, in all contexts. */
  newsCount(): number;
  /** The steps begin: what came before is the given world. */
  beginSteps(): void;
  /** Calls back whenever a context has committed something, or an event was stored; within that very turn. */
  onChange(listener: () => void): void;
  /** Events that an expectation named. */
  readonly named: Set<string>;
}

/** The ids of what an event is about. */
const idsOf = (event: Envelope, { members }: Telling): readonly string[] => {
  const data = event.data as Readonly<Record<string, unknown>>;
  const named = members.map((member) => data[member]).filter((id) => typeof id === 'string');
  return named.length === 0 ? [event.subject] : [...new Set(named)];
};

/** Creates the journal of one scenario, the `scenario`th of its run; `atMs` counts from now. */
export const createJournal = (clock: Clock, scenario: number, telling: Telling, pass: (entry: Entry) => void): Journal => {
  const startedAt = clock.now();
  let n = 0;
  let news = 0;
  let events: Envelope[] = [];
  let firstOfSteps = 0;
  let forgotten = 0;
  let stories = new Map<string, Envelope[]>();
  const named = new Set<string>();
  let changed: () => void = () => undefined;

  const add = (to: Map<string, Envelope[]>, event: Envelope): void => {
    for (const id of idsOf(event, telling)) {
      const list = to.get(id);
      if (list === undefined) to.set(id, [event]);
      else list.push(event);
    }
  };
  const forgetOldest = (): void => {
    const keep = events.slice(-EVENT_LIMIT / 2);
    for (const event of events.slice(0, -EVENT_LIMIT / 2)) named.delete(event.id);
    const kept = new Map<string, Envelope[]>();
    for (const event of keep) add(kept, event);
    forgotten += events.length - keep.length;
    firstOfSteps = Math.max(0, firstOfSteps - (events.length - keep.length));
    events = keep;
    stories = kept;
  };

  const remember = (event: Envelope): void => {
    if (events.length >= EVENT_LIMIT) forgetOldest();
    events.push(event);
    add(stories, event);
  };

  const tooLong = (what: string): OperatingError =>
    new OperatingError(
      'invalid-input',
      `${what} can't be judged any more: only the last ${events.length} events are kept, and there were ${forgotten + events.length}`,
      {
        mend: 'Expect within the loop, or make fewer rounds.',
      },
    );

  return {
    record: (body: EntryBody) => {
      n += 1;
      if (body.kind === 'message.handled') news += 1;
      if (body.kind === 'message.published') remember(body.event);
      pass({ n, atMs: clock.now() - startedAt, scenario, ...body });
      if (body.kind === 'state' || body.kind === 'message.published') changed();
    },
    eventsOf: (id, what) => {
      const list = stories.get(id);
      // Once something was forgotten, only a story that is here from its beginning is known to be whole.
      if (forgotten > 0 && list?.some(({ type }) => telling.beginnings.has(type)) !== true) throw tooLong(`what happened to ${what} ${id}`);
      return list ?? [];
    },
    eventsOfSteps: () => {
      if (forgotten > 0) throw tooLong('that nothing else happened');
      return events.slice(firstOfSteps);
    },
    subjectOf: (type, correlationId) => events.findLast((event) => event.type === type && event.correlationid === correlationId)?.subject,
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
