import type { ScreenVerb } from '../definition.ts';
import type { Row } from '../model/model.ts';
import type { TuiAction } from '../session-port.ts';
import { complete, runCommand } from './commands.ts';
import { isStarting } from './deeds.ts';
import { faultMenu } from './fault-menu.ts';
import { bodyOf, choicesOf, wrongField } from './form.ts';
import type { KeyPress } from './keys.ts';
import { editLine, lineOf } from './line-editor.ts';
import { sayVerb, verbOf } from './possible.ts';
import { only, say, type Around, type Prompt, type ScreenState, type Step } from './screen-state.ts';
import type { ScreenWords } from './screen-words.ts';

type Of<Kind extends Prompt['kind']> = Extract<Prompt, { kind: Kind }>;

const closed = (state: ScreenState): ScreenState => ({ ...state, prompt: undefined });

/** The list follows while the filter is typed. */
const filtering = (state: ScreenState, prompt: Of<'filter'>, text: string): ScreenState => ({
  ...state,
  filters: { ...state.filters, [prompt.pane]: text.trim() },
  first: { ...state.first, [prompt.pane]: 0 },
  cursor: { ...state.cursor, events: 0 },
});

const pressInFilter = (state: ScreenState, prompt: Of<'filter'>, { key, typed }: KeyPress): ScreenState => {
  if (key === 'enter' || key === 'tab' || key === 'down' || key === 'up') return closed(state);
  if (key === 'esc') return closed(filtering(state, prompt, prompt.before));
  const line = editLine(prompt.line, key, typed);
  return line === undefined ? state : filtering({ ...state, prompt: { ...prompt, line } }, prompt, line.text);
};

const pressInCommand = (state: ScreenState, prompt: Of<'command'>, { key, typed }: KeyPress, around: Around, words: ScreenWords): Step => {
  if (key === 'esc' || (key === 'backspace' && prompt.line.text === '')) return only(closed(state));
  if (key === 'enter') return runCommand(closed(state), around, prompt.line.text, words);
  if (key === 'tab' || key === 'shift-tab' || key === 'up' || key === 'down') {
    const choices = complete(prompt.stem, around);
    if (choices.length === 0) return only(state);
    const by = key === 'tab' || key === 'down' ? 1 : -1;
    const picked =
      prompt.picked === undefined ? (by === 1 ? 0 : choices.length - 1) : (prompt.picked + by + choices.length) % choices.length;
    return only({ ...state, prompt: { ...prompt, picked, line: lineOf(choices[picked] ?? '') } });
  }
  const line = editLine(prompt.line, key, typed);
  return only(line === undefined ? state : { ...state, prompt: { kind: 'command', line, picked: undefined, stem: line.text } });
};

const actionOf = ({ name, makes }: ScreenVerb, ids: readonly string[], body: Row): TuiAction =>
  makes ? { kind: 'make', verb: name, body, count: 1 } : { kind: 'ask', verb: name, ids, body };

const asking = (
  state: ScreenState,
  verb: ScreenVerb,
  ids: readonly string[],
  body: Row,
  { system }: Pick<Around, 'system'>,
  words: ScreenWords,
): Step => ({
  state: say(
    closed(state),
    'busy',
    verb.makes ? words.say.making : words.asked(verb.name, sayVerb(system.screen, verb.name, words), ids.length),
  ),
  requests: [{ kind: 'act', action: actionOf(verb, ids, body) }],
});

const pressInText = (state: ScreenState, prompt: Of<'text'>, { key, typed }: KeyPress, { system }: Around, words: ScreenWords): Step => {
  if (key === 'esc') return only(closed(state));
  if (key === 'enter') {
    const text = prompt.line.text.trim();
    if (text === '') return only(say(state, 'bad', words.say.emptyText));
    const verb = verbOf(system.screen, prompt.verb);
    const [field] = verb?.fields ?? [];
    return verb === undefined || field === undefined
      ? only(closed(state))
      : asking(state, verb, prompt.ids, { [field.name]: text }, { system }, words);
  }
  const line = editLine(prompt.line, key, typed);
  return only(line === undefined ? state : { ...state, prompt: { ...prompt, line } });
};

