import type { Entry } from '../../kernel/recording.ts';
import { storyOf } from '../../kernel/story.ts';
import { BOUNDS, type OrderStory } from './model.ts';

/** What happened to each order lately, so that its story can be told. */
export interface Trails {
  /** An entry about one order. */
  put(orderId: string, entry: Entry): void;
  /** A crash, a stop, a fault that strikes no order in particular: it may concern every one. */
  intervene(entry: Entry): void;
  story(orderId: string): OrderStory | undefined;
  copy(): Trails;
}

/** Faults and changes of contexts, over all orders. */
const INTERVENTIONS = 500;

interface Trail {
  readonly entries: readonly Entry[];
  readonly isWhole: boolean;
}

const tell = (orderId: string, { entries, isWhole }: Trail, interventions: readonly Entry[]): OrderStory => {
  const first = entries[0] as Entry;
  // What happened before the order came, or in another scenario, is none of its story.
  const concerning = interventions.filter(({ scenario, n }) => scenario === first.scenario && n >= first.n);
  const all = concerning.length === 0 ? entries : [...entries, ...concerning].sort((a, b) => a.n - b.n);
  return { story: storyOf(all, orderId, { told: ['couponCount'] }), isWhole };
};

const build = (trails: Map<string, Entry[]>, cut: Set<string>, ring: string[], givenNext: number, given: readonly Entry[]): Trails => {
  let next = givenNext;
  let interventions = [...given];
  let told: { readonly orderId: string; readonly entryCount: number; readonly last: Entry | undefined; readonly story: OrderStory } | undefined;

  /** Takes the oldest entry of all from the trail that it is in, which is that trail's first one. */
  const forgetOldest = (orderId: string): void => {
    const trail = trails.get(orderId);
    if (trail === undefined) return;
    trail.shift();
    if (trail.length > 0) {
      cut.add(orderId);
      return;
    }
    trails.delete(orderId);
    cut.delete(orderId);
  };

  return {
    put: (orderId, entry) => {
      const oldest = ring[next];
      if (oldest !== undefined) forgetOldest(oldest);
      ring[next] = orderId;
      next = (next + 1) % BOUNDS.trail;
      const trail = trails.get(orderId);
      if (trail === undefined) trails.set(orderId, [entry]);
      else trail.push(entry);
    },
    intervene: (entry) => {
      interventions.push(entry);
      if (interventions.length >= 2 * INTERVENTIONS) interventions = interventions.slice(-INTERVENTIONS);
    },
    story: (orderId) => {
      const entries = trails.get(orderId);
      if (entries === undefined) return undefined;
      const entryCount = entries.length + interventions.length;
      const last = entries.at(-1);
      // Asked for at each frame, it is made anew only when something came to it.
      if (told?.orderId === orderId && told.entryCount === entryCount && told.last === last) return told.story;
      const story = tell(orderId, { entries, isWhole: !cut.has(orderId) }, interventions);
      told = { orderId, entryCount, last, story };
      return story;
    },
    copy: () => build(new Map([...trails].map(([orderId, entries]) => [orderId, [...entries]])), new Set(cut), [...ring], next, interventions),
  };
};

/** No trails yet. */
export const createTrails = (): Trails => build(new Map(), new Set(), [], 0, []);
