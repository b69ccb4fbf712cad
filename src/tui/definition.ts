/**
 * How a system is shown on the screen, and acted on there, as data. The food system's stands in src/contexts/panes; a
 * system without one of its own is shown by its rows (src/tui/rows).
 */
import type { Entry } from '../kernel/recording.ts';
import type { Lang } from '../reports/words.ts';
import type { Row, Subjects, Thing, TuiModel, Window } from './model/model.ts';
import type { Paint } from './view/paint.ts';
import type { ScreenWords, WordsOver } from './view/screen-words.ts';

type State = Extract<Entry, { kind: 'state' }>;
type Published = Extract<Entry, { kind: 'message.published' }>;

/** What a pane draws from. */
export interface PaneView<Line extends Thing = Thing, Extra = unknown> {
  readonly words: ScreenWords;
  readonly paint: Paint;
  /** On the model's clock. */
  readonly nowMs: number;
  readonly model: TuiModel<Line, Extra>;
  readonly chosen: Line | undefined;
  readonly marked: ReadonlySet<string>;
}

/** The first pane: the list of what the system is about. All of its lines are exactly `columns` columns wide. */
export interface ListPane<Line extends Thing, Extra> {
  /** By which a command goes to it. */
  readonly name: string;
  /** Above the rows; `greatest` is the greatest number among them. */
  heading(view: PaneView<Line, Extra>, columns: number, greatest: number): string;
  row(line: Line, view: PaneView<Line, Extra>, columns: number, greatest: number): string;
  /** Below the rows: where the chosen line stands on its way. */
  below(line: Line, view: PaneView<Line, Extra>, columns: number): string;
  /** What a line is, in a few words, for the edge of its story. */
  title(line: Line): readonly string[];
  /** What is held of it, by whom: above its story. */
  held(line: Line, view: PaneView<Line, Extra>): readonly { readonly name: string; readonly value: string }[];
}

/** The second pane: what goes with the chosen line. */
export interface AsidePane<Line extends Thing, Extra, Item = unknown> {
  readonly name: string;
  /** In its edge. */
  note(view: PaneView<Line, Extra>): readonly string[];
  /** One line above its rows. */
  heading(view: PaneView<Line, Extra>, columns: number): string;
  items(model: TuiModel<Line, Extra>, chosen: Line | undefined, filter: string, offset: number, count: number): Window<Item>;
  row(item: Item, view: PaneView<Line, Extra>, columns: number): string;
}

/** What is folded into the lines of the list. It may remember what it needs for that. */
export interface LineFold<Line extends Thing> {
  /** What an entry is about, the closest first; undefined where it is about nothing in particular. */
  subjectsOf(entry: Entry): Subjects | undefined;
  /** The ids of the lines that are about a subject. */
  idsOf(subject: string): readonly string[];
  /** Whether an event of this type tells of a line that nobody may have heard of. */
  begins(type: string): boolean;
  /** The id of the line that a row belongs to; undefined where it belongs to none. */
  ownerOf(entry: State): string | undefined;
  blank(id: string, number: number, atMs: number): Line;
  /** What the row says of its line; a removed one is null. The line's status, and whether it is final, among that. */
  apply(line: { -readonly [Key in keyof Line]: Line[Key] }, entry: State): void;
  /** Who keeps the line, and is behind while it has not handled what is about it. */
  keeperOf(id: string): string | undefined;
  statusOf(line: Line): string | undefined;
  /** What a filter finds it by. */
  haystack(line: Line): string;
  /** It is no longer in the list. */
  forget(line: Line): void;
  copy(): LineFold<Line>;
}

/** What is folded beside the list. */
export interface ExtraFold {
  published(entry: Published, about: string): void;
  /** True where the row is its own, and no line's. */
  state(entry: State, atMs: number): boolean;
  copy(): ExtraFold;
}

