import { isAbout, namesIn } from '../../kernel/about.ts';
import type { Entry, Outcome } from '../../kernel/recording.ts';
import { countOutcomes, isBad } from '../../kernel/verdicts.ts';
import { createFold, failuresOf, type RunStarted, type ScenarioResult } from '../fold.ts';
import type { CreateReporter } from '../report.ts';
import { createAnswerCounter, type AnswerCounter } from './answers-over-time.ts';
import { trusted } from './markup.ts';
import { pageOf } from './page.ts';
import { scenarioLine, scenarioSection, type PageStyle } from './scenario-section.ts';
import { createEntryWindow, type EntryWindow, type Kept } from './window.ts';
import { pageWordsOf } from './words.ts';

/** The entries that are kept of one scenario at most: from its beginning, and from its end, where it went wrong if it did. */
const FIRST_ENTRIES = 500;
const LAST_ENTRIES = 2_500;
/** The entries that all passing scenarios may have together, and all: about 5 and 10 MB. */
const ENTRIES_OF_PASSING = 20_000;
const ENTRIES_OF_ALL = 40_000;
/** Passing scenarios whose steps are kept. */
const MOST_PASSING = 500;
/** Entries from between that are kept for what failed. */
const MOST_OF_FAILURES = 1_000;
/** Notes of one scenario. */
const MOST_NOTES = 200;
/** Scenarios that did not pass and are open from the beginning. */
const MOST_OPEN = 3;

/** What is gathered of a scenario while it runs. */
interface Gathered {
  readonly window: EntryWindow;
  readonly answers: AnswerCounter;
  readonly notes: string[];
  /** Entries that the page could show: all but steps and notes. */
  eventCount: number;
}

/** Entries that no diagram shows: results and notes are told in words, answers are counted. */
const isUnseen = ({ kind }: Entry): boolean =>
  kind === 'scenario.started' ||
  kind === 'scenario.retried' ||
  kind === 'scenario.finished' ||
  kind === 'step.finished' ||
  kind === 'load.finished' ||
  kind === 'load.answers' ||
  kind === 'note' ||
  kind === 'run.started' ||
  kind === 'run.finished';

/** Without what every entry says alike. */
const slim = (entry: Entry): Entry => {
  const { scenario: _, ...rest } = entry;
  return rest;
};

const gather = (gathered: Gathered, entry: Entry): void => {
  if (entry.kind === 'load.answers') gathered.answers.put(entry.answers);
  if (entry.kind === 'note' && gathered.notes.length < MOST_NOTES) gathered.notes.push(entry.text);
  if (isUnseen(entry)) return;
  if (entry.kind !== 'step.started') gathered.eventCount += 1;
  gathered.window.put(slim(entry));
};

const createGathered = (): Gathered => ({
  window: createEntryWindow(FIRST_ENTRIES, LAST_ENTRIES),
  answers: createAnswerCounter(),
  notes: [],
  eventCount: 0,
});

/** Whether an entry tells of what has this id. */
const tellsOf = (entry: Entry, subject: string): boolean => {
  if (entry.kind === 'command' || entry.kind === 'message.delivered' || entry.kind === 'message.handled') return entry.subject === subject;
  if (entry.kind === 'message.published') return isAbout(entry.event, subject);
  return entry.kind === 'state' && (entry.key.includes(subject) || namesIn(entry.row, subject));
};

/**
 * What is kept of a scenario: of one that went wrong, all that the failures are about too, however long ago; the last of
 * it where it is much.
 */
const keptOf = (result: ScenarioResult, window: EntryWindow): Kept => {
  const subjects = isBad(result.outcome) ? [...new Set(failuresOf(result).flatMap(({ failure }) => failure.subject ?? []))] : [];
  const isWanted = (entry: Entry): boolean => subjects.some((subject) => tellsOf(entry, subject));
  return window.kept(result.trail.filter(isWanted).slice(-MOST_OF_FAILURES).map(slim), isWanted);
};

/** A place for the scenarios' sections, within the room that a page has. */
interface Sections {
  readonly put: (result: ScenarioResult, gathered: Gathered | undefined) => void;
  /** Those that did not pass, then the others, each in the order of the run. */
  readonly all: () => string;
}

const createSections = (style: PageStyle): Sections => {
  const bad: string[] = [];
  const good: string[] = [];
  const bare: string[] = [];
  let room = ENTRIES_OF_ALL;
  let roomOfPassing = ENTRIES_OF_PASSING;
  return {
    put: (result, gathered) => {
      const isGood = !isBad(result.outcome);
      if (isGood && good.length >= MOST_PASSING) {
        bare.push(scenarioLine(result, style).html);
        return;
      }
      const { window, answers, notes, eventCount } = gathered ?? createGathered();
      const kept = keptOf(result, window);
      const size = kept.entries.length;
      const hasRoom = size <= (isGood ? Math.min(room, roomOfPassing) : room);
      if (hasRoom) {
        room -= size;
        if (isGood) roomOfPassing -= size;
      }
      const shown = { result, notes, eventCount, entryCount: window.count(), kept: hasRoom ? kept : undefined, answers: answers.columns() };
      const isOpen = !isGood ? bad.length < MOST_OPEN : result.load !== undefined || result.outcome === 'flaky';
      // The section is written at once, and what it is made of let go with the scenario.
      (isGood ? good : bad).push(scenarioSection(shown, style, isOpen).html);
    },
    all: () =>
      [...bad, ...good, ...(bare.length === 0 ? [] : [`<p class="left">${style.words.folded(bare.length)}</p>\n`, ...bare])].join(''),
  };
};

/**
 * One self-contained page: outcomes, failures with their stories, messages as a sequence diagram, states at each moment,
 * loads in charts.
 */
export const createHtmlReporter: CreateReporter = (write, options) => {
  const { lang, vocabulary } = options;
  const style: PageStyle = { lang, vocabulary, words: pageWordsOf(lang) };
  const outcomes: Outcome[] = [];
  const gathered = new Map<number, Gathered>();
  const sections = createSections(style);
  let started: RunStarted | undefined;
  const fold = createFold({
    started: (run) => {
      started = run;
    },
    scenario: (result) => {
      outcomes.push(result.outcome);
      sections.put(result, gathered.get(result.id));
      gathered.delete(result.id);
    },
    finished: (run) => {
      // Those that were not reached are only in the run's own counts.
      write(pageOf({ started, finished: run, counts: run?.counts ?? countOutcomes(outcomes), scenarios: trusted(sections.all()) }, style));
    },
  });
  return {
    entry: (entry) => {
      if (entry.scenario !== undefined) {
        // The diagram is the last attempt's; what went wrong in the others is told in words.
        const known = (entry.kind === 'scenario.retried' ? undefined : gathered.get(entry.scenario)) ?? createGathered();
        if (entry.kind !== 'scenario.finished') gathered.set(entry.scenario, known);
        gather(known, entry);
      }
      fold.entry(entry);
    },
    end: fold.end,
  };
};
