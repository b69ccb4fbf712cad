import type { Screen } from '../definition.ts';
import type { EventLine } from '../model/model.ts';
import type { Paint } from './paint.ts';
import type { ScreenWords } from './screen-words.ts';

/** What a line of the stream says: a sign, what happened, where, about what, and the rest. */
export interface EventText {
  readonly sign: string;
  readonly what: string;
  readonly context: string;
  readonly about: string | undefined;
  readonly rest: string;
  readonly tint: (text: string) => string;
}

const SAID_OF_FAULTS: ReadonlySet<string> = new Set(['context', 'seq', 'id', 'subject', 'type', 'correlation']);

/** The fields of an event that are not told beside it already; `said` are those that are, and so is what it is about. */
const sayData = (data: Readonly<Record<string, unknown>>, said: ReadonlySet<string>, about?: string): string =>
  Object.entries(data)
    .filter(([name, value]) => !said.has(name) && value !== null && value !== about && !(Array.isArray(value) && value.length === 0))
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' · ');

/** What a fault was told to do. */
export const sayFault = (detail: Readonly<Record<string, unknown>>): string =>
  [...(typeof detail['type'] === 'string' ? [detail['type']] : []), sayData(detail, SAID_OF_FAULTS)]
    .filter((part) => part !== '')
    .join(' · ');

/** A line of the stream in parts. */
export const eventText = (
  line: EventLine,
  words: ScreenWords,
  paint: Paint,
  { tellsFirst, saidAlready }: Pick<Screen, 'tellsFirst' | 'saidAlready'>,
): EventText => {
  switch (line.what) {
    case 'event': {
      const first = tellsFirst === undefined ? undefined : line.data[tellsFirst];
      return {
        sign: '●',
        what: line.type,
        context: line.context,
        about: line.about,
        rest: [...(typeof first === 'string' ? [first] : []), sayData(line.data, saidAlready, line.about)]
          .filter((part) => part !== '')
          .join(' · '),
        tint: paint.onTheWay,
      };
    }
    case 'command':
      return {
        sign: '▸',
        what: line.operation,
        context: line.context,
        about: line.about,
        rest: `${line.method} ${line.url} ${line.status}${line.problem === undefined ? '' : ` ${line.problem}`}`,
        tint: line.status >= 400 ? paint.bad : paint.good,
      };
    case 'handling':
      return {
        sign: line.handling === 'dead-lettered' ? '✗' : '◌',
        what: line.type,
        context: line.context,
        about: line.about,
        rest: `${words.handling[line.handling]}${line.reason === undefined ? '' : `: ${line.reason}`}`,
        tint: line.handling === 'dead-lettered' ? paint.bad : paint.warn,
      };
    case 'context':
      return {
        sign: line.change === 'started' ? '▲' : '▼',
        what: words.change[line.change],
        context: line.context,
        about: undefined,
        rest: '',
        tint: line.change === 'started' ? paint.good : paint.bad,
      };
    case 'fault':
      return { sign: '!', what: line.fault, context: line.context ?? '', about: line.about, rest: sayFault(line.detail), tint: paint.bad };
    case 'breaker':
      return {
        sign: '◆',
        what: words.say.circuit,
        context: line.context,
        about: undefined,
        rest: words.breakerState[line.change],
        tint: line.change === 'closed' ? paint.good : line.change === 'open' ? paint.bad : paint.warn,
      };
    case 'note':
      return { sign: '·', what: '', context: '', about: undefined, rest: line.text, tint: paint.dim };
  }
};
