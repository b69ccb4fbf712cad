/** Runs declared invariants over what happens in a schedule; knows none of them. */
import type { EpochMs } from '../../kernel/clock.ts';
import type { Envelope } from '../../kernel/envelope.ts';
import { rfc3339 } from '../../kernel/time-text.ts';
import type { RowChange } from '../../runtime/tables/tables.ts';
import type { BreakerLook } from './breaker-record.ts';
import type { Answered, Found, Glance, Invariant, Rest, Rule, Say, Seen, Shown, Violation } from './invariant.ts';
import type { Change, World } from './world.ts';

type RuleWhen<When extends Rule['when']> = Extract<Rule, { readonly when: When }>;
/** A rule, and the sentence that it speaks for. */
type Bound<When extends Rule['when']> = RuleWhen<When> & {
  readonly invariant: string;
  /** Where the invariant stands among the declared ones. */ readonly place: number;
};

const NONE: readonly never[] = [];

/** Rules about changes that stand behind each other and share a glance, or one that looks for itself. */
interface Lookers {
  readonly glance: Glance | undefined;
  readonly rules: readonly Bound<'changed'>[];
}

/** Invariants sorted by when they look, once for all schedules. */
export interface Code {
  readonly changed: ReadonlyMap<string, readonly Lookers[]>;
  readonly committed: readonly Bound<'committed'>[];
  readonly answered: readonly Bound<'answered'>[];
  readonly seen: readonly Bound<'seen'>[];
  readonly guarded: readonly Bound<'guarded'>[];
  readonly rows: ReadonlyMap<string, readonly Bound<'row at rest'>[]>;
  readonly events: readonly Bound<'event at rest'>[];
  readonly rest: readonly Bound<'at rest'>[];
  readonly sightings: readonly Bound<'in the end'>[];
}

const withLooker = (lookers: readonly Lookers[], rule: Bound<'changed'>): readonly Lookers[] => {
  const last = lookers.at(-1);
  if (rule.glance === undefined || last?.glance !== rule.glance) return [...lookers, { glance: rule.glance, rules: [rule] }];
  return [...lookers.slice(0, -1), { glance: rule.glance, rules: [...last.rules, rule] }];
};

/** Sorts invariants by when their rules look. */
export const codify = (invariants: readonly Invariant[]): Code => {
  const bound = invariants.flatMap(({ sentence, rules }, place) => rules.map((rule) => ({ ...rule, invariant: sentence, place })));
  const of = <When extends Rule['when']>(when: When): readonly Bound<When>[] =>
    bound.filter((rule): rule is Bound<When> => rule.when === when);
  const changed = new Map<string, readonly Lookers[]>();
  for (const rule of of('changed')) for (const table of rule.tables) changed.set(table, withLooker(changed.get(table) ?? NONE, rule));
  return {
    changed,
    committed: of('committed'),
    answered: of('answered'),
    seen: of('seen'),
    guarded: of('guarded'),
    rows: Map.groupBy(of('row at rest'), ({ table }) => table),
    events: of('event at rest'),
    rest: of('at rest'),
    sightings: of('in the end'),
  };
};

/** Judges one schedule. */
export interface Judge {
  /** A row was changed by a commit at this time on its context's clock; told after the world was. */
  changed(change: Change, now: EpochMs): void;
  /** The same commit as a whole, after all its changes were told. */
  committed(context: string, changes: readonly RowChange[], now: EpochMs): void;
  answered(answered: Answered): void;
  seen(seen: Seen): void;
  guarded(look: BreakerLook): void;
  atRest(rest: Rest): void;
}

const toldBy = (changes: readonly RowChange[]): readonly Envelope[] => {
  let told: Envelope[] | undefined;
  for (const { table, row } of changes)
    if (table === 'outbox' && row !== null) (told ??= []).push((row as { readonly envelope: Envelope }).envelope);
  return told ?? NONE;
};

/** Creates the judge of one schedule; `report` hears of each violation. */
export const createJudge = (code: Code, world: World, report: (violation: Violation) => void): Judge => {
  const sayFor =
    (invariant: string): Say =>
    (found, subject) => {
      report({ invariant, found, subject });
    };
  const onCommit = code.committed.map(({ invariant, begin }) => ({ look: begin(world), say: sayFor(invariant) }));
  return {
    changed: (change, now) => {
      const time = rfc3339(now);
      for (const { glance, rules } of code.changed.get(change.table) ?? NONE) {
        if (glance?.isAllRight(change, world, time) === true) continue;
        for (const { invariant, check } of rules) {
          const found = check(change, world, time);
          if (found !== undefined) report({ invariant, found, subject: change.key });
        }
      }
    },
    committed: (context, changes, now) => {
      const commit = { context, changes, told: toldBy(changes), now: rfc3339(now) };
      for (const { look, say } of onCommit) look(commit, say);
    },
    answered: (answered) => {
      const { errand, subject } = answered.asked;
      for (const { invariant, check } of code.answered) {
        const found = check(answered, world);
        if (found !== undefined) report({ invariant, found: `${errand.deed} ${errand.about}: ${found}`, subject });
      }
    },
    seen: (seen) => {
      for (const { invariant, check } of code.seen) {
        const found = check(seen, world);
        if (found !== undefined) report({ invariant, found, subject: seen.id ?? '' });
      }
    },
    guarded: (look) => {
      for (const { invariant, check } of code.guarded) {
        const found = check(look);
        if (found !== undefined) report({ invariant, found, subject: '' });
      }
    },
    atRest: (rest) => {
      const found: (Violation & { readonly place: number })[] = [];
      const note = ({ invariant, place }: Bound<Rule['when']>, what: Found, subject: string): void => {
        if (what !== undefined) found.push({ invariant, found: what, subject, place });
      };
      for (const rule of code.rest) {
        rule.check(rest, (what, subject) => {
          note(rule, what, subject);
        });
      }
      for (const [table, rules] of code.rows)
        for (const [key, row] of world.tables[table] ?? NONE) for (const rule of rules) note(rule, rule.check(key, row, rest), key);
      for (let index = 0; index < world.stream.length; index += 1) {
        const event = world.stream[index]!;
        for (const rule of code.events) {
          const what = rule.check(event, index, rest);
          note(rule, what === undefined ? undefined : `${event.type}: ${what}`, event.subject);
        }
      }
      // What is declared first is told first: a dead letter before all that follows from it.
      for (const { place: _place, ...violation } of found.sort((one, other) => one.place - other.place)) report(violation);
    },
  };
};

/** What of all that should be seen a schedule showed. */
export const sightingsOf = (code: Code, shown: Shown): readonly string[] => {
  const seen: string[] = [];
  for (const { invariant, isSeen } of code.sightings) if (isSeen(shown)) seen.push(invariant);
  return seen;
};
