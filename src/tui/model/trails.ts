import type { Entry } from '../../kernel/recording.ts';
import { storyOf } from '../../kernel/story.ts';
import { BOUNDS, type ThingStory } from './model.ts';

/** What happened to each subject lately, so that its story can be told. */
export interface Trails {
  /** An entry about a subject. */
  put(subject: string, entry: Entry): void;
  /** A command that came: what it leads to may name more than it does itself. */
  command(entry: Command): void;
  /** What has this id led to something about these subjects; its entry may have come already, or come later. */
  ledTo(id: string, subjects: readonly string[]): void;
  /** A crash, a stop, a fault that strikes nothing in particular: it may concern every one. */
  intervene(entry: Entry): void;
  story(subject: string): ThingStory | undefined;
  copy(): Trails;
}

type Command = Extract<Entry, { kind: 'command' }>;

/** Commands that are remembered for what they lead to, and what is remembered for commands that come later. */
const CAUSES = 2_000;

/** Faults and changes of contexts, over all subjects. */
const INTERVENTIONS = 500;

interface Trail {
  readonly entries: readonly Entry[];
  readonly isWhole: boolean;
}

/** What rows hold, the panes tell from the rows themselves. */
const NOT_HELD = { told: [] };

const tell = (subject: string, { entries, isWhole }: Trail, interventions: readonly Entry[]): ThingStory => {
  const first = entries[0] as Entry;
  // What happened before the subject came, or in another scenario, is none of its story.
  const concerning = interventions.filter(({ scenario, n }) => scenario === first.scenario && n >= first.n);
  const all = concerning.length === 0 ? entries : [...entries, ...concerning].sort((a, b) => a.n - b.n);
  return { story: storyOf(all, subject, NOT_HELD), isWhole };
};

type Cause = Command | readonly string[];

const build = (
  trails: Map<string, Entry[]>,
  cut: Set<string>,
  ring: string[],
  givenNext: number,
  given: readonly Entry[],
  causes: Map<string, Cause>,
): Trails => {
  let next = givenNext;
  let interventions = [...given];
  let told:
    { readonly subject: string; readonly entryCount: number; readonly last: Entry | undefined; readonly story: ThingStory } | undefined;

  /** Takes the oldest entry of all from the trail that it is in, which is that trail's first one. */
  const forgetOldest = (subject: string): void => {
    const trail = trails.get(subject);
    if (trail === undefined) return;
    trail.shift();
    if (trail.length > 0) {
      cut.add(subject);
      return;
    }
    trails.delete(subject);
    cut.delete(subject);
  };

  const put = (subject: string, entry: Entry): void => {
    const oldest = ring[next];
    if (oldest !== undefined) forgetOldest(oldest);
    ring[next] = subject;
    next = (next + 1) % BOUNDS.trail;
    const trail = trails.get(subject);
    if (trail === undefined) trails.set(subject, [entry]);
    else trail.push(entry);
  };

  const remember = (id: string, cause: Cause): void => {
    if (causes.size >= CAUSES) causes.delete(causes.keys().next().value as string);
    causes.set(id, cause);
  };

  return {
    put,
    command: (entry) => {
      const waiting = causes.get(entry.id);
      if (Array.isArray(waiting)) for (const subject of waiting as readonly string[]) put(subject, entry);
      remember(entry.id, entry);
    },
    ledTo: (id, subjects) => {
      const cause = causes.get(id);
      if (cause === undefined || Array.isArray(cause)) return remember(id, subjects);
      // A story tells it once, however often it is on its trail.
      for (const subject of subjects) put(subject, cause as Command);
    },
    intervene: (entry) => {
      interventions.push(entry);
      if (interventions.length >= 2 * INTERVENTIONS) interventions = interventions.slice(-INTERVENTIONS);
    },
    story: (subject) => {
      const entries = trails.get(subject);
      if (entries === undefined) return undefined;
      const entryCount = entries.length + interventions.length;
      const last = entries.at(-1);
      // Asked for at each frame, it is made anew only when something came to it.
      if (told?.subject === subject && told.entryCount === entryCount && told.last === last) return told.story;
      const story = tell(subject, { entries, isWhole: !cut.has(subject) }, interventions);
      told = { subject, entryCount, last, story };
      return story;
    },
    copy: () =>
      build(
        new Map([...trails].map(([subject, entries]) => [subject, [...entries]])),
        new Set(cut),
        [...ring],
        next,
        interventions,
        new Map(causes),
      ),
  };
};

/** No trails yet. */
export const createTrails = (): Trails => build(new Map(), new Set(), [], 0, [], new Map());
