import { counted } from '../kernel/counted.ts';
import { sizeOf } from '../explore/failure/shrink.ts';
import type { SpokenSystem } from '../scenarios/definition.ts';
import type { Errand } from '../explore/schedule/plan.ts';
import { allSteps, readScenario } from '../explore/schedule/scenario-source.ts';
import type { KeptFailure } from '../explore/failure/replay-file.ts';
import type { Replayed } from '../explore/failure/replay.ts';
import { storyOf } from '../kernel/story.ts';
import { readable, readableLine } from '../reports/readable.ts';
import { storyLines, type StoryStyle } from '../reports/story-text.ts';
import { wordsOf } from '../reports/words.ts';

const MOST_SHOWN = 40;

/** A value as a line shows it: JSON without what would steer a terminal, cut short. */
const shown = (value: unknown): string => {
  const text = JSON.stringify(value).replace(
    /[^\x20-\x7e\u3131-\u318e\uac00-\ud7a3]/gu,
    (letter) => `\\u{${letter.codePointAt(0)!.toString(16)}}`,
  );
  return text.length <= MOST_SHOWN ? text : `${text.slice(0, MOST_SHOWN - 1)}… (${JSON.stringify(value).length} characters)`;
};

const sayErrand = ({ deed, about, afterMs, isImpatient, when, againAfterMs, wish = {}, body = {} }: Errand): string => {
  const details = [
    ...(isImpatient === true ? ['too early'] : []),
    ...(when === undefined ? [] : [`when others ${when}`]),
    ...Object.entries({ ...wish, ...body }).map(([name, value]) => `${name} ${shown(value)}`),
    ...(afterMs === 0 ? [] : [`after ${afterMs} ms`]),
    ...(againAfterMs === undefined ? [] : [`and again ${againAfterMs} ms later`]),
  ];
  return `${deed} ${about}${details.length === 0 ? '' : ` (${details.join(', ')})`}`;
};

/** A scenario's steps that are left, with their paths; those that hold others by their kind alone. */
const scenarioLines = ({ scenario }: KeptFailure['plan'], system: SpokenSystem): readonly string[] => {
  if (scenario === undefined) return [];
  const { name, position, steps } = readScenario(scenario, system);
  return [
    `  ${name} (${position.file}:${position.line})`,
    ...allSteps(steps).map((step) => `  ${step.path.padStart(4)} ${'steps' in step ? `${step.kind}:` : step.text}`),
  ];
};

const hoursOf = (ms: number): string => `${Number((ms / 3_600_000).toFixed(2))} hours`;

const faultLines = ({
  faults: { laggard, slowDisk, lookupOutage, waveringLookups, failingHandler, outages = [], silence, isPositioned },
}: KeptFailure['plan']): readonly string[] => [
  ...(isPositioned === undefined ? [] : ['  the bus delivers in order, from where a consumer says that it is']),
  ...(failingHandler === undefined
    ? []
    : [
        `  ${failingHandler.context} fails at ${failingHandler.type}, ${failingHandler.failures === 'always' ? 'always' : `${counted(failingHandler.failures, 'time')} for each`}`,
      ]),
  ...outages.map(({ context, how, atMs, forMs }) => `  ${context} is ${how} at +${atMs} ms, for ${forMs} ms`),
  ...(silence === undefined ? [] : [`  nothing happens for ${hoursOf(silence.forMs)}, and then the past comes again`]),
  ...(laggard === undefined ? [] : [`  ${laggard.context} hears ${Math.round(100 * laggard.rate)} % of its messages much later`]),
  ...(slowDisk === undefined
    ? []
    : [`  disk of ${slowDisk.context} takes ${slowDisk.byMs} ms for a commit from +${slowDisk.fromMs} to +${slowDisk.toMs} ms`]),
  ...(lookupOutage === undefined ? [] : [`  look-ups are ${lookupOutage.kind} for ${lookupOutage.forMs} ms from the first on`]),
  ...(waveringLookups === undefined
    ? []
    : [
        `  ${waveringLookups.failing} of each ${waveringLookups.of} look-ups find nobody, for ${waveringLookups.forMs} ms from the first on`,
      ]),
];

/** What a schedule of a system consists of, a line each: what people do, then what goes otherwise than it should. */
export const scheduleLines = ({ plan, deviations }: Pick<KeptFailure, 'plan' | 'deviations'>, system: SpokenSystem): readonly string[] =>
  [
    `${sizeOf({ plan, deviations }, system)} steps:`,
    ...plan.errands.map((errand) => `  ${sayErrand(errand)}`),
    ...scenarioLines(plan, system),
    ...plan.faults.partitions.map(
      ({ context, direction, fromMs, toMs }) => `  ${context} cut off (${direction}) from +${fromMs} to +${toMs} ms`,
    ),
    ...plan.faults.clockJumps.map(({ context, atMs, byMs }) => `  clock of ${context} set by ${byMs} ms at +${atMs} ms`),
    ...faultLines(plan),
    ...[...deviations].map(([name, value]) => `  ${name}${value === 1 ? '' : ` (${value})`}`),
  ].map(readableLine);

/** What was violated, and what was found instead: what somebody wrote may stand in it. */
export const violationText = ({ invariant, found }: KeptFailure['violation']): { readonly invariant: string; readonly found: string } => ({
  invariant: readableLine(invariant),
  found: readable(found),
});

/** Whose story explains a violation: that of the one concerned, or of the first that there is one of. */
export const subjectOf = ({ violation }: KeptFailure, { entries }: Replayed): string => {
  const published = entries.find((entry) => entry.kind === 'message.published');
  const asked = entries.find((entry) => entry.kind === 'command' && entry.subject !== undefined);
  const subjects = [
    violation.subject,
    published?.kind === 'message.published' ? published.event.subject : '',
    asked?.kind === 'command' ? (asked.subject ?? '') : '',
  ];
  return (
    subjects.find(
      (subject) => subject !== '' && storyOf(entries, subject, {}).roots.some(({ what }) => what === 'command' || what === 'event'),
    ) ?? violation.subject
  );
};

/** What happened, each thing beneath its cause: at most a screen. */
export const replayLines = (
  kept: KeptFailure,
  replayed: Replayed,
  style: Omit<StoryStyle, 'words'> & { readonly width: number },
): readonly string[] =>
  storyLines(storyOf(replayed.entries, subjectOf(kept, replayed), style.vocabulary), { words: wordsOf(style.lang), ...style });
