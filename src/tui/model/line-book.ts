import type { Entry } from '../../kernel/recording.ts';
import type { LineFold, ScreenedSystem } from '../definition.ts';
import { createLineView, type LineView } from './line-view.ts';
import { BOUNDS, type LineFilter, type Subjects, type Thing, type Window } from './model.ts';
import { createSeenSet, type SeenSet } from './seen-set.ts';

type Of<Kind extends Entry['kind']> = Extract<Entry, { kind: Kind }>;
type Draft = { -readonly [Key in keyof Thing]: Thing[Key] };

/** An event about a line that its keeper has not taken in yet. */
interface Waiting {
  readonly id: string;
  readonly atMs: number;
}

/** All lines, by id and in the order of their coming. */
export interface LineBook {
  subjectsOf(entry: Entry): Subjects | undefined;
  published(entry: Of<'message.published'>, atMs: number, subjects: Subjects): void;
  handled(entry: Of<'message.handled'>, atMs: number, subjects: Subjects): void;
  state(entry: Of<'state'>, atMs: number): void;
  /** Nothing is on its way any more: a scenario ended, and its system with it. */
  rest(): void;
  line(id: string): Thing | undefined;
  about(subject: string): Thing | undefined;
  allAbout(subject: string): readonly Thing[];
  from(offset: number, count: number, filter?: LineFilter): Window<Thing>;
  indexOf(id: string, filter?: LineFilter): number;
  readonly count: () => number;
  readonly byStatus: () => Readonly<Partial<Record<string, number>>>;
  copy(): LineBook;
}

interface Shelf {
  /** Oldest first; the first one has the number `base + 1`. */
  lines: Thing[];
  base: number;
  readonly numbers: Map<string, number>;
  readonly waiting: Map<string, readonly Waiting[]>;
  readonly published: SeenSet;
  /** Handled before the entry of their publication came. */
  readonly early: SeenSet;
  readonly byStatus: Map<string, number>;
}

const emptyShelf = (): Shelf => ({
  lines: [],
  base: 0,
  numbers: new Map(),
  waiting: new Map(),
  published: createSeenSet(BOUNDS.inFlight),
  early: createSeenSet(BOUNDS.inFlight),
  byStatus: new Map(),
});

const copyShelf = (shelf: Shelf): Shelf => ({
  lines: [...shelf.lines],
  base: shelf.base,
  numbers: new Map(shelf.numbers),
  waiting: new Map(shelf.waiting),
  published: shelf.published.copy(),
  early: shelf.early.copy(),
  byStatus: new Map(shelf.byStatus),
});

const count = (shelf: Shelf, status: string | undefined, by: 1 | -1): void => {
  if (status !== undefined) shelf.byStatus.set(status, (shelf.byStatus.get(status) ?? 0) + by);
};

/** Makes room for a tenth more; done seldom, since it moves everything. */
const forgetOldest = (shelf: Shelf, fold: LineFold<Thing>): void => {
  const gone = shelf.lines.splice(0, BOUNDS.lines / 10);
  shelf.base += gone.length;
  for (const line of gone) {
    shelf.numbers.delete(line.id);
    shelf.waiting.delete(line.id);
    count(shelf, fold.statusOf(line), -1);
    fold.forget(line);
  }
};

/** Changes lines on a shelf, and tells `view` which. */
const createHand = (shelf: Shelf, fold: LineFold<Thing>, view: LineView) => {
  const line = (id: string): Thing | undefined => {
    const number = shelf.numbers.get(id);
    return number === undefined ? undefined : shelf.lines[number - shelf.base - 1];
  };
  const put = (changed: Thing): void => {
    shelf.lines[changed.number - shelf.base - 1] = changed;
    view.changed(changed.number);
  };
  /** The line, made where nothing was heard of it. */
  const find = (id: string, atMs: number): Thing => {
    const there = line(id);
    if (there !== undefined) return there;
    if (shelf.lines.length >= BOUNDS.lines) {
      forgetOldest(shelf, fold);
      view.cut();
    }
    const made = fold.blank(id, shelf.base + shelf.lines.length + 1, atMs);
    shelf.numbers.set(id, made.number);
    shelf.lines.push(made);
    view.changed(made.number);
    return made;
  };
  return { line, put, find };
};

