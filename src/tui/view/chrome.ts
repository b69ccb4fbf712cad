import { columnsOf } from '../../reports/width.ts';
import { cell, plain, wrap } from './cells.ts';
import { paneKeys } from './help-bar.ts';
import { keyOf } from './key-map.ts';
import { FOOTER_ROWS } from './layout.ts';
import { splitAtCursor, type Line } from './line-editor.ts';
import type { Scene } from './scene.ts';
import type { Message } from './screen-state.ts';
import { sayClock } from './spans.ts';

const OUTCOME_SIGN = { passed: '✓', flaky: '~', failed: '✗', errored: '✗', inconclusive: '?', skipped: '-', interrupted: '■' } as const;

/** What goes on: live, paused, a recording that plays or stands. */
const stateOf = ({ words, paint, player, model, isEnding }: Scene): { readonly text: string; readonly tint: (text: string) => string } => {
  if (isEnding) return { text: `■ ${words.say.ended}`, tint: paint.warn };
  if (player !== undefined)
    return player.isPlaying
      ? { text: `▶ ${words.say.playing} ×${player.speed}`, tint: paint.good }
      : { text: `■ ${words.say.recording}`, tint: paint.warn };
  const { live } = model;
  if (live?.verdict !== undefined) {
    const { outcome } = live.verdict;
    return { text: `${OUTCOME_SIGN[outcome]} ${words.outcome[outcome]}`, tint: outcome === 'passed' ? paint.good : paint.bad };
  }
  if (live?.areDeliveriesPaused === true || live?.scenario === 'waiting') return { text: `■ ${words.say.paused}`, tint: paint.warn };
  return { text: `● ${words.say.live}`, tint: paint.good };
};

/** The first line: the panes by number, and what is looked at. */
export const headerLine = (scene: Scene): string => {
  const { state, words, paint, panes, title } = scene;
  const { columns } = state;
  const name = columns >= 110 ? ' food-sim ' : '';
  const { text, tint } = stateOf(scene);
  const lay = (air: string): readonly { readonly text: string; readonly painted: string }[] =>
    panes.map((pane, index) => {
      const tab = `${air}${index + 1} ${words.pane[pane]} `;
      return { text: tab, painted: pane === state.focus ? paint.chosen(tab) : tab };
    });
  const wideOf = (laid: ReturnType<typeof lay>): number => columnsOf(name) + laid.reduce((sum, tab) => sum + columnsOf(tab.text), 0);
  const airy = lay(' ');
  const tabs = wideOf(airy) + columnsOf(text) + 2 <= columns ? airy : lay('');
  const wide = wideOf(tabs);
  const room = columns - wide - columnsOf(text) - 2;
  // A title of a few letters and an ellipsis tells nothing.
  const about = room >= Math.min(columnsOf(title) + 3, 24) ? cell(title, Math.min(columnsOf(title), room - 3)) : '';
  const gap = columns - wide - columnsOf(text) - 1 - (about === '' ? 0 : columnsOf(about) + 2);
  return (
    paint.strong(paint.frame(name)) +
    tabs.map(({ painted }) => painted).join('') +
    ' '.repeat(Math.max(0, gap)) +
    (about === '' ? '' : `${paint.dim(about)}  `) +
    tint(text) +
    ' '
  );
};

/** What a prompt shows of its line, and where the cursor stands in it, in columns. */
export const promptText = (line: Line, columns: number, paint: Scene['paint']): { readonly text: string; readonly cursor: number } => {
  const { before, under, after } = splitAtCursor({ text: plain(line.text), at: line.at });
  // A line that is too long shows its part before the cursor from the right.
  let shown = before;
  while (columnsOf(shown) > columns - 2 && shown !== '') shown = shown.slice(1);
  const left = columns - columnsOf(shown) - columnsOf(under);
  return { text: shown + paint.chosen(under) + cell(after, Math.max(0, left)), cursor: columnsOf(shown) };
};

const LABEL_SIGN = { filter: '/', command: ':' } as const;

/** What the pane shows, and the keys that mean something in it. */
const paneLine = (scene: Scene): string => {
  const { state, words, paint } = scene;
  const [pane, meaning] = [words.pane[state.focus], words.about[state.focus]];
  // What begins with the pane's name need not say it twice.
  const says = ` ${meaning.startsWith(pane) ? meaning : `${pane}: ${meaning}`}`;
  const wideOf = (some: ReturnType<typeof paneKeys>): number =>
    some.reduce((sum, { key, text }) => sum + columnsOf(key) + columnsOf(text) + 3, 1);
  const all = paneKeys(scene);
  // The help page knows of zooming as well.
  const keys = columnsOf(says) + wideOf(all) <= state.columns ? all : all.filter(({ key }) => key !== keyOf('zoom'));
  const about = paint.dim(cell(says, state.columns - wideOf(keys)));
  return `${about}${keys.map(({ key, text }) => `  ${paint.key(key)} ${text}`).join('')} `;
};

/** What was said last, whole as far as there is room: why something was refused is not to be cut. */
const messageLines = ({ state, paint, player }: Scene, { tone, text }: Message): readonly string[] => {
  const sign = { good: '✓', bad: '✗', plain: '·', busy: '…' }[tone];
  const tint = { good: paint.good, bad: paint.bad, plain: paint.dim, busy: paint.dim }[tone];
  const most = FOOTER_ROWS - (player === undefined ? 1 : 2);
  const lines = wrap(plain(text), state.columns - 4);
  // What is too long even so shows as cut.
  const shown = lines.length <= most ? lines : [...lines.slice(0, most - 1), lines.slice(most - 1).join('')];
  return shown.map((line, index) => tint(cell(` ${index === 0 ? sign : ' '} ${line}`, state.columns)));
};

/** The lines above the help bar: what was said last, or what is being typed. */
export const statusLines = (scene: Scene): { readonly lines: readonly string[]; readonly cursor: number | undefined } => {
  const { state, words, paint } = scene;
  const { columns, prompt, message } = state;
  if (prompt?.kind === 'filter' || prompt?.kind === 'command' || prompt?.kind === 'text') {
    const label = prompt.kind === 'text' ? ` ${words.say.textPrompt}: ` : ` ${LABEL_SIGN[prompt.kind]}`;
    const wide = columnsOf(label);
    const { text, cursor } = promptText(prompt.line, columns - wide, paint);
    return { lines: [paint.key(label) + text], cursor: wide + cursor };
  }
  const { scenario, live } = scene.model;
  const verdict = live?.verdict?.failure?.message ?? (scenario === undefined ? undefined : state.verdicts.get(scenario.scenario));
  if (message !== undefined) return { lines: messageLines(scene, message), cursor: undefined };
  // A verdict stays, and must not take the keys' room; the steps tell all of it.
  return { lines: [verdict === undefined ? paneLine(scene) : paint.bad(cell(` ✗ ${verdict}`, columns))], cursor: undefined };
};

/** A recording's time: where it stands on its way from beginning to end. */
export const timeLine = (scene: Scene): string | undefined => {
  const { player, paint, state } = scene;
  if (player === undefined) return undefined;
  const { columns } = state;
  const label = ` ${sayClock(player.positionMs)} / ${sayClock(player.lengthMs)}   ${player.position}/${player.length} `;
  const wide = columns - columnsOf(label) - 2;
  const at = player.length === 0 ? 0 : Math.round(((wide - 1) * player.position) / player.length);
  return `${paint.strong(label)}${paint.onTheWay('━'.repeat(at))}${paint.strong('◉')}${paint.dim('─'.repeat(Math.max(0, wide - 1 - at)))}  `;
};
