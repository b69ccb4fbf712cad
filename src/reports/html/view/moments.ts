import { isAbout, namesIn } from '../../../kernel/about.ts';
import type { Entry } from '../../../kernel/recording.ts';
import type { Gap } from '../window.ts';

/** One row after a commit. */
export type StateEntry = Extract<Entry, { kind: 'state' }>;

/** What can be told of in a moment; steps are where moments stand, and no moments themselves. */
export type Told = Exclude<
  Entry,
  {
    kind:
      | 'state'
      | 'step.started'
      | 'step.finished'
      | 'scenario.started'
      | 'scenario.retried'
      | 'scenario.finished'
      | 'run.started'
      | 'run.finished';
  }
>;

/** A moment of a scenario: one thing that happened, and the rows that it changed. The slider goes from one to the next. */
export type Moment = {
  /** The number of its (last) entry; moments are in the order of these. */
  readonly n: number;
  readonly atMs: number;
  readonly rows: readonly StateEntry[];
} & (
  | { readonly what: 'entry'; readonly entry: Told }
  /** Rows that changed before, or without, the word of what changed them. */
  | { readonly what: 'rows'; readonly context: string; readonly cause: string }
  | { readonly what: 'gap'; readonly gap: Gap }
);

/** How far is looked ahead for the word of what changed a row: longer than any batch. */
const MOST_AHEAD = 1_000;

/**
 * The number of the entry that tells what changed this row. A batch of messages is one transaction: first all its rows
 * are told, then all its messages; undefined where something else comes between.
 */
const tellerOf = (entries: readonly Entry[], index: number, { context, cause }: StateEntry): number | undefined => {
  for (const entry of entries.slice(index + 1, index + MOST_AHEAD)) {
    if (!('context' in entry) || entry.context !== context) return undefined;
    const isTelling = entry.kind === 'message.handled' || entry.kind === 'command';
    if (isTelling && entry.id === cause) return entry.n;
    if (entry.kind !== 'state' && entry.kind !== 'message.handled') return undefined;
  }
  return undefined;
};

const isNoise = (entries: readonly Entry[]): ReadonlySet<Entry> => {
  const isStirring = (entry: Entry): boolean => entry.kind !== 'context' && entry.kind !== 'step.started' && entry.kind !== 'step.finished';
  const begin = entries.findIndex(isStirring);
  const end = entries.findLastIndex(isStirring);
  // That contexts start before everything and stop after everything is no news.
  return new Set(
    entries.filter(
      (entry, index) =>
        entry.kind === 'context' && ((index < begin && entry.change === 'started') || (index > end && entry.change === 'stopped')),
    ),
  );
};

/** The moments of a scenario's entries: each thing that happened, with the rows that it changed. */
export const momentsOf = (entries: readonly Entry[], gap: Gap | undefined): readonly Moment[] => {
  const noise = isNoise(entries);
  const moments: Moment[] = [];
  const untold = new Map<number, StateEntry[]>();
  let rows: StateEntry[] = [];
  const keep = (entry: StateEntry, teller: number | undefined): void => {
    if (teller !== undefined) {
      untold.set(teller, [...(untold.get(teller) ?? []), entry]);
      return;
    }
    if (rows[0]?.context !== entry.context || rows[0].cause !== entry.cause) flush();
    rows.push(entry);
  };
  const flush = (): void => {
    const last = rows.at(-1);
    if (last !== undefined) moments.push({ what: 'rows', n: last.n, atMs: last.atMs, context: last.context, cause: last.cause, rows });
    rows = [];
  };
  for (const [index, entry] of entries.entries()) {
    switch (entry.kind) {
      case 'state':
        keep(entry, tellerOf(entries, index, entry));
        break;
      case 'step.started':
      case 'step.finished':
      case 'scenario.started':
      case 'scenario.retried':
      case 'scenario.finished':
      case 'run.started':
      case 'run.finished':
        break;
      case 'command':
      case 'message.published':
      case 'message.delivered':
      case 'message.handled':
      case 'context':
      case 'fault':
      case 'breaker':
      case 'load.started':
      case 'load.answers':
      case 'load.journeys':
      case 'load.finished':
      case 'note':
        flush();
        if (!noise.has(entry)) moments.push({ what: 'entry', n: entry.n, atMs: entry.atMs, entry, rows: untold.get(entry.n) ?? [] });
        break;
    }
    if (entry.n === gap?.afterN) {
      flush();
      moments.push({ what: 'gap', n: entry.n + 0.5, atMs: gap.toMs, gap, rows: gap.rows });
    }
  }
  flush();
  return moments;
};

/** Whose the chosen thing is, by the column of its rows that says so. */
const ownerOf = (moments: readonly Moment[], subject: string, column: string | undefined): string | undefined => {
  if (column === undefined) return undefined;
  for (const { rows } of moments) {
    for (const { row } of rows) {
      const owner = (row as Readonly<Record<string, unknown>> | null)?.[column];
      if (typeof owner === 'string' && namesIn(row, subject)) return owner;
    }
  }
  return undefined;
};

