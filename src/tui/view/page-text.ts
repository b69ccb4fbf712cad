import { cell, plain, wrap } from './cells.ts';
import { eventText } from './event-text.ts';
import { BINDINGS, PLAYER_BINDINGS, sayKey, type Binding } from './key-map.ts';
import { boxOf, innerColumns, innerRows, type Place } from './layout.ts';
import { sayNumber } from './thing-words.ts';
import type { Scene } from './scene.ts';
import type { Prompt } from './screen-state.ts';
import { sayClock } from './spans.ts';

/** A prompt that is a page of text: read, scrolled, closed. */
export type PagePrompt = Extract<Prompt, { kind: 'help' | 'event' }>;

type PageScene = Pick<Scene, 'state' | 'words' | 'paint' | 'model' | 'player' | 'system' | 'panes'>;

/** A page: its box, and all of its lines, of which the box shows a stretch. */
interface Page {
  readonly place: Place;
  readonly title: string;
  readonly lines: readonly string[];
}

const KEYS_COLUMNS = 12;

/** All keys with what they do, then the panes. */
const helpLines = (scene: PageScene, inner: number): readonly string[] => {
  const { words, paint, player, system, panes } = scene;
  const shown: readonly Binding[] = [
    ...(player === undefined ? system.screen.keys : PLAYER_BINDINGS),
    ...BINDINGS.filter(({ role }) => player === undefined || role === 'screen'),
  ];
  let role: string | undefined;
  const lines: string[] = [];
  for (const binding of shown) {
    if (binding.role !== role) lines.push(paint.strong(cell(words.role[binding.role] ?? binding.role, inner)));
    role = binding.role;
    const keys = binding.keys.map(sayKey).join(' ');
    lines.push(`  ${paint.key(cell(keys, KEYS_COLUMNS))} ${cell(words.explains[binding.does] ?? binding.does, inner - KEYS_COLUMNS - 3)}`);
  }
  lines.push(paint.strong(cell(words.say.about, inner)));
  for (const [index, pane] of panes.entries())
    lines.push(`  ${paint.key(cell(String(index + 1), 3))}${cell(words.pane[pane], 10)}${cell(words.about[pane], inner - 15)}`);
  return lines;
};

const helpPage = (scene: PageScene): Page => {
  const place = boxOf(scene.state, 76, 999);
  return { place, title: scene.words.say.helpTitle, lines: helpLines(scene, innerColumns(place)) };
};

const eventPage = (scene: PageScene, { event }: Extract<Prompt, { kind: 'event' }>): Page => {
  const { words, paint, model } = scene;
  const place = boxOf(scene.state, 100, 24);
  const inner = innerColumns(place);
  const { what, context, about, rest } = eventText(event, words, paint, scene.system.screen);
  const line = about === undefined ? undefined : model.lineAbout(about);
  const pairs: readonly (readonly [string, string])[] = [
    [words.say.time, sayClock(event.atMs)],
    [words.say.context, context],
    ...(about === undefined ? [] : [[words.say.line, `${line === undefined ? '' : `${sayNumber(line)} `}${about}`] as const]),
    ...(event.what === 'event' ? [['id', event.id] as const] : []),
  ];
  const head = pairs.map(([name, value]) => `${paint.dim(cell(name, 10))}${cell(value, inner - 10)}`);
  const body = event.what === 'event' ? JSON.stringify(event.data, null, 2).split('\n') : [rest];
  const lines = body.flatMap((text) => wrap(plain(text), inner)).map((text) => cell(text, inner));
  return { place, title: what === '' ? words.say.eventTitle : what, lines: [...head, ' '.repeat(inner), ...lines] };
};

/** The page that a prompt shows. */
export const pageOf = (scene: PageScene, prompt: PagePrompt): Page => (prompt.kind === 'help' ? helpPage(scene) : eventPage(scene, prompt));

/** Where the page is scrolled to: never beyond its last line. */
export const boundedFirst = (scene: PageScene, prompt: PagePrompt): number => {
  const { place, lines } = pageOf(scene, prompt);
  return Math.max(0, Math.min(prompt.first, lines.length - innerRows(place)));
};
