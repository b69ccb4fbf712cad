/** What is said of something that has fields: of a resource, and of a row. */
import { isSameText } from '../../kernel/words.ts';
import type { Comparison, JsonTemplate, Template, Wanted } from '../language/ast.ts';
import { optional } from '../language/structures.ts';
import { flag, literal, type Type } from '../language/types.ts';
import { isEqual, show } from '../runner/json.ts';

/** A field: a name, or a JSON pointer. */
export const fieldName = (): Type<string> =>
  literal('a field', { matches: /^(?!\/.*~(?![01]))[^~]|^\/.*$/u, says: 'a name, or a JSON pointer such as /page/totalItems' });

/** Whether something is there. */
export const EXISTS = optional(flag(), 'Whether it is there at all.');

/** What a file says of it. */
export interface Said {
  readonly is?: readonly Template[];
  readonly "isn't"?: readonly Template[];
  readonly where?: Readonly<Record<string, Wanted>>;
  readonly exists?: boolean;
}

/** The same as an expectation has it; undefined after a complaint, where nothing is said or what is said is no sense. */
export const describedBy = (
  what: string,
  { is, "isn't": isNot, where, exists }: Said,
  complain: (message: string, expected?: string) => undefined,
):
  | {
      readonly is?: readonly Template[];
      readonly isNot?: readonly Template[];
      readonly where?: Readonly<Record<string, Wanted>>;
      readonly exists?: boolean;
    }
  | undefined => {
  const isJudged = is !== undefined || isNot !== undefined || where !== undefined;
  if (!isJudged && exists === undefined) return complain(`nothing is said of what ${what} must be`, "is, isn't, where or exists");
  if (isJudged && exists === false) return complain(`what does not exist has no status and no fields`, 'exists: false alone');
  return {
    ...(is === undefined ? {} : { is }),
    ...(isNot === undefined ? {} : { isNot }),
    ...(where === undefined ? {} : { where }),
    ...(exists === undefined ? {} : { exists }),
  };
};

/** What says that something is there already; it only comes to be. */
export const positiveExistence = ({ exists }: Pick<Said, 'exists'>): string | undefined => (exists === true ? 'exists: true' : undefined);

/** Below 0 where one value comes before the other; undefined where they can't be compared. */
const order = (one: unknown, other: unknown): number | undefined => {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  if (typeof one !== 'string' || typeof other !== 'string') return undefined;
  return isSameText(one, other) ? 0 : one < other ? -1 : 1;
};

const HOLDS: Readonly<Record<Comparison['by'], (actual: unknown, to: unknown) => boolean>> = {
  'at least': (actual, to) => (order(actual, to) ?? -1) >= 0,
  'at most': (actual, to) => (order(actual, to) ?? 1) <= 0,
  'more than': (actual, to) => (order(actual, to) ?? 0) > 0,
  'less than': (actual, to) => (order(actual, to) ?? 0) < 0,
  // A field that is not there, or is misspelt, is not something else.
  not: (actual, to) => actual !== undefined && !isEqual(actual, to),
  'one of': (actual, to) => Array.isArray(to) && to.some((one) => isEqual(actual, one)),
};

/** What was expected of a field, and is not so: as a value, and as the end of a sentence that tells what is. */
export interface Unmet {
  readonly expected: unknown;
  readonly says: string;
}

/** Holds a field to what it must be; undefined where it is so. `expand` gives a template's value. */
export const unmet = (wanted: Wanted, actual: unknown, expand: (value: JsonTemplate) => unknown): Unmet | undefined => {
  if ('equals' in wanted) {
    const expected = expand(wanted.equals);
    return isEqual(actual, expected) ? undefined : { expected, says: `and not ${show(expected)}` };
  }
  for (const { by, to } of wanted.compares) {
    const value = expand(to);
    if (HOLDS[by](actual, value)) continue;
    return { expected: `${by} ${show(value)}`, says: by === 'not' ? `and must be something else` : `and not ${by} ${show(value)}` };
  }
  return undefined;
};

/** What must be, on one line: `12`, or `at least 1, less than 5`. */
export const showWanted = (wanted: Wanted, expand: (value: JsonTemplate) => unknown): string =>
  'equals' in wanted ? show(expand(wanted.equals)) : wanted.compares.map(({ by, to }) => `${by} ${show(expand(to))}`).join(', ');

/** The statuses that may be, for people: `paid`, or `one of paid, refunded`. */
export const eitherOf = (statuses: readonly string[]): string =>
  statuses.length === 1 ? (statuses[0] ?? '') : `one of ${statuses.join(', ')}`;

/** What was expected where one of these was: itself where it is the only one. */
export const onlyOrAll = (statuses: readonly string[]): unknown => (statuses.length === 1 ? statuses[0] : statuses);
