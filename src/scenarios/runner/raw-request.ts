/** A raw HTTP call: what is sent, and what its answer must be. */
import type { HttpRequest, HttpResponse } from '../../runtime/http/route.ts';
import { judgeAnswer, type AnswerBench } from '../claims/answer.ts';
import type { RequestStep } from '../language/ast.ts';
import { expandJson, expandText, type LookUp } from '../language/template.ts';
import { isSuccess } from './ask.ts';
import { NotPassed } from './verdict.ts';

/** A text is sent as it stands, anything else as JSON. */
const bodyOf = (template: RequestStep['body'], lookUp: LookUp): Pick<HttpRequest, 'body' | 'rawBody'> => {
  if (template === undefined) return {};
  const body = expandJson(template, lookUp);
  return typeof body === 'string' ? { rawBody: body } : { body };
};

/** The request that a step stands for. */
export const rawRequestOf = (step: Pick<RequestStep, 'method' | 'url' | 'headers' | 'body'>, lookUp: LookUp): HttpRequest => ({
  method: step.method,
  url: expandText(step.url, lookUp),
  headers: Object.fromEntries(Object.entries(step.headers).map(([name, value]) => [name.toLowerCase(), expandText(value, lookUp)])),
  ...bodyOf(step.body, lookUp),
});

/** Judges the answer to a raw request: as the step expects it, or any 2xx. Throws NotPassed. */
export const judgeRawAnswer = (bench: AnswerBench, step: Pick<RequestStep, 'method' | 'url' | 'expect'>, answer: HttpResponse): void => {
  if (step.expect !== undefined) return judgeAnswer(bench, answer, step.expect);
  if (isSuccess(answer)) return;
  throw new NotPassed({
    message: `${step.method} ${step.url} answered HTTP ${answer.status}`,
    expected: 'HTTP 2xx',
    actual: answer.body ?? answer.status,
  });
};
