/** Exploring a system of one's own in a test: `it('keeps the money', () => explored(bank, { schedules: 1_000, seed: 7 }))`. */
import { replayLines, scheduleLines, violationText } from '../findings/schedule-text.ts';
import type { ExploredSystem } from '../explore/definition.ts';
import { makeSmall } from '../explore/failure/make-small.ts';
import { drawingFrom } from '../explore/schedule/draw-schedule.ts';
import { breathe } from '../explore/search/explore-on-threads.ts';
import { explore, type Exploration } from '../explore/search/explore.ts';
import type { Failure } from '../explore/search/slice.ts';
import { createRig, type Rig } from '../explore/simulate/rig.ts';

/** How a test explores. */
export interface ExploredOptions {
  /** The most schedules; default 1,000. */
  readonly schedules?: number;
  /** Draws everything: the same seed gives the same schedules; default 1. */
  readonly seed?: number | string;
  /** Faults of the system's own to bring in, by name; none by default. */
  readonly mutations?: readonly string[];
  /** Which of the system's people; default the first. */
  readonly workload?: string;
}

/** A schedule that broke an invariant, as small as it gets; its message is what is there to read. */
export class BrokenInvariant extends Error {
  override readonly name = 'BrokenInvariant';
  /** The invariant, as a sentence, and what was found instead. */
  readonly invariant: string;
  readonly found: string;

  constructor(invariant: string, found: string, message: string) {
    super(message);
    this.invariant = invariant;
    this.found = found;
  }
}

const WIDTH = 100;

const brokenBy = async (rig: Rig, failure: Failure, seed: string): Promise<BrokenInvariant> => {
  const { kept, replayed } = await makeSmall(rig, failure);
  const { invariant, found } = violationText(kept.violation);
  const story = [
    ...scheduleLines(kept, rig.system),
    '',
    ...replayLines(kept, replayed, { lang: 'en', vocabulary: rig.system.vocabulary, width: WIDTH }),
  ];
  return new BrokenInvariant(
    invariant,
    found,
    `${invariant}\n${found}\n\nschedule ${failure.schedule} of seed ${seed}, made small:\n${story.join('\n')}`,
  );
};

/**
 * Explores a system in this thread. Resolves to what was found where every invariant held and everything that an exploration
 * must see was seen; throws a BrokenInvariant with the shrunk story of the first schedule that broke one, and an Error where
 * too little was seen to prove anything.
 */
export const explored = async (
  system: ExploredSystem,
  { schedules = 1_000, seed = 1, mutations = [], workload }: ExploredOptions = {},
): Promise<Exploration> => {
  const rig = createRig({ system, url: '' }, { mutations });
  const drawing = drawingFrom(rig.repertoire, String(seed), workload);
  const found = await explore({ ...drawing, rig, schedules, signal: new AbortController().signal, breathe });
  if (found.failure !== undefined) throw await brokenBy(rig, found.failure, String(seed));
  if (found.unseen.length > 0)
    throw new Error(`${schedules} schedules proved little, for these were never seen: ${found.unseen.join(' ')} Explore more of them.`);
  return found;
};