/** One thing to fill in. */
export interface Field {
  /** The member of the request's body, or the parameter of its path. */
  readonly name: string;
  readonly kind: 'text' | 'number' | 'boolean' | 'json' | 'choice';
  /** Of a choice: the values. */
  readonly choices?: readonly string[];
  readonly isOptional?: boolean;
  /** What a number must look like. */
  readonly pattern?: RegExp;
  /** Left out where it is this. */
  readonly usual?: string;
}

/** Something that people can ask for, as the screen offers it. */
export interface ScreenVerb<Line extends Thing = Thing> {
  readonly name: string;
  /** True where it makes something, and so waits for nothing. */
  readonly makes: boolean;
  /** Where it makes nothing: the row that it is about, and the statuses in which it makes sense; any, where there are none. */
  readonly at?: { readonly table: string; readonly statuses?: readonly string[] };
  readonly fields: readonly Field[];
  /** What is written where nobody writes it: when so many lines were there, with this line chosen. */
  usual?(lines: number, lang: Lang, chosen: Line | undefined, model: TuiModel<Line>): Row;
}

/** A key for a verb, and how it asks for what is to be written: not at all, by a form, or, where it is one text, by a line. */
export interface VerbKey {
  readonly does: string;
  readonly verb: string;
  readonly keys: readonly string[];
  readonly role: string;
  readonly asks: 'nothing' | 'form' | 'line';
}

/** How a system is shown and acted on. */
export interface Screen<Line extends Thing = Thing, Extra = unknown> {
  readonly list: ListPane<Line, Extra>;
  readonly aside: AsidePane<Line, Extra>;
  createFold(): LineFold<Line>;
  createExtra(): ExtraFold;
  /** The row of a table that a line stands for or has, with its status; undefined where it has none. */
  seen(line: Line, table: string): Row | undefined;
  readonly verbs: readonly ScreenVerb<Line>[];
  /** In the order in which people read them. */
  readonly keys: readonly VerbKey[];
  /** The command that chooses a line: what one is called, in one word. */
  readonly chooses: string;
  /** Lines of the help bar: what is done, by whom; '' for nobody in particular. */
  readonly bar: readonly (readonly { readonly role: string; readonly does: readonly string[] }[])[];
  /** Its own words, in place of those for any system. */
  readonly words: Readonly<Record<Lang, WordsOver>>;
  /** The fault that slows down calls between contexts, where there are such: its name, and its command. */
  readonly slowness?: { readonly fault: string; readonly command: string };
  /** Of events: the member that is told first, and those that are told by other columns already. */
  readonly tellsFirst?: string;
  readonly saidAlready: ReadonlySet<string>;
  /** The status of a line as people say it. */
  sayStatus(status: string, lang: Lang): string;
  /** The statuses in the order in which sums tell them; others follow. */
  readonly statuses: readonly string[];
  /** What is counted beside the lines, in the last line of a summary. */
  sums(model: TuiModel<Line, Extra>, lang: Lang): readonly string[];
  /** What a row's change is worth telling a reader without a screen: whose, by which name, and the status. */
  tells(entry: State): { readonly name: string; readonly status: string } | undefined;
  /** Members of an event that are told to a reader without a screen. */
  readonly details: Readonly<Record<string, readonly string[]>>;
  /** How a line is called where there is room for a name. */
  call(line: Line): string;
  /** A word as the system itself spells it. */
  spell(word: string): string;
}

/** A system as the screen knows it. */
export interface ScreenedSystem<Line extends Thing = Thing, Extra = unknown> {
  readonly name: string;
  readonly contexts: readonly string[];
  readonly eventTypes: readonly string[];
  /** Who hears which event. Recordings don't say what a stopped context would have heard. */
  readonly hears: Readonly<Record<string, readonly string[]>>;
  /** Whether contexts ask each other, through a breaker. */
  readonly hasCalls: boolean;
  /** Whether there is a load to be driven. */
  readonly hasLoad: boolean;
  readonly screen: Screen<Line, Extra>;
}
