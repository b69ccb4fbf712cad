import type { Diagram } from '../view/sequence.ts';
import { element, shape } from './elements.ts';
import { PAGE } from './page.ts';
import { headLine, lifelines, type Room } from './row-shapes.ts';

/** The most rows that are printed of one diagram: some pages of them. */
const MOST_ROWS = 150;
/** Of those, so many come before the row that is marked, which is most often the last one. */
const ROWS_BEFORE = 120;
/** A page may end between two pieces, never within one. */
const ROWS_OF_PIECE = 5;
/** Half of what a row takes. */
const HALF_ROW_PX = 13;

/** What of a diagram is printed. */
export interface Printing {
  readonly diagram: Diagram;
  readonly room: Room;
  /** The row in whose neighbourhood the printed ones are. */
  readonly marked: number;
  /** Draws rows: from, and to (not included). */
  readonly drawRows: (from: number, to: number) => SVGElement;
}

const leftOut = (count: number): readonly HTMLElement[] =>
  count === 0 ? [] : [element('tr', {}, element('td', { class: 'left' }, PAGE.words.rowsNotPrinted.replace('{count}', String(count))))];

/**
 * A diagram for paper: a table, whose head (the names above the lifelines) each page repeats; and only as much as somebody
 * reads on paper.
 */
export const printedDiagram = ({ diagram, room, marked, drawRows }: Printing): HTMLTableElement => {
  const { rows, height } = diagram;
  const first = Math.max(0, Math.min(marked - ROWS_BEFORE, rows.length - MOST_ROWS));
  const end = Math.min(rows.length, first + MOST_ROWS);
  const topOf = (index: number): number => (index === 0 ? 0 : (rows[index]?.y ?? height) - HALF_ROW_PX);
  const piece = (from: number): HTMLElement => {
    const to = Math.min(end, from + ROWS_OF_PIECE);
    const [top, bottom] = [topOf(from), to === rows.length ? height : topOf(to)];
    const picture = shape(
      'svg',
      { class: 'sequence', viewBox: `0 ${top} ${room.width} ${bottom - top}`, width: room.width, height: bottom - top },
      ...lifelines(diagram, room),
      drawRows(from, to),
    );
    return element('tr', {}, element('td', {}, picture));
  };
  const starts = Array.from({ length: Math.ceil((end - first) / ROWS_OF_PIECE) }, (_, index) => first + index * ROWS_OF_PIECE);
  const names = headLine(diagram, room);
  names.setAttribute('viewBox', `0 0 ${room.width} 30`);
  return element(
    'table',
    { class: 'printed' },
    element('thead', {}, element('tr', {}, element('th', {}, names))),
    element('tbody', {}, ...leftOut(first), ...starts.map(piece), ...leftOut(rows.length - end)),
  );
};
