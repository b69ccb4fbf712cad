import type { Moment } from '../view/moments.ts';
import type { Diagram, Row } from '../view/sequence.ts';
import { shape } from './elements.ts';
import { PAGE, sayTime } from './page.ts';
import { printedDiagram } from './printed.ts';
import { headLine, laneX, lifelines, rowShapes, type Room } from './row-shapes.ts';

/** In less room, times are left to the words beside the slider, and the pane scrolls sideways. */
const ROOMY_PX = 660;
const NARROW_PX = 540;
const GUTTER_PX = 78;
const NARROW_GUTTER_PX = 8;
/** Half of what a row takes. */
const HALF_ROW_PX = 13;
/** Rows beyond the visible ones that are drawn too, so that scrolling shows no edge. */
const SPARE_ROWS = 20;
/** As wide as a page of paper takes it without being made smaller than can be read. */
const PAPER_PX = 860;

/** A diagram on the page. */
export interface DrawnDiagram {
  readonly pane: HTMLElement;
  /** Marks the row of this moment, and those that are its kin; scrolls there where asked to. */
  readonly mark: (moment: number, isKin: (row: Row) => boolean, isFollowing: boolean) => void;
  readonly redraw: () => void;
  readonly dispose: () => void;
}

/** What is marked in a diagram. */
interface Marks {
  readonly moment: number;
  /** The index of the moment's row. */
  readonly row: number;
  readonly isKin: (row: Row) => boolean;
}

const classesOf = (row: Row, index: number, marks: Marks): string => {
  const isMarked = index === marks.row;
  const isFuture = row.moment !== undefined && row.moment > marks.moment;
  const isGap = row.shape === 'line' && row.isGap;
  return ['row', row.shape, row.tone, isGap && 'gap', isFuture && 'future', !isMarked && marks.isKin(row) && 'kin', isMarked && 'marked']
    .filter((name) => name !== false)
    .join(' ');
};

/** The time of a row, where it is another than that of the row above. */
const timeOf = (row: Row, index: number, { rows }: Diagram, moments: readonly Moment[], { gutter }: Room): SVGElement[] => {
  if (gutter < GUTTER_PX) return [];
  const momentOf = ({ moment }: Row): Moment | undefined => (moment === undefined ? undefined : moments[moment]);
  const now = momentOf(row)?.atMs;
  const above = rows.slice(Math.max(0, index - 3), index).findLast(({ moment }) => moment !== undefined);
  if (now === undefined || (above !== undefined && momentOf(above)?.atMs === now)) return [];
  return [shape('text', { class: 'time', x: gutter - 12, y: row.y + 4, 'text-anchor': 'end' }, sayTime(now))];
};

const createPane = (): HTMLElement => {
  const pane = document.createElement('div');
  pane.className = 'diagram';
  pane.tabIndex = 0;
  pane.setAttribute('role', 'group');
  pane.setAttribute('aria-label', PAGE.words.diagram);
  return pane;
};

/** The drawn rows of a diagram. Only what is in view is in the document: a diagram of thousands of rows is as quick as one of ten. */
interface RowLayer {
  readonly group: SVGGElement;
  readonly draw: (from: number, to: number, marks: Marks) => void;
}

const createRowLayer = (diagram: Diagram, moments: readonly Moment[], room: Room, choose: (moment: number) => void): RowLayer => {
  const group = shape('g');
  const drawn = new Map<number, SVGElement>();
  const drawRow = (row: Row, index: number, marks: Marks): SVGElement => {
    const hit = shape('rect', { class: 'hit', x: 0, y: row.y - HALF_ROW_PX, width: room.width, height: 2 * HALF_ROW_PX });
    const one = shape(
      'g',
      { class: classesOf(row, index, marks) },
      hit,
      ...timeOf(row, index, diagram, moments, room),
      ...rowShapes(row, room),
    );
    const { moment } = row;
    if (moment !== undefined) one.addEventListener('click', () => choose(moment));
    return one;
  };
  return {
    group,
    draw: (from, to, marks) => {
      for (const [index, one] of drawn) {
        if (index >= from && index < to) continue;
        one.remove();
        drawn.delete(index);
      }
      for (const [offset, row] of diagram.rows.slice(from, to).entries()) {
        const index = from + offset;
        const known = drawn.get(index);
        if (known === undefined) {
          const one = drawRow(row, index, marks);
          drawn.set(index, one);
          group.append(one);
        } else known.setAttribute('class', classesOf(row, index, marks));
      }
    },
  };
};

