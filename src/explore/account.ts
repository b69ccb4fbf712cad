/** Settles accounts with people: what was granted was done once, what was refused was not done, and nothing was done that nobody asked for. */
import type { Envelope } from '../kernel/envelope.ts';
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

/** How often this was told because of a letter. */
const timesTold = (stream: readonly Envelope[], key: string, told: string): number => {
  let times = 0;
  for (const { type, correlationid } of stream) if (type === told && correlationid === key) times += 1;
  return times;
};

const REQUESTED: ReadonlySet<string> = new Set(Object.values(TOLD));

/** Whether somebody asked for what an event tells. */
const isAskedFor = ({ type, correlationid }: Envelope, letters: readonly Letter[]): boolean => {
  for (const { key, errand } of letters) if (key === correlationid) return TOLD[errand.deed] === type;
  return false;
};

const subjectOf = (label: string, labels: World['labels']): string => {
  for (const [orderId, known] of labels) if (known === label) return orderId;
  return '';
};

/** What must hold at rest between what people asked for and what was told because of it. */
export const checkAccounts = (letters: readonly Letter[], { stream, labels }: World): readonly Violation[] => {
  const found: Violation[] = [];
  for (const letter of letters) {
    const { errand, key, answer } = letter;
    const times = timesTold(stream, key, TOLD[errand.deed]);
    const expected = timesOf(letter);
    if (expected === undefined ? times <= 1 : times === expected) continue;
    const said = answer === undefined ? 'never' : `HTTP ${answer.status}`;
    found.push({ invariant: INVARIANT, found: `${errand.deed} ${errand.order} was answered ${said}, and ${TOLD[errand.deed]} told ${times} times.`, subject: subjectOf(errand.order, labels) });
  }
  for (const { errand, answer } of letters) {
    if (answer === undefined || answer.status < 500) continue;
    found.push({ invariant: 'Every request is answered.', found: `${errand.deed} ${errand.order} was answered HTTP ${answer.status} to the last, long after all faults.`, subject: '' });
  }
  for (const event of stream) {
    if (REQUESTED.has(event.type) && !isAskedFor(event, letters)) found.push({ invariant: INVARIANT, found: `${event.type} was told, and nobody asked for it.`, subject: event.subject });
  }
  return found;
};
