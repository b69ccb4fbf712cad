import type { Entry, Handling } from '../../../kernel/recording.ts';
import { idOf, type Moment, type Told } from './moments.ts';

/** Who commands the system, from outside. */
export const PEOPLE = 'people';

/** What became of an event where an arrow ends; `not-handled` for a delivery that nobody answered. */
export type HeadState = Handling | 'not-handled';

/** An end of an arrow. */
export interface Head {
  readonly lane: number;
  readonly state: HeadState;
}

/** How a row is coloured; its words and signs say the same. */
export type Tone =
  'command' | 'refused' | 'broken' | 'event' | 'duplicate' | 'parked' | 'dead-lettered' | 'not-handled' | 'fault' | 'crash' | 'quiet';

/** Where a row stands: its middle, in pixels from the top. */
interface Placed {
  readonly y: number;
  /** The moment that it draws; undefined for steps. */
  readonly moment?: number;
  readonly label: string;
  readonly tone: Tone;
}

/** One row of the diagram. */
export type Row = Placed &
  (
    | { readonly shape: 'arrow'; readonly from: number; readonly heads: readonly Head[] }
    /** Something that is, or happens, at one lifeline or across several. */
    | { readonly shape: 'mark'; readonly from: number; readonly to: number }
    /** Across everything: a step of the scenario, or entries that were left out. */
    | { readonly shape: 'line'; readonly isGap: boolean }
  );

/** A stretch of a lifeline in which its context was down. */
export interface Outage {
  readonly lane: number;
  readonly fromY: number;
  readonly toY: number;
}

/** A sequence diagram, placed. */
export interface Diagram {
  readonly lanes: readonly string[];
  readonly rows: readonly Row[];
  readonly outages: readonly Outage[];
  readonly height: number;
  /** For each moment its row's index, or the row before it where it has none; -1 before the first. */
  readonly rowOfMoment: readonly number[];
}

/** A step as the recording tells it. */
export type StepStarted = Extract<Entry, { kind: 'step.started' }>;

/** What is drawn. */
export interface DiagramOptions {
  /** Each delivery has a row of its own; else an event has one, with a head wherever it was handled at once. */
  readonly isEachDelivery: boolean;
  /** Lifelines that stand there from left to right beside the people's, used or not; others follow as they appear. */
  readonly contexts: readonly string[];
  /** The words for what the recording leaves to the reader's language. */
  readonly words: Readonly<Record<'leftOut' | 'fault' | 'started' | 'stopped' | 'crashed', string>>;
}

const ROW_PX = 27;
const LINE_PX = 25;

type Shaped =
  | { readonly shape: 'arrow'; readonly from: number; readonly heads: Head[]; readonly label: string; readonly tone: Tone }
  | { readonly shape: 'mark'; readonly from: number; readonly to: number; readonly label: string; readonly tone: Tone }
  | { readonly shape: 'line'; readonly isGap: boolean; readonly label: string; readonly tone: Tone };

interface Draft {
  readonly shaped: Shaped;
  readonly moment?: number;
}

/** The lifelines from the first context to the last. */
type Everywhere = { readonly from: number; readonly to: number };

type HandledEntry = Extract<Told, { kind: 'message.handled' | 'message.delivered' }>;
type Command = Extract<Told, { kind: 'command' }>;

const lanesOf = (moments: readonly Moment[], contexts: readonly string[]): readonly string[] => {
  const lanes = new Set([PEOPLE, ...contexts]);
  for (const moment of moments) {
    if (moment.what !== 'entry') continue;
    const { entry } = moment;
    if ('context' in entry) lanes.add(entry.context);
    if (entry.kind === 'fault' && typeof entry.detail['context'] === 'string') lanes.add(entry.detail['context']);
  }
  return [...lanes];
};

const sayCommand = ({ operation, status, problem }: Command): string =>
  `${operation} ${status}${problem === undefined ? '' : ` ${problem}`}`;

const toneOfStatus = (status: number): Tone => (status === 0 || status >= 500 ? 'broken' : status >= 400 ? 'refused' : 'command');

/** The value of a fault's detail that says which message or point it hit, where it has one. */
const sayFault = (fault: string, detail: Readonly<Record<string, unknown>>): string =>
  [fault, detail['type'], detail['message'], detail['at']]
    .filter((part): part is string => typeof part === 'string' && part !== '')
    .join(' ');

const stateOfHandling = (entry: HandledEntry): HeadState => (entry.kind === 'message.handled' ? entry.handling : 'not-handled');

