import type { Entry } from '../../kernel/recording.ts';
import type { ScreenedSystem } from '../definition.ts';
import { createModel, type FedModel } from '../model/create-model.ts';
import { createTurningPoints, type TurningPoints } from './turning-points.ts';

/** A recording that can be looked at as of any moment. Positions count entries: 0 is before the first. */
export interface History {
  readonly length: number;
  /** Milliseconds on the recording's own time line when the last entry happened. */
  readonly lengthMs: number;
  readonly points: TurningPoints;
  /** When the entry that leads to this position happened; 0 at the beginning. */
  timeOf(position: number): number;
  /** The last position that had been reached by then. */
  positionAt(atMs: number): number;
  /** The model of the first `position` entries. Going forward from the last one asked for is cheapest. */
  modelAt(position: number): FedModel;
}

/** How many copies of the model are kept along the way. */
const CHECKPOINTS = 24;
/** The least entries between two of them: folding so many takes a few milliseconds. */
const LEAST_STRIDE = 2_000;

interface Checkpoint {
  readonly position: number;
  readonly model: FedModel;
}

/** Folds a recording once, and keeps copies of the model along the way. */
export const createHistory = (entries: readonly Entry[], system: ScreenedSystem): History => {
  const stride = Math.max(LEAST_STRIDE, Math.ceil(entries.length / CHECKPOINTS));
  const times = new Float64Array(entries.length + 1);
  const points = createTurningPoints(system);
  const first = createModel(system);
  const checkpoints: Checkpoint[] = [{ position: 0, model: first.copy() }];
  for (const [index, entry] of entries.entries()) {
    const position = index + 1;
    // What is removed must be known until its turning point is set.
    points.add(entry, position, first.subjectsOf);
    first.feed(entry);
    times[position] = first.atMs;
    if (position % stride === 0) checkpoints.push({ position, model: first.copy() });
  }

  let current: Checkpoint = { position: entries.length, model: first };
  const startFor = (position: number): Checkpoint => {
    const near = checkpoints[Math.floor(position / stride)] as Checkpoint;
    // Going on from where we are spares a copy, and often most of the way.
    return current.position <= position && current.position >= near.position
      ? current
      : { position: near.position, model: near.model.copy() };
  };
  return {
    length: entries.length,
    lengthMs: times[entries.length] as number,
    points,
    timeOf: (position) => times[position] as number,
    positionAt: (atMs) => {
      let low = 0;
      let high = entries.length;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if ((times[middle] as number) <= atMs) low = middle;
        else high = middle - 1;
      }
      return low;
    },
    modelAt: (position) => {
      const { position: from, model } = startFor(position);
      for (let next = from; next < position; next += 1) model.feed(entries[next] as Entry);
      current = { position, model };
      return model;
    },
  };
};
