import type { FaultHappened } from './fault-decisions.ts';
import { invariantTitle } from '../scenarios/runner/invariants.ts';
import { mustStrike, strikeTitle } from '../scenarios/runner/strikes.ts';
import { allSteps, readScenario } from './scenario-source.ts';
import type { Workload } from './draw-schedule.ts';
import type { World } from './world.ts';

/** What an exploration must have seen, or it proved little. */
const SIGHTINGS = [
  'A cancellation beat the kitchen.',
  'The kitchen beat a cancellation.',
  'A duplicate arrived.',
  'A message overtook another.',
  'A context crashed between commit and publish.',
  'A context crashed between handling and acknowledging.',
  'The breaker opened.',
  'The breaker closed again.',
  'A handler failed for a while.',
  'A handler failed until its message was given up.',
  'A context was stopped.',
  'A message came again after a long silence.',
] as const;
/** One of {@link SIGHTINGS}. */
export type Sighting = (typeof SIGHTINGS)[number];

/** What a network that goes wrong must have done in any exploration. */
const OF_FAULTS: readonly Sighting[] = [
  'A duplicate arrived.',
  'A message overtook another.',
  'A context crashed between commit and publish.',
  'A context crashed between handling and acknowledging.',
];
const OF_A_CANCELLATION: readonly Sighting[] = ['A cancellation beat the kitchen.', 'The kitchen beat a cancellation.', ...OF_FAULTS];

/** What an exploration of this workload must have seen: of scenarios, what the network did, what they themselves say must sometimes be, and that their own faults befell something. */
export const demandedOf = (workload: Workload): readonly string[] => {
  if (workload === 'people') return SIGHTINGS;
  if (workload === 'racing-cancel') return OF_A_CANCELLATION;
  const own = workload.scenarios.flatMap((plan) => {
    const { invariants, steps } = readScenario({ ...plan, leftOut: [] });
    return [...invariants.filter(({ mode }) => mode === 'sometimes').map(invariantTitle), ...allSteps(steps).filter(mustStrike).map(strikeTitle)];
  });
  return [...new Set([...own, ...OF_FAULTS])];
};

/** What one schedule shows of them in the end; what the bus saw, it tells by itself. */
export const sightingsOf = ({ stream }: World, faults: readonly FaultHappened[]): readonly Sighting[] => {
  const found: Sighting[] = [];
  for (const { type } of stream) {
    if (type === 'CookingCanceled') found.push('A cancellation beat the kitchen.');
    if (type === 'CancelRefused') found.push('The kitchen beat a cancellation.');
  }
  for (const { fault, detail } of faults) {
    if (fault === 'stop') found.push('A context was stopped.');
    if (fault === 'late duplicate') found.push('A message came again after a long silence.');
    if (fault === 'handler') found.push(detail['failures'] === 'always' ? 'A handler failed until its message was given up.' : 'A handler failed for a while.');
    if (fault !== 'crash') continue;
    if (detail['at'] === 'before-publish') found.push('A context crashed between commit and publish.');
    if (detail['at'] === 'before-acknowledge') found.push('A context crashed between handling and acknowledging.');
  }
  return found;
};
