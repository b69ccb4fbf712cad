import { OperatingError } from '../kernel/errors.ts';
import type { LoadSection } from '../scenarios/language/ast.ts';

/** A stretch of time in which the load goes evenly from one level to another: users, or arrivals a second. */
export interface Segment {
  readonly fromMs: number;
  readonly toMs: number;
  readonly from: number;
  readonly to: number;
  /** How look-ups are delayed from its beginning on; null: not at all; absent: as they were. */
  readonly slowLookup?: { readonly fromMs: number; readonly toMs: number } | null;
}

/** How much load there is at each moment. */
export interface LoadPlan {
  /** Closed: users who wait for their answers. Open: arrivals, answered or not. */
  readonly loop: 'closed' | 'open';
  /** One after another, without gaps, from 0. */
  readonly segments: readonly Segment[];
  /** What starts before this is not measured. */
  readonly warmUpMs: number;
  /** When the last request may start. */
  readonly totalMs: number;
  /** The highest level. */
  readonly peak: number;
}

/** What the command line says over the file: users or arrivals a second, and how long. */
export interface PlanOverrides {
  readonly users?: number;
  readonly arrivalsPerSecond?: number;
  readonly durationMs?: number;
  readonly maxDurationMs: number;
}

/** The most requests that one load may send: what is recorded of each must fit into memory and on a disk. */
export const MOST_REQUESTS = 1_000_000;

const at = (section: LoadSection): string => `${section.position.file}:${section.position.line}:${section.position.column}`;

const segmentsOf = (
  section: LoadSection,
  overrides: PlanOverrides,
): { readonly loop: LoadPlan['loop']; readonly segments: readonly Segment[] } => {
  const warmUpMs = section.warmUpMs ?? 0;
  if (overrides.users !== undefined && overrides.arrivalsPerSecond !== undefined) {
    throw new OperatingError('usage', '--users is a closed loop, and --arrivals an open one', { mend: 'Give one of the two.' });
  }
  // The command line replaces the whole of what the file says about it, stages too.
  const { users, arrivalsPerSecond } = overrides.users === undefined && overrides.arrivalsPerSecond === undefined ? section : overrides;
  if (users !== undefined || arrivalsPerSecond !== undefined) {
    const durationMs = overrides.durationMs ?? section.durationMs ?? section.stages.reduce((sum, stage) => sum + stage.durationMs, 0);
    const loop = users === undefined ? 'open' : 'closed';
    const level = users ?? arrivalsPerSecond ?? 0;
    return { loop, segments: [{ fromMs: 0, toMs: warmUpMs + durationMs, from: level, to: level }] };
  }
  if (overrides.durationMs !== undefined) {
    throw new OperatingError('usage', `--duration: the stages of ${at(section)} have durations of their own`, {
      mend: 'Leave out --duration, or give --users or --arrivals too: then the stages do not count.',
    });
  }
  const loops = new Set(section.stages.map((stage) => (stage.users === undefined ? 'open' : 'closed')));
  if (loops.size > 1) {
    throw new OperatingError('invalid-input', `${at(section)}: the stages mix users and arrivals`, {
      mend: 'Give all stages users (closed loop), or all of them arrivals (open loop).',
    });
  }
  const segments: Segment[] = [];
  let endMs = 0;
  let level = 0;
  for (const [index, stage] of section.stages.entries()) {
    const to = stage.users ?? stage.arrivalsPerSecond ?? 0;
    const toMs = endMs + stage.durationMs + (index === 0 ? warmUpMs : 0);
    segments.push({
      fromMs: endMs,
      toMs,
      from: stage.ramp ? level : to,
      to,
      ...(stage.slowLookup === undefined ? {} : { slowLookup: stage.slowLookup }),
    });
    endMs = toMs;
    level = to;
  }
  return { loop: loops.has('open') ? 'open' : 'closed', segments };
};

/** The arrivals of the whole of a segment. */
const arrivalsIn = ({ fromMs, toMs, from, to }: Segment): number => ((from + to) / 2) * ((toMs - fromMs) / 1000);

/**
 * Makes the plan of a load. The warm-up comes before what is measured, at the level of the beginning. Throws an
 * OperatingError: usage for a load that is longer or larger than it may be, invalid-input for stages that don't fit.
 */
