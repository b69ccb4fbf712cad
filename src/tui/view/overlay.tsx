import type { ReactElement } from 'react';
import { columnsOf } from '../../reports/width.ts';
import { cell } from './cells.ts';
import { promptText } from './chrome.ts';
import { faultMenu } from './fault-menu.ts';
import { boxOf, innerColumns, innerRows, type Place } from './layout.ts';
import { boundedFirst, pageOf, type PagePrompt } from './page-text.ts';
import { Block, framed } from './pane.tsx';
import type { Scene } from './scene.ts';
import type { Prompt } from './screen-state.ts';
import { choicesOf } from './form.ts';
import { sayVerb, verbOf } from './possible.ts';
import { windowOf } from './window.ts';

/** A box over the panes, and where the cursor stands on the screen, where something is typed in it. */
export interface Overlay {
  readonly element: ReactElement;
  readonly cursor: { readonly x: number; readonly y: number } | undefined;
}

const drawBox = (
  scene: Scene,
  place: Place,
  title: string,
  lines: readonly string[],
  scroll?: { readonly total: number; readonly first: number },
): ReactElement => (
  <Block
    left={place.left}
    top={place.top}
    columns={place.columns}
    lines={framed(place, {
      paint: scene.paint,
      hasFocus: true,
      title,
      content: { lines, ...(scroll === undefined ? {} : { scroll: { ...scroll, rows: innerRows(place), fromRow: 0 } }) },
    })}
  />
);

/** A page of text, from where it is scrolled to. */
const drawPage = (scene: Scene, prompt: PagePrompt): Overlay => {
  const { place, title, lines } = pageOf(scene, prompt);
  const from = boundedFirst(scene, prompt);
  return {
    element: drawBox(scene, place, title, lines.slice(from, from + innerRows(place)), { total: lines.length, first: from }),
    cursor: undefined,
  };
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

/** Choices beside each other, as many as find room; else the chosen one alone. */
const choiceLine = (choices: readonly string[], chosen: string, room: number, isAt: boolean, { words, paint }: Scene): string => {
  const say = (choice: string): string => words.choice[choice] ?? choice;
  const wide = choices.reduce((sum, choice) => sum + columnsOf(say(choice)), 0) + 2 * choices.length + 3 * (choices.length - 1);
  if (wide > room) return (isAt ? paint.chosen : paint.strong)(cell(`● ${say(chosen)}`, room));
  // The sign tells it as well: not everybody sees a colour, or what is bold.
  const drawn = choices.map((choice) =>
    choice === chosen ? (isAt ? paint.chosen : paint.strong)(`● ${say(choice)}`) : paint.dim(`○ ${say(choice)}`),
  );
  return `${drawn.join('   ')}${' '.repeat(room - wide)}`;
};

const form = (scene: Scene, prompt: Extract<Prompt, { kind: 'form' }>): Overlay => {
  const { words, paint, system } = scene;
  const fields = verbOf(system.screen, prompt.verb)?.fields ?? [];
  const place = boxOf(scene.state, 60, fields.length + 4);
  const inner = innerColumns(place);
  const room = inner - 2 - LABEL_COLUMNS;
  const most = Math.max(1, innerRows(place) - 2);
  const from = Math.max(0, Math.min(prompt.at - most + 1, fields.length - most));
  let cursor: Overlay['cursor'];
  const lines = fields.slice(from, from + most).map((field, index) => {
    const isAt = from + index === prompt.at;
    const line = prompt.fields[field.name] ?? { text: '', at: 0 };
    const lead = `${isAt ? paint.frame('▸ ') : '  '}${(isAt ? paint.strong : paint.dim)(cell(words.field[field.name] ?? field.name, LABEL_COLUMNS))}`;
    const choices = choicesOf(field);
    if (choices !== undefined) return lead + choiceLine(choices, line.text, room, isAt, scene);
    if (!isAt) return lead + cell(line.text, room);
    const shown = promptText(line, room, paint);
    cursor = { x: place.left + 2 + 2 + LABEL_COLUMNS + shown.cursor, y: place.top + 2 + index };
    return lead + shown.text;
  });
  const wrongIs = fields.find(({ name }) => name === prompt.wrong);
  const wrong =
    wrongIs === undefined
      ? ' '.repeat(inner)
      : paint.bad(
          cell(
            `✗ ${words.field[wrongIs.name] ?? wrongIs.name}: ${wrongIs.kind === 'number' ? words.say.formWrongNumber : words.say.formWrong}`,
            inner,
          ),
        );
  return {
    element: drawBox(scene, place, words.form(sayVerb(system.screen, prompt.verb, words)), [' '.repeat(inner), ...lines, wrong]),
    cursor,
  };
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
      return form(scene, prompt);
    case 'filter':
    case 'command':
    case 'text':
      return undefined;
  }
};
