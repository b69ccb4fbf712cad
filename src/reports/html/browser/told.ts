import type { Moment, Told } from '../view/moments.ts';
import { PAGE, sayTime } from './page.ts';

const sayEntry = (entry: Told): string => {
  const { words } = PAGE;
  switch (entry.kind) {
    case 'command':
      return `${entry.method} ${entry.url} → ${entry.context}: ${entry.status}${entry.problem === undefined ? '' : ` ${entry.problem}`}`;
    case 'message.published':
      return `${entry.event.type} · ${entry.context} ${words.published}`;
    case 'message.delivered':
      return `${entry.type} → ${entry.context} (${words.handling['not-handled']})`;
    case 'message.handled':
      return `${entry.type === '' ? entry.subject : entry.type} → ${entry.context} (${words.handling[entry.handling]})${entry.reason === undefined ? '' : `: ${entry.reason}`}`;
    case 'context':
      return `${entry.context}: ${words[entry.change]}`;
    case 'fault':
      return `${words.fault}: ${entry.fault}`;
    case 'breaker':
      return `${entry.context} ${entry.name}: ${entry.change}`;
    case 'note':
      return entry.text;
    case 'load.started':
      return `${entry.shape} → ${entry.target}`;
    case 'load.answers':
    case 'load.journeys':
    case 'load.finished':
      return entry.kind;
  }
};

/** What happened in a moment, in one line. */
export const sayMoment = (moment: Moment): string => {
  switch (moment.what) {
    case 'entry':
      return `${sayTime(moment.atMs)} · ${sayEntry(moment.entry)}`;
    case 'rows':
      return `${sayTime(moment.atMs)} · ${moment.context}: ${[...new Set(moment.rows.map(({ table }) => table))].join(', ')} ${PAGE.words.changedRows}`;
    case 'gap':
      return `${sayTime(moment.gap.fromMs)} – ${sayTime(moment.gap.toMs)} · ${PAGE.words.leftOut}: ${moment.gap.count}`;
  }
};

/** All that was recorded of a moment, for those who look closer. */
export const recordOf = (moment: Moment): unknown =>
  moment.what === 'entry'
    ? moment.entry
    : moment.what === 'rows'
      ? moment.rows
      : { leftOut: moment.gap.count, rowsLeftOut: moment.gap.rowsLeftOut };