type LaneOf = (name: string) => number;
type Plain = Exclude<Told, { kind: 'message.published' | 'message.delivered' | 'message.handled' }>;

/** What is drawn of an entry that says all by itself; undefined where nothing is. */
const shapeOf = (entry: Plain, laneOf: LaneOf, everywhere: Everywhere, words: DiagramOptions['words']): Shaped | undefined => {
  switch (entry.kind) {
    case 'command':
      return {
        shape: 'arrow',
        from: laneOf(PEOPLE),
        heads: [{ lane: laneOf(entry.context), state: 'handled' }],
        label: sayCommand(entry),
        tone: toneOfStatus(entry.status),
      };
    case 'context': {
      const lane = laneOf(entry.context);
      return { shape: 'mark', from: lane, to: lane, label: words[entry.change], tone: entry.change === 'crashed' ? 'crash' : 'quiet' };
    }
    case 'fault': {
      const { context } = entry.detail;
      const lane = typeof context === 'string' ? laneOf(context) : -1;
      const where = lane === -1 ? everywhere : { from: lane, to: lane };
      return { shape: 'mark', ...where, label: `${words.fault}: ${sayFault(entry.fault, entry.detail)}`, tone: 'fault' };
    }
    case 'breaker': {
      const lane = laneOf(entry.context);
      return { shape: 'mark', from: lane, to: lane, label: `${entry.name}: ${entry.change}`, tone: 'quiet' };
    }
    case 'note':
      return { shape: 'mark', ...everywhere, label: entry.text, tone: 'quiet' };
    case 'load.started':
      return { shape: 'line', isGap: false, label: `${entry.shape} → ${entry.target}`, tone: 'quiet' };
    case 'load.answers':
    case 'load.journeys':
    case 'load.finished':
      return undefined;
  }
};

/** Draws messages: one arrow for an event with a head wherever it was handled at once, and one for whatever went another way. */
const createArrows = (laneOf: LaneOf, isEachDelivery: boolean, add: (shaped: Shaped, moment: number) => void) => {
  const sources = new Map<string, number>();
  /** Arrows that take further heads, by the event's id. */
  const open = new Map<string, Head[]>();
  const disturbed = new Set<string>();
  return {
    /** Where an event came from that is not drawn itself. */
    cameFrom: (id: string, context: string): void => void sources.set(id, laneOf(context)),
    /** Something went wrong with this event at this context. */
    disturb: (context: string, id: string): void => void disturbed.add(`${context} ${id}`),
    publish: ({ context, event }: Extract<Told, { kind: 'message.published' }>, moment: number): void => {
      if (sources.has(event.id)) return;
      const from = laneOf(context);
      sources.set(event.id, from);
      const heads: Head[] = [];
      open.set(event.id, heads);
      if (!isEachDelivery) add({ shape: 'arrow', from, heads, label: event.type, tone: 'event' }, moment);
    },
    handle: (entry: HandledEntry, moment: number): void => {
      const head: Head = { lane: laneOf(entry.context), state: stateOfHandling(entry) };
      const heads = open.get(entry.id);
      const mark = `${entry.context} ${entry.id}`;
      if (!isEachDelivery && heads !== undefined && head.state === 'handled' && !disturbed.has(mark)) {
        heads.push(head);
        return;
      }
      // Once it went another way at a context, what follows there is drawn where it happened.
      disturbed.add(mark);
      const label = entry.type === '' ? entry.subject : entry.type;
      const tone = head.state === 'handled' ? 'event' : head.state;
      add({ shape: 'arrow', from: sources.get(entry.id) ?? head.lane, heads: [head], label, tone }, moment);
    },
  };
};

