import type { Replayed } from '../explore/failure/replay.ts';
import type { Entry } from '../kernel/recording.ts';
import { isHolding } from '../kernel/story.ts';
import { readableLine } from '../reports/readable.ts';
import { sayHolding, type StoryStyle } from '../reports/story-text.ts';

/** One thing that happened in a replay, and what each context held right after it. */
export interface ReplayStep {
  readonly atMs: number;
  /** What happened: `store handled Paid A`. */
  readonly what: string;
  /** Whose turn it was. */
  readonly context: string;
  /** By context, in the order in which they first held anything. */
  readonly holds: ReadonlyMap<string, readonly string[]>;
}

type Row = Readonly<Record<string, unknown>>;

/** The label of the first of these ids that has one; nothing where none has. */
type LabelOf = (...ids: readonly unknown[]) => string;

const named = (name: string, label: string): string => (label === '' ? name : `${name} ${label}`);

/** What happened, and where; undefined for what is part of something else. */
const happening = (entry: Entry, labelOf: LabelOf): readonly [context: string, what: string] | undefined => {
  switch (entry.kind) {
    case 'command':
      return [
        entry.context,
        `people asked ${entry.context} to ${named(entry.operation, labelOf(...entry.url.split('/'), entry.subject))}: ${entry.status}${entry.problem === undefined ? '' : ` ${entry.problem}`}`,
      ];
    case 'message.published':
      return [entry.context, `${entry.context} published ${named(entry.event.type, labelOf(entry.event.subject))}`];
    case 'message.handled':
      return [
        entry.context,
        `${entry.context} ${entry.handling === 'handled' ? 'handled' : `got (${entry.handling})`} ${named(entry.type, labelOf(entry.subject))}${entry.reason === undefined ? '' : `: ${entry.reason}`}`,
      ];
    case 'fault':
      return [
        String(entry.detail['context'] ?? ''),
        `fault: ${[entry.fault, ...Object.entries(entry.detail).map(([name, value]) => `${name} ${String(value)}`)].join(', ')}`,
      ];
    case 'context':
      return [entry.context, `${entry.context} ${entry.change}`];
    default:
      return undefined;
  }
};

/** Rows as they are held now, by context; only those that say how far something is. */
const createHoldings = (labelOf: LabelOf, style: StoryStyle) => {
  const held = new Map<string, Map<string, string>>();
  return {
    take: (entry: Extract<Entry, { kind: 'state' }>): void => {
      const row = entry.row as Row | null;
      const rows = held.get(entry.context) ?? new Map<string, string>();
      held.set(entry.context, rows);
      const key = `${entry.table} ${entry.key.join(' ')}`;
      if (row === null) rows.delete(key);
      else if (isHolding(row, style.vocabulary)) {
        const text = sayHolding({ context: entry.context, table: entry.table, row }, style).slice(entry.context.length + 1);
        const label = labelOf(...entry.key, ...Object.values(row));
        rows.set(key, label === '' ? text : text.replace(' ', ` ${label} `));
      }
    },
    all: (): ReadonlyMap<string, readonly string[]> =>
      new Map(
        [...held].map(([context, rows]) => [
          context,
          [...Map.groupBy(rows.values(), (text) => text)].map(([text, same]) => (same.length === 1 ? text : `${text} ×${same.length}`)),
        ]),
      ),
  };
};

/** Cuts a replay into steps. What a step commits is recorded before the step itself, so rows belong to what is told next. */
export const replaySteps = ({ entries, labels }: Pick<Replayed, 'entries' | 'labels'>, style: StoryStyle): readonly ReplayStep[] => {
  const labelOf: LabelOf = (...ids) => ids.map((id) => labels.get(String(id))).find((label) => label !== undefined) ?? '';
  const holdings = createHoldings(labelOf, style);
  const steps: ReplayStep[] = [];
  for (const entry of entries) {
    if (entry.kind === 'state') holdings.take(entry);
    const told = happening(entry, labelOf);
    if (told !== undefined) steps.push({ atMs: entry.atMs, context: told[0], what: told[1], holds: holdings.all() });
  }
  return steps;
};

/** A step on one line, for logs and pipes. */
export const stepLine = ({ atMs, what, holds }: ReplayStep, number: number): string =>
  [
    `${number} +${atMs} ms ${readableLine(what)}`,
    ...[...holds].filter(([, rows]) => rows.length > 0).map(([context, rows]) => `${context}: ${rows.map(readableLine).join(', ')}`),
  ].join(' | ');

/** A step for eyes: what happened, and beneath it a line for each context; the one whose turn it was is marked. */
export const stepLines = ({ atMs, what, context: turn, holds }: ReplayStep, number: number, count: number): readonly string[] => [
  `${String(number).padStart(String(count).length)}/${count}  +${atMs} ms  ${readableLine(what)}`,
  ...[...holds].map(
    ([context, rows]) =>
      `${context === turn ? '  ▸ ' : '    '}${context.padEnd(13)}${rows.length === 0 ? '–' : rows.map(readableLine).join(' · ')}`,
  ),
];
