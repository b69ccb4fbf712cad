import type { ReactElement } from 'react';
import { columnsOf } from '../../reports/width.ts';
import { cell, plain, wrap } from './cells.ts';
import { promptText } from './chrome.ts';
import { eventText } from './event-text.ts';
import { faultMenu } from './fault-menu.ts';
import { BINDINGS, PLAYER_BINDINGS, sayKey } from './key-map.ts';
import { FOOTER_ROWS, HEADER_ROWS, panesOf, type Place } from './layout.ts';
import { sayOrder } from './order-words.ts';
import { Block, framed, innerColumns, innerRows } from './pane.tsx';
import type { Scene } from './scene.ts';
import { FIELDS, type Prompt } from './screen-state.ts';
import { sayClock } from './spans.ts';
import { windowOf } from './window.ts';

/** A box over the panes, and where the cursor stands on the screen, where something is typed in it. */
export interface Overlay {
  readonly element: ReactElement;
  readonly cursor: { readonly x: number; readonly y: number } | undefined;
}

/** A box of this size in the middle of where the panes are. */
const boxOf = (scene: Scene, columns: number, rows: number): Place => {
  const { state } = scene;
  const most = state.rows - HEADER_ROWS - FOOTER_ROWS;
  const height = Math.min(most, rows);
  const width = Math.min(state.columns - 4, columns);
  return { pane: 'mypage', left: Math.floor((state.columns - width) / 2), top: HEADER_ROWS + Math.floor((most - height) / 2), columns: width, rows: height };
};

const drawBox = (scene: Scene, place: Place, title: string, lines: readonly string[], scroll?: { readonly total: number; readonly first: number }): ReactElement => (
  <Block
    left={place.left}
    top={place.top}
    columns={place.columns}
    lines={framed(place, { paint: scene.paint, hasFocus: true, title, content: { lines, ...(scroll === undefined ? {} : { scroll: { ...scroll, rows: innerRows(place), fromRow: 0 } }) } })}
  />
);

const page = (scene: Scene, place: Place, title: string, lines: readonly string[], first: number): Overlay => {
  const from = Math.max(0, Math.min(first, lines.length - innerRows(place)));
  return { element: drawBox(scene, place, title, lines.slice(from, from + innerRows(place)), { total: lines.length, first: from }), cursor: undefined };
};

const KEYS_COLUMNS = 12;

/** All keys with what they do, then the panes. */
const helpLines = (scene: Scene, inner: number): readonly string[] => {
  const { words, paint, player, hasSteps } = scene;
  const shown = [...(player === undefined ? [] : PLAYER_BINDINGS), ...BINDINGS.filter(({ role }) => player === undefined || role === 'screen')];
  let role: string | undefined;
  const lines: string[] = [];
  for (const binding of shown) {
    if (binding.role !== role) lines.push(paint.strong(cell(words.role[binding.role], inner)));
    role = binding.role;
    const keys = binding.keys.map(sayKey).join(' ');
    lines.push(`  ${paint.key(cell(keys, KEYS_COLUMNS))} ${cell(words.explains[binding.does], inner - KEYS_COLUMNS - 3)}`);
  }
  lines.push(paint.strong(cell(words.say.about, inner)));
  for (const [index, pane] of panesOf(hasSteps).entries()) lines.push(`  ${paint.key(cell(String(index + 1), 3))}${cell(words.pane[pane], 10)}${cell(words.about[pane], inner - 15)}`);
  return lines;
};

const helpPage = (scene: Scene, prompt: Extract<Prompt, { kind: 'help' }>): Overlay => {
  const place = boxOf(scene, 76, 999);
  return page(scene, place, scene.words.say.helpTitle, helpLines(scene, innerColumns(place)), prompt.first);
};

const eventPage = (scene: Scene, prompt: Extract<Prompt, { kind: 'event' }>): Overlay => {
  const { words, paint, model } = scene;
  const { event } = prompt;
  const place = boxOf(scene, 100, 24);
  const inner = innerColumns(place);
  const { what, context, orderId, rest } = eventText(event, words, paint);
  const order = orderId === undefined ? undefined : model.order(orderId);
  const pairs: readonly (readonly [string, string])[] = [
    [words.say.time, sayClock(event.atMs)],
    [words.say.context, context],
    ...(orderId === undefined ? [] : [[words.say.order, `${order === undefined ? '' : `${sayOrder(order)} `}${orderId}`] as const]),
    ...(event.what === 'event' ? [['id', event.id] as const] : []),
  ];
  const head = pairs.map(([name, value]) => `${paint.dim(cell(name, 10))}${cell(value, inner - 10)}`);
  const body = event.what === 'event' ? JSON.stringify(event.data, null, 2).split('\n') : [rest];
  const lines = body.flatMap((text) => wrap(plain(text), inner)).map((text) => cell(text, inner));
  return page(scene, place, what === '' ? words.say.eventTitle : what, [...head, ' '.repeat(inner), ...lines], prompt.first);
};

const faultsMenu = (scene: Scene, prompt: Extract<Prompt, { kind: 'faults' }>): Overlay => {
  const { words, paint, can } = scene;
  const items = faultMenu(scene, words);
  const wide = Math.max(30, ...items.map(({ text }) => columnsOf(text))) + 8;
  const place = boxOf(scene, wide, items.length + 2);
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
  const place = boxOf(scene, 60, FIELDS.length + 4);
  const inner = innerColumns(place);
  const room = inner - 2 - LABEL_COLUMNS;
  let cursor: Overlay['cursor'];
  const lines = FIELDS.map((name, index) => {
    const isAt = index === prompt.at;
    const line = prompt.fields[name];
    const lead = `${isAt ? paint.frame('▸ ') : '  '}${(isAt ? paint.strong : paint.dim)(cell(words.field[name], LABEL_COLUMNS))}`;
    if (name === 'payment') {
      const isApproved = line.text === 'approve';
      const choice = (text: string, isOn: boolean): string => (isOn ? (isAt ? paint.chosen : paint.strong)(` ${text} `) : paint.dim(` ${text} `));
      return `${lead}${choice(words.say.approve, isApproved)}${choice(words.say.decline, !isApproved)}${' '.repeat(Math.max(0, room - columnsOf(words.say.approve) - columnsOf(words.say.decline) - 4))}`;
    }
    if (!isAt) return lead + cell(line.text, room);
    const shown = promptText(line, room, paint);
    cursor = { x: place.left + 2 + 2 + LABEL_COLUMNS + shown.cursor, y: place.top + 2 + index };
    return lead + shown.text;
  });
  const wrong = prompt.wrong === undefined ? ' '.repeat(inner) : paint.bad(cell(`✗ ${words.field[prompt.wrong]}: ${words.say.formWrong}`, inner));
  return { element: drawBox(scene, place, words.say.formTitle, [' '.repeat(inner), ...lines, wrong]), cursor };
};

/** The box that has the keys instead of the panes, where there is one. */
export const overlayOf = (scene: Scene): Overlay | undefined => {
  const { prompt } = scene.state;
  if (prompt === undefined) return undefined;
  switch (prompt.kind) {
    case 'help':
      return helpPage(scene, prompt);
    case 'event':
      return eventPage(scene, prompt);
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