/** Makes the rows of a diagram, in order, before they are placed. */
const draftRows = (
  moments: readonly Moment[],
  steps: readonly StepStarted[],
  lanes: readonly string[],
  { isEachDelivery, words }: DiagramOptions,
): readonly Draft[] => {
  const laneOf = (name: string): number => lanes.indexOf(name);
  const everywhere: Everywhere = { from: 1, to: lanes.length - 1 };
  const drafts: Draft[] = [];
  const add = (shaped: Shaped, moment: number): void => void drafts.push({ shaped, moment });
  const arrows = createArrows(laneOf, isEachDelivery, add);

  const addEntry = (entry: Told, moment: number): void => {
    if (entry.kind === 'message.published') arrows.publish(entry, moment);
    else if (entry.kind === 'message.delivered' || entry.kind === 'message.handled') arrows.handle(entry, moment);
    else {
      const { context, id } = entry.kind === 'fault' ? entry.detail : {};
      if (typeof context === 'string' && typeof id === 'string') arrows.disturb(context, id);
      const shaped = shapeOf(entry, laneOf, everywhere, words);
      if (shaped !== undefined) add(shaped, moment);
    }
  };

  let nextStep = 0;
  for (const [index, moment] of moments.entries()) {
    for (let step = steps[nextStep]; step !== undefined && step.n < moment.n; step = steps[nextStep]) {
      nextStep += 1;
      drafts.push({ shaped: { shape: 'line', isGap: false, label: `${step.step}  ${step.text}`, tone: 'quiet' } });
    }
    if (moment.what === 'gap') {
      for (const [id, context] of moment.gap.sources) arrows.cameFrom(id, context);
      add({ shape: 'line', isGap: true, label: `${words.leftOut}: ${moment.gap.count}`, tone: 'fault' }, index);
    } else if (moment.what === 'entry') addEntry(moment.entry, index);
  }
  return drafts;
};

/** A step in which nothing was seen to happen is followed at once by the next one: only the last of such a row of steps is drawn. */
const withoutEmptySteps = (drafts: readonly Draft[]): readonly Draft[] =>
  drafts.filter(({ moment }, index) => moment !== undefined || drafts[index + 1]?.moment !== undefined);

/**
 * Every event that was published and handled nowhere, and every delivery without an answer, must be seen; so an arrow
 * without heads goes to itself.
 */
const withHeads = (shaped: Shaped): Shaped =>
  shaped.shape === 'arrow' && shaped.heads.length === 0
    ? { ...shaped, heads: [{ lane: shaped.from, state: 'not-handled' }], tone: 'not-handled' }
    : shaped;

const outagesOf = (
  moments: readonly Moment[],
  lanes: readonly string[],
  rows: readonly Row[],
  rowOfMoment: readonly number[],
  height: number,
): readonly Outage[] => {
  const downSince = new Map<number, number>();
  const outages: Outage[] = [];
  for (const [index, moment] of moments.entries()) {
    if (moment.what !== 'entry' || moment.entry.kind !== 'context') continue;
    const lane = lanes.indexOf(moment.entry.context);
    const y = rows[rowOfMoment[index] ?? 0]?.y ?? 0;
    const since = downSince.get(lane);
    if (moment.entry.change !== 'started') downSince.set(lane, since ?? y);
    else if (since !== undefined) {
      outages.push({ lane, fromY: since, toY: y });
      downSince.delete(lane);
    }
  }
  return [...outages, ...[...downSince].map(([lane, fromY]) => ({ lane, fromY, toY: height }))];
};

const rowsByMoment = (moments: readonly Moment[], rows: readonly Row[]): readonly number[] => {
  const direct = new Map(rows.map(({ moment }, index) => [moment, index] as const));
  const publications = new Map<string, number>();
  const found: number[] = [];
  let before = -1;
  for (const [index, moment] of moments.entries()) {
    const own = direct.get(index);
    const id = idOf(moment);
    if (own !== undefined) before = own;
    if (moment.what === 'entry' && moment.entry.kind === 'message.published' && own !== undefined)
      publications.set(moment.entry.event.id, own);
    // What has no row of its own is a head of its event's arrow, or changed rows right after something.
    const shared = moment.what === 'entry' && moment.entry.kind === 'message.handled' ? publications.get(id ?? '') : undefined;
    found.push(own ?? shared ?? before);
  }
  return found;
};

/** Lays out the sequence diagram of these moments: a pure function, so that what is drawn can be tested without a screen. */
export const layOut = (moments: readonly Moment[], steps: readonly StepStarted[], options: DiagramOptions): Diagram => {
  const lanes = lanesOf(moments, options.contexts);
  const drafts = withoutEmptySteps(draftRows(moments, steps, lanes, options));
  let bottom = 0;
  const rows = drafts.map(({ shaped, moment }): Row => {
    const room = shaped.shape === 'line' ? LINE_PX : ROW_PX;
    bottom += room;
    return { ...withHeads(shaped), y: bottom - room / 2, ...(moment === undefined ? {} : { moment }) };
  });
  const rowOfMoment = rowsByMoment(moments, rows);
  const height = bottom + ROW_PX / 2;
  return { lanes, rows, outages: outagesOf(moments, lanes, rows, rowOfMoment, height), height, rowOfMoment };
};
