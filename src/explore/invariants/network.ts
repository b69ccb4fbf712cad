/** What an exploration must have seen, or it proved little. */
import { deadlineSightings } from './deadlines.ts';
import { sometimes, type Invariant, type Shown } from '../simulate/invariant.ts';

const isCrashed = ({ faults }: Shown, at: string): boolean => faults.some(({ fault, detail }) => fault === 'crash' && detail['at'] === at);

const wasStruck = ({ faults }: Shown, fault: string, isIt: (detail: Shown['faults'][number]['detail']) => boolean = () => true): boolean =>
  faults.some((one) => one.fault === fault && isIt(one.detail));

/** What must have been seen of circuit breakers. */
const breakerSightings = (widest: readonly string[]): readonly Invariant[] => [
  sometimes('The breaker opened.', {
    when: 'in the end',
    breach: 'the breaker stayed closed',
    demandedOf: widest,
    isSeen: ({ noticed }) => noticed.has('opened'),
  }),
  sometimes('The breaker closed again.', {
    when: 'in the end',
    breach: 'the breaker never closed again',
    demandedOf: widest,
    isSeen: ({ noticed }) => noticed.has('closed again'),
  }),
];

/**
 * What must have been seen, of a system with these workloads, whose contexts call each other, and have deadlines, or do
 * not: by all of them, or by the first, which is the widest.
 */
export const sightingsOf = (workloads: readonly string[], isCalling: boolean, deadlines: readonly string[] = []): readonly Invariant[] => {
  const everywhere = [...workloads, 'scenarios'];
  const widest = workloads.slice(0, 1);
  return [
    sometimes('A duplicate arrived.', {
      when: 'in the end',
      breach: 'no message came twice',
      demandedOf: everywhere,
      isSeen: ({ noticed }) => noticed.has('duplicate'),
    }),
    sometimes('A message overtook another.', {
      when: 'in the end',
      breach: 'all messages kept their order',
      demandedOf: everywhere,
      isSeen: ({ noticed }) => noticed.has('overtaking'),
    }),
    sometimes('A context crashed between commit and publish.', {
      when: 'in the end',
      breach: 'nothing crashed with a full outbox',
      demandedOf: everywhere,
      isSeen: (shown) => isCrashed(shown, 'before-publish'),
    }),
    sometimes('A context crashed between handling and acknowledging.', {
      when: 'in the end',
      breach: 'nothing crashed with an unacknowledged message',
      demandedOf: everywhere,
      isSeen: (shown) => isCrashed(shown, 'before-acknowledge'),
    }),
    sometimes('A handler failed for a while.', {
      when: 'in the end',
      breach: 'no handler failed, and went on',
      demandedOf: widest,
      isSeen: (shown) => wasStruck(shown, 'handler', ({ failures }) => failures !== 'always'),
    }),
    sometimes('A handler failed until its message was given up.', {
      when: 'in the end',
      breach: 'no handler failed to the last',
      demandedOf: widest,
      isSeen: (shown) => wasStruck(shown, 'handler', ({ failures }) => failures === 'always'),
    }),
    sometimes('A context was stopped.', {
      when: 'in the end',
      breach: 'no context was stopped',
      demandedOf: widest,
      isSeen: (shown) => wasStruck(shown, 'stop'),
    }),
    sometimes('A message came again after a long silence.', {
      when: 'in the end',
      breach: 'no message came again after a long silence',
      demandedOf: widest,
      isSeen: (shown) => wasStruck(shown, 'late duplicate'),
    }),
    ...(isCalling ? breakerSightings(widest) : []),
    ...(deadlines.length > 0 ? deadlineSightings(deadlines, widest) : []),
  ];
};
