import { extraPanesOf, focusOn, isStarting, needOf, perform, takeVerb } from './deeds.ts';
import { bindingOf } from './key-map.ts';
import type { KeyPress } from './keys.ts';
import { panesOf } from './layout.ts';
import { pressInPrompt } from './press-prompt.ts';
import { only, say, type Around, type ScreenState, type Step } from './screen-state.ts';
import type { ScreenWords } from './screen-words.ts';

/** What was said of the last key is read by the time of the next one; what is still being waited for stays. */
const withoutMessage = (state: ScreenState): ScreenState =>
  state.message === undefined || state.message.tone === 'busy' ? state : { ...state, message: undefined };

/** The screen after a key. What it can't do here it says. */
export const press = (before: ScreenState, { key, typed }: KeyPress, around: Around, words: ScreenWords): Step => {
  if (key === 'ctrl-c') return { state: before, requests: [{ kind: 'quit', isInterrupt: true }] };
  const state = withoutMessage(before);
  if (state.prompt !== undefined) return pressInPrompt(state, state.prompt, { key, typed }, around, words);
  if (/^[1-9]$/.test(key)) {
    const pane = panesOf(extraPanesOf(around))[Number(key) - 1];
    return only(pane === undefined ? state : focusOn(state, pane));
  }
  const does = bindingOf(key, around.player !== undefined);
  const asked = does === undefined ? around.system.screen.keys.find(({ keys }) => keys.includes(key)) : undefined;
  const need = asked !== undefined ? needOf(around, asked.verb) : does === 'load' ? 'load' : undefined;
  if (need === 'load' && !around.system.hasLoad) return only(say(state, 'bad', words.say.noLoadHere));
  if (need !== undefined && !around.can(need)) return only(say(state, 'bad', isStarting(around) ? words.say.notYet : words.say.notHere));
  if (asked !== undefined) return takeVerb(state, around, asked, words);
  return does === undefined ? only(state) : perform(state, around, does, words);
};
