import { columnsOf } from '../../reports/width.ts';
import { cell } from './cells.ts';
import { complete } from './commands.ts';
import { needOf } from './deeds.ts';
import { choicesOf } from './form.ts';
import { keyOf } from './key-map.ts';
import { allows, verbOf } from './possible.ts';
import type { Scene } from './scene.ts';
import type { Prompt } from './screen-state.ts';

/** One key and what it does; dim where it would do nothing now. */
interface Hint {
  readonly key: string;
  readonly text: string;
  readonly isBright: boolean;
  /** Where there is no room for all, those of the highest rank are left out first; without one, none is while there are such. */
  readonly rank?: number;
}

interface Group {
  readonly role: string | undefined;
  readonly hints: readonly Hint[];
}

/** Whether the binding would do something to the marked lines, or to the chosen one. */
const isPossible = (scene: Scene, does: string): boolean => {
  const { state, model, chosen, system } = scene;
  const { screen } = system;
  if (does === 'load') return scene.can('load');
  const asked = screen.keys.find((key) => key.does === does);
  const verb = asked === undefined ? undefined : verbOf(screen, asked.verb);
  if (verb === undefined) return true;
  if (!scene.can(needOf(scene, verb.name))) return false;
  if (verb.makes) return true;
  if (state.marked.size === 0) return chosen !== undefined && allows(chosen, verb, screen);
  for (const id of state.marked) {
    const line = model.line(id);
    if (line !== undefined && allows(line, verb, screen)) return true;
  }
  return false;
};

const hint = (scene: Scene, does: string, text = scene.words.does[does] ?? does): Hint => ({
  key: keyOf(does, scene.system.screen),
  text,
  isBright: isPossible(scene, does),
});
const hints = (scene: Scene, ...all: readonly string[]): readonly Hint[] => all.map((does) => hint(scene, does));

const hintsIn = (groups: readonly Group[]): readonly Hint[] => groups.flatMap(({ hints: own }) => own);

/** The groups without what matters least, until they fit with so many columns between hints. */
const fitting = (groups: readonly Group[], words: Scene['words'], columns: number): readonly Group[] => {
  const wide = groups.reduce(
    (sum, { role, hints: own }, index) =>
      sum +
      (role === undefined ? 0 : columnsOf(words.role[role] ?? role) + (index === 0 ? 0 : 2)) +
      own.reduce((all, { key, text }) => all + columnsOf(key) + columnsOf(text) + 2, 0),
    1,
  );
  const least = Math.max(0, ...hintsIn(groups).map(({ rank = 0 }) => rank));
  if (wide <= columns || least === 0) return groups;
  return fitting(
    groups.map((group) => ({ ...group, hints: group.hints.filter(({ rank = 0 }) => rank < least) })),
    words,
    columns,
  );
};

/** Groups in one line: at first with air between, then without; then what matters least is left out, and at last what stands at the end. */
const lineOfGroups = (scene: Scene, all: readonly Group[], columns: number): string => {
  const { paint, words } = scene;
  const groups = fitting(all, words, columns);
  const lay = (gap: number): { text: string; wide: number } => {
    let text = ' ';
    let wide = 1;
    for (const { role, hints: own } of groups) {
      const label = role === undefined ? '' : (words.role[role] ?? role);
      const first = wide === 1;
      if (label !== '') {
        const before = first ? 0 : gap + 1;
        if (wide + before + columnsOf(label) > columns) break;
        text += ' '.repeat(before) + paint.dim(label);
        wide += before + columnsOf(label);
      }
      for (const { key, text: does, isBright } of own) {
        const needed = gap + columnsOf(key) + 1 + columnsOf(does);
        if (wide + needed > columns) break;
        text += ' '.repeat(wide === 1 ? 0 : gap) + (isBright ? `${paint.key(key)} ${does}` : paint.dim(`${key} ${does}`));
        wide += needed - (wide === 1 ? gap : 0);
      }
    }
    return { text: text + ' '.repeat(Math.max(0, columns - wide)), wide };
  };
  const needed = groups.reduce(
    (sum, { role, hints: own }) =>
      sum +
      (role === undefined ? 0 : columnsOf(words.role[role] ?? role) + 3) +
      own.reduce((all, { key, text }) => all + columnsOf(key) + columnsOf(text) + 3, 0),
    1,
  );
  return lay(needed <= columns ? 2 : 1).text;
};