export const planOf = (section: LoadSection, overrides: PlanOverrides): LoadPlan => {
  const { loop, segments } = segmentsOf(section, overrides);
  const totalMs = segments.at(-1)?.toMs ?? 0;
  if (totalMs <= (section.warmUpMs ?? 0)) {
    throw new OperatingError('invalid-input', `${at(section)}: this load takes no time, so nothing would be measured`, {
      mend: 'Give it a duration, for example 5s.',
    });
  }
  if (totalMs > overrides.maxDurationMs) {
    throw new OperatingError(
      'usage',
      `${at(section)}: this load takes ${totalMs} ms, and --max-duration allows ${overrides.maxDurationMs} ms`,
      {
        mend: `Shorten it, or allow it with --max-duration ${Math.ceil(totalMs / 1000)}s.`,
      },
    );
  }
  const requests = loop === 'open' ? segments.reduce((sum, segment) => sum + arrivalsIn(segment), 0) : 0;
  if (requests > MOST_REQUESTS) {
    throw new OperatingError(
      'usage',
      `${at(section)}: this load would send ${Math.round(requests)} requests, and ${MOST_REQUESTS} is the most`,
      { mend: 'Lower its rate or its duration.' },
    );
  }
  const peak = Math.max(...segments.flatMap(({ from, to }) => [from, to]));
  return { loop, segments, warmUpMs: section.warmUpMs ?? 0, totalMs, peak };
};

/** The level at a moment: users, or arrivals a second; 0 before the beginning and from the end on. */
export const levelAt = (plan: LoadPlan, ms: number): number => {
  const segment = plan.segments.find(({ fromMs, toMs }) => ms >= fromMs && ms < toMs);
  if (segment === undefined) return 0;
  const { fromMs, toMs, from, to } = segment;
  return from + ((to - from) * (ms - fromMs)) / (toMs - fromMs);
};

/** How look-ups are delayed at a moment: as the plan says by then, else as `initially`. */
export const slowLookupAt = <Range>(
  { segments }: LoadPlan,
  ms: number,
  initially: Range,
): Range | Exclude<Segment['slowLookup'], undefined> => {
  const said = segments.findLast(({ fromMs, slowLookup }) => fromMs <= ms && slowLookup !== undefined)?.slowLookup;
  return said === undefined ? initially : said;
};

/** The plan without what it says of slow look-ups. */
export const withoutSlowLookups = (plan: LoadPlan): LoadPlan => ({
  ...plan,
  segments: plan.segments.map(({ slowLookup: _, ...segment }) => segment),
});

/** When the rate, integrated from the segment's beginning, reaches `count` arrivals; in milliseconds since then. */
const timeOf = ({ fromMs, toMs, from, to }: Segment, count: number): number => {
  const seconds = (toMs - fromMs) / 1000;
  const slope = (to - from) / seconds;
  if (Math.abs(slope) < 1e-9) return (count / from) * 1000;
  // from·t + slope·t²/2 = count, solved for the smaller t that is not negative.
  return ((Math.sqrt(from * from + 2 * slope * count) - from) / slope) * 1000;
};

/**
 * When the arrival of this number (from 0) is meant to start, in milliseconds since the load began; undefined where
 * the load is over before. The first one starts at once: a constant rate of 20/s starts one at 0, 50, 100 … ms.
 */
export const arrivalAt = (plan: LoadPlan, index: number): number | undefined => {
  let before = 0;
  for (const segment of plan.segments) {
    const inside = arrivalsIn(segment);
    // A segment owns the arrivals before its end; one that would start exactly there belongs to the next.
    if (index < before + inside - 1e-9) return segment.fromMs + timeOf(segment, index - before);
    before += inside;
  }
  return undefined;
};

const seconds = (ms: number): string => `${Number((ms / 1000).toFixed(1))} s`;

/** The plan in words: `25 users for 5 s`. */
export const sayPlan = ({ loop, segments, totalMs, peak, warmUpMs }: LoadPlan): string => {
  const unit = loop === 'closed' ? (peak === 1 ? ' user' : ' users') : ' arrivals/s';
  const warmUp = warmUpMs === 0 ? '' : ` after ${seconds(warmUpMs)} of warm-up`;
  const isEven = segments.every(({ from, to }) => from === peak && to === peak);
  return `${isEven ? '' : `${segments.length} stages, up to `}${peak}${unit} for ${seconds(totalMs - warmUpMs)}${warmUp}`;
};
