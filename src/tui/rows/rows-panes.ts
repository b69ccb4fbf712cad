/** The list of all rows, and what the chosen one holds. */
import type { AsidePane, ListPane, PaneView } from '../definition.ts';
import type { Row } from '../model/model.ts';
import { cell } from '../view/cells.ts';
import { sayMs } from '../view/spans.ts';
import { sayNumber } from '../view/thing-words.ts';
import { statusOf, type RowLine, type ShownTable } from './rows-fold.ts';

type View = PaneView<RowLine>;

/** The word for a status of a table. */
export type SayStatus = (table: string, status: string) => string;

/** How wide each column is; what is left over goes to the fields. */
interface Columns {
  readonly number: number;
  readonly table: number;
  readonly key: number;
  readonly status: number;
  readonly fields: number;
  readonly age: number;
  readonly lag: number;
}

const GUTTER = 2;
const AGE = 6;
const LAG = 7;
const GAPS = 6;

const columnsFor = (inner: number, greatest: number): Columns => {
  const number = Math.max(4, String(greatest).length + 1);
  const table = Math.min(16, 10 + Math.max(0, Math.floor((inner - 76) / 8)));
  const key = Math.min(26, 12 + Math.max(0, Math.floor((inner - 76) / 4)));
  const status = 12;
  return { number, table, key, status, fields: inner - GUTTER - number - table - key - status - AGE - LAG - GAPS, age: AGE, lag: LAG };
};

/** A key in so many columns: of ids that are made at the same time, the ends differ. */
const keyText = (key: string, columns: number): string => (key.length <= columns ? key : `…${key.slice(1 - columns)}`);

const textOf = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));

/** What a row holds beside its key and its status. */
const fieldsOf = (row: Row | null, keyColumns: readonly string[]): string =>
  Object.entries(row ?? {})
    .filter(([name, value]) => name !== 'status' && !keyColumns.includes(name) && value !== null)
    .map(([name, value]) => `${name} ${textOf(value)}`)
    .join(' · ');

const sayLag = (line: RowLine, { words }: View): string => {
  if (line.behind > 0) return `${line.behind} ${words.say.waiting}`;
  return line.lastLagMs === undefined ? '' : sayMs(line.lastLagMs);
};

const statusText = (line: RowLine, sayStatus: SayStatus): string => {
  const status = statusOf(line);
  if (line.row === null) return '✗';
  return status === undefined ? '–' : `${line.isFinal ? '✓ ' : ''}${sayStatus(line.table, status)}`;
};

/** All rows of all tables. */
export const rowsPane = (tables: ReadonlyMap<string, ShownTable>, sayStatus: SayStatus): ListPane<RowLine, unknown> => {
  const keysOf = (table: string): readonly string[] => tables.get(table)?.key ?? [];
  return {
    name: 'rows',
    heading: ({ words, paint }, inner, greatest) => {
      const { number, table, key, status, fields, age, lag } = columnsFor(inner, greatest);
      const { say } = words;
      return paint.heading(
        [
          `${' '.repeat(GUTTER)}${cell(say.line, number)}`,
          cell(say.table, table),
          cell(say.key, key),
          cell(say.state, status),
          cell(say.fields, fields),
          cell(say.age, age, 'right'),
          cell(say.lag, lag, 'right'),
        ].join(' '),
      );
    },
    row: (line, view, inner, greatest) => {
      const { paint, words, nowMs } = view;
      const columns = columnsFor(inner, greatest);
      const isChosen = line.id === view.chosen?.id;
      const gutter = (isChosen ? '▸' : ' ') + (view.marked.has(line.id) ? '●' : ' ');
      const lead = `${cell(sayNumber(line), columns.number)} ${cell(line.table, columns.table)} ${cell(keyText(line.subject, columns.key), columns.key)}`;
      const tint = line.row === null ? paint.bad : line.isFinal ? paint.good : paint.onTheWay;
      return [
        isChosen ? paint.frame(gutter) : paint.warn(gutter),
        isChosen ? paint.chosen(lead) : lead,
        ` ${tint(cell(statusText(line, sayStatus), columns.status))} `,
        paint.dim(cell(fieldsOf(line.row, keysOf(line.table)), columns.fields)),
        ` ${cell(words.span((line.isFinal ? line.changedAtMs : nowMs) - line.beganAtMs), columns.age, 'right')} `,
        (line.behind > 0 ? paint.warn : paint.dim)(cell(sayLag(line, view), columns.lag, 'right')),
      ].join('');
    },
    below: (line, { paint }, inner) => {
      const label = `${sayNumber(line)} `;
      return (
        paint.strong(label) +
        cell(
          [line.table, line.subject, statusText(line, sayStatus), fieldsOf(line.row, keysOf(line.table))]
            .filter((part) => part !== '')
            .join(' · '),
          inner - label.length,
        )
      );
    },
    title: ({ table, subject }) => [table, subject],
    held: (line, { model }) =>
      model.linesAbout(line.subject).map((one) => ({
        name: `${one.context}.${one.table}`,
        value: statusOf(one) === undefined ? fieldsOf(one.row, keysOf(one.table)) || '–' : statusText(one, sayStatus),
      })),
  };
};

const NAME = 18;

/** All that the chosen row holds. */
export const rowPane = (): AsidePane<RowLine, unknown, readonly [string, unknown]> => ({
  name: 'row',
  note: ({ chosen }) => (chosen === undefined ? [] : [chosen.table, chosen.subject]),
  heading: ({ chosen, paint, words }, inner) =>
    paint.dim(cell(chosen === undefined ? '' : `${words.say.context} ${chosen.context}`, inner)),
  items: (_model, chosen, filter, offset, count) => {
    const fields = Object.entries(chosen?.row ?? {}).filter(([name]) => name.toLowerCase().includes(filter.toLowerCase()));
    return { total: fields.length, items: fields.slice(offset, offset + count) };
  },
  row: ([name, value], { paint }, inner) => `${paint.dim(cell(name, NAME))} ${cell(textOf(value), inner - NAME - 1)}`,
});
