import { PEOPLE, type Diagram, type Head, type Row } from '../view/sequence.ts';
import { shape } from './elements.ts';
import { PAGE } from './page.ts';

const MARGIN_PX = 52;

/** The room that a diagram has. */
export interface Room {
  readonly width: number;
  /** The column of times, to the left of the lifelines. */
  readonly gutter: number;
  readonly lanes: number;
}

/** Where a lifeline stands. */
export const laneX = (lane: number, { width, gutter, lanes }: Room): number =>
  gutter + MARGIN_PX + (lane * (width - gutter - 2 * MARGIN_PX)) / (lanes - 1);

const laneName = (lane: string): string => (lane === PEOPLE ? PAGE.words.people : lane);

const head = ({ lane, state }: Head, from: number, y: number, at: (lane: number) => number): SVGElement => {
  const x = at(lane);
  const back = lane > from ? -1 : 1;
  if (state === 'handled') return shape('path', { class: 'head', d: `M${x} ${y}l${8 * back} -4v8z` });
  if (state === 'duplicate') return shape('circle', { class: 'head hollow', cx: x + 5 * back, cy: y, r: 4 });
  if (state === 'parked') return shape('path', { class: 'head stroke', d: `M${x + 3 * back} ${y - 5}v10M${x + 7 * back} ${y - 5}v10` });
  if (state === 'dead-lettered')
    return shape('path', { class: 'head stroke', d: `M${x + 2 * back} ${y - 5}l${8 * back} 10M${x + 10 * back} ${y - 5}l${-8 * back} 10` });
  return shape('circle', { class: 'head hollow dashed', cx: x + 5 * back, cy: y, r: 4 });
};

/** Says at the end of an arrow's label what its head shows. */
const labelOf = (row: Row): string => {
  if (row.shape !== 'arrow') return row.label;
  const states = new Set(row.heads.map(({ state }) => state).filter((state) => state !== 'handled'));
  return states.size === 0 ? row.label : `${row.label} (${[...states].map((state) => PAGE.words.handling[state]).join(', ')})`;
};

/** About how wide a text of 12 px is: Korean letters take twice as much as others. */
const pixelsOf = (text: string): number => [...text].reduce((sum, letter) => sum + (letter > '\u1100' ? 12 : 6.6), 0);

const clip = (text: string, pixels: number): string => {
  let room = pixels - 8;
  let kept = '';
  for (const letter of text) {
    room -= letter > '\u1100' ? 12 : 6.6;
    if (room < 0) return `${kept}…`;
    kept += letter;
  }
  return text;
};

const textAt = (text: string, middle: number, y: number, { width, gutter }: Room): SVGElement => {
  const half = pixelsOf(text) / 2;
  const x = Math.min(Math.max(middle, gutter + half), Math.max(gutter + half, width - half - 4));
  return shape('text', { class: 'label', x, y, 'text-anchor': 'middle' }, clip(text, width - gutter));
};

const arrow = (row: Extract<Row, { shape: 'arrow' }>, at: (lane: number) => number, room: Room): SVGElement[] => {
  const { from, heads, y } = row;
  const others = heads.filter(({ lane }) => lane !== from);
  const span = [from, ...others.map(({ lane }) => lane)].map(at);
  const [left, right] = [Math.min(...span), Math.max(...span)];
  const line = y + 5;
  const parts: SVGElement[] = [];
  if (others.length > 0)
    parts.push(
      shape('path', { class: 'arrow', d: `M${left} ${line}H${right}` }),
      shape('circle', { class: 'source', cx: at(from), cy: line, r: 2.5 }),
    );
  for (const own of heads.filter(({ lane }) => lane === from)) {
    const x = at(from);
    parts.push(shape('path', { class: 'arrow', d: `M${x} ${line - 4}h14v8h-7` }), head({ ...own, lane: from }, from + 1, line + 4, at));
  }
  const middle = others.length > 0 ? (left + right) / 2 : at(from) + 14;
  return [...parts, ...others.map((one) => head(one, from, line, at)), textAt(labelOf(row), middle, y - 1, room)];
};

const mark = (row: Extract<Row, { shape: 'mark' }>, at: (lane: number) => number, { width, gutter }: Room): SVGElement[] => {
  const half = pixelsOf(row.label) / 2 + 8;
  const isWide = row.from !== row.to;
  const [left, right] = isWide ? [at(row.from) - 30, at(row.to) + 30] : [at(row.from) - half, at(row.from) + half];
  const from = Math.min(Math.max(left, gutter), width - (right - left) - 2);
  return [
    shape('rect', { class: 'box', x: from, y: row.y - 9, width: right - left, height: 18, rx: 4 }),
    shape(
      'text',
      { class: 'label', x: from + (right - left) / 2, y: row.y + 4, 'text-anchor': 'middle' },
      clip(row.label, isWide ? right - left : width),
    ),
  ];
};

const line = (row: Extract<Row, { shape: 'line' }>, { width, gutter }: Room): SVGElement[] => [
  shape('path', { class: 'rule', d: `M${gutter} ${row.y + 8}H${width}` }),
  shape('text', { class: 'label', x: gutter, y: row.y + 3 }, shape('title', {}, row.label), clip(row.label, width - gutter)),
];

/** The drawing of a row. */
export const rowShapes = (row: Row, room: Room): SVGElement[] => {
  const at = (lane: number): number => laneX(lane, room);
  switch (row.shape) {
    case 'arrow':
      return arrow(row, at, room);
    case 'mark':
      return mark(row, at, room);
    case 'line':
      return line(row, room);
  }
};

/** The lifelines, and where they were down. */
export const lifelines = ({ lanes, outages, height }: Diagram, room: Room): SVGElement[] => [
  ...lanes.map((_, lane) => shape('path', { class: 'lifeline', d: `M${laneX(lane, room)} 0V${height}` })),
  ...outages.map(({ lane, fromY, toY }) => shape('path', { class: 'outage', d: `M${laneX(lane, room)} ${fromY}V${toY}` })),
];

/** The names above the lifelines. */
export const headLine = ({ lanes }: Diagram, room: Room): SVGElement =>
  shape(
    'svg',
    { class: 'lanes', width: room.width, height: 30, 'aria-hidden': 'true' },
    ...lanes.map((lane, index) =>
      shape('text', { x: laneX(index, room), y: 20, 'text-anchor': 'middle', class: index === 0 ? 'lane people' : 'lane' }, laneName(lane)),
    ),
  );
