import type { Prediction } from './predict.ts';

/** One measured figure held against the prediction, in the metric's unit. */
export interface PlausibleFigure {
  readonly metric: string;
  readonly measured: number;
  /** What would have been plausible, both ends included. */
  readonly least: number;
  readonly most: number;
  readonly isPlausible: boolean;
}

/** Whether a measured load is one that the prediction could have drawn. */
export interface PlausibleVerdict {
  readonly isPlausible: boolean;
  readonly figures: readonly PlausibleFigure[];
  /** The chance that a load which goes exactly as simulated is found implausible, at most. */
  readonly falseAlarm: number;
}

/** What the simulation leaves out (start-up, collecting garbage, a busy machine) may move a share by this many percent. */
const SHARE_SLACK_PERCENT = 3;

/** The load begins a little before its first look-up does, from which the ticks count; and other processes may delay it. */
const FIRST_OPEN_SLACK_MS = 150;

/** Judged are those that follow from the breaker; the number of requests follows from the machine's speed. */
const JUDGED = ['http.availability', 'http.success.share', 'http.timeout.share', 'http.short-circuited.share', 'http.rejected.share'];

/**
 * Holds a measured load's metrics against a prediction. If the load goes as simulated, it is one more draw beside the
 * runs, so each of its figures lies outside all of them with a chance of 2/(runs + 1) at most, whatever the
 * distribution (a rank test). To that range comes a slack for what the simulation leaves out.
 *
 * @param measured by the names of a load's metrics; those that are missing are not judged.
 */
export const plausible = (prediction: Prediction, measured: Readonly<Record<string, number>>): PlausibleVerdict => {
  const figures: PlausibleFigure[] = [];
  const judge = (metric: string, value: number, least: number, most: number): void => {
    figures.push({ metric, measured: value, least, most, isPlausible: value >= least && value <= most });
  };
  for (const metric of JUDGED) {
    const band = prediction.bands[metric];
    const value = measured[metric];
    if (band === undefined || value === undefined) continue;
    judge(metric, value, Math.max(0, band.least - SHARE_SLACK_PERCENT), Math.min(100, band.most + SHARE_SLACK_PERCENT));
  }
  const openings = prediction.bands['breaker.opened'];
  const opened = measured['breaker.opened'];
  if (openings !== undefined && opened !== undefined) judge('breaker.opened', opened, openings.least, openings.most);
  const firstOpenMs = measured['breaker.first-opened'];
  if (firstOpenMs !== undefined && prediction.firstOpenMs !== undefined) {
    judge('breaker.first-opened', firstOpenMs, prediction.firstOpenMs.min - FIRST_OPEN_SLACK_MS, prediction.firstOpenMs.max + FIRST_OPEN_SLACK_MS);
  }
  return {
    isPlausible: figures.length > 0 && figures.every((figure) => figure.isPlausible),
    figures,
    falseAlarm: Math.min(1, (figures.length * 2) / (prediction.runs + 1)),
  };
};
