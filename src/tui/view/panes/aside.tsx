import type { ReactElement } from 'react';
import { cell } from '../cells.ts';
import { innerColumns, listRowsOf, type Place } from '../layout.ts';
import { emptyLines, Pane, type PaneContent } from '../pane.tsx';
import type { Scene } from '../scene.ts';

const contentOf = (scene: Scene, place: Place): PaneContent => {
  const { beside, words, paint, state, system } = scene;
  const { aside } = system.screen;
  const inner = innerColumns(place);
  const filter = state.filters.aside === '' ? [] : [`/${state.filters.aside}`];
  const note = [...aside.note(scene), ...filter].join(' · ');
  if (scene.lines.total === 0 && beside.total === 0) return { note, lines: emptyLines(place, words.say.noAside, paint.dim) };
  const rows = beside.items.map((item) => aside.row(item, scene, inner));
  return {
    note,
    lines: [aside.heading(scene, inner), ...(rows.length === 0 ? [paint.dim(cell(words.say.noAside, inner))] : rows)],
    scroll: { total: beside.total, first: beside.first, rows: listRowsOf('aside', place.rows), fromRow: 1 },
  };
};

/** What goes with the chosen line, as the system's screen draws it. */
export const AsidePane = ({ scene, place }: { readonly scene: Scene; readonly place: Place }): ReactElement => (
  <Pane scene={scene} place={place} content={contentOf(scene, place)} />
);
