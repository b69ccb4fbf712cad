import type { Entry } from '../../kernel/recording.ts';
import type { ExtraFold, ScreenedSystem } from '../definition.ts';
import { createBreakerFold, type BreakerFold } from './breaker-fold.ts';
import { createContextFold, type ContextFold } from './context-fold.ts';
import { createLoadFold, type LoadFold } from './load-fold.ts';
import { createLineBook, type LineBook } from './line-book.ts';
import type { Counts, LiveSample, Subjects, Thing, TuiModel } from './model.ts';
import { createScenarioFold, type ScenarioFold } from './scenario-fold.ts';
import { createStream, type Stream } from './stream.ts';
import { textIn } from './text-in.ts';
import { createTimeLine, type TimeLine } from './time-line.ts';
import { createTrails, type Trails } from './trails.ts';

/** A model that can be fed. */
export interface FedModel<Line extends Thing = Thing, Extra = unknown> extends TuiModel<Line, Extra> {
  feed(entry: Entry): void;
  /** What a live session knows beside its entries. */
  sample(live: LiveSample): void;
  /** The same, which goes its own way from here. */
  copy(): FedModel<Line, Extra>;
}

type Of<Kind extends Entry['kind']> = Extract<Entry, { kind: Kind }>;
type Count = { -readonly [Key in keyof Counts]: number };
type Told = Omit<Counts, 'lines'>;

/** All that a model is folded from. */
interface Folds {
  readonly time: TimeLine;
  readonly lines: LineBook;
  readonly stream: Stream;
  readonly trails: Trails;
  readonly breaker: BreakerFold;
  readonly load: LoadFold;
  readonly contexts: ContextFold;
  readonly scenarios: ScenarioFold;
  /** What the screen folds beside its list. */
  readonly extra: ExtraFold;
}

/** What is only replaced, never changed. */
interface Plain {
  counts: Omit<Count, 'lines'>;
  run: Of<'run.started'> | undefined;
  finished: Of<'run.finished'> | undefined;
  live: LiveSample | undefined;
  version: number;
  loadBeganMs: number;
}

const NO_COUNTS: Told = {
  entries: 0,
  published: 0,
  delivered: 0,
  handled: 0,
  duplicates: 0,
  parked: 0,
  deadLettered: 0,
  commands: 0,
  refusals: 0,
  faults: 0,
};

const COUNTED = { handled: 'handled', duplicate: 'duplicates', parked: 'parked', 'dead-lettered': 'deadLettered' } as const;

/** Puts an entry onto the trail of each of its subjects; returns the closest one. */
const trail = (trails: Trails, subjects: Subjects, entry: Entry): string => {
  if (typeof subjects === 'string') {
    trails.put(subjects, entry);
    return subjects;
  }
  for (const subject of subjects) trails.put(subject, entry);
  return subjects[0] ?? '';
};

const tellPublished = (
  { lines, stream, trails, contexts, extra }: Folds,
  plain: Plain,
  entry: Of<'message.published'>,
  atMs: number,
): void => {
  plain.counts.published += 1;
  const { event, context } = entry;
  const { id, type, subject } = event;
  const data = event.data as Readonly<Record<string, unknown>>;
  const subjects = lines.subjectsOf(entry) ?? subject;
  lines.published(entry, atMs, subjects);
  contexts.published(entry);
  const about = trail(trails, subjects, entry);
  if (typeof subjects !== 'string') trails.ledTo(event.causationid, subjects);
  extra.published(entry, about);
  stream.put({ what: 'event', atMs, type, context, subject, about, id, data });
};

const tellHandled = ({ lines, stream, trails, contexts }: Folds, plain: Plain, entry: Of<'message.handled'>, atMs: number): void => {
  const { handling, type, context, subject, reason } = entry;
  plain.counts[COUNTED[handling]] += 1;
  const subjects = lines.subjectsOf(entry) ?? subject;
  lines.handled(entry, atMs, subjects);
  contexts.handled(entry);
  const about = trail(trails, subjects, entry);
  if (handling !== 'handled') stream.put({ what: 'handling', atMs, handling, type, context, subject, about, reason });
};

const tellCommand = ({ lines, stream, trails }: Folds, plain: Plain, entry: Of<'command'>, atMs: number): void => {
  if (entry.method === 'GET') return;
  const { operation, context, method, url, status, problem } = entry;
  plain.counts.commands += 1;
  if (status >= 400) plain.counts.refusals += 1;
  const subjects = lines.subjectsOf(entry);
  const about = subjects === undefined ? undefined : trail(trails, subjects, entry);
  trails.command(entry);
  stream.put({ what: 'command', atMs, operation, context, method, url, status, problem, about });
};

const tellState = ({ lines, trails, extra }: Folds, entry: Of<'state'>, atMs: number): void => {
  const before = lines.subjectsOf(entry);
  if (!extra.state(entry, atMs)) lines.state(entry, atMs);
  const subjects = before ?? lines.subjectsOf(entry);
  if (subjects === undefined) return;
  for (const subject of typeof subjects === 'string' ? [subjects] : subjects) {
    if (lines.about(subject) !== undefined) trails.put(subject, entry);
  }
};

const tellFault = ({ lines, stream, trails }: Folds, plain: Plain, entry: Of<'fault'>, atMs: number): void => {
  const { fault, detail } = entry;
  plain.counts.faults += 1;
  const subjects = lines.subjectsOf(entry);
  const about = subjects === undefined ? undefined : trail(trails, subjects, entry);
  // That calls got slow concerns everything; how slow each of hundreds was, nothing but one.
  if (about === undefined && typeof detail['delayMs'] !== 'number') trails.intervene(entry);
  stream.put({ what: 'fault', atMs, fault, detail, context: textIn(detail, 'context'), about });
};

