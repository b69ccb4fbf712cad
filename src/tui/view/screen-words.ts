import type { BreakerState } from '../../kernel/load.ts';
import type { Handling, Outcome } from '../../kernel/recording.ts';
import type { Lang } from '../../reports/words.ts';
import type { PaneName } from './layout.ts';

/** Single words and short phrases. */
export type Phrase =
  | 'goOn'
  | 'stopLoad'
  | 'live'
  | 'paused'
  | 'recording'
  | 'playing'
  | 'ended'
  | 'line'
  | 'table'
  | 'key'
  | 'fields'
  | 'age'
  | 'lag'
  | 'waiting'
  | 'noLines'
  | 'stepHint'
  | 'noLinesFound'
  | 'noLinesRecorded'
  | 'noLine'
  | 'noStory'
  | 'noAside'
  | 'noEvents'
  | 'noEventsFound'
  | 'noCalls'
  | 'noSteps'
  | 'notHere'
  | 'notYet'
  | 'onlyRecording'
  | 'noMoreOfLine'
  | 'noLoadHere'
  | 'making'
  | 'asking'
  | 'stepping'
  | 'startingLoad'
  | 'stoppingLoad'
  | 'emptyText'
  | 'quitting'
  | 'slowOn'
  | 'slowOff'
  | 'duplicateNext'
  | 'dropNext'
  | 'holdAll'
  | 'releaseAll'
  | 'faultsTitle'
  | 'faultsKeys'
  | 'filterKeys'
  | 'commandKeys'
  | 'textPrompt'
  | 'textKeys'
  | 'formKeys'
  | 'formWrong'
  | 'pageKeys'
  | 'helpTitle'
  | 'eventTitle'
  | 'expected'
  | 'actual'
  | 'nextStep'
  | 'final'
  | 'forgotten'
  | 'circuit'
  | 'window'
  | 'calls'
  | 'errors'
  | 'opensAt'
  | 'opened'
  | 'latency'
  | 'journeys'
  | 'outcomes'
  | 'answers'
  | 'time'
  | 'load'
  | 'loadHint'
  | 'thresholds'
  | 'failed'
  | 'warning'
  | 'context'
  | 'state'
  | 'inbox'
  | 'outbox'
  | 'parked'
  | 'deadLetters'
  | 'faultsOn'
  | 'held'
  | 'none'
  | 'about'
  | 'toStory'
  | 'toFaults'
  | 'unfilter'
  | 'unzoom'
  | 'unmark'
  | 'scroll'
  | 'formChoiceKeys'
  | 'formWrongNumber'
  | 'idle';

type Texts = Readonly<Record<string, string>>;

/** All that the screen says in one language. What is of one system has that system's words, or its own names. */
export interface ScreenWords {
  readonly lang: Lang;
  readonly pane: Readonly<Record<PaneName, string>>;
  readonly role: Texts;
  /** What a key does, in a word or two. */
  readonly does: Texts;
  /** What a key does, in a sentence, for the help page. */
  readonly explains: Texts;
  readonly breakerState: Readonly<Record<BreakerState, string>>;
  readonly contextState: Readonly<Record<'unknown' | 'up' | 'stopped' | 'crashed', string>>;
  readonly change: Readonly<Record<'started' | 'stopped' | 'crashed', string>>;
  readonly handling: Readonly<Record<Handling | 'not-handled', string>>;
  readonly outcome: Readonly<Record<Outcome, string>>;
  /** Kinds of outcomes of a call or of an answer, by the kernel's names. */
  readonly kind: Texts;
  /** What the contexts are about. */
  readonly context: Texts;
  readonly say: Readonly<Record<Phrase, string>>;
  /** What is filled in, by its name, and what its choices mean. */
  readonly field: Texts;
  readonly choice: Texts;
  /** Explains the panes on the help page. */
  readonly about: Readonly<Record<PaneName, string>>;
  readonly tooSmall: (columns: number, rows: number) => string;
  readonly lines: (count: string) => string;
  /** The title of the form of a verb, by what its key does. */
  readonly form: (does: string) => string;
  readonly marked: (count: string) => string;
  readonly messages: (count: string) => string;
  /** A time span in at most six columns: `12초`, `3 min`. */
  readonly span: (ms: number) => string;
  readonly asked: (verb: string, does: string, count: number) => string;
  readonly unknownCommand: (written: string, nearest: string | undefined) => string;
  readonly notUnderstood: (name: string, rest: string, offers: readonly string[]) => string;
  readonly changeContext: (change: 'start' | 'stop' | 'crash', context: string) => string;
  readonly stepOf: (done: number, count: number) => string;
}

/** What a system says in its own words. */
export interface WordsOver {
  readonly pane?: Readonly<Partial<Record<PaneName, string>>>;
  readonly about?: Readonly<Partial<Record<PaneName, string>>>;
  readonly say?: Readonly<Partial<Record<Phrase, string>>>;
  readonly role?: Texts;
  readonly does?: Texts;
  readonly explains?: Texts;
  readonly context?: Texts;
  readonly field?: Texts;
  readonly choice?: Texts;
  readonly lines?: (count: string) => string;
  readonly form?: (does: string) => string;
  readonly live?: LiveOver;
}

/** What a live session says of what was done, in the system's own words. */
export interface LiveOver {
  /** What was made: its numbers, as far as they are known, and how many. */
  readonly made?: (verb: string, numbers: readonly string[], count: number) => string;
  readonly acted?: (verb: string, count: number) => string;
  readonly noLines?: string;
  /** Where a verb finds no row that it could be for. */
  readonly nothing?: Texts;
  readonly slow?: (isOn: boolean) => string;
  readonly loadWhilePaused?: string;
}
