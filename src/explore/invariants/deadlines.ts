/** Deadlines come once, at their time, and not after they were called off. */
import type { EpochMs } from '../../kernel/clock.ts';
import type { Envelope } from '../../kernel/envelope.ts';
import { rfc3339 } from '../../kernel/time-text.ts';
import { deadlinesTable, inboxTable, parkedTable, type DeadlineRow } from '../../runtime/actor/ledger.ts';
import type { RowChange } from '../../runtime/tables/tables.ts';
import { always, atRest, inAll, onCommit, sometimes, type Commit, type Invariant, type Say } from '../simulate/invariant.ts';

/** What tells a deadline that was set from every other: the same is never set twice by one command or message. */
const nameOf = (context: string, { type, subject }: Pick<Envelope, 'type' | 'subject'>, causationId: string): string =>
  `${context} ${type} ${subject} ${causationId}`;

/** Events that this commit was made to take in: what they cause now is no deadline's. */
const takenInBy = (changes: readonly RowChange[]): ReadonlySet<unknown> =>
  new Set(changes.filter(({ table }) => table === inboxTable.name || table === parkedTable.name).map(({ key }) => key[0]));

/** Keeps the deadlines of one schedule, as commits set them and call them off. */
const createKeeping = () => {
  /** Every deadline that was ever set, and its time; undefined once it passed, was called off, or was replaced. */
  const set = new Map<string, EpochMs | undefined>();
  /** The deadline that stands under a row's key now. */
  const standing = new Map<string, string>();
  return {
    isEmpty: () => set.size === 0,
    isKnown: (name: string) => set.has(name),
    at: (name: string) => set.get(name),
    /** Takes a commit in; says of each deadline that it sets anew, though an earlier commit had set it. */
    takeIn: ({ context, changes }: Commit, say: Say): void => {
      const own = new Set<string>();
      for (const { table, key, row } of changes) {
        if (table !== deadlinesTable.name) continue;
        const place = `${context} ${key.join(' ')}`;
        const former = standing.get(place);
        if (former !== undefined) set.set(former, undefined);
        standing.delete(place);
        if (row === null) continue;
        const deadline = row as DeadlineRow;
        const name = nameOf(context, deadline, deadline.causationId);
        if (set.has(name) && !own.has(name)) say(`${context} set ${deadline.type} a second time.`, deadline.subject);
        own.add(name);
        standing.set(place, name);
        set.set(name, deadline.at);
      }
    },
  };
};

type Keeping = ReturnType<typeof createKeeping>;

const isKept = (changes: readonly RowChange[], { type, subject }: Envelope): boolean =>
  !changes.some(({ table, key, row }) => table === deadlinesTable.name && row === null && key[0] === type && key[1] === subject);

/** Holds what a commit tells because of a deadline to what earlier commits had set. */
const checkTold = (keeping: Keeping, { context, changes, told, now }: Commit, say: Say): void => {
  const takenIn = takenInBy(changes);
  for (const event of told) {
    const { type, subject, causationid } = event;
    const name = nameOf(context, event, causationid);
    if (!keeping.isKnown(name) || takenIn.has(causationid)) continue;
    const at = keeping.at(name);
    if (at === undefined) say(`${context} told ${type}, which had passed before, or was called off.`, subject);
    else if (at > Date.parse(now)) say(`${context} told ${type} at ${now}, and it was set to ${rfc3339(at)}.`, subject);
    else if (isKept(changes, event)) say(`${context} told ${type}, and keeps its deadline.`, subject);
  }
};

/** What deadlines must keep to. */
export const DEADLINES: readonly Invariant[] = [
  always(
    'A deadline comes once, at its time, and not after it was called off.',
    onCommit('a deadline that comes twice, too early, or although it was called off', () => {
      const keeping = createKeeping();
      return (commit, say) => {
        if (!keeping.isEmpty() && commit.told.length > 0) checkTold(keeping, commit, say);
        keeping.takeIn(commit, say);
      };
    }),
  ),
  atRest(
    'No deadline is left at rest.',
    inAll('a deadline that never comes', ({ world }, say) => {
      for (const { context, type, subject } of world.deadlines.values())
        say(`${type} stands in the database of ${context}, and never comes.`, subject);
    }),
  ),
];

/** What must have been seen of a system that has deadlines of these types. */
export const deadlineSightings = (types: readonly string[], widest: readonly string[]): readonly Invariant[] => [
  sometimes('A deadline passed.', {
    when: 'in the end',
    breach: 'every deadline was called off',
    demandedOf: widest,
    isSeen: ({ world }) => world.stream.some(({ type }) => types.includes(type)),
  }),
];
