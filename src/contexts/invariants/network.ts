/** What an exploration must have seen, or it proved little. */
import { sometimes, type Invariant, type Shown } from '../../explore/simulate/invariant.ts';

const isTold = ({ world: { stream } }: Shown, type: string): boolean => stream.some((event) => event.type === type);
const isCrashed = ({ faults }: Shown, at: string): boolean => faults.some(({ fault, detail }) => fault === 'crash' && detail['at'] === at);

const isBefallen = ({ faults }: Shown, fault: string, isIt: (detail: Shown['faults'][number]['detail']) => boolean = () => true): boolean =>
  faults.some((one) => one.fault === fault && isIt(one.detail));

const ANYWHERE = ['people', 'racing-cancel', 'scenarios'] as const;
const OF_CANCELLATIONS = ['people', 'racing-cancel'] as const;

/** What must have been seen. */
export const SIGHTINGS: readonly Invariant[] = [
  sometimes('A cancellation beat the kitchen.', {
    when: 'in the end',
    breach: 'no cancellation was in time',
    demandedOf: OF_CANCELLATIONS,
    isSeen: (shown) => isTold(shown, 'CookingCanceled'),
  }),
  sometimes('The kitchen beat a cancellation.', {
    when: 'in the end',
    breach: 'no cancellation was too late',
    demandedOf: OF_CANCELLATIONS,
    isSeen: (shown) => isTold(shown, 'CancelRefused'),
  }),
  sometimes('A duplicate arrived.', {
    when: 'in the end',
    breach: 'no message came twice',
    demandedOf: ANYWHERE,
    isSeen: ({ noticed }) => noticed.has('duplicate'),
  }),
  sometimes('A message overtook another.', {
    when: 'in the end',
    breach: 'all messages kept their order',
    demandedOf: ANYWHERE,
    isSeen: ({ noticed }) => noticed.has('overtaking'),
  }),
  sometimes('A context crashed between commit and publish.', {
    when: 'in the end',
    breach: 'nothing crashed with a full outbox',
    demandedOf: ANYWHERE,
    isSeen: (shown) => isCrashed(shown, 'before-publish'),
  }),
  sometimes('A context crashed between handling and acknowledging.', {
    when: 'in the end',
    breach: 'nothing crashed with an unacknowledged message',
    demandedOf: ANYWHERE,
    isSeen: (shown) => isCrashed(shown, 'before-acknowledge'),
  }),
  sometimes('The breaker opened.', {
    when: 'in the end',
    breach: 'the breaker stayed closed',
    demandedOf: ['people'],
    isSeen: ({ noticed }) => noticed.has('opened'),
  }),
  sometimes('The breaker closed again.', {
    when: 'in the end',
    breach: 'the breaker never closed again',
    demandedOf: ['people'],
    isSeen: ({ noticed }) => noticed.has('closed again'),
  }),
  sometimes('A handler failed for a while.', {
    when: 'in the end',
    breach: 'no handler failed, and went on',
    demandedOf: ['people'],
    isSeen: (shown) => isBefallen(shown, 'handler', ({ failures }) => failures !== 'always'),
  }),
  sometimes('A handler failed until its message was given up.', {
    when: 'in the end',
    breach: 'no handler failed to the last',
    demandedOf: ['people'],
    isSeen: (shown) => isBefallen(shown, 'handler', ({ failures }) => failures === 'always'),
  }),
  sometimes('A context was stopped.', { when: 'in the end', breach: 'no context was stopped', demandedOf: ['people'], isSeen: (shown) => isBefallen(shown, 'stop') }),
  sometimes('A message came again after a long silence.', {
    when: 'in the end',
    breach: 'no message came again after a long silence',
    demandedOf: ['people'],
    isSeen: (shown) => isBefallen(shown, 'late duplicate'),
  }),
];