const systemGroup = (scene: Scene): Group => {
  const { model, words } = scene;
  const { live } = model;
  const isScenario = live !== undefined && live.scenario !== 'none';
  const isPaused = isScenario ? live.scenario === 'waiting' : live?.areDeliveriesPaused === true;
  const pause = hint(scene, 'pause', isPaused ? words.say.goOn : words.does['pause']);
  return {
    role: 'system',
    hints: [
      ...(scene.system.hasLoad ? [hint(scene, 'load', model.load?.isRunning === true ? words.say.stopLoad : words.does['load'])] : []),
      hint(scene, 'faults'),
      pause,
      ...(isPaused ? [hint(scene, 'step')] : []),
    ],
  };
};

const liveLines = (scene: Scene, columns: number): readonly string[] => [
  ...scene.system.screen.bar.map((groups) =>
    lineOfGroups(
      scene,
      groups.map(({ role, does }) => ({ role: role === '' ? undefined : role, hints: hints(scene, ...does) })),
      columns,
    ),
  ),
  lineOfGroups(scene, [systemGroup(scene), screenGroup(scene)], columns),
];

/** What is never left out is how to learn of the rest, and how to leave. */
const screenGroup = (scene: Scene): Group => ({
  role: undefined,
  hints: [
    { ...hint(scene, 'next-pane'), rank: 2 },
    { ...hint(scene, 'filter'), rank: 1 },
    { ...hint(scene, 'command'), rank: 3 },
    ...hints(scene, 'help', 'quit'),
  ],
});

const recordingLines = (scene: Scene, columns: number): readonly string[] => [
  lineOfGroups(
    scene,
    [
      {
        role: 'player',
        hints: [...hints(scene, 'backward', 'forward', 'previous-of-line', 'next-of-line'), ...hints(scene, 'first', 'last')],
      },
    ],
    columns,
  ),
  lineOfGroups(
    scene,
    [
      { role: 'player', hints: hints(scene, 'play', 'slower', 'faster') },
      { role: undefined, hints: screenGroup(scene).hints },
    ],
    columns,
  ),
];

/** The keys that mean something of their own in the pane that has them, as a person would look for them. */
export const paneKeys = ({ state, words, player }: Scene): readonly { readonly key: string; readonly text: string }[] => {
  const { focus, filters, isZoomed, marked } = state;
  const { does, say } = words;
  const isFiltered = (focus === 'list' || focus === 'events' || focus === 'aside') && filters[focus] !== '';
  const enter = {
    list: say.toStory,
    events: does['open'],
    contexts: say.toFaults,
    aside: undefined,
    story: undefined,
    breaker: undefined,
    steps: undefined,
  }[focus];
  const back = isFiltered
    ? say.unfilter
    : isZoomed
      ? say.unzoom
      : focus !== 'list'
        ? words.pane.list
        : marked.size > 0
          ? say.unmark
          : undefined;
  const scroll = focus === 'aside' || focus === 'story' || focus === 'steps';
  return [
    ...(enter === undefined || (focus === 'contexts' && player !== undefined) ? [] : [{ key: keyOf('open'), text: enter }]),
    ...(scroll ? [{ key: `${keyOf('up')}${keyOf('down')}`, text: say.scroll }] : []),
    ...(isZoomed ? [] : [{ key: keyOf('zoom'), text: does['zoom'] ?? '' }]),
    ...(back === undefined ? [] : [{ key: keyOf('back'), text: back }]),
  ];
};

