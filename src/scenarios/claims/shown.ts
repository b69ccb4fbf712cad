/** Judges what is shown over HTTP of one thing. */
import type { HttpResponse } from '../../runtime/http/route.ts';
import type { Template, Wanted } from '../language/ast.ts';
import type { Spelling } from '../language/speech.ts';
import { expandJson, expandText, type LookUp } from '../language/template.ts';
import { fieldOf, isEqual, show, spelled } from '../runner/json.ts';
import { problemOf } from '../runner/look.ts';
import { NotPassed } from '../runner/verdict.ts';
import { eitherOf, onlyOrAll, unmet } from './described.ts';

/** What must be shown. */
export interface Shown {
  /** As written, one of them; equal to `status` or `statusText`. */
  readonly is?: readonly Template[];
  readonly isNot?: readonly Template[];
  /** Fields, by name or JSON pointer, and what they must be. */
  readonly where?: Readonly<Record<string, Wanted>>;
  /** False: it is answered 404. */
  readonly exists?: boolean;
}

/** Whom the look is about, and how words are read. */
export interface Looked {
  /** For messages: `cooking lunch`. */
  readonly what: string;
  /** The id of whose story it belongs to. */
  readonly subject: string | undefined;
  readonly lookUp: LookUp;
  readonly spelling: Spelling;
}

const statusOf = (body: unknown): string => {
  const [own, shown] = [fieldOf(body, 'status'), fieldOf(body, 'statusText')];
  return shown === undefined ? String(own) : `${String(shown)} (${String(own)})`;
};

/** Judges the answer. Throws NotPassed where it does not show what must be shown. */
export const judgeShown = ({ what, subject, lookUp, spelling }: Looked, answer: HttpResponse, shown: Shown): void => {
  const about = subject === undefined ? {} : { subject };
  const hasStatus = (wanted: string): boolean =>
    isEqual(fieldOf(answer.body, 'status'), wanted) || isEqual(fieldOf(answer.body, 'statusText'), spelling.own(wanted));
  if (shown.exists === false) {
    if (answer.status === 404) return;
    throw new NotPassed({ message: `${what} must not exist`, expected: 'HTTP 404', actual: answer.body ?? problemOf(answer), ...about });
  }
  if (answer.status !== 200)
    throw new NotPassed({ message: `${what} can't be read`, expected: 'HTTP 200', actual: problemOf(answer), ...about });
  if (shown.is !== undefined) {
    const expected = shown.is.map((one) => expandText(one, lookUp));
    const actual = statusOf(answer.body);
    if (!expected.some(hasStatus))
      throw new NotPassed({
        message: `${what} is ${actual} and not ${eitherOf(expected)}`,
        expected: onlyOrAll(expected),
        actual,
        ...about,
      });
  }
  if (shown.isNot !== undefined) {
    const unexpected = shown.isNot.map((one) => expandText(one, lookUp)).find(hasStatus);
    if (unexpected !== undefined)
      throw new NotPassed({
        message: `${what} must not be ${unexpected}, and is`,
        expected: `not ${unexpected}`,
        actual: statusOf(answer.body),
        ...about,
      });
  }
  for (const [field, wantedThere] of Object.entries(shown.where ?? {})) {
    const actual = fieldOf(answer.body, field);
    const wrong = unmet(wantedThere, actual, (value) => spelled(spelling, expandJson(value, lookUp), field));
    if (wrong === undefined) continue;
    const { expected, says } = wrong;
    throw new NotPassed({ message: `${field} of ${what} is ${show(actual)} ${says}`, expected, actual, ...about });
  }
};
