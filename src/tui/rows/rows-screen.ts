/** The screen of a system that has none of its own: its rows, and its verbs by keys of their names. */
import type { Lang } from '../../reports/words.ts';
import type { ExtraFold, Screen, ScreenVerb, VerbKey } from '../definition.ts';
import type { Row, TuiModel } from '../model/model.ts';
import { textIn } from '../model/text-in.ts';
import { TAKEN_KEYS } from '../view/key-map.ts';
import type { WordsOver } from '../view/screen-words.ts';
import { createRowsFold, type RowLine, type ShownTable } from './rows-fold.ts';
import { rowPane, rowsPane } from './rows-panes.ts';

/** A verb as its system declares it. */
export interface RowsVerb extends ScreenVerb<RowLine> {
  /** Who asks, in one word. */
  readonly by: string;
  /** What it makes, in one word, and in which table. */
  readonly what?: string;
  readonly table?: string;
  /** Method and path. */
  readonly route: string;
  /** What is usually written, as far as that is known. */
  readonly given: Row;
}

/** What of a system its rows are shown by. */
export interface RowsFacts {
  readonly tables: readonly ShownTable[];
  readonly verbs: readonly RowsVerb[];
  /** The word of a status, by table. */
  readonly statuses: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The fault that slows down calls between contexts, where there are such. */
  readonly slowFault?: string;
}

/** What the key of a verb does, apart from what keys do in every system: a verb may be called `open`, or `quit`. */
const doesOf = (verb: string): string => `verb:${verb}`;

/** A key for each verb: the first of its letters that is free, small or great; none where all are taken. */
const keysFor = (verbs: readonly RowsVerb[]): readonly VerbKey[] => {
  const taken = new Set(TAKEN_KEYS);
  return verbs.map(({ name, by, fields }): VerbKey => {
    const letters = [...name].filter((letter) => /[a-z]/i.test(letter));
    const key = [...letters.map((letter) => letter.toLowerCase()), ...letters.map((letter) => letter.toUpperCase())].find(
      (letter) => !taken.has(letter),
    );
    if (key !== undefined) taken.add(key);
    return {
      does: doesOf(name),
      verb: name,
      keys: key === undefined ? [] : [key],
      role: by,
      asks: fields.length === 0 ? 'nothing' : 'form',
    };
  });
};

const MOST_NEAR = 50;

/** What is written where nobody wrote it: a new name for what is made, and for other names the rows that are near. */
const usualOf = (verb: RowsVerb, tables: ReadonlyMap<string, ShownTable>): ScreenVerb<RowLine>['usual'] => {
  const own = tables.get(verb.table ?? '')?.key ?? [];
  return (lines, lang, chosen, model: TuiModel<RowLine>) => {
    const declared = verb.usual?.(lines, lang, chosen, model) ?? {};
    const near = [...(chosen === undefined ? [] : [chosen]), ...model.linesFrom(0, MOST_NEAR).items]
      .filter(({ table, row }) => table !== verb.table && row !== null)
      .map(({ subject }) => subject);
    const others = [...new Set(near)].values();
    const names = verb.fields.filter(({ name, kind }) => kind === 'text' && declared[name] === undefined && verb.given[name] === undefined);
    const texts = names.map(({ name }) => [
      name,
      own.includes(name) ? `${verb.what ?? verb.name}-${lines + 1}` : (others.next().value ?? ''),
    ]);
    return { ...verb.given, ...(Object.fromEntries(texts) as Row), ...declared };
  };
};

const groupsOf = (verbs: readonly RowsVerb[]): Screen['bar'] => {
  const roles = [...new Set(verbs.map(({ by }) => by))];
  const groups = roles.map((role) => ({ role, does: verbs.filter(({ by }) => by === role).map(({ name }) => doesOf(name)) }));
  const marks = { role: '', does: ['mark', 'mark-all'] };
  if (groups.length < 2) return [groups, [marks]];
  const half = Math.ceil(groups.length / 2);
  return [[...groups.slice(0, half), marks], groups.slice(half)];
};

const wordsOf = (lang: Lang, verbs: readonly RowsVerb[], keys: readonly VerbKey[]): WordsOver => {
  const first = verbs.find(({ makes }) => makes);
  const key = keys.find(({ verb }) => verb === first?.name)?.keys[0] ?? `:${first?.name ?? ''}`;
  const hint = { en: `No rows yet. Press ${key} to ${first?.name ?? ''}.`, ko: `아직 항목이 없습니다. ${key}: ${first?.name ?? ''}` }[lang];
  return {
    does: Object.fromEntries(verbs.map(({ name }) => [doesOf(name), name])),
    explains: Object.fromEntries(
      verbs.map(({ name, route, at }) => [
        doesOf(name),
        [route, ...(at === undefined ? [] : [`${at.table}${at.statuses === undefined ? '' : ` ${at.statuses.join(', ')}`}`])].join(' · '),
      ]),
    ),
    ...(first === undefined ? {} : { say: { noLines: hint } }),
  };
};

/** Nothing is folded beside the rows. */
const createNothing = (): ExtraFold => ({ published: () => undefined, state: () => false, copy: createNothing });

/** The screen of a system, made from what it declares. */
export const rowsScreen = ({ tables, verbs, statuses, slowFault }: RowsFacts): Screen<RowLine> => {
  const byName = new Map(tables.map((table) => [table.name, table]));
  const own = verbs.map((verb): RowsVerb => {
    const usual = usualOf(verb, byName);
    return usual === undefined ? verb : { ...verb, usual };
  });
  const keys = keysFor(own);
  const sayIn = (table: string, status: string): string => statuses[table]?.[status] ?? status;
  return {
    list: rowsPane(byName, sayIn),
    aside: rowPane(),
    chooses: 'choose',
    createFold: () => createRowsFold(byName),
    createExtra: createNothing,
    seen: (line, table) => (line.table === table && line.row !== null ? line.row : undefined),
    verbs: own,
    keys,
    bar: groupsOf(own),
    words: { ko: wordsOf('ko', own, keys), en: wordsOf('en', own, keys) },
    ...(slowFault === undefined ? {} : { slowness: { fault: slowFault, command: 'slow-calls' } }),
    saidAlready: new Set(),
    sayStatus: (status) => Object.values(statuses).find((words) => words[status] !== undefined)?.[status] ?? status,
    statuses: [],
    sums: () => [],
    tells: ({ table, row }) => {
      const status = textIn(row, 'status');
      return status === undefined ? undefined : { name: table, status };
    },
    details: {},
    call: ({ subject }) => subject,
    spell: (word) => word,
  };
};