/** Room for how many more there are, at the end of a row: `↑12↓345`. */
const MORE_COLUMNS = 9;

/** Completions in rows of at most so many columns; of each row, what stands in it by its place. */
const rowsOfChoices = (choices: readonly string[], columns: number): readonly (readonly number[])[] => {
  const rows: number[][] = [[]];
  let wide = 1;
  for (const [index, choice] of choices.entries()) {
    const needed = columnsOf(choice) + 2;
    if (wide + needed > columns && wide > 1) {
      rows.push([]);
      wide = 1;
    }
    rows.at(-1)?.push(index);
    wide += needed;
  }
  return rows;
};

/** Completions of a command line in rows, the picked one marked; where more stand before or behind, each end says how many. */
const completionLines = (scene: Scene, prompt: Extract<Prompt, { kind: 'command' }>, columns: number, rows: number): readonly string[] => {
  const { paint, model, can, player, system } = scene;
  const choices = complete(prompt.stem, { system, model, can, ...(player === undefined ? {} : { player }) });
  const whole = rowsOfChoices(choices, columns);
  const all = whole.length <= rows ? whole : rowsOfChoices(choices, columns - MORE_COLUMNS);
  const pickedAt = all.findIndex((row) => row.includes(prompt.picked ?? 0));
  // The picked one is always among those that are seen.
  const first = Math.max(0, Math.min(pickedAt, all.length - rows));
  const shown = all.slice(first, first + rows);
  const before = shown[0]?.[0] ?? 0;
  const behind = choices.length - 1 - (shown.at(-1)?.at(-1) ?? choices.length - 1);
  return shown.map((row, index) => {
    const text = ` ${row.map((at) => `${choices[at] ?? ''}  `).join('')}`;
    const painted = ` ${row.map((at) => `${at === prompt.picked ? paint.chosen(choices[at] ?? '') : (choices[at] ?? '')}  `).join('')}`;
    const more = [index === 0 && before > 0 ? `↑${before}` : '', index === shown.length - 1 && behind > 0 ? `↓${behind}` : ''].join('');
    const gap = Math.max(0, columns - columnsOf(text) - columnsOf(more));
    return columnsOf(text) > columns ? cell(text, columns) : painted + ' '.repeat(gap) + paint.dim(more);
  });
};

const promptLines = (scene: Scene, prompt: Prompt, columns: number): readonly string[] => {
  const { words, paint } = scene;
  const say = (text: string): string => paint.dim(cell(` ${text}`, columns));
  switch (prompt.kind) {
    case 'filter':
      return [say(words.say.filterKeys)];
    case 'command':
      return [say(words.say.commandKeys), ...completionLines(scene, prompt, columns, 2)];
    case 'text':
      // What is wrong with the text stands beneath it.
      return [
        say(words.say.textKeys),
        ...(scene.state.message?.tone === 'bad' ? [paint.bad(cell(` ✗ ${scene.state.message.text}`, columns))] : []),
      ];
    case 'form':
      return [
        say(
          choicesOf(verbOf(scene.system.screen, prompt.verb)?.fields[prompt.at] ?? { name: '', kind: 'text' }) === undefined
            ? words.say.formKeys
            : words.say.formChoiceKeys,
        ),
      ];
    case 'faults':
      return [say(words.say.faultsKeys)];
    case 'event':
    case 'help':
      return [say(words.say.pageKeys)];
  }
};

/** The lines at the bottom: which keys do what now. Always `rows` of them. */
export const helpBar = (scene: Scene, columns: number, rows: number): readonly string[] => {
  const { prompt } = scene.state;
  const bar = scene.player === undefined ? liveLines : recordingLines;
  // Where a message needs the room, the keys that are left are those that lead everywhere.
  const lines = prompt === undefined ? bar(scene, columns).slice(-rows) : promptLines(scene, prompt, columns);
  if (rows === 0) return [];
  return Array.from({ length: rows }, (_, index) => lines[index] ?? ' '.repeat(columns));
};
