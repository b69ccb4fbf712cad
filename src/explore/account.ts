/** Settles accounts with people: what was granted was done once, what was refused was not done, and nothing was done that nobody asked for. */
import type { Violation } from './always.ts';
import type { Letter } from './people.ts';
import type { Deed } from './plan.ts';
import type { World } from './world.ts';

/** What is told where a deed is done. */
const TOLD: Readonly<Record<Deed, string>> = {
  place: 'OrderPlaced',
  cancel: 'OrderCancelRequested',
  accept: 'OrderAccepted',
  reject: 'OrderRejected',
  start: 'CookStarted',
  finish: 'CookFinished',
  pick: 'Picked',
  confirm: 'Delivered',
  review: 'ReviewWritten',
  'delete-review': 'ReviewDeleted',
};

const INVARIANT = 'What was granted is done once, and nothing else is.';

/** How often it must have been told; undefined where once or never are both right. */
const timesOf = ({ errand, answer }: Letter): number | undefined => {
  if (answer === undefined) return 0;
  // Nobody knows what became of a request that was never answered but by a failure; asking again to cancel changes nothing.
  if (answer.status >= 500) return undefined;
  if (answer.status >= 400) return 0;
  return errand.deed === 'cancel' ? undefined : 1;
};

/** What must hold at rest between what people asked for and what was told because of it. */
export const checkAccounts = (letters: readonly Letter[], { stream, labels }: World): readonly Violation[] => {
  const told = new Map<string, number>();
  for (const { correlationid, type } of stream) told.set(`${correlationid} ${type}`, (told.get(`${correlationid} ${type}`) ?? 0) + 1);
  const found = letters.flatMap((letter): Violation[] => {
    const { errand, key, answer } = letter;
    const times = told.get(`${key} ${TOLD[errand.deed]}`) ?? 0;
    const expected = timesOf(letter);
    if (expected === undefined ? times <= 1 : times === expected) return [];
    const [subject = ''] = [...labels].find(([, label]) => label === errand.order) ?? [];
    return [{ invariant: INVARIANT, found: `${errand.deed} ${errand.order} was answered ${answer === undefined ? 'never' : `HTTP ${answer.status}`}, and ${TOLD[errand.deed]} told ${times} times.`, subject }];
  });
  const unanswered = letters.flatMap(({ errand, answer }): Violation[] =>
    answer === undefined || answer.status < 500 ? [] : [{ invariant: 'Every request is answered.', found: `${errand.deed} ${errand.order} was answered HTTP ${answer.status} to the last, long after all faults.`, subject: '' }],
  );
  const asked = new Map(letters.map(({ key, errand }) => [key, TOLD[errand.deed]]));
  const requested = new Set(Object.values(TOLD));
  const unasked = stream.filter(({ type, correlationid }) => requested.has(type) && asked.get(correlationid) !== type);
  return [...found, ...unanswered, ...unasked.map(({ type, subject }) => ({ invariant: INVARIANT, found: `${type} was told, and nobody asked for it.`, subject }))];
};
