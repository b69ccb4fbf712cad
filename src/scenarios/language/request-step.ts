/** A raw HTTP call, and what is expected of answers. */
import type { RequestStep, Template } from './ast.ts';
import { idsOf, type Speech } from './speech.ts';
import { defineStep, type StepType } from './step-types.ts';
import { fields, mapOf, optional, refined, required } from './structures.ts';
import { json, literal, newName, text, whole, word, type Type } from './types.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const;
const PATH = { matches: /^\/|^\$\{/, says: 'a path that begins with /, such as /openapi.json' };

/** The path of a request: begins with a slash. */
export const path = (): Type<Template> =>
  refined(text({ says: 'a path' }), (value, complain) =>
    PATH.matches.test(value) ? value : complain(`${value} is not a path`, PATH.says),
  );

/** A map of headers, by lower-case name. */
const headers = (): Type<Readonly<Record<string, Template>>> =>
  refined(mapOf('headers', literal("a header's name"), text({ isEmptyAllowed: true })), (value) =>
    Object.fromEntries(Object.entries(value).map(([key, member]) => [key.toLowerCase(), member])),
  );

/** What a request says, beside what is expected of its answer. */
export const requestFields = (speech: Speech) => ({
  method: optional(word('an HTTP method', METHODS), '`GET` unless said.'),
  path: required(
    path(),
    `Path and query${speech.things.length === 0 ? '' : `; ${idsOf(speech, '`, `').replace(/^|$/g, '`')} stand for ids`}.`,
  ),
  body: optional(json(), 'A text is sent as it stands, anything else as JSON.'),
  headers: optional(headers(), 'Headers to send.'),
});

/** What an HTTP answer can be judged by. */
export const ANSWER_FIELDS = {
  status: optional(whole(100, 599), 'The HTTP status.'),
  body: optional(json(), 'What the JSON body must contain: each member named must be equal.'),
  headers: optional(headers(), 'What headers must be.'),
};

/** The step of a raw HTTP call. */
export const requestStep = (speech: Speech, examples: readonly string[]): StepType<RequestStep> =>
  defineStep({
    key: 'request',
    group: 'commands',
    doc: 'A raw HTTP call through the gateway: for its routes, for bad input, for whatever has no step of its own. Without `expect` any 2xx passes.',
    examples,
    value: fields('request', {
      ...requestFields(speech),
      expect: optional(fields('expect', ANSWER_FIELDS), 'What the answer must be.'),
      as: optional(newName('answer'), 'A name by which later steps know the answer.'),
    }),
    build: ({ method = 'GET', path: url, headers: sent = {}, ...values }, base, reading): RequestStep => {
      if (values.expect !== undefined) reading.expectationCount += 1;
      return { kind: 'request', ...base, method, url, headers: sent, ...values };
    },
  });
