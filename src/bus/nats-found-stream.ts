import { RetentionPolicy } from '@nats-io/jetstream';
import type { StreamConfig } from '@nats-io/jetstream';
import { OperatingError } from '../kernel/errors.ts';

/** Whether a stream's subject, maybe with wildcards, takes all that this one takes. */
const covers = (subject: string, wanted: string): boolean => {
  const [theirs, ours] = [subject.split('.'), wanted.split('.')];
  for (const [index, token] of theirs.entries()) {
    if (token === '>') return ours.length > index;
    if (ours[index] === undefined || ours[index] === '>' || (token !== '*' && token !== ours[index])) return false;
  }
  return theirs.length === ours.length;
};

/** What a stream takes by itself; a mirror takes nothing, and the server then leaves the list out. */
const takenBy = (config: Partial<StreamConfig>): readonly string[] => config.subjects ?? [];

/** The settings under which messages would be refused, changed or lost, in words. */
const troublesOf = (config: StreamConfig, subjects: string): readonly string[] => [
  ...(takenBy(config).some((subject) => covers(subject, subjects))
    ? []
    : [`takes ${takenBy(config).join(', ') || 'no subjects'} and not ${subjects}`]),
  ...(config.retention === RetentionPolicy.Limits ? [] : [`drops messages by its retention ${config.retention}`]),
  ...(config.max_msgs > 0 ? [`keeps ${config.max_msgs} messages at most`] : []),
  ...(config.max_msgs_per_subject > 0 ? [`keeps ${config.max_msgs_per_subject} messages of a subject at most`] : []),
  ...(config.max_age > 0 ? ['drops messages when they are old'] : []),
  // At a limit of bytes the oldest messages go, unless new ones are refused; those wait in the outbox and are told.
  ...(config.max_bytes > 0 && config.discard !== 'new' ? [`keeps ${config.max_bytes} bytes at most, and drops what is oldest`] : []),
  ...(config.no_ack ? ['acknowledges nothing'] : []),
  ...(config.sealed ? ['is sealed'] : []),
  ...(config.mirror === undefined ? [] : [`mirrors ${config.mirror.name}`]),
];

/**
 * Holds a stream that was found under our name to what a world needs: somebody else may have made it for something else.
 * How it keeps messages (storage, replicas) is its maker's business. Throws an OperatingError (infrastructure) that says
 * what is wrong with it.
 */
export const checkFoundStream = (config: StreamConfig, subjects: string, where: string): void => {
  const troubles = troublesOf(config, subjects);
  if (troubles.length === 0) return;
  throw new OperatingError(
    'infrastructure',
    `the NATS server ${where} has a stream ${config.name} that is none of ours: it ${troubles.join(', and ')}`,
    {
      mend: 'Give our stream another name with --world, or delete that one if nobody needs it.',
    },
  );
};
