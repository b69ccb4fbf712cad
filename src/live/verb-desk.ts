import { PERSON } from '../load/load-journal.ts';
import type { HttpResponse } from '../runtime/http/route.ts';
import type { System } from '../system/system.ts';
import type { Verb } from '../system/verb.ts';
import type { Row, Thing, TuiModel } from '../tui/model/model.ts';
import type { ActResult, TuiAction } from '../tui/session-port.ts';
import { parametersOf, type LiveSystem } from './live-system.ts';
import { refusalText, textIn } from './refusal-text.ts';
import type { LiveWords } from './words.ts';

/** The most things that are made, or acted on, at once. */
const MOST_AT_ONCE = 1_000;
/** Requests under way at a time, of those. */
const ABREAST = 16;

/** Takes what people ask for to the gateway, as it would come over HTTP. */
export interface VerbDesk {
  make(system: System, action: Extract<TuiAction, { kind: 'make' }>): Promise<ActResult>;
  ask(system: System, action: Extract<TuiAction, { kind: 'ask' }>): Promise<ActResult>;
}

/** What a desk works with. */
export interface VerbDeskOptions {
  readonly lang: 'ko' | 'en';
  readonly words: LiveWords;
  readonly system: LiveSystem;
  readonly model: Pick<TuiModel, 'line' | 'lineAbout'>;
}

interface Call {
  readonly method: string;
  readonly url: string;
  readonly body?: unknown;
}

/** The path with its parameters, each from the first of these rows that has it, or the key that stands for all. */
const urlOf = ({ path }: Verb, rows: readonly Row[], key: string): string =>
  parametersOf(path).reduce(
    (url, name) => url.replace(`:${name}`, encodeURIComponent(String(rows.find((row) => row[name] !== undefined)?.[name] ?? key))),
    path,
  );

const without = (body: Row, names: readonly string[]): Row =>
  Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)));

/** What is made has no row yet: what is in its path was written beside its body. */
const callOfMaking = (verb: Verb, written: Row): Call => {
  const body = without(written, parametersOf(verb.path));
  return { method: verb.method, url: urlOf(verb, [written], ''), ...(Object.keys(body).length === 0 ? {} : { body }) };
};

/** The request of a verb on a line; undefined where the line has no row that it could be for. */
const callOf = (verb: Verb, line: Thing, { screened }: LiveSystem, written: Row | undefined): Call | undefined => {
  const row = verb.at === undefined ? {} : screened.screen.seen(line, verb.at.table);
  if (row === undefined) return undefined;
  const copied = Object.fromEntries((verb.copies ?? []).map((name) => [name, row[name] ?? line.subject]));
  const body = { ...copied, ...written };
  return { method: verb.method, url: urlOf(verb, [row], line.subject), ...(Object.keys(body).length === 0 ? {} : { body }) };
};

/** A desk for one session. */
export const createVerbDesk = (options: VerbDeskOptions): VerbDesk => {
  const { lang, words, model, system: own } = options;
  let requests = 0;

  const send = (system: System, { method, url, body }: Call): Promise<HttpResponse> =>
    system.dispatch({
      method,
      url,
      headers: { 'x-correlation-id': `${PERSON}${(requests += 1)}` },
      ...(body === undefined ? {} : { body }),
    });

  /** Sends them, some abreast; the answers in the order of the calls. */
  const sendAll = async (system: System, calls: readonly Call[]): Promise<readonly HttpResponse[]> => {
    const answers: HttpResponse[] = [];
    let next = 0;
    const work = async (): Promise<void> => {
      for (let index = next; index < calls.length; index = next) {
        next += 1;
        answers[index] = await send(system, calls[index] as Call);
      }
    };
    await Promise.all(Array.from({ length: Math.min(ABREAST, calls.length) }, work));
    return answers;
  };

  const resultOf = (
    answers: readonly HttpResponse[],
    keys: readonly string[],
    say: (made: readonly string[], count: number) => string,
  ): ActResult => {
    const done = answers.filter(({ status }) => status < 400);
    const refused = answers.filter(({ status }) => status >= 400);
    const [first] = refused;
    const why = first === undefined ? '' : refusalText(first, own.refusals, lang);
    if (first !== undefined && done.length === 0)
      return { outcome: 'refused', code: textIn(first, 'code') ?? 'unknown', status: first.status, text: why };
    const made = done.flatMap((answer) => textIn(answer, 'id', ...keys) ?? []);
    return { outcome: 'done', text: `${say(made, done.length)}${first === undefined ? '' : words.andRefused(refused.length, why)}`, made };
  };

  const numbersOf = (made: readonly string[]): readonly string[] =>
    made.flatMap((subject) => {
      const number = model.lineAbout(subject)?.number;
      return number === undefined ? [] : [`#${number}`];
    });

  return {
    make: async (system, { verb: name, body, count }) => {
      const verb = own.verbs[name];
      if (count > MOST_AT_ONCE) return { outcome: 'impossible', text: words.tooMany(MOST_AT_ONCE) };
      if (verb === undefined) return { outcome: 'impossible', text: words.unknownVerb(name, Object.keys(own.verbs)) };
      const call = callOfMaking(verb, body);
      const answers = await sendAll(
        system,
        Array.from({ length: Math.max(1, count) }, () => call),
      );
      return resultOf(answers, own.keys.get(verb.makes?.table ?? '') ?? [], (made, done) => words.made(name, numbersOf(made), done));
    },
    ask: async (system, { verb: name, ids, body }) => {
      const verb = own.verbs[name];
      if (ids.length === 0) return { outcome: 'impossible', text: words.noLines };
      if (ids.length > MOST_AT_ONCE) return { outcome: 'impossible', text: words.tooMany(MOST_AT_ONCE) };
      if (verb === undefined) return { outcome: 'impossible', text: words.unknownVerb(name, Object.keys(own.verbs)) };
      const calls = ids.flatMap((id) => {
        const line = model.line(id);
        return line === undefined ? [] : (callOf(verb, line, own, body) ?? []);
      });
      if (calls.length === 0) return { outcome: 'impossible', text: words.nothing(name) };
      return resultOf(await sendAll(system, calls), [], (_made, count) => words.acted(name, count));
    },
  };
};
