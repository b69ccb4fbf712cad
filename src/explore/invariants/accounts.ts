/**
 * Settles accounts with people: what was granted was done once, what was refused was not done, and nothing was done that
 * nobody asked for.
 */
import type { Envelope } from '../../kernel/envelope.ts';
import type { Verbs } from '../../system/verb.ts';
import type { Letter } from '../simulate/asked.ts';
import { atRest, inAll, type Invariant } from '../simulate/invariant.ts';
import type { World } from '../simulate/world.ts';

/** How often it must have been told; undefined where once or never are both right. */
const timesOf = ({ answer }: Letter, isRepeatable: boolean): number | undefined => {
  if (answer === undefined) return 0;
  // Nobody knows what became of a request that only failures answered.
  if (answer.status >= 500) return undefined;
  if (answer.status >= 400) return 0;
  return isRepeatable ? undefined : 1;
};

/** How often this was told because of a letter. */
const timesTold = (stream: readonly Envelope[], key: string, told: string): number => {
  let times = 0;
  for (const { type, correlationid } of stream) if (type === told && correlationid === key) times += 1;
  return times;
};

/** The letter that brought an event about: of a handful, looking through them beats any index. */
export const letterOf = ({ correlationid }: Envelope, letters: readonly Letter[]): Letter | undefined => {
  for (const letter of letters) if (letter.key === correlationid) return letter;
  return undefined;
};

const subjectOf = (label: string, labels: World['labels']): string => {
  for (const [id, known] of labels) if (known === label) return id;
  return '';
};

/** What must hold between what people asked for by these verbs, and what was told because of it. */
export const accountsOf = (verbs: Verbs): readonly Invariant[] => {
  const requested = new Set(Object.values(verbs).map(({ tells }) => tells));
  const toldOf = (deed: string): string => verbs[deed]?.tells ?? '';
  return [
    atRest(
      'What was granted is done once, and nothing else is.',
      inAll('a request that was done too often, or not', ({ world, letters }, say) => {
        for (const letter of letters) {
          const { errand, key, answer } = letter;
          const times = timesTold(world.stream, key, toldOf(errand.deed));
          const expected = timesOf(letter, verbs[errand.deed]?.isRepeatable === true);
          if (expected === undefined ? times <= 1 : times === expected) continue;
          const said = answer === undefined ? 'never' : `HTTP ${answer.status}`;
          say(
            `${errand.deed} ${errand.about} was answered ${said}, and ${toldOf(errand.deed)} told ${times} times.`,
            subjectOf(errand.about, world.labels),
          );
        }
      }),
      inAll('an event that nobody asked for', ({ world, letters }, say) => {
        if (letters.length === 0) return;
        for (const event of world.stream) {
          if (!requested.has(event.type)) continue;
          const letter = letterOf(event, letters);
          if (letter === undefined || toldOf(letter.errand.deed) !== event.type)
            say(`${event.type} was told, and nobody asked for it.`, event.subject);
        }
      }),
    ),
    atRest(
      'Every request is answered.',
      inAll('a request that fails to the last', ({ letters }, say) => {
        for (const { errand, answer } of letters) {
          if (answer === undefined || answer.status < 500) continue;
          say(`${errand.deed} ${errand.about} was answered HTTP ${answer.status} to the last, long after all faults.`, '');
        }
      }),
      inAll('a request that nobody answers', ({ unanswered }, say) => {
        if (unanswered > 0) say(`${unanswered} never were.`, '');
      }),
    ),
  ];
};
