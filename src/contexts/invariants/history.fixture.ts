/** Histories that judges are held to: one that was played by the healthy system, and what may be spoilt of it. */
import type { Envelope } from '../../kernel/envelope.ts';
import type { RowChange } from '../../runtime/tables/tables.ts';
import { createGivenDecisions } from '../../explore/simulate/decisions.ts';
import {
  always,
  atRest,
  inAll,
  onAnswer,
  onCommit,
  onSight,
  type Answered,
  type Invariant,
  type Rest,
  type Seen,
  type Violation,
} from '../../explore/simulate/invariant.ts';
import { codify, createJudge } from '../../explore/simulate/judge.ts';
import { simulate } from '../../explore/simulate/simulation.ts';
import { createWorld, type Row } from '../../explore/simulate/world.ts';
import type { Errand, Plan } from '../../explore/schedule/plan.ts';
import { createRig } from '../rig.fixture.ts';
import { TABLES } from './rules.ts';
import { LEGAL } from './transitions.ts';

/** Something that happened, in order. */
export type Happening =
  | { readonly kind: 'stored'; readonly event: Envelope }
  | { readonly kind: 'committed'; readonly context: string; readonly changes: readonly RowChange[]; readonly now: string }
  | { readonly kind: 'answered'; readonly answered: Answered }
  | { readonly kind: 'seen'; readonly seen: Seen };

/** All that judges are told of a schedule. */
export interface History {
  readonly happenings: readonly Happening[];
  readonly rest: Omit<Rest, 'world'>;
}

const errand = (deed: Errand['deed'], about: string, more: Partial<Errand> = {}): Errand => ({ deed, about, afterMs: 0, ...more });
const through = (order: string, ...deeds: readonly Errand['deed'][]): readonly Errand[] => deeds.map((deed) => errand(deed, order));

/** Orders that come to every end there is, one after the other; their labels say which. */
const ERRANDS: readonly Errand[] = [
  errand('place', 'delivered', { wish: { customerId: 'kim' } }),
  ...through('delivered', 'accept', 'start', 'finish', 'pick', 'confirm', 'review', 'review', 'delete-review'),
  errand('cancel', 'delivered', { when: 'finish' }),
  errand('place', 'canceled', { wish: { customerId: 'lee' }, afterMs: 100 }),
  ...through('canceled', 'accept'),
  errand('cancel', 'canceled', { when: 'start' }),
  errand('place', 'rejected', { wish: { customerId: 'kim' }, afterMs: 200 }),
  ...through('rejected', 'reject'),
  errand('place', 'declined', { wish: { customerId: 'park', payment: 'decline' }, afterMs: 300 }),
  errand('place', 'ready', { wish: { customerId: 'park' }, afterMs: 500 }),
  ...through('ready', 'accept', 'start', 'finish'),
  errand('place', 'picked', { wish: { customerId: 'lee' }, afterMs: 400 }),
  ...through('picked', 'accept', 'start', 'finish', 'pick'),
  errand('place', 'waiting', { wish: { customerId: 'kim' }, afterMs: 600 }),
];

const CALM: Plan['faults'] = {
  rates: { delay: 0, drop: 0, duplicate: 0, publish: 0, crash: 0, lookup: 0 },
  partitions: [],
  clockJumps: [],
  isInOrder: true,
  isTidy: false,
  healAtMs: 1,
};

/** Plays the healthy system without any fault, and keeps what judges are told. */
export const playHealthy = async (seed: string): Promise<History> => {
  const happenings: Happening[] = [];
  let known = 0;
  let rest: Rest | undefined;
  const storedSince = (stream: readonly Envelope[]): void => {
    for (; known < stream.length; known += 1) happenings.push({ kind: 'stored', event: stream[known]! });
  };
  const scribe = [
    always(
      'Everything is written down.',
      onCommit('commits', (world) => (commit) => {
        storedSince(world.stream);
        const { context, changes, now } = commit;
        happenings.push({ kind: 'committed', context, changes, now });
      }),
      onAnswer('answers', (answered, world) => {
        storedSince(world.stream);
        happenings.push({ kind: 'answered', answered });
        return undefined;
      }),
      onSight('sights', (seen, world) => {
        storedSince(world.stream);
        happenings.push({ kind: 'seen', seen });
        return undefined;
      }),
    ),
    atRest(
      'The end is written down.',
      inAll('rest', (all) => void (rest = all)),
    ),
  ];
  const plan: Plan = { seed, errands: ERRANDS, faults: CALM };
  await simulate(createRig(), { plan, decisions: createGivenDecisions(new Map()), code: codify(scribe) });
  if (rest === undefined) throw new Error('assertion failed: the healthy system comes to rest');
  const { world, ...left } = rest;
  storedSince(world.stream);
  return { happenings, rest: left };
};

/** What these invariants find in a history. */
export const judged = ({ happenings, rest }: History, invariants: readonly Invariant[]): readonly Violation[] => {
  const found: Violation[] = [];
  const stream: Envelope[] = [];
  const places = new Map<string, number>();
  const { world, committed } = createWorld({ tables: TABLES, transitions: LEGAL }, { stream, placeOf: (id) => places.get(id) });
  const judge = createJudge(codify(invariants), world, (violation) => found.push(violation));
  for (const happening of happenings) {
    switch (happening.kind) {
      case 'stored':
        places.set(happening.event.id, stream.length);
        stream.push(happening.event);
        break;
      case 'committed': {
        const { context, changes } = happening;
        const now = Date.parse(happening.now);
        committed(context, changes, (change) => {
          judge.changed(change, now);
        });
        judge.committed(context, changes, now);
        break;
      }
      case 'answered':
        judge.answered(happening.answered);
        break;
      case 'seen':
        judge.seen(happening.seen);
        break;
    }
  }
  judge.atRest({ world, ...rest });
  return found;
};

