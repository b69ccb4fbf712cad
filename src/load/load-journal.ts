import type { Clock } from '../kernel/clock.ts';
import type { EntryBody } from '../kernel/recording.ts';
import type { Journal } from '../scenarios/runner/journal.ts';
import type { Measure } from './measure/measure.ts';

/** The wall clock, in fractions of a millisecond. */
export const FINE_CLOCK: Clock = { now: () => performance.timeOrigin + performance.now() };

/** A journal that the measure of a load hears too, while there is one. */
export interface LoadJournal extends Journal {
  /** From now on this measure hears what is recorded; or none. */
  readonly listen: (measure: Measure | undefined) => void;
}

/** How the requests of a person at the terminal are marked, so that they stay told while a load runs. */
export const PERSON = 'person.';

/** How the requests that only warm the system up are marked: they belong to no load and to nobody's story. */
export const WARM_UP = 'warm-up.';

/** During the load, its requests and calls are told by its answers; told twice, they would only slow it down. */
const isToldByAnswers = (body: EntryBody): boolean =>
  (body.kind === 'command' && !body.correlation.startsWith(PERSON)) ||
  (body.kind === 'breaker' && !['closed', 'open', 'half-open', 'health'].includes(body.change));

/** Lets loads be measured by what is recorded in `journal`. */
export const hearLoads = (journal: Journal): LoadJournal => {
  let measure: Measure | undefined;
  return {
    ...journal,
    listen: (to) => {
      measure = to;
    },
    record: (body) => {
      if (body.kind === 'command' && body.correlation.startsWith(WARM_UP)) return;
      measure?.record(body, FINE_CLOCK.now());
      if (measure === undefined || !measure.hasBegun() || !isToldByAnswers(body)) journal.record(body);
      if (body.kind === 'load.finished') measure = undefined;
    },
  };
};
