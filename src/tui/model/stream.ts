import { createFilteredList, newestFirst, type FilteredList } from './filtered-list.ts';
import { BOUNDS, type EventFilter, type EventLine, type Window } from './model.ts';
import { createSearch } from './search.ts';

type WithoutNumber<Line> = Line extends unknown ? Omit<Line, 'number'> : never;

/** A line before it has its number. */
export type NewLine = WithoutNumber<EventLine>;

/** The last lines of the event stream. */
export interface Stream {
  put(line: NewLine): void;
  from(offset: number, count: number, filter?: EventFilter): Window<EventLine>;
  copy(): Stream;
}

type Spell = (word: string) => string;

/** What a filter finds a line by. */
const haystack = (line: EventLine): string => {
  switch (line.what) {
    case 'event':
      return `${line.type} ${line.context} ${line.subject} ${JSON.stringify(line.data)}`;
    case 'command':
      return `${line.operation} ${line.context} ${line.method} ${line.url} ${line.status} ${line.problem ?? ''} ${line.about ?? ''}`;
    case 'handling':
      return `${line.handling} ${line.type} ${line.context} ${line.subject} ${line.reason ?? ''}`;
    case 'context':
      return `${line.context} ${line.change}`;
    case 'fault':
      return `fault ${line.fault} ${line.context ?? ''} ${JSON.stringify(line.detail)}`;
    case 'breaker':
      return `breaker ${line.context} ${line.change}`;
    case 'note':
      return line.text;
  }
};

const passesOf = ({ text = '', what, context, about }: EventFilter, spell: Spell): ((line: EventLine) => boolean) => {
  const finds = createSearch(text, spell);
  return (line) => {
    if (what !== undefined && line.what !== what) return false;
    if (context !== undefined && (!('context' in line) || line.context !== context)) return false;
    if (about !== undefined && (!('about' in line) || line.about !== about)) return false;
    return finds(haystack(line));
  };
};

const isNothing = ({ text = '', what, context, about }: EventFilter): boolean =>
  text.trim() === '' && what === undefined && context === undefined && about === undefined;

const build = (spell: Spell, given: readonly EventLine[], alreadyGone: number): Stream => {
  let lines = [...given];
  let gone = alreadyGone;
  let key = '';
  let filtered: FilteredList<EventLine> | undefined;
  const list = { first: () => gone + 1, last: () => gone + lines.length, at: (number: number) => lines[number - gone - 1] as EventLine };
  return {
    put: (line) => {
      // Half as many again are let in before the oldest go, so that they go seldom.
      if (lines.length >= BOUNDS.events * 1.5) {
        gone += lines.length - BOUNDS.events;
        lines = lines.slice(-BOUNDS.events);
      }
      lines.push({ ...line, number: gone + lines.length + 1 });
    },
    from: (offset, count, filter = {}) => {
      if (isNothing(filter)) return newestFirst(lines, offset, count);
      const { text, what, context, about } = filter;
      const wanted = JSON.stringify([text, what, context, about]);
      if (wanted !== key || filtered === undefined) {
        key = wanted;
        filtered = createFilteredList(list, passesOf(filter, spell));
      }
      return newestFirst(filtered.read(), offset, count);
    },
    copy: () => build(spell, lines, gone),
  };
};

/** A stream without lines; `spell` is how words are spelled in it. */
export const createStream = (spell: Spell): Stream => build(spell, [], 0);