/** Whether a row tells of the chosen thing: its own rows, those that name it, and the one of its owner, who may have other things too. */
const isRowAbout = ({ key, row }: StateEntry, subject: string, owner: string | undefined): boolean =>
  key.includes(subject) || namesIn(row, subject) || (key.length === 1 && key[0] === owner);

/** The ids of events about the subject, and of what caused them. */
const idsAbout = (moments: readonly Moment[], subject: string): ReadonlySet<string> => {
  const ids = new Set<string>();
  for (const moment of moments) {
    if (moment.what !== 'entry' || moment.entry.kind !== 'message.published') continue;
    const { event } = moment.entry;
    if (isAbout(event, subject)) ids.add(event.id).add(event.causationid);
  }
  return ids;
};

const isEntryAbout = (entry: Told, subject: string, ids: ReadonlySet<string>): boolean => {
  switch (entry.kind) {
    case 'command':
      return entry.subject === subject || ids.has(entry.id) || entry.url.split(/[/?=&]/).includes(subject);
    case 'message.published':
      return ids.has(entry.event.id);
    case 'message.delivered':
    case 'message.handled':
      return entry.subject === subject || ids.has(entry.id);
    case 'fault':
      // A fault of one message belongs to what the message is about; one of a context, or of everything, to all.
      return typeof entry.detail['subject'] !== 'string' || entry.detail['subject'] === subject || ids.has(String(entry.detail['id']));
    case 'context':
    case 'breaker':
    case 'load.started':
    case 'load.answers':
    case 'load.journeys':
    case 'load.finished':
    case 'note':
      return true;
  }
};

/** The moments that concern what has this id; all of them where nothing is chosen. */
export const momentsAbout = (
  moments: readonly Moment[],
  subject: string | undefined,
  ownerColumn: string | undefined,
): readonly Moment[] => {
  if (subject === undefined) return moments;
  const ids = idsAbout(moments, subject);
  const owner = ownerOf(moments, subject, ownerColumn);
  return moments.flatMap((moment): Moment[] => {
    const rows = moment.rows.filter((row) => isRowAbout(row, subject, owner));
    if (moment.what === 'entry')
      return isEntryAbout(moment.entry, subject, ids) ? [{ ...moment, rows }] : rows.length === 0 ? [] : [{ ...moment, rows }];
    return moment.what === 'gap' || rows.length > 0 ? [{ ...moment, rows }] : [];
  });
};

/** What can be chosen: its id, and whose it is where that is known. */
export interface Choice {
  readonly subject: string;
  readonly owner?: string;
}

/** What the moments tell of, in the order in which it was first heard of. */
export const choicesOf = (moments: readonly Moment[], ownerColumn: string | undefined): readonly Choice[] => {
  const subjects = new Set(
    moments.flatMap((moment) => (moment.what === 'entry' && moment.entry.kind === 'message.published' ? [moment.entry.event.subject] : [])),
  );
  return [...subjects].map((subject) => {
    const owner = ownerOf(moments, subject, ownerColumn);
    return owner === undefined ? { subject } : { subject, owner };
  });
};

/** The ids that lead to what a moment tells of, and those that followed from it: its place in the causal tree. */
export const kinOf = (moments: readonly Moment[], moment: Moment): ReadonlySet<string> => {
  const causes = new Map<string, string>();
  for (const { entry } of moments.filter((one) => one.what === 'entry'))
    if (entry.kind === 'message.published') causes.set(entry.event.id, entry.event.causationid);
  const own = idOf(moment);
  const kin = new Set<string>();
  for (let id = own; id !== undefined && !kin.has(id); id = causes.get(id)) kin.add(id);
  const descendants = new Set(own === undefined ? [] : [own]);
  // Causes are published before their effects, so one pass finds all; the map keeps that order.
  for (const [id, cause] of causes) if (descendants.has(cause)) descendants.add(id);
  return new Set([...kin, ...descendants]);
};

/** The id of the command or event that a moment tells of. */
export const idOf = (moment: Moment): string | undefined => {
  if (moment.what === 'rows') return moment.cause;
  if (moment.what === 'gap') return undefined;
  const { entry } = moment;
  switch (entry.kind) {
    case 'command':
    case 'message.delivered':
    case 'message.handled':
      return entry.id;
    case 'message.published':
      return entry.event.id;
    case 'fault':
      return typeof entry.detail['id'] === 'string' ? entry.detail['id'] : undefined;
    case 'context':
    case 'breaker':
    case 'load.started':
    case 'load.answers':
    case 'load.journeys':
    case 'load.finished':
    case 'note':
      return undefined;
  }
};
