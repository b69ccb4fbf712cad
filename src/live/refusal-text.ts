import { kindOf, type Refusals } from '../runtime/http/catalogue.ts';
import type { HttpResponse } from '../runtime/http/route.ts';
import type { Lang } from './words.ts';

/** A text member of an answer's body: the first of these names that it has. */
export const textIn = (answer: Pick<HttpResponse, 'body'>, ...names: readonly string[]): string | undefined => {
  const body: unknown = answer.body;
  if (typeof body !== 'object' || body === null) return undefined;
  return names.map((name) => (body as Readonly<Record<string, unknown>>)[name]).find((value) => typeof value === 'string');
};

const HANGUL = /[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]/u;

/**
 * Why something was refused: in Korean the system's own sentence; in English, where that one is in
 * Korean, what the catalogue of refusals says of its code, with the statuses that the refusal names.
 */
export const refusalText = (answer: Pick<HttpResponse, 'body' | 'status'>, refusals: Refusals, lang: Lang): string => {
  const own = textIn(answer, 'detail', 'title') ?? `HTTP ${answer.status}`;
  const code = textIn(answer, 'code');
  if (lang === 'ko' || !HANGUL.test(own) || code === undefined) return own;
  const kind = kindOf(code, refusals);
  if (kind === undefined) return own;
  const { title, meaning } = kind;
  const [current, required] = [textIn(answer, 'current'), textIn(answer, 'required')];
  if (current === undefined) return meaning;
  return required === undefined ? `${meaning} It is ${current} now.` : `${title}: it is ${current}, and has to be ${required}.`;
};
