import type { EventFilter, EventLine, LineFilter } from '../model/model.ts';
import type { ActResult, TuiAction, TuiSession } from '../session-port.ts';
import type { PaneName } from './layout.ts';
import type { Line } from './line-editor.ts';

/** What has the keys instead of the panes. */
export type Prompt =
  | { readonly kind: 'filter'; readonly pane: FilteredPane; readonly line: Line; /** What it was, for esc. */ readonly before: string }
  | {
      readonly kind: 'command';
      readonly line: Line;
      /** Which completion is picked, by tab. */ readonly picked: number | undefined;
      /** What was typed before completing. */ readonly stem: string;
    }
  /** The one text that a verb asks for; `ids` are the lines that it is for. */
  | { readonly kind: 'text'; readonly verb: string; readonly line: Line; readonly ids: readonly string[] }
  | {
      readonly kind: 'form';
      readonly verb: string;
      readonly ids: readonly string[];
      readonly at: number;
      readonly fields: Readonly<Record<string, Line>>;
      readonly wrong: string | undefined;
    }
  | { readonly kind: 'faults'; readonly at: number }
  | { readonly kind: 'event'; readonly event: EventLine; readonly first: number }
  | { readonly kind: 'help'; readonly first: number };

/** The panes whose lists can be filtered. */
export type FilteredPane = 'list' | 'events' | 'aside';

/** What was said last, below the panes. */
export interface Message {
  readonly tone: 'good' | 'bad' | 'plain' | 'busy';
  readonly text: string;
}

/** All that the screen remembers; everything else it shows comes from the session. Nothing in it knows Ink or React. */
export interface ScreenState {
  readonly columns: number;
  readonly rows: number;
  readonly focus: PaneName;
  readonly isZoomed: boolean;
  /** The chosen line; undefined as long as nobody chose: the newest then. */
  readonly chosenId: string | undefined;
  /** What it is about: in a recording, one may go back to before it. */
  readonly chosenSubject?: string;
  readonly marked: ReadonlySet<string>;
  /**
   * Of each pane's list, how far its first row is from the newest (of the story and the steps: the last row from the end);
   * 0 follows what comes.
   */
  readonly first: Readonly<Record<PaneName, number>>;
  /** The row that the cursor is on in lists of which no line is chosen, counted like `first`. */
  readonly cursor: { readonly events: number; readonly contexts: number };
  /** How long the lists were when last looked at: what comes must not push away what is read. */
  readonly lengths: Readonly<Partial<Record<PaneName, number>>>;
  readonly filters: Readonly<Record<FilteredPane, string>>;
  readonly prompt: Prompt | undefined;
  readonly message: Message | undefined;
  /** Why scenarios of a recording failed, by their number, once it was seen: it is still told where one goes back to find out. */
  readonly verdicts: ReadonlyMap<number, string>;
}

/** What a key asks of the world outside the screen. */
export type Request =
  | { readonly kind: 'act'; readonly action: TuiAction }
  | { readonly kind: 'player'; readonly does: PlayerDeed; readonly subject?: string; readonly position?: number; readonly speed?: number }
  | { readonly kind: 'redraw' }
  /** Gives the terminal to the shell until it is given back. */
  | { readonly kind: 'suspend' }
  | { readonly kind: 'quit'; readonly isInterrupt: boolean };
export type PlayerDeed =
  'play' | 'backward' | 'forward' | 'previous-of-line' | 'next-of-line' | 'first' | 'last' | 'slower' | 'faster' | 'seek' | 'speed';

/** The screen after something happened, and what is to be done about it. */
export interface Step {
  readonly state: ScreenState;
  readonly requests: readonly Request[];
}

/** What the screen looks at when a key is pressed. */
export type Around = Pick<TuiSession, 'system' | 'model' | 'can' | 'player'>;

const NO_SCROLL: Readonly<Record<PaneName, number>> = { list: 0, aside: 0, story: 0, events: 0, breaker: 0, contexts: 0, steps: 0 };

/** The screen as it opens. */
export const openScreen = (columns: number, rows: number): ScreenState => ({
  columns,
  rows,
  focus: 'list',
  isZoomed: false,
  chosenId: undefined,
  marked: new Set(),
  first: NO_SCROLL,
  cursor: { events: 0, contexts: 0 },
  lengths: {},
  filters: { list: '', events: '', aside: '' },
  prompt: undefined,
  message: undefined,
  verdicts: new Map(),
});

/** A state and nothing to do. */
export const only = (state: ScreenState): Step => ({ state, requests: [] });

/** The state with something said below. */
export const say = (state: ScreenState, tone: Message['tone'], text: string): ScreenState => ({ ...state, message: { tone, text } });

/** Which lines are listed. */
export const lineFilterOf = (state: ScreenState): LineFilter | undefined =>
  state.filters.list === '' ? undefined : { text: state.filters.list };

/** Which lines of the stream are listed. */
export const eventFilterOf = (state: ScreenState): EventFilter | undefined =>
  state.filters.events === '' ? undefined : { text: state.filters.events };

/** The screen at another size of the terminal. */
export const resize = (state: ScreenState, columns: number, rows: number): ScreenState => ({ ...state, columns, rows });

/** The screen once an action was answered: it says so, and what was made is chosen. */
export const answer = (state: ScreenState, action: TuiAction, result: ActResult): ScreenState => {
  const said = say(state, result.outcome === 'done' ? 'good' : 'bad', result.text);
  if (result.outcome !== 'done') return said;
  const newest = result.made.at(-1);
  return action.kind === 'make' && newest !== undefined
    ? { ...said, chosenId: newest, first: { ...state.first, list: 0, story: 0 } }
    : said;
};
