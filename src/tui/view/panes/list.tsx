import type { ReactElement } from 'react';
import { columnsOf } from '../../../reports/width.ts';
import type { Thing } from '../../model/model.ts';
import { cell } from '../cells.ts';
import { isStarting } from '../deeds.ts';
import { keyOf } from '../key-map.ts';
import { AROUND_LIST, innerColumns, innerRows, listRowsOf, type Place } from '../layout.ts';
import { emptyLines, Pane, type PaneContent } from '../pane.tsx';
import { allows, sayVerb } from '../possible.ts';
import type { Scene } from '../scene.ts';
import { sayCount } from '../spans.ts';

/** What can be done next with the chosen line, and by which keys. */
const nextLine = (line: Thing, scene: Scene, inner: number): string => {
  const { words, paint, system } = scene;
  const { screen } = system;
  const verbs = scene.can('ask') ? screen.verbs.filter((verb) => allows(line, verb, screen)) : [];
  const label = `${words.say.nextStep}  `;
  const texts = verbs.map(({ name }) => ({
    key: keyOf(screen.keys.find(({ verb }) => verb === name)?.does ?? '', screen) || `:${name}`,
    text: sayVerb(screen, name, words),
  }));
  const wide =
    columnsOf(label) +
    texts.reduce((sum, { key, text }) => sum + columnsOf(key) + 1 + columnsOf(text), 0) +
    3 * Math.max(0, texts.length - 1);
  if (texts.length === 0 || wide > inner) return paint.dim(cell(verbs.length === 0 && line.isFinal ? words.say.final : `${label}…`, inner));
  return paint.dim(label) + texts.map(({ key, text }) => `${paint.key(key)} ${text}`).join('   ') + ' '.repeat(inner - wide);
};

const noteOf = (scene: Scene): string => {
  const { words, state, lines } = scene;
  const filter = state.filters.list === '' ? [] : [`/${state.filters.list}`];
  const marked = state.marked.size === 0 ? [] : [`● ${words.marked(sayCount(state.marked.size))}`];
  return [words.lines(sayCount(lines.total)), ...filter, ...marked].join(' · ');
};

const emptyText = (scene: Scene): string => {
  const { state, words, player, model } = scene;
  if (state.filters.list !== '') return words.say.noLinesFound;
  if (player !== undefined) return words.say.noLinesRecorded;
  if (isStarting(scene)) return words.say.notYet;
  return model.live?.scenario === 'waiting' ? words.say.stepHint : words.say.noLines;
};

const contentOf = (scene: Scene, place: Place): PaneContent => {
  const { lines, chosen, paint, system } = scene;
  const { list } = system.screen;
  const inner = innerColumns(place);
  if (lines.total === 0) return { note: noteOf(scene), lines: emptyLines(place, emptyText(scene), paint.strong) };
  const greatest = lines.items[0]?.number ?? 0;
  const rows = lines.items.map((line) => list.row(line, scene, inner, greatest));
  const filler = Array.from({ length: Math.max(0, innerRows(place) - AROUND_LIST.list - rows.length) }, () => ' '.repeat(inner));
  const below = chosen === undefined ? [] : [list.below(chosen, scene, inner), nextLine(chosen, scene, inner)];
  return {
    note: noteOf(scene),
    lines: [list.heading(scene, inner, greatest), ...rows, ...filler, ...below],
    scroll: { total: lines.total, first: lines.first, rows: listRowsOf('list', place.rows), fromRow: 1 },
  };
};

/** The list of what the system is about, as its screen draws it. */
export const ListPane = ({ scene, place }: { readonly scene: Scene; readonly place: Place }): ReactElement => (
  <Pane scene={scene} place={place} content={contentOf(scene, place)} />
);