const pressInForm = (state: ScreenState, prompt: Of<'form'>, { key, typed }: KeyPress, { system }: Around, words: ScreenWords): Step => {
  const verb = verbOf(system.screen, prompt.verb);
  if (verb === undefined || key === 'esc') return only(closed(state));
  const { fields } = verb;
  const turn = (by: 1 | -1): Step => only({ ...state, prompt: { ...prompt, at: (prompt.at + by + fields.length) % fields.length } });
  if (key === 'tab' || key === 'down') return turn(1);
  if (key === 'shift-tab' || key === 'up') return turn(-1);
  if (key === 'enter') {
    const texts = Object.fromEntries(Object.entries(prompt.fields).map(([name, line]) => [name, line.text.trim()]));
    const wrong = wrongField(fields, texts);
    if (wrong !== undefined) return only({ ...state, prompt: { ...prompt, at: fields.indexOf(wrong), wrong: wrong.name } });
    return asking(state, verb, prompt.ids, bodyOf(fields, texts), { system }, words);
  }
  const field = fields[prompt.at];
  const written = field === undefined ? undefined : prompt.fields[field.name];
  if (field === undefined || written === undefined) return only(state);
  const choices = choicesOf(field);
  if (choices !== undefined) {
    if (!['left', 'right', 'space', 'h', 'l'].includes(key)) return only(state);
    const by = key === 'left' || key === 'h' ? -1 : 1;
    const other = choices[(choices.indexOf(written.text) + by + choices.length) % choices.length] ?? '';
    return only({ ...state, prompt: { ...prompt, fields: { ...prompt.fields, [field.name]: lineOf(other) } } });
  }
  const line = editLine(written, key, typed);
  return only(
    line === undefined
      ? state
      : {
          ...state,
          prompt: {
            ...prompt,
            wrong: prompt.wrong === field.name ? undefined : prompt.wrong,
            fields: { ...prompt.fields, [field.name]: line },
          },
        },
  );
};

const pressInFaults = (state: ScreenState, prompt: Of<'faults'>, { key }: KeyPress, around: Around, words: ScreenWords): Step => {
  const items = faultMenu(around, words);
  const to = (at: number): Step => only({ ...state, prompt: { ...prompt, at: Math.max(0, Math.min(items.length - 1, at)) } });
  if (key === 'esc' || key === 'q' || key === 'F') return only(closed(state));
  if (key === 'up' || key === 'k') return to(prompt.at - 1);
  if (key === 'down' || key === 'j') return to(prompt.at + 1);
  if (key === 'g' || key === 'home') return to(0);
  if (key === 'G' || key === 'end') return to(items.length - 1);
  if (key !== 'enter' && key !== 'space') return only(state);
  const item = items[Math.min(prompt.at, items.length - 1)];
  if (item === undefined) return only(closed(state));
  if (!around.can(item.action.kind)) return only(say(closed(state), 'bad', isStarting(around) ? words.say.notYet : words.say.notHere));
  return { state: say(closed(state), 'busy', item.text), requests: [{ kind: 'act', action: item.action }] };
};

const PAGE = 10;

/** A page of text: scrolled, or closed by whatever closes pages elsewhere. */
const pressInPage = (state: ScreenState, prompt: Of<'help'> | Of<'event'>, { key }: KeyPress): ScreenState => {
  const to = (first: number): ScreenState => ({ ...state, prompt: { ...prompt, first: Math.max(0, first) } });
  if (key === 'esc' || key === 'q' || key === 'enter' || (prompt.kind === 'help' && key === '?')) return closed(state);
  if (key === 'up' || key === 'k') return to(prompt.first - 1);
  if (key === 'down' || key === 'j') return to(prompt.first + 1);
  if (key === 'pageup') return to(prompt.first - PAGE);
  if (key === 'pagedown' || key === 'space') return to(prompt.first + PAGE);
  if (key === 'G' || key === 'end') return to(Number.MAX_SAFE_INTEGER);
  return key === 'g' || key === 'home' ? to(0) : state;
};

/** The screen after a key while something else than the panes has the keys. */
export const pressInPrompt = (state: ScreenState, prompt: Prompt, press: KeyPress, around: Around, words: ScreenWords): Step => {
  switch (prompt.kind) {
    case 'filter':
      return only(pressInFilter(state, prompt, press));
    case 'command':
      return pressInCommand(state, prompt, press, around, words);
    case 'text':
      return pressInText(state, prompt, press, around, words);
    case 'form':
      return pressInForm(state, prompt, press, around, words);
    case 'faults':
      return pressInFaults(state, prompt, press, around, words);
    case 'event':
    case 'help':
      return only(pressInPage(state, prompt, press));
  }
};
