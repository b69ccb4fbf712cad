import { isAbout, namesIn } from './about.ts';
import type { Envelope } from './envelope.ts';
import type { Entry, EntryBody, Handling } from './recording.ts';
import type { Vocabulary } from './vocabulary.ts';

/** What a context did with an event. */
export interface Reaction {
  readonly context: string;
  readonly handling: Handling | 'not-handled';
  readonly atMs: number;
  readonly reason?: string;
}

type Command = Extract<EntryBody, { kind: 'command' }>;

/** One thing that happened, and what it caused. */
export type Happening = { readonly atMs: number; readonly n: number; readonly caused: readonly Happening[] } & (
  | { readonly what: 'command'; readonly command: Command }
  | { readonly what: 'event'; readonly event: Envelope; readonly context: string; readonly reactions: readonly Reaction[] }
  | { readonly what: 'context'; readonly context: string; readonly change: 'started' | 'stopped' | 'crashed' }
  | { readonly what: 'fault'; readonly fault: string; readonly detail: Readonly<Record<string, unknown>> }
);

/** What a context holds for the subject in the end; the row is null where it was removed. */
export interface Holding {
  readonly context: string;
  readonly table: string;
  readonly row: Readonly<Record<string, unknown>> | null;
}

/** What happened to one thing (an order, say, or a customer) across contexts, in causal order. */
export interface Story {
  readonly subject: string;
  /** What nothing here caused: requests, faults, crashes; in order of time. */
  readonly roots: readonly Happening[];
  readonly holdings: readonly Holding[];
}

type Published = Entry & Extract<EntryBody, { kind: 'message.published' }>;
type Answered = Entry & Command;

/** What the story is gathered from, by id. */
interface Index {
  readonly events: ReadonlyMap<string, Published>;
  readonly commands: ReadonlyMap<string, Answered>;
  readonly reactions: ReadonlyMap<string, readonly Reaction[]>;
  readonly interventions: readonly Entry[];
}

const readIndex = (entries: readonly Entry[]): Index => {
  const events = new Map<string, Published>();
  const commands = new Map<string, Answered>();
  const reactions = new Map<string, Reaction[]>();
  const interventions: Entry[] = [];
  const react = (id: string, reaction: Reaction): void => {
    const known = reactions.get(id) ?? [];
    // A delivery that was then handled says nothing of its own.
    const open = known.findIndex(({ context, handling }) => context === reaction.context && handling === 'not-handled');
    if (open >= 0) known.splice(open, 1);
    reactions.set(id, [...known, reaction]);
  };
  for (const entry of entries) {
    if (entry.kind === 'message.published') {
      // Published again after a crash, it is the same event.
      if (!events.has(entry.event.id)) events.set(entry.event.id, entry);
    } else if (entry.kind === 'command') commands.set(entry.id, entry);
    else if (entry.kind === 'message.delivered') react(entry.id, { context: entry.context, handling: 'not-handled', atMs: entry.atMs });
    else if (entry.kind === 'message.handled') {
      const { context, handling, atMs, reason } = entry;
      react(entry.id, { context, handling, atMs, ...(reason === undefined ? {} : { reason }) });
    } else if (entry.kind === 'fault' || (entry.kind === 'context' && entry.change !== 'started')) interventions.push(entry);
  }
  // That everything is stopped once everything is over is no part of the story.
  const end = interventions.findLastIndex((entry) => entry.kind !== 'context' || entry.change !== 'stopped');
  const last = entries.findLast((entry) => entry.kind !== 'context' && entry.kind !== 'step.finished')?.n ?? 0;
  return { events, commands, reactions, interventions: interventions.filter((entry, index) => index <= end || entry.n < last) };
};

