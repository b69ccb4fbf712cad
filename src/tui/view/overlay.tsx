import type { ReactElement } from 'react';
import { columnsOf } from '../../reports/width.ts';
import { cell } from './cells.ts';
import { promptText } from './chrome.ts';
import { faultMenu } from './fault-menu.ts';
import { boxOf, innerColumns, innerRows, type Place } from './layout.ts';
import { boundedFirst, pageOf, type PagePrompt } from './page-text.ts';
import { Block, framed } from './pane.tsx';
import type { Scene } from './scene.ts';
import { FIELDS, type Prompt } from './screen-state.ts';
import { windowOf } from './window.ts';

/** A box over the panes, and where the cursor stands on the screen, where something is typed in it. */
export interface Overlay {
  readonly element: ReactElement;
  readonly cursor: { readonly x: number; readonly y: number } | undefined;
}

const drawBox = (scene: Scene, place: Place, title: string, lines: readonly string[], scroll?: { readonly total: number; readonly first: number }): ReactElement => (
  <Block
    left={place.left}
    top={place.top}
    columns={place.columns}
    lines={framed(place, { paint: scene.paint, hasFocus: true, title, content: { lines, ...(scroll === undefined ? {} : { scroll: { ...scroll, rows: innerRows(place), fromRow: 0 } }) } })}
  />
);

/** A page of text, from where it is scrolled to. */
const drawPage = (scene: Scene, prompt: PagePrompt): Overlay => {
  const { place, title, lines } = pageOf(scene, prompt);
  const from = boundedFirst(scene, prompt);
  return { element: drawBox(scene, place, title, lines.slice(from, from + innerRows(place)), { total: lines.length, first: from }), cursor: undefined };
};

const faultsMenu = (scene: Scene, prompt: Extract<Prompt, { kind: 'faults' }>): Overlay => {
  const { words, paint, can } = scene;
  const items = faultMenu(scene, words);
  const wide = Math.max(30, ...items.map(({ text }) => columnsOf(text))) + 8;
  const place = boxOf(scene.state, wide, items.length + 2);
  const inner = innerColumns(place);
  const at = Math.min(prompt.at, items.length - 1);
  const { first, count } = windowOf(items.length, innerRows(place), at, at - Math.floor(innerRows(place) / 2));
  const lines = items.slice(first, first + count).map(({ text, action }, index) => {
    const isChosen = first + index === at;
    const line = cell(text, inner - 2);
    return `${isChosen ? paint.frame('▸ ') : '  '}${isChosen ? paint.chosen(line) : can(action.kind) ? line : paint.dim(line)}`;
  });
  return { element: drawBox(scene, place, words.say.faultsTitle, lines, { total: items.length, first }), cursor: undefined };
};

const LABEL_COLUMNS = 14;

const orderForm = (scene: Scene, prompt: Extract<Prompt, { kind: 'form' }>): Overlay => {
  const { words, paint } = scene;
  const place = boxOf(scene.state, 60, FIELDS.length + 4);
  const inner = innerColumns(place);
  const room = inner - 2 - LABEL_COLUMNS;
  let cursor: Overlay['cursor'];
  const lines = FIELDS.map((name, index) => {
    const isAt = index === prompt.at;
    const line = prompt.fields[name];
    const lead = `${isAt ? paint.frame('▸ ') : '  '}${(isAt ? paint.strong : paint.dim)(cell(words.field[name], LABEL_COLUMNS))}`;
    if (name === 'payment') {
      const isApproved = line.text === 'approve';
      // The sign tells it as well: not everybody sees a colour, or what is bold.
      const choice = (text: string, isOn: boolean): string => (isOn ? (isAt ? paint.chosen : paint.strong)(`● ${text}`) : paint.dim(`○ ${text}`));
      return `${lead}${choice(words.say.approve, isApproved)}   ${choice(words.say.decline, !isApproved)}${' '.repeat(Math.max(0, room - columnsOf(words.say.approve) - columnsOf(words.say.decline) - 7))}`;
    }
    if (!isAt) return lead + cell(line.text, room);
    const shown = promptText(line, room, paint);
    cursor = { x: place.left + 2 + 2 + LABEL_COLUMNS + shown.cursor, y: place.top + 2 + index };
    return lead + shown.text;
  });
  const wrong = prompt.wrong === undefined ? ' '.repeat(inner) : paint.bad(cell(`✗ ${words.field[prompt.wrong]}: ${prompt.wrong === 'price' ? words.say.formWrongPrice : words.say.formWrong}`, inner));
  return { element: drawBox(scene, place, words.say.formTitle, [' '.repeat(inner), ...lines, wrong]), cursor };
};

/** The box that has the keys instead of the panes, where there is one. */
export const overlayOf = (scene: Scene): Overlay | undefined => {
  const { prompt } = scene.state;
  if (prompt === undefined) return undefined;
  switch (prompt.kind) {
    case 'help':
    case 'event':
      return drawPage(scene, prompt);
    case 'faults':
      return faultsMenu(scene, prompt);
    case 'form':
      return orderForm(scene, prompt);
    case 'filter':
    case 'command':
    case 'review':
      return undefined;
  }
};
