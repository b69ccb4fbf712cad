import type { Envelope } from '../../kernel/envelope.ts';
import type { Maker } from '../../system/verb.ts';

/** The correlation id of a step's request: world, the step's path, and a count. */
const OF_STEP = /^[^.]+\.(?<path>\d+(?:\.\d+)*)\.\d+$/;

/** Names messages by what they are about: `Paid order-4`, where step 4 made the order; whatever other steps are left out. */
export const createScenarioNaming = (makers: ReadonlyMap<string, Maker>) => {
  const labels = new Map<string, string>();
  const names = new Map<string, string>();
  const counts = new Map<string, number>();
  const numbered = (text: string, separator: string): string => {
    const count = (counts.get(text) ?? 0) + 1;
    counts.set(text, count);
    return count === 1 ? text : `${text}${separator}${count}`;
  };
  const label = ({ type, subject, correlationid }: Envelope): string => {
    const known = labels.get(subject);
    const maker = makers.get(type);
    if (known !== undefined || maker === undefined) return known ?? subject;
    const made = numbered(`${maker.what}-${OF_STEP.exec(correlationid)?.groups?.['path'] ?? 'given'}`, '-');
    labels.set(subject, made);
    return made;
  };
  return {
    labels: labels as ReadonlyMap<string, string>,
    labelOf: (subject: string): string => labels.get(subject) ?? subject,
    /** A message is stored. */
    note: (message: Envelope): void => {
      names.set(message.id, numbered(`${message.type} ${label(message)}`, ' '));
    },
    nameOf: (message: Envelope): string => names.get(message.id) ?? `${message.type} ${label(message)}`,
  };
};
