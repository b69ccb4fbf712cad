import { sizeOf } from '../explore/shrink.ts';
import type { Errand } from '../explore/plan.ts';
import { allSteps, readScenario } from '../explore/scenario-source.ts';
import type { KeptFailure } from '../explore/replay-file.ts';
import type { Replayed } from '../explore/replay.ts';
import { storyOf } from '../kernel/story.ts';
import { storyLines } from '../reports/story-text.ts';
import { wordsOf, type Lang } from '../reports/words.ts';

const sayErrand = ({ deed, order, afterMs, isImpatient, when, againAfterMs, customer, payment }: Errand): string => {
  const details = [
    ...(customer === undefined ? [] : [`by ${customer}`]),
    ...(payment === 'decline' ? ['payment declined'] : []),
    ...(isImpatient === true ? ['too early'] : []),
    ...(when === undefined ? [] : [`when others ${when}`]),
    ...(afterMs === 0 ? [] : [`after ${afterMs} ms`]),
    ...(againAfterMs === undefined ? [] : [`and again ${againAfterMs} ms later`]),
  ];
  return `${deed} ${order}${details.length === 0 ? '' : ` (${details.join(', ')})`}`;
};

/** A scenario's steps that are left, with their paths; those that hold others by their kind alone. */
const scenarioLines = ({ scenario }: KeptFailure['plan']): readonly string[] => {
  if (scenario === undefined) return [];
  const { name, position, steps } = readScenario(scenario);
  return [`  ${name} (${position.file}:${position.line})`, ...allSteps(steps).map((step) => `  ${step.path.padStart(4)} ${'steps' in step ? `${step.kind}:` : step.text}`)];
};

const faultLines = ({ faults: { laggard, slowDisk, lookupOutage } }: KeptFailure['plan']): readonly string[] => [
  ...(laggard === undefined ? [] : [`  ${laggard.context} hears ${Math.round(100 * laggard.rate)} % of its messages much later`]),
  ...(slowDisk === undefined ? [] : [`  disk of ${slowDisk.context} takes ${slowDisk.byMs} ms for a commit from +${slowDisk.fromMs} to +${slowDisk.toMs} ms`]),
  ...(lookupOutage === undefined ? [] : [`  look-ups are ${lookupOutage.kind} for ${lookupOutage.forMs} ms from the first on`]),
];

/** What a schedule consists of, a line each: what people do, then what goes otherwise than it should. */
export const scheduleLines = ({ plan, deviations }: Pick<KeptFailure, 'plan' | 'deviations'>): readonly string[] => [
  `${sizeOf({ plan, deviations })} steps:`,
  ...plan.errands.map((errand) => `  ${sayErrand(errand)}`),
  ...scenarioLines(plan),
  ...plan.faults.partitions.map(({ context, direction, fromMs, toMs }) => `  ${context} cut off (${direction}) from +${fromMs} to +${toMs} ms`),
  ...plan.faults.clockJumps.map(({ context, atMs, byMs }) => `  clock of ${context} set by ${byMs} ms at +${atMs} ms`),
  ...faultLines(plan),
  ...[...deviations].map(([name, value]) => `  ${name}${value === 1 ? '' : ` (${value})`}`),
];

/** The order whose story explains a violation: the one concerned, or the first that there is. */
export const subjectOf = ({ violation }: KeptFailure, { entries }: Replayed): string => {
  if (violation.subject !== '') return violation.subject;
  const [published] = entries.flatMap((entry) => (entry.kind === 'message.published' ? [entry.event.subject] : []));
  return published ?? '';
};

/** What happened, each thing beneath its cause: at most a screen. */
export const replayLines = (kept: KeptFailure, replayed: Replayed, options: { readonly lang: Lang; readonly width: number }): readonly string[] =>
  storyLines(storyOf(replayed.entries, subjectOf(kept, replayed)), { words: wordsOf(options.lang), ...options });
