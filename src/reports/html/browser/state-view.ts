import type { Cell, ContextAt, RowAt, TableAt } from '../view/state-at.ts';
import { element } from './elements.ts';
import { PAGE, sayStatus, sayValue, shortId } from './page.ts';

/** The most rows of one table that are shown: those that changed now, and the last ones. */
const MOST_ROWS = 12;

/** Columns that only the machine reads; shown where all columns are asked for. */
const QUIET = new Set([
  'createdAt',
  'updatedAt',
  'placedAt',
  'sentAt',
  'grantedAt',
  'nextAttemptAt',
  'correlationId',
  'traceparent',
  'attempts',
]);

/** How states are shown. */
export interface StateStyle {
  readonly hasAllColumns: boolean;
  /** The chosen thing, whose id needs no repeating. */
  readonly subject: string | undefined;
  /** Rows that are missing, or older than they should be, since the gap before this moment. */
  readonly rowsLeftOut: number;
}

const sayCell = (table: string, { column, value }: Cell): string =>
  column === 'status' || column === 'progress' ? sayStatus(table, value) : sayValue(value);

const cellPair = (table: string, cell: Cell): HTMLElement => {
  const { column, isChanged } = cell;
  const now = element(isChanged ? 'ins' : 'span', {}, sayCell(table, cell));
  const before = isChanged && 'before' in cell ? [element('del', {}, sayCell(table, { ...cell, value: cell.before })), ' → '] : [];
  return element('div', {}, element('dt', {}, column), element('dd', {}, ...before, now));
};

/** The status first: it is what most look for. */
const inOrder = (cells: readonly Cell[]): readonly Cell[] => [
  ...cells.filter(({ column }) => column === 'status'),
  ...cells.filter(({ column }) => column !== 'status'),
];

const rowCard = (table: string, { key, cells, change }: RowAt, { hasAllColumns, subject }: StateStyle): HTMLElement => {
  const isTold = ({ column, value }: Cell): boolean =>
    !QUIET.has(column) && value !== null && value !== subject && sayValue(value) !== key && sayValue(value) !== '[]';
  const shown = inOrder(
    cells.filter((cell) => hasAllColumns || isTold(cell) || (cell.isChanged && 'before' in cell && !QUIET.has(cell.column))),
  );
  const word = change === 'none' ? [] : [element('span', { class: 'change' }, PAGE.words.change[change])];
  return element(
    'div',
    { class: `record ${change}` },
    element('p', { class: 'key' }, element('span', { title: key }, shortId(key)), ...word),
    element('dl', {}, ...shown.map((cell) => cellPair(table, cell))),
  );
};

const tableView = ({ table, rows }: TableAt, style: StateStyle): HTMLElement => {
  const changed = rows.filter(({ change }) => change !== 'none');
  const chosen =
    rows.length <= MOST_ROWS
      ? rows
      : [...changed, ...rows.filter(({ change }) => change === 'none').slice(-Math.max(0, MOST_ROWS - changed.length))].slice(0, MOST_ROWS);
  const left = rows.length - chosen.length;
  return element(
    'section',
    { class: 'table' },
    element('h5', {}, table, ' ', element('span', { class: 'count' }, String(rows.length))),
    ...chosen.map((row) => rowCard(table, row, style)),
    ...(left > 0 ? [element('p', { class: 'left' }, PAGE.words.rowsLeft.replace('{count}', String(left)))] : []),
  );
};

const contextView = ({ context, state, isChanged, tables }: ContextAt, style: StateStyle): HTMLElement =>
  element(
    'section',
    { class: `context${isChanged ? ' changed' : ''}${state === 'running' ? '' : ' down'}`, 'data-context': context },
    element('h4', {}, context, ...(state === 'running' ? [] : [' ', element('span', { class: 'state' }, PAGE.words[state])])),
    ...(tables.length === 0 ? [element('p', { class: 'left' }, PAGE.words.nothing)] : tables.map((table) => tableView(table, style))),
  );

/** Shows what each context holds, and brings what changed into view. */
export const showStates = (pane: HTMLElement, contexts: readonly ContextAt[], style: StateStyle): void => {
  const scrolled = pane.scrollTop;
  const missing =
    style.rowsLeftOut === 0 ? [] : [element('p', { class: 'left' }, PAGE.words.rowsMissing.replace('{count}', String(style.rowsLeftOut)))];
  pane.replaceChildren(...missing, ...contexts.map((context) => contextView(context, style)));
  pane.scrollTop = scrolled;
  const changed = pane.querySelector<HTMLElement>('.record.added, .record.changed, .record.removed');
  if (changed === null) return;
  const top = changed.offsetTop;
  const isVisible = top >= pane.scrollTop && top + changed.offsetHeight <= pane.scrollTop + pane.clientHeight;
  if (!isVisible) pane.scrollTop = Math.max(0, top - 60);
};