/** The indexes of the rows that are in view: from, and to (not included). */
const rowsInView = ({ rows }: Diagram, pane: HTMLElement): readonly [number, number] => {
  const first = rows.findIndex(({ y }) => y >= pane.scrollTop);
  const last = rows.findLastIndex(({ y }) => y <= pane.scrollTop + Math.max(pane.clientHeight, 800));
  return [Math.max(0, first - SPARE_ROWS), Math.min(rows.length, last + 1 + SPARE_ROWS)];
};

/** Draws a diagram into a pane of its own; `choose` hears of the moment whose row was clicked. */
export const drawDiagram = (diagram: Diagram, moments: readonly Moment[], choose: (moment: number) => void): DrawnDiagram => {
  const pane = createPane();
  const cursor = shape('rect', { class: 'cursor', x: 0, height: 2 * HALF_ROW_PX + 1, rx: 3 });
  let marks: Marks = { moment: -1, row: -1, isKin: () => false };
  let room: Room = { width: 0, gutter: 0, lanes: 1 };
  let layer: RowLayer | undefined;
  let printed: HTMLElement | undefined;

  const roomNow = (): Room => {
    const isRoomy = pane.clientWidth >= ROOMY_PX;
    return { width: Math.max(NARROW_PX, pane.clientWidth), gutter: isRoomy ? GUTTER_PX : NARROW_GUTTER_PX, lanes: diagram.lanes.length };
  };
  const draw = (): void => layer?.draw(...rowsInView(diagram, pane), marks);
  const placeCursor = (): void => {
    const row = diagram.rows[marks.row];
    cursor.setAttribute('visibility', row === undefined ? 'hidden' : 'visible');
    cursor.setAttribute('width', String(room.width));
    cursor.setAttribute('y', String((row?.y ?? 0) - HALF_ROW_PX));
  };
  const redraw = (): void => {
    room = roomNow();
    layer = createRowLayer(diagram, moments, room, choose);
    const picture = shape(
      'svg',
      { class: 'sequence', width: room.width, height: diagram.height, role: 'img', 'aria-label': PAGE.words.diagram },
      cursor,
      ...lifelines(diagram, room),
      layer.group,
    );
    pane.replaceChildren(headLine(diagram, room), picture);
    draw();
    placeCursor();
  };
  const over = new AbortController();
  const print = (isBeginning: boolean): void => {
    printed?.remove();
    printed = undefined;
    if (!isBeginning) return;
    const onPaper: Room = { width: PAPER_PX, gutter: GUTTER_PX, lanes: diagram.lanes.length };
    const drawRows = (from: number, to: number): SVGElement => {
      const rows = createRowLayer(diagram, moments, onPaper, () => undefined);
      rows.draw(from, to, marks);
      return rows.group;
    };
    printed = printedDiagram({ diagram, room: onPaper, marked: marks.row, drawRows });
    pane.append(printed);
  };
  const watch = new ResizeObserver(() => (roomNow().width === room.width ? draw() : redraw()));
  watch.observe(pane);
  pane.addEventListener('scroll', draw, { passive: true });
  addEventListener('beforeprint', () => print(true), { signal: over.signal });
  addEventListener('afterprint', () => print(false), { signal: over.signal });
  return {
    pane,
    redraw,
    mark: (moment, isKin, isFollowing) => {
      marks = { moment, row: diagram.rowOfMoment[moment] ?? -1, isKin };
      placeCursor();
      const row = diagram.rows[marks.row];
      const isVisible = row === undefined || (row.y - 20 > pane.scrollTop && row.y + 50 < pane.scrollTop + pane.clientHeight);
      if (isFollowing && !isVisible) pane.scrollTop = Math.max(0, row.y - pane.clientHeight / 2);
      if (isFollowing && row !== undefined && 'from' in row) pane.scrollLeft = Math.max(0, laneX(row.from, room) - pane.clientWidth / 2);
      draw();
    },
    dispose: () => {
      watch.disconnect();
      over.abort();
    },
  };
};
