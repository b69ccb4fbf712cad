import { counted } from '../../kernel/counted.ts';
import type { Envelope } from '../../kernel/envelope.ts';
import type { EventsExpectation } from '../language/ast.ts';
import { NotPassed } from './verdict.ts';

/** What the judge of a thing's events knows. */
export interface EventsCase {
  /** What it is, and its name: `order lunch`. */
  readonly what: string;
  readonly id: string;
  readonly events: readonly Envelope[];
}

const tally = (types: readonly string[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const type of types) counts.set(type, (counts.get(type) ?? 0) + 1);
  return counts;
};

const fail = (at: EventsCase, message: string, expected: unknown): never => {
  throw new NotPassed({ message: `${at.what}: ${message}`, expected, actual: at.events.map((event) => event.type), subject: at.id });
};

/** A subsequence of groups, the types of one group in any order among themselves. */
const judgeOrder = (at: EventsCase, groups: readonly (readonly string[])[]): void => {
  const written = groups.map((group) => (group.length === 1 ? group[0] : group));
  let position = 0;
  for (const group of groups) {
    let next = position;
    const remaining = at.events.map((event, index) => ({ type: event.type, index })).filter(({ index }) => index >= position);
    for (const [type, wanted] of tally(group)) {
      const found = remaining.filter((event) => event.type === type).slice(0, wanted);
      const last = found[wanted - 1];
      if (last === undefined) {
        const after = position === 0 ? '' : ` after ${at.events[position - 1]!.type}`;
        fail(at, `${type} did not happen${after}, as the expected order has it`, written);
      } else {
        next = Math.max(next, last.index + 1);
      }
    }
    position = next;
  }
};

const judgeExactly = (at: EventsCase, exactly: readonly string[], may: ReadonlySet<string>): void => {
  const expected = tally(exactly);
  const actual = tally(at.events.map((event) => event.type));
  const wrong: string[] = [];
  for (const [type, count] of expected) {
    const found = actual.get(type) ?? 0;
    const isAllowed = may.has(type) ? found >= count : found === count;
    if (!isAllowed) wrong.push(`${type} happened ${counted(found, 'time')} instead of ${count}`);
  }
  for (const [type, count] of actual) {
    if (!expected.has(type) && !may.has(type)) wrong.push(`${type} happened ${counted(count, 'time')} and was not expected`);
  }
  if (wrong.length > 0) fail(at, wrong.join('; '), exactly);
};

const judgeInclusion = (at: EventsCase, expectation: EventsExpectation): void => {
  const actual = tally(at.events.map((event) => event.type));
  for (const [type, count] of tally(expectation.include ?? [])) {
    const found = actual.get(type) ?? 0;
    if (found < count) fail(at, `${type} happened ${counted(found, 'time')} instead of at least ${count}`, expectation.include);
  }
  for (const type of expectation.exclude ?? []) {
    const found = actual.get(type) ?? 0;
    if (found > 0) fail(at, `${type} happened ${counted(found, 'time')} and must not happen`, { exclude: expectation.exclude });
  }
};

const amountOf = (event: Envelope): unknown => (event.data as { readonly amount?: unknown }).amount;

/** Each pair's undoing event happens exactly once for each event it undoes, later, and for the same amount where both carry one. */
const judgeCompensation = (at: EventsCase, pairs: EventsExpectation['compensates']): void => {
  for (const [undoing, undone] of Object.entries(pairs ?? {})) {
    const done = at.events.filter((event) => event.type === undone);
    const undo = at.events.filter((event) => event.type === undoing);
    if (done.length !== undo.length)
      fail(
        at,
        `${undone} happened ${counted(done.length, 'time')} and ${undoing} ${counted(undo.length, 'time')}, so not each was compensated once`,
        pairs,
      );
    done.forEach((event, index) => {
      const answer = undo[index] as Envelope;
      if (at.events.indexOf(answer) < at.events.indexOf(event)) fail(at, `${undoing} came before the ${undone} that it compensates`, pairs);
      const [amount, back] = [amountOf(event), amountOf(answer)];
      if (amount !== undefined && back !== undefined && amount !== back)
        fail(at, `${undone} was for ${String(amount)} and ${undoing} for ${String(back)}`, pairs);
    });
  }
};

const judgeCauses = (at: EventsCase, pairs: EventsExpectation['causedBy']): void => {
  for (const [type, causeType] of Object.entries(pairs ?? {})) {
    const effects = at.events.filter((event) => event.type === type);
    if (effects.length === 0) fail(at, `${type} did not happen`, pairs);
    for (const event of effects) {
      const cause = at.events.find((candidate) => candidate.id === event.causationid);
      if (cause?.type !== causeType) fail(at, `${type} was caused by ${cause?.type ?? 'a command'} and not by ${causeType}`, pairs);
    }
  }
};

/** The types that an expectation names, so that "nothing else" knows them. */
export const typesNamedBy = (expectation: EventsExpectation): ReadonlySet<string> =>
  new Set([
    ...(expectation.inOrder ?? []).flat(),
    ...(expectation.exactly ?? []),
    ...(expectation.include ?? []),
    ...(expectation.may ?? []),
    ...Object.entries(expectation.compensates ?? {}).flat(),
    ...Object.entries(expectation.causedBy ?? {}).flat(),
  ]);

/** Judges the events about one thing. Throws NotPassed with the events that there were. */
export const judgeEvents = (expectation: EventsExpectation, at: EventsCase): void => {
  if (expectation.exactly !== undefined) judgeExactly(at, expectation.exactly, new Set(expectation.may ?? []));
  if (expectation.inOrder !== undefined) judgeOrder(at, expectation.inOrder);
  judgeInclusion(at, expectation);
  judgeCompensation(at, expectation.compensates);
  judgeCauses(at, expectation.causedBy);
  if (expectation.nothingElse === true) {
    const named = typesNamedBy(expectation);
    const others = at.events.filter((event) => !named.has(event.type)).map((event) => event.type);
    if (others.length > 0) fail(at, `${others.join(', ')} happened too`, [...named]);
  }
};
