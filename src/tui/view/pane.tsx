import { Box, Text, Transform } from 'ink';
import type { ReactElement } from 'react';
import { columnsOf } from '../../reports/width.ts';
import { cell } from './cells.ts';
import { innerColumns, innerRows, type Place } from './layout.ts';
import type { Scene } from './scene.ts';
import { thumbOf } from './window.ts';

/** What a pane shows. */
export interface PaneContent {
  /** Behind the pane's name, in its upper edge. */
  readonly note?: string;
  /** Each of exactly the pane's inner columns ({@link innerColumns}); missing ones stay empty. */
  readonly lines: readonly string[];
  /** How far the list in it is scrolled: shown in the right edge. */
  readonly scroll?: { readonly total: number; readonly first: number; readonly rows: number; readonly fromRow: number };
}

/** A text of so many lines, each of one character. */
const placeholder = (rows: number): string => Array.from({ length: rows }, () => '.').join('\n');

/**
 * Lines drawn at a place, over whatever stands there. They are laid out already, and exactly as wide as they are to be:
 * Ink is given a placeholder to place, and the lines in its stead. Measuring each of them twice, Korean with all its
 * clusters, is what took Ink most of its time at sixteen frames a second.
 */
export const Block = ({
  left,
  top,
  columns,
  lines,
}: {
  readonly left: number;
  readonly top: number;
  readonly columns: number;
  readonly lines: readonly string[];
}): ReactElement => (
  <Box position="absolute" left={left} top={top} width={columns} height={lines.length}>
    <Transform transform={(_, index) => lines[index] ?? ''}>
      <Text>{placeholder(lines.length)}</Text>
    </Transform>
  </Box>
);

/** The lines of a frame with its title and what is in it. */
export const framed = (
  place: Place,
  options: { readonly paint: Scene['paint']; readonly hasFocus: boolean; readonly title: string; readonly content: PaneContent },
): readonly string[] => {
  const { paint, hasFocus, title, content } = options;
  const edge = hasFocus ? paint.frame : paint.frameAway;
  const inner = innerColumns(place);
  const note =
    content.note === undefined || content.note === ''
      ? ''
      : cell(content.note, Math.min(columnsOf(content.note), Math.max(0, inner - columnsOf(title) - 4)));
  const taken = columnsOf(title) + (note === '' ? 0 : columnsOf(note) + 2);
  const head =
    edge('╭─ ') +
    (hasFocus ? paint.strong(edge(title)) : paint.title(title)) +
    (note === '' ? '' : `  ${paint.dim(note)}`) +
    edge(` ${'─'.repeat(Math.max(0, place.columns - 5 - taken))}╮`);
  const rows = innerRows(place);
  const { scroll } = content;
  const thumb = scroll === undefined ? undefined : thumbOf(scroll.total, scroll.rows, scroll.first);
  const isThumb = (row: number): boolean =>
    thumb !== undefined && scroll !== undefined && row >= scroll.fromRow + thumb.first && row < scroll.fromRow + thumb.first + thumb.rows;
  const empty = ' '.repeat(inner);
  const body = Array.from(
    { length: rows },
    (_, row) => `${edge('│')} ${content.lines[row] ?? empty} ${isThumb(row) ? edge('┃') : edge('│')}`,
  );
  return [head, ...body, edge(`╰${'─'.repeat(place.columns - 2)}╯`)];
};

/** A pane: its frame, its number and name, and what is in it. */
export const Pane = ({
  scene,
  place,
  content,
}: {
  readonly scene: Scene;
  readonly place: Place;
  readonly content: PaneContent;
}): ReactElement => {
  const { words, paint, state, panes } = scene;
  const title = `${panes.indexOf(place.pane) + 1} ${words.pane[place.pane]}`;
  const hasFocus = state.focus === place.pane && state.prompt === undefined;
  return <Block left={place.left} top={place.top} columns={place.columns} lines={framed(place, { paint, hasFocus, title, content })} />;
};

/** A line in the middle of a pane that has nothing to show. */
export const emptyLines = (place: Place, text: string, paint: (text: string) => string): readonly string[] => {
  const inner = innerColumns(place);
  const rows = innerRows(place);
  const wide = Math.min(inner, columnsOf(text));
  const before = Math.floor((inner - wide) / 2);
  const line = ' '.repeat(before) + paint(cell(text, wide)) + ' '.repeat(inner - wide - before);
  return [...Array.from({ length: Math.max(0, Math.floor((rows - 1) / 2)) }, () => ' '.repeat(inner)), line];
};