const tellBreaker = ({ stream, breaker }: Folds, { context, change, detail }: Of<'breaker'>, atMs: number): void => {
  if (breaker.hear(change, detail, atMs)) stream.put({ what: 'breaker', atMs, context, change: breaker.view().state });
};

const tellContext = ({ stream, trails, contexts }: Folds, entry: Of<'context'>, atMs: number): void => {
  contexts.changed(entry);
  trails.intervene(entry);
  stream.put({ what: 'context', atMs, context: entry.context, change: entry.change });
};

const tellEnd = ({ scenarios, lines, contexts, load }: Folds, entry: Of<'scenario.finished'>): void => {
  scenarios.finished(entry);
  load.ended();
  if (scenarios.running() > 0) return;
  lines.rest();
  contexts.rest();
};

const tell = (folds: Folds, plain: Plain, entry: Entry): void => {
  const atMs = folds.time.at(entry);
  plain.counts.entries += 1;
  plain.version += 1;
  switch (entry.kind) {
    case 'message.delivered':
      plain.counts.delivered += 1;
      trail(folds.trails, folds.lines.subjectsOf(entry) ?? entry.subject, entry);
      return;
    case 'message.handled':
      return tellHandled(folds, plain, entry, atMs);
    case 'message.published':
      return tellPublished(folds, plain, entry, atMs);
    case 'state':
      return tellState(folds, entry, atMs);
    case 'command':
      return tellCommand(folds, plain, entry, atMs);
    case 'fault':
      return tellFault(folds, plain, entry, atMs);
    case 'breaker':
      return tellBreaker(folds, entry, atMs);
    case 'context':
      return tellContext(folds, entry, atMs);
    case 'load.started':
      plain.loadBeganMs = atMs;
      folds.breaker.begin(atMs);
      return folds.load.started(entry, atMs);
    case 'load.answers':
      folds.load.answers(entry.answers);
      return folds.breaker.answers(entry.answers, plain.loadBeganMs);
    case 'load.journeys':
      return folds.load.journeys(entry.ends);
    case 'load.finished':
      return folds.load.finished(entry);
    case 'step.started':
      return folds.scenarios.stepStarted(entry);
    case 'step.finished':
      return folds.scenarios.stepFinished(entry);
    case 'scenario.started':
      return folds.scenarios.started(entry);
    case 'scenario.retried':
      return folds.scenarios.retried(entry);
    case 'scenario.finished':
      return tellEnd(folds, entry);
    case 'run.started':
      plain.run = entry;
      return;
    case 'run.finished':
      plain.finished = entry;
      return;
    case 'note':
      return folds.stream.put({ what: 'note', atMs, text: entry.text });
  }
};

const copyFolds = (folds: Folds): Folds => ({
  time: folds.time.copy(),
  lines: folds.lines.copy(),
  stream: folds.stream.copy(),
  trails: folds.trails.copy(),
  breaker: folds.breaker.copy(),
  load: folds.load.copy(),
  contexts: folds.contexts.copy(),
  scenarios: folds.scenarios.copy(),
  extra: folds.extra.copy(),
});

const build = (folds: Folds, plain: Plain): FedModel => ({
  feed: (entry) => tell(folds, plain, entry),
  sample: (live) => {
    plain.live = live;
    plain.version += 1;
  },
  copy: () => build(copyFolds(folds), { ...plain, counts: { ...plain.counts } }),
  get version() {
    return plain.version;
  },
  get atMs() {
    return folds.time.latest();
  },
  get counts() {
    return { ...plain.counts, lines: folds.lines.count() };
  },
  get run() {
    return plain.run;
  },
  get finished() {
    return plain.finished;
  },
  linesFrom: folds.lines.from,
  line: folds.lines.line,
  lineAbout: folds.lines.about,
  linesAbout: folds.lines.allAbout,
  subjectsOf: folds.lines.subjectsOf,
  indexOfLine: folds.lines.indexOf,
  get byStatus() {
    return folds.lines.byStatus();
  },
  extra: folds.extra,
  eventsFrom: folds.stream.from,
  story: folds.trails.story,
  get breaker() {
    return folds.breaker.view();
  },
  get load() {
    const load = folds.load.view();
    return load === undefined || plain.live?.loadTotalMs === undefined ? load : { ...load, totalMs: plain.live.loadTotalMs };
  },
  get contexts() {
    return folds.contexts.views(plain.live);
  },
  get scenario() {
    return folds.scenarios.current();
  },
  get scenarios() {
    return folds.scenarios.scenarios();
  },
  get steps() {
    return folds.scenarios.steps();
  },
  get live() {
    return plain.live;
  },
});

/** A model of nothing yet. What its lines are, and what is beside them, is as the system's screen folds it. */
export const createModel = <Line extends Thing = Thing, Extra = unknown>(system: ScreenedSystem<Line, Extra>): FedModel<Line, Extra> =>
  build(
    {
      time: createTimeLine(),
      lines: createLineBook(system),
      stream: createStream(system.screen.spell),
      trails: createTrails(),
      breaker: createBreakerFold(),
      load: createLoadFold(),
      contexts: createContextFold(system),
      scenarios: createScenarioFold(),
      extra: system.screen.createExtra(),
    },
    { counts: { ...NO_COUNTS }, run: undefined, finished: undefined, live: undefined, version: 0, loadBeganMs: 0 },
  ) as FedModel<Line, Extra>;