const each = (subjects: Subjects, visit: (subject: string) => void): void => {
  if (typeof subjects === 'string') visit(subjects);
  else for (const subject of subjects) visit(subject);
};

const build = (shelf: Shelf, fold: LineFold<Thing>, system: Pick<ScreenedSystem, 'hears' | 'screen'>): LineBook => {
  const view = createLineView(
    { lines: () => shelf.lines, base: () => shelf.base },
    { haystack: fold.haystack, spell: system.screen.spell },
  );
  const { line, put, find } = createHand(shelf, fold, view);

  const wait = (id: string, waiting: readonly Waiting[], lag?: number): void => {
    if (waiting.length === 0) shelf.waiting.delete(id);
    else shelf.waiting.set(id, waiting);
    const there = line(id);
    if (there === undefined) return;
    put({ ...there, behind: waiting.length, behindSinceMs: waiting[0]?.atMs, lastLagMs: lag ?? there.lastLagMs });
  };

  return {
    subjectsOf: (entry) => fold.subjectsOf(entry),
    published: ({ event }, atMs, subjects) => {
      if (!shelf.published.add(event.id)) return;
      if (fold.begins(event.type)) each(subjects, (subject) => find(subject, atMs));
      const hearers = system.hears[event.type];
      if (hearers === undefined || shelf.early.has(event.id)) return;
      each(subjects, (subject) => {
        for (const id of fold.idsOf(subject)) {
          const keeper = fold.keeperOf(id);
          if (keeper !== undefined && hearers.includes(keeper)) wait(id, [...(shelf.waiting.get(id) ?? []), { id: event.id, atMs }]);
        }
      });
    },
    handled: ({ context, id: eventId, handling }, atMs, subjects) => {
      if (handling === 'parked') return;
      each(subjects, (subject) => {
        for (const id of fold.idsOf(subject)) {
          if (fold.keeperOf(id) !== context) continue;
          const waiting = shelf.waiting.get(id) ?? [];
          const found = waiting.find((one) => one.id === eventId);
          if (found !== undefined)
            wait(
              id,
              waiting.filter((one) => one !== found),
              handling === 'handled' ? atMs - found.atMs : undefined,
            );
          else if (!shelf.published.has(eventId)) shelf.early.add(eventId);
        }
      });
    },
    state: (entry, atMs) => {
      const id = fold.ownerOf(entry);
      if (id === undefined) return;
      const before = find(id, atMs);
      const draft: Draft = { ...before, changedAtMs: atMs };
      fold.apply(draft, entry);
      const [was, is] = [fold.statusOf(before), fold.statusOf(draft)];
      if (was !== is) {
        count(shelf, was, -1);
        count(shelf, is, 1);
      }
      put(draft);
    },
    rest: () => {
      for (const id of [...shelf.waiting.keys()]) wait(id, []);
    },
    line,
    about: (subject) => {
      for (const id of fold.idsOf(subject)) {
        const there = line(id);
        if (there !== undefined) return there;
      }
      return undefined;
    },
    allAbout: (subject) => fold.idsOf(subject).flatMap((id) => line(id) ?? []),
    from: view.from,
    indexOf: (id, filter) => {
      const there = line(id);
      return there === undefined ? -1 : view.indexOf(there, filter);
    },
    count: () => shelf.base + shelf.lines.length,
    byStatus: () => Object.fromEntries([...shelf.byStatus].filter(([, lines]) => lines > 0)),
    copy: () => build(copyShelf(shelf), fold.copy(), system),
  };
};

/** No lines yet. */
export const createLineBook = (system: Pick<ScreenedSystem, 'hears' | 'screen'>): LineBook =>
  build(emptyShelf(), system.screen.createFold(), system);
