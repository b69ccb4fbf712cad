import type { Prediction } from './predict.ts';

/** One measured figure held against the prediction, in the metric's unit. */
export interface PlausibleFigure {
  readonly metric: string;
  readonly measured: number;
  /** The mean over the simulated runs; of the opening, the median. */
  readonly predicted: number;
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

const figureOf = (metric: string, measured: number, predicted: number, least: number, most: number): PlausibleFigure => ({
  metric,
  measured,
  predicted,
  least,
  most,
  isPlausible: measured >= least && measured <= most,
});

const WAIT = 'look-up.timeout.wait.min';

interface Judged {
  readonly metric: string;
  /** How far the simulation's own simplifications may move the figure, below and above the range of all runs. */
  readonly slack: readonly [below: number, above: number];
}

/**
 * What is judged: how calls ended, what the circuit did, how long look-ups were delayed, and when their callers gave up.
 * Each slack is what the simulation leaves out: shares by the turn of a few requests around a tick; delays by rounding to
 * whole milliseconds; waits by timers and a process that was not given the processor just then, which makes them longer.
 * The number of requests is not judged: it is the machine's.
 */
const JUDGED: readonly Judged[] = [
  { metric: 'http.availability', slack: [3, 3] },
  { metric: 'http.success.share', slack: [3, 3] },
  { metric: 'http.timeout.share', slack: [3, 3] },
  { metric: 'http.short-circuited.share', slack: [3, 3] },
  { metric: 'http.rejected.share', slack: [3, 3] },
  { metric: 'breaker.opened', slack: [0, 0] },
  // A circuit that is too patient shows here. One that sees few errors is judged by how calls ended.
  { metric: 'breaker.tolerated.share', slack: [100, 0.5] },
  { metric: 'look-up.count', slack: [1, 1] },
  { metric: 'look-up.failed.share', slack: [3, 3] },
  { metric: 'look-up.delay.min', slack: [1, 1] },
  { metric: 'look-up.delay.mean', slack: [1, 1] },
  { metric: 'look-up.delay.max', slack: [1, 1] },
  { metric: WAIT, slack: [2, 30] },
];

/** Other processes may delay the moment at which the first look-up begins, from which the ticks count. */
const FIRST_OPEN_SLACK_MS = 100;

/** Shares are bounded by nature, times and counts below alone. */
const ceilingOf = (metric: string): number => (/\.(?:share|availability)$/.test(metric) ? 100 : Infinity);

/**
 * Holds a measured load's metrics against a prediction. If the load goes as simulated, it is one more draw beside the
 * runs, so each of its figures lies outside all of them with a chance of 2/(runs + 1) at most, whatever the
 * distribution (a rank test). To that range comes a slack for what the simulation leaves out.
 *
 * @param measured by the names of a load's metrics; those that are missing are not judged.
 * @param besides figures that were judged otherwise.
 * @param lateMs how late the machine let look-ups come at least, so that their timers came late too; milliseconds.
 */
export const plausible = (
  prediction: Prediction,
  measured: Readonly<Record<string, number>>,
  besides: readonly PlausibleFigure[] = [],
  lateMs = 0,
): PlausibleVerdict => {
  const ranked = JUDGED.flatMap(({ metric, slack }) => {
    const band = prediction.bands[metric];
    const value = measured[metric];
    if (band === undefined || value === undefined) return [];
    return [
      figureOf(
        metric,
        value,
        band.mean,
        Math.max(0, band.least - slack[0]),
        Math.min(ceilingOf(metric), band.most + slack[1] + (metric === WAIT ? lateMs : 0)),
      ),
    ];
  });
  const firstOpenMs = measured['breaker.first-opened'];
  const { firstOpenMs: predicted } = prediction;
  if (firstOpenMs !== undefined && predicted !== undefined) {
    ranked.push(
      figureOf(
        'breaker.first-opened',
        firstOpenMs,
        predicted.median,
        Math.max(0, predicted.min - FIRST_OPEN_SLACK_MS),
        predicted.max + FIRST_OPEN_SLACK_MS,
      ),
    );
  }
  const figures = [...ranked, ...besides];
  return {
    isPlausible: figures.length > 0 && figures.every((figure) => figure.isPlausible),
    figures,
    falseAlarm: Math.min(1, (ranked.length * 2) / (prediction.runs + 1)),
  };
};

/** A look-up may take so much longer than its like that nothing slows down, and a millisecond and a half more. */
const MOST_TIMES_LIKE = 1.5;
const MOST_ABOVE_LIKE_MS = 1.5;

/**
 * Holds the system's own speed against the machine's: a look-up without load takes what another call to the same
 * context takes, and a review that is refused at once keeps the server no longer than that call takes by itself. A
 * handler that blocks makes either longer on any machine, fast or slow, while a machine that is busy slows both.
 */
export const judgeSpeed = ({
  unslowedMs,
  lookUpMs,
  requestMs,
}: {
  readonly unslowedMs: number;
  readonly lookUpMs: number | undefined;
  readonly requestMs: number | undefined;
}): readonly PlausibleFigure[] => {
  const most = MOST_TIMES_LIKE * unslowedMs + MOST_ABOVE_LIKE_MS;
  return [
    ...(lookUpMs === undefined ? [] : [figureOf('look-up.at-rest.min', lookUpMs, unslowedMs, 0, most)]),
    ...(requestMs === undefined ? [] : [figureOf('http.busy.min', requestMs, unslowedMs, 0, most)]),
  ];
};