/** The ids of the events and commands that belong to the story: those about the subject, and what led to them. */
const gather = (index: Index, subject: string): ReadonlySet<string> => {
  const ids = new Set<string>();
  for (const { event } of index.events.values()) {
    if (!isAbout(event, subject)) continue;
    for (let id: string | undefined = event.id; id !== undefined && !ids.has(id); id = index.events.get(id)?.event.causationid) {
      if (index.events.has(id) || index.commands.has(id)) ids.add(id);
    }
  }
  for (const command of index.commands.values()) {
    // Somebody who only looked changed nothing, and a judge who waits looks often.
    if (command.method === 'GET') continue;
    if (command.subject === subject || command.url.split(/[/?=&]/).includes(subject)) ids.add(command.id);
  }
  return ids;
};

/**
 * Whether a row is told of in the end: it says how far something is, or has a column that is `told`. Ledgers of messages
 * are told by the tree already.
 */
export const isHolding = (row: object, { told }: Pick<Vocabulary, 'told'>): boolean =>
  'status' in row || told === undefined || told.some((column) => column in row);

const holdingsOf = (entries: readonly Entry[], subject: string, vocabulary: Pick<Vocabulary, 'told'>): readonly Holding[] => {
  const last = new Map<string, Holding>();
  for (const entry of entries) {
    if (entry.kind !== 'state') continue;
    const key = `${entry.context} ${entry.table} ${entry.key.join(' ')}`;
    const row = entry.row as Holding['row'];
    const isTold = row === null ? last.has(key) : isHolding(row, vocabulary);
    if ((entry.key.includes(subject) || namesIn(row, subject)) && isTold)
      last.set(key, { context: entry.context, table: entry.table, row });
  }
  return [...last.values()].sort((a, b) => (`${a.context}.${a.table}` < `${b.context}.${b.table}` ? -1 : 1));
};

/**
 * The story of what has this id in a scenario's entries: its commands and messages, each beneath what caused it;
 * faults and crashes beside them; and what each context holds in the end, of rows without a status the columns that are `told`.
 */
export const storyOf = (entries: readonly Entry[], subject: string, vocabulary: Pick<Vocabulary, 'told'>): Story => {
  const index = readIndex(entries);
  const ids = gather(index, subject);
  const children = new Map<string, Published[]>();
  const rootEvents: Published[] = [];
  for (const id of ids) {
    const published = index.events.get(id);
    if (published === undefined) continue;
    const cause = published.event.causationid;
    // A recording may come from anywhere: what claims to have caused itself was caused by nothing that is known.
    if (!ids.has(cause) || cause === id) rootEvents.push(published);
    else children.set(cause, [...(children.get(cause) ?? []), published]);
  }
  const causedBy = (id: string): Happening[] => (children.get(id) ?? []).sort((a, b) => a.n - b.n).map(tell);
  const tell = ({ event, context, atMs, n }: Published): Happening => ({
    what: 'event',
    event,
    context,
    atMs,
    n,
    reactions: index.reactions.get(event.id) ?? [],
    caused: causedBy(event.id),
  });
  const commands = [...index.commands.values()].filter(({ id }) => ids.has(id));
  const roots: Happening[] = [
    ...commands.map((command): Happening => ({ what: 'command', command, atMs: command.atMs, n: command.n, caused: causedBy(command.id) })),
    ...rootEvents.map(tell),
    ...index.interventions.flatMap((entry): Happening[] => {
      const { atMs, n } = entry;
      if (entry.kind === 'fault') return [{ what: 'fault', fault: entry.fault, detail: entry.detail, atMs, n, caused: [] }];
      return entry.kind === 'context' ? [{ what: 'context', context: entry.context, change: entry.change, atMs, n, caused: [] }] : [];
    }),
  ];
  return { subject, roots: roots.sort((a, b) => beginOf(a) - beginOf(b)), holdings: holdingsOf(entries, subject, vocabulary) };
};

/** A command is recorded when it was answered, which may be after its first event was published. */
const beginOf = (happening: Happening): number => Math.min(happening.n, ...happening.caused.map(beginOf));
