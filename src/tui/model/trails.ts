import type { Entry } from '../../kernel/recording.ts';
import { storyOf } from '../../kernel/story.ts';
import { BOUNDS, type ThingStory } from './model.ts';

/** What happened to each subject lately, so that its story can be told. */
export interface Trails {
  /** An entry about a subject. */
  put(subject: string, entry: Entry): void;
  /** A crash, a stop, a fault that strikes nothing in particular: it may concern every one. */
  intervene(entry: Entry): void;
  story(subject: string): ThingStory | undefined;
  copy(): Trails;
}

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

const build = (trails: Map<string, Entry[]>, cut: Set<string>, ring: string[], givenNext: number, given: readonly Entry[]): Trails => {
  let next = givenNext;
  let interventions = [...given];
  let told: { readonly subject: string; readonly entryCount: number; readonly last: Entry | undefined; readonly story: ThingStory } | undefined;

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

  return {
    put: (subject, entry) => {
      const oldest = ring[next];
      if (oldest !== undefined) forgetOldest(oldest);
      ring[next] = subject;
      next = (next + 1) % BOUNDS.trail;
      const trail = trails.get(subject);
      if (trail === undefined) trails.set(subject, [entry]);
      else trail.push(entry);
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
    copy: () => build(new Map([...trails].map(([subject, entries]) => [subject, [...entries]])), new Set(cut), [...ring], next, interventions),
  };
};

/** No trails yet. */
export const createTrails = (): Trails => build(new Map(), new Set(), [], 0, []);