/** Another history. */
export type Spoil = (history: History) => History;

const isRowOf =
  (table: string, isIt: (row: Row) => boolean) =>
  (change: RowChange): boolean =>
    change.table === table && change.row !== null && isIt(change.row as Row);
const withRow = (change: RowChange, spoil: (row: Row) => Row): RowChange => ({ ...change, row: spoil(change.row as Row) });

/** Spoils rows of a table: the first or last that was written and is meant, or each of them. */
export const rows =
  (table: string, which: 'first' | 'last' | 'each', spoil: (row: Row) => Row, isIt: (row: Row) => boolean = () => true): Spoil =>
  (history) => {
    const isMeant = isRowOf(table, isIt);
    const all = history.happenings.flatMap((happening) => (happening.kind === 'committed' ? happening.changes.filter(isMeant) : []));
    const only = which === 'each' ? undefined : which === 'first' ? all[0] : all.at(-1);
    const happenings = history.happenings.map((happening): Happening =>
      happening.kind === 'committed'
        ? {
            ...happening,
            changes: happening.changes.map((change) =>
              isMeant(change) && (only === undefined || change === only) ? withRow(change, spoil) : change,
            ),
          }
        : happening,
    );
    return { ...history, happenings };
  };

const LATER = '2026-01-01T10:00:00.000Z';

/** The row that was written last, and is meant. */
export const lastRow = (
  { happenings }: History,
  table: string,
  isIt: (row: Row) => boolean = () => true,
): RowChange & { readonly context: string } => {
  for (const happening of happenings.toReversed()) {
    const change = happening.kind === 'committed' ? happening.changes.findLast(isRowOf(table, isIt)) : undefined;
    if (happening.kind === 'committed' && change !== undefined) return { ...change, context: happening.context };
  }
  throw new Error(`assertion failed: there is such a row of ${table}`);
};

/** In the end, commits this too. */
export const alsoCommits =
  (context: string, ...changes: readonly RowChange[]): Spoil =>
  (history) => ({
    ...history,
    happenings: [...history.happenings, { kind: 'committed', context, changes, now: LATER }],
  });

/** In the end, writes a row once more, spoilt; null removes it. */
export const rewrites =
  (table: string, spoil: ((row: Row) => Row) | null, isIt?: (row: Row) => boolean): Spoil =>
  (history) => {
    const { context, key, row } = lastRow(history, table, isIt);
    return alsoCommits(context, { table, key, row: spoil === null ? null : spoil(row as Row) })(history);
  };

const ofType =
  (type: string) =>
  (event: Envelope): boolean =>
    event.type === type;

/** The event of this type that was stored first. */
export const firstEvent = ({ happenings }: History, type: string): Envelope => {
  const first = happenings.find((happening) => happening.kind === 'stored' && happening.event.type === type);
  if (first?.kind !== 'stored') throw new Error(`assertion failed: ${type} is told`);
  return first.event;
};

/** Spoils events of a type as they are told: in the outbox and in the stream alike. */
export const events =
  (type: string, spoil: (event: Envelope) => Envelope): Spoil =>
  (history) => {
    const isIt = ofType(type);
    const inOutbox = (change: RowChange): RowChange => {
      const envelope = change.table === 'outbox' ? (change.row as { readonly envelope: Envelope } | null)?.envelope : undefined;
      return envelope !== undefined && isIt(envelope) ? { ...change, row: { ...change.row, envelope: spoil(envelope) } } : change;
    };
    const happenings = history.happenings.map((happening): Happening => {
      if (happening.kind === 'stored') return isIt(happening.event) ? { ...happening, event: spoil(happening.event) } : happening;
      return happening.kind === 'committed' ? { ...happening, changes: happening.changes.map(inOutbox) } : happening;
    });
    return { ...history, happenings };
  };

/** Members of an event's data that are told otherwise. */
export const telling = (type: string, spoil: (data: Row) => Row): Spoil =>
  events(type, (event) => ({ ...event, data: spoil(event.data as Row) }));

/** Events that the stream has not got, by their type. */
export const losing =
  (...types: readonly string[]): Spoil =>
  (history) => ({
    ...history,
    happenings: history.happenings.filter((happening) => happening.kind !== 'stored' || !types.includes(happening.event.type)),
  });

/** In the end, the stream has this event too, as somebody made it of the first of its type. */
export const alsoTold =
  (type: string, spoil: (event: Envelope) => Envelope = (event) => event): Spoil =>
  (history) => {
    const event = { ...spoil({ ...firstEvent(history, type), id: '01KDVDNA00ZZZZZZZZZZZZZZZZ' as Envelope['id'] }) };
    return { ...history, happenings: [...history.happenings, { kind: 'stored', event }] };
  };

/** Something else is left at rest. */
export const leaving =
  (rest: Partial<History['rest']>): Spoil =>
  (history) => ({ ...history, rest: { ...history.rest, ...rest } });

/** The answers to a deed, otherwise. */
export const answering =
  (deed: Errand['deed'], spoil: (answered: Answered) => Answered): Spoil =>
  (history) => ({
    ...history,
    happenings: history.happenings.map((happening) =>
      happening.kind === 'answered' && happening.answered.asked.errand.deed === deed
        ? { ...happening, answered: spoil(happening.answered) }
        : happening,
    ),
  });

/** In the end, somebody sees this. */
export const alsoSees =
  (seen: Seen): Spoil =>
  (history) => ({ ...history, happenings: [...history.happenings, { kind: 'seen', seen }] });
