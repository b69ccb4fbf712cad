import type { ReactElement } from 'react';
import type { EventLine } from '../../model/model.ts';
import { cell } from '../cells.ts';
import { eventText } from '../event-text.ts';
import { innerColumns, listRowsOf, type Place } from '../layout.ts';
import { emptyLines, Pane, type PaneContent } from '../pane.tsx';
import type { Scene } from '../scene.ts';
import { sayClock, sayCount } from '../spans.ts';
import { sayNumber, shortenIds, shortId } from '../thing-words.ts';

const CLOCK = 10;
const WHAT = 20;
const CONTEXT = 12;

const eventRow = (line: EventLine, scene: Scene, options: { readonly inner: number; readonly isChosen: boolean }): string => {
  const { model, paint, words, chosen, system } = scene;
  const { inner, isChosen } = options;
  const { sign, what, context, about, rest, tint } = eventText(line, words, paint, system.screen);
  const thing = about === undefined ? undefined : model.lineAbout(about);
  const number = thing !== undefined ? sayNumber(thing) : about === undefined ? '' : shortId(about);
  const isOfChosen = about !== undefined && about === chosen?.subject;
  const restColumns = inner - 2 - CLOCK - 1 - 2 - WHAT - 1 - CONTEXT - 1 - 6 - 1;
  const told =
    line.what === 'note'
      ? { what: cell(rest, WHAT + 1 + CONTEXT + 1 + 6 + 1 + restColumns), rest: '' }
      : { what: cell(what, WHAT), rest: cell(shortenIds(rest, model), restColumns) };
  const lead = isChosen ? paint.frame('▸ ') : '  ';
  const body =
    line.what === 'note'
      ? paint.dim(told.what)
      : `${(isChosen ? paint.chosen : tint)(told.what)} ${paint.dim(cell(context, CONTEXT))} ${(isOfChosen ? paint.strong : paint.dim)(cell(number, 6))} ${paint.dim(told.rest)}`;
  return `${lead}${paint.dim(cell(sayClock(line.atMs), CLOCK, 'right'))} ${tint(cell(sign, 1))} ${body}`;
};

const contentOf = (scene: Scene, place: Place): PaneContent => {
  const { events, state, words, paint, model } = scene;
  const inner = innerColumns(place);
  const filter = state.filters.events === '' ? [] : [`/${state.filters.events}`, sayCount(events.total)];
  const note = [words.messages(sayCount(model.counts.published)), ...filter].join(' · ');
  if (events.items.length === 0)
    return { note, lines: emptyLines(place, state.filters.events === '' ? words.say.noEvents : words.say.noEventsFound, paint.dim) };
  const hasCursor = state.focus === 'events';
  const rows = events.items
    .map((line, index) => eventRow(line, scene, { inner, isChosen: hasCursor && events.first + index === state.cursor.events }))
    .reverse();
  const visible = listRowsOf('events', place.rows);
  // The newest stands at the bottom, as in any log; the thumb counts from the top.
  return {
    note,
    lines: rows,
    scroll: { total: events.total, first: Math.max(0, events.total - visible - events.first), rows: visible, fromRow: 0 },
  };
};

/** All that happens, as it comes; the newest at the bottom. */
export const EventsPane = ({ scene, place }: { readonly scene: Scene; readonly place: Place }): ReactElement => (
  <Pane scene={scene} place={place} content={contentOf(scene, place)} />
);
