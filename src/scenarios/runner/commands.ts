import { holdsText } from '../../kernel/words.ts';
import type { HttpRequest, HttpResponse } from '../../runtime/http/route.ts';
import type { Bench } from '../definition.ts';
import type { CommandStep, MadeByStep, Sent } from '../language/ast.ts';
import type { Spelling } from '../language/speech.ts';
import { expandJson, expandText, expandWhole, type LookUp } from '../language/template.ts';
import { WHOLE } from '../language/verb-members.ts';
import { isSuccess } from './ask.ts';
import { fieldOf } from './json.ts';
import type { Names } from './names.ts';
import { NotPassed } from './verdict.ts';

/** What a command is as a request through the gateway. */
export interface CommandRequest {
  readonly request: HttpRequest;
  /** The id of what it is about, where that is known before the answer. */
  readonly subject: string | undefined;
}

const valueOf = (sent: Sent, id: string | undefined, lookUp: LookUp): unknown => {
  switch (sent.as) {
    case 'text':
      return expandText(sent.value, lookUp);
    case 'texts':
      return sent.value.map((text) => expandText(text, lookUp));
    case 'whole':
      return expandWhole(sent.value, lookUp);
    case 'json':
      return expandJson(sent.value, lookUp);
    case 'id':
      return id;
  }
};

/** The body that is sent; `id` is that of what it is about. */
export const sentBody = (body: Readonly<Record<string, Sent>>, id: string | undefined, lookUp: LookUp): unknown => {
  const whole = body[WHOLE];
  if (whole !== undefined) return valueOf(whole, id, lookUp);
  return Object.fromEntries(Object.entries(body).map(([member, sent]) => [member, valueOf(sent, id, lookUp)]));
};

/** The request that a command step stands for. */
export const requestOf = ({ names }: Pick<Bench, 'names'>, step: CommandStep): CommandRequest => {
  const { lookUp } = names;
  const subject = step.about === undefined ? undefined : names.idOf(step.about);
  const url = step.route.replaceAll(/:(\w+)/g, (_, param: string) => {
    const told = step.params[param];
    return encodeURIComponent(told === undefined ? (subject ?? '') : expandText(told, lookUp));
  });
  const body = step.body === undefined ? undefined : sentBody(step.body, subject, lookUp);
  return { request: { method: step.method, url, headers: {}, ...(body === undefined ? {} : { body }) }, subject };
};

/** The id of what a command made, as its answer tells it; undefined where it does not. */
export const idMade = ({ key }: MadeByStep, answer: HttpResponse): string | undefined => {
  const id = fieldOf(answer.body, key) ?? fieldOf(answer.body, 'id');
  return typeof id === 'string' ? id : undefined;
};

/** Keeps the id of what a command made under its names; where nobody tells it, none. */
export const keepNames = (names: Names, { what, names: given }: MadeByStep, id: string | undefined): void => {
  if (id === undefined) return;
  for (const name of given) names.set(what, expandText(name, names.lookUp), id);
};

const wordsOf = (answer: HttpResponse): { readonly status: number; readonly code?: unknown; readonly message?: unknown } => ({
  status: answer.status,
  ...(answer.body === undefined
    ? {}
    : { code: fieldOf(answer.body, 'code'), message: fieldOf(answer.body, 'detail') ?? fieldOf(answer.body, 'title') }),
});

/** Throws NotPassed unless the command succeeded. */
export const demandSuccess = (step: CommandStep, answer: HttpResponse, subject: string | undefined): void => {
  if (isSuccess(answer)) return;
  const { code, message } = wordsOf(answer);
  throw new NotPassed({
    message: `${step.verb} was refused: HTTP ${answer.status}${code === undefined ? '' : ` ${String(code)}`}${message === undefined ? '' : `: ${String(message)}`}`,
    expected: 'the command succeeds',
    actual: wordsOf(answer),
    ...(subject === undefined ? {} : { subject }),
  });
};

/** What of a refusal must hold. */
export interface ExpectedRefusal {
  readonly status?: number;
  readonly code?: string;
  readonly message?: string;
}

/** Throws NotPassed unless the command was refused in the way expected. */
export const demandRefusal = (
  step: CommandStep,
  answer: HttpResponse,
  expected: ExpectedRefusal,
  subject: string | undefined,
  { own }: Spelling,
): void => {
  const about = subject === undefined ? {} : { subject };
  const actual = wordsOf(answer);
  if (answer.status < 400)
    throw new NotPassed({ message: `${step.verb} must be refused, and succeeded with HTTP ${answer.status}`, expected, actual, ...about });
  const said = [fieldOf(answer.body, 'detail'), fieldOf(answer.body, 'title')].filter((text) => typeof text === 'string');
  const wrong: string[] = [];
  if (expected.status !== undefined && answer.status !== expected.status)
    wrong.push(`with HTTP ${answer.status} and not ${expected.status}`);
  if (expected.code !== undefined && actual.code !== expected.code) wrong.push(`with code ${String(actual.code)} and not ${expected.code}`);
  const { message } = expected;
  if (message !== undefined && !said.some((text) => holdsText(text, message) || holdsText(text, own(message))))
    wrong.push('in other words');
  if (wrong.length > 0) throw new NotPassed({ message: `${step.verb} was refused ${wrong.join(', ')}`, expected, actual, ...about });
};
