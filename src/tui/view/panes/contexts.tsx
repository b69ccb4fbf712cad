import type { ReactElement } from 'react';
import type { ContextView } from '../../model/model.ts';
import { columnsOf } from '../../../reports/width.ts';
import { cell } from '../cells.ts';
import { innerColumns, type Place } from '../layout.ts';
import { Pane, type PaneContent } from '../pane.tsx';
import type { Scene } from '../scene.ts';
import { sayCount } from '../spans.ts';

const NAME = 14;
const STATE = 10;
const FIGURE = 8;
/** Before what the context is about, which must not be read as what the figure beside it counts. */
const GAP = 2;

const figure = (count: number | undefined): string => (count === undefined ? '–' : sayCount(count));

const contextRow = (view: ContextView, scene: Scene, options: { readonly inner: number; readonly isChosen: boolean }): string => {
  const { words, paint } = scene;
  const { inner, isChosen } = options;
  const isUp = view.state === 'up';
  const sign = view.state === 'unknown' ? '·' : isUp ? '●' : view.state === 'stopped' ? '○' : '✗';
  const tint = isUp ? paint.good : view.state === 'unknown' ? paint.dim : paint.bad;
  const warned = (count: number | undefined, limit: number): string =>
    ((count ?? 0) > limit ? paint.warn : paint.dim)(cell(figure(count), FIGURE, 'right'));
  const figures = [
    warned(view.inbox, 50),
    warned(view.outbox, 50),
    warned(view.parked, 0),
    (view.deadLetters > 0 ? paint.bad : paint.dim)(cell(figure(view.deadLetters), FIGURE, 'right')),
  ].join('');
  const rest = inner - 2 - NAME - STATE - 4 * FIGURE - GAP;
  const name = cell(view.context, NAME);
  // Half a word explains nothing.
  const told = words.context[view.context] ?? '';
  const about = columnsOf(told) > rest ? ' '.repeat(Math.max(0, rest)) : paint.dim(cell(told, rest));
  return `${isChosen ? paint.frame('▸ ') : '  '}${isChosen ? paint.chosen(name) : paint.strong(name)}${tint(cell(`${sign} ${words.contextState[view.state]}`, STATE))}${figures}${' '.repeat(GAP)}${about}`;
};

const heading = (scene: Scene, inner: number): string => {
  const { say } = scene.words;
  const figures = [say.inbox, say.outbox, say.parked, say.deadLetters].map((name) => cell(name, FIGURE, 'right')).join('');
  return scene.paint.heading(cell(`  ${cell(say.context, NAME)}${cell(say.state, STATE)}${figures}`, inner));
};

/** What is done to the system at the moment. */
const faultsLine = (scene: Scene, inner: number): string => {
  const { model, words, paint } = scene;
  const faults = model.live?.faults ?? [];
  const held = model.live?.held ?? 0;
  const parts = [
    ...faults.map(({ name, struck }) => (struck === undefined || struck === 0 ? name : `${name} ×${struck}`)),
    ...(held > 0 ? [`${words.say.held} ${sayCount(held)}`] : []),
  ];
  const text = cell(`  ${words.say.faultsOn}: ${parts.length === 0 ? words.say.none : parts.join(' · ')}`, inner);
  return parts.length === 0 ? paint.dim(text) : paint.bad(text);
};

const contentOf = (scene: Scene, place: Place): PaneContent => {
  const { model, state } = scene;
  const inner = innerColumns(place);
  const rows = model.contexts.map((view, index) =>
    contextRow(view, scene, { inner, isChosen: state.focus === 'contexts' && state.cursor.contexts === index }),
  );
  return { lines: [heading(scene, inner), ...rows, faultsLine(scene, inner)] };
};

/** The contexts: up or down, what waits for them, what failed. */
export const ContextsPane = ({ scene, place }: { readonly scene: Scene; readonly place: Place }): ReactElement => (
  <Pane scene={scene} place={place} content={contentOf(scene, place)} />
);
