import type { Timers } from '../../kernel/clock.ts';
import type { Answer, HttpRequest, HttpResponse } from '../../runtime/http/route.ts';
import { assert } from '../../kernel/errors.ts';
import type { Moment, Verb, Verbs } from '../../system/verb.ts';
import type { Answered } from './invariant.ts';
import { keyOfErrand, rowAsked, type Asked, type Letter } from './asked.ts';
import type { Errand } from '../schedule/plan.ts';
import type { Change, Row, World } from './world.ts';

/**
 * How long a person waits after a failure that is nobody's decision: at first, and once it does not pass; and how often.
 * In milliseconds.
 */
const TRY_AGAIN_MS = 10;
const TRY_MUCH_LATER_MS = 500;
const EAGER_TRIES = 30;
const MAX_TRIES = 60;

/** The people around the system. */
export interface People {
  /** Begins: what waits for nothing is done. */
  begin(): void;
  /** Something was committed that people may see. */
  saw(change: Change): void;
  /** Requests that have no answer yet. */
  waiting(): number;
  /** What everybody asked for. */
  letters(): readonly Letter[];
  /** The errands whose request was granted. */
  granted(): readonly { readonly index: number; readonly name: string }[];
  /** Sends a request that was granted once more, under the same key. */
  again(index: number): void;
}

/** What people work with. */
export interface PeopleOptions {
  readonly verbs: Verbs;
  readonly errands: readonly Errand[];
  readonly timers: Timers;
  readonly dispatch: Readonly<Record<string, Answer>>;
  readonly world: World;
  /** How long a context is too busy to be asked, in milliseconds. */
  readonly busyMs: (context: string) => number;
  /** How long after its moment an errand is done, in milliseconds. */
  readonly paceOf: (errand: Errand, index: number) => number;
  /** Hears of each answer. */
  readonly judge: (answered: Answered) => void;
}

/** What a person sees when the moment comes, and of what it is; nothing, where it makes something. */
interface Sight {
  readonly subject: string;
  readonly key: string;
  readonly row: Row;
}

const NOTHING: Sight = { subject: '', key: '', row: {} };

const bodyOf = ({ usual, copies = [] }: Verb, { about, wish, body }: Errand, index: number, { key, row }: Sight): Row | undefined => {
  if (usual === undefined && copies.length === 0 && body === undefined) return undefined;
  const said: Record<string, unknown> = {};
  for (const name of copies) said[name] = row[name] ?? key;
  return Object.assign(said, usual?.(about, index), wish, body);
};

/** The parts of paths: texts, and between them the names of parameters. A handful, asked for at each request. */
const paths = new Map<string, readonly string[]>();

const partsOf = (path: string): readonly string[] => {
  let parts = paths.get(path);
  if (parts === undefined) paths.set(path, (parts = path.split(/:(\w+)/)));
  return parts;
};

const urlOf = (path: string, { key, row }: Sight): string => {
  const [first = '', ...rest] = partsOf(path);
  let url = first;
  for (let index = 0; index < rest.length; index += 2) url += encodeURIComponent(String(row[rest[index]!] ?? key)) + rest[index + 1]!;
  return url;
};

const requestOf = (verb: Verb, errand: Errand, index: number, seen: Sight): HttpRequest => {
  const key = keyOfErrand(index);
  const { method, path } = verb;
  const url = urlOf(path, seen);
  const body = bodyOf(verb, errand, index, seen);
  const headers = { 'idempotency-key': key, 'x-correlation-id': key };
  return body === undefined ? { method, url, headers } : { method, url, headers, body };
};

/** The verb of an errand. */
const verbOf = (verbs: Verbs, name: string): Verb => {
  const verb = verbs[name];
  assert(verb !== undefined, `people know the verb ${name}`);
  return verb;
};

/** When the thing that an errand is about is there. */
const beginningOf = (verbs: Verbs, errands: readonly Errand[], about: string): Moment | undefined => {
  const making = errands.find((one) => one.about === about && verbs[one.deed]?.makes !== undefined);
  return making === undefined ? undefined : verbs[making.deed]?.makes;
};

/** The moment that an errand waits for; undefined for what waits for nothing, or for what nobody makes. */
const momentOf = (verbs: Verbs, errands: readonly Errand[], { deed, about, when, isImpatient }: Errand): Moment | undefined => {
  const verb = verbOf(verbs, when ?? deed);
  return verb.at === undefined || isImpatient === true ? beginningOf(verbs, errands, about) : verb.at;
};

const subjectsKnown = new WeakMap<Verbs, ReadonlyMap<string, string | undefined>>();

/** How each table says what its rows belong to; found out once for all schedules. */
const subjectsOf = (verbs: Verbs): ReadonlyMap<string, string | undefined> => {
  const known = subjectsKnown.get(verbs);
  if (known !== undefined) return known;
  const moments = Object.values(verbs).flatMap(({ makes, at }) => [makes, at]);
  const subjects = new Map(moments.flatMap((moment) => (moment === undefined ? [] : [[moment.table, moment.subject] as const])));
  subjectsKnown.set(verbs, subjects);
  return subjects;
};

/** Sends requests, and holds each answer against what the domain says. */
const createPost = ({ verbs, errands, timers, dispatch, world, busyMs, paceOf, judge }: PeopleOptions) => {
  const answers: (HttpResponse | undefined)[] = errands.map(() => undefined);
  const granted: (HttpResponse | undefined)[] = errands.map(() => undefined);
  const wanted: (Row | undefined)[] = errands.map(() => undefined);
  const sent: (Sight | undefined)[] = errands.map(() => undefined);
  let waiting = 0;

  const answerOf = (context: string): Answer => {
    const answer = dispatch[context];
    assert(answer !== undefined, `somebody answers for ${context}`);
    return answer;
  };

  const received = (asked: Asked, index: number, response: HttpResponse): void => {
    judge({ asked, response, granted: granted[index] });
    answers[index] = response;
    if (response.status < 300) granted[index] ??= response;
  };

  const ask = (index: number, seen: Sight, tries: number): void => {
    const errand = errands[index]!;
    const verb = verbOf(verbs, errand.deed);
    const { context } = verb;
    const busy = busyMs(context);
    if (busy > 0) {
      timers.after(busy, () => ask(index, seen, tries));
      return;
    }
    const request = requestOf(verb, errand, index, seen);
    wanted[index] = request.body as Row | undefined;
    const { subject, key } = seen;
    const asked: Asked = { errand, request, subject, key, before: rowAsked(world, verb, subject, key) };
    const answered = (response: HttpResponse): void => {
      received(asked, index, response);
      if (response.status >= 500 && tries < MAX_TRIES)
        timers.after(tries < EAGER_TRIES ? TRY_AGAIN_MS : TRY_MUCH_LATER_MS, () => ask(index, seen, tries + 1));
    };
    const answer = answerOf(context)(request);
    if (!(answer instanceof Promise)) {
      answered(answer);
      return;
    }
    waiting += 1;
    void answer.then((response) => {
      waiting -= 1;
      answered(response);
    });
  };

  return {
    /** Sends an errand's request after a while; once more, where it is to be repeated. */
    send: (index: number, seen: Sight): void => {
      const errand = errands[index]!;
      const { againAfterMs } = errand;
      const afterMs = paceOf(errand, index);
      sent[index] = seen;
      timers.after(afterMs, () => ask(index, seen, 1));
      if (againAfterMs !== undefined) timers.after(afterMs + againAfterMs, () => ask(index, seen, 1));
    },
    waiting: () => waiting,
    granted: () => errands.flatMap(({ deed, about }, index) => (granted[index] === undefined ? [] : [{ index, name: `${deed} ${about}` }])),
    again: (index: number): void => {
      const seen = sent[index] ?? NOTHING;
      ask(index, seen, 1);
    },
    letters: () =>
      errands.map((errand, index): Letter => ({
        errand,
        key: keyOfErrand(index),
        wanted: wanted[index],
        answer: granted[index] ?? answers[index],
      })),
  };
};

/** Creates the people of a schedule. A request that failed by nobody's decision (5xx) is made again, under the same key. */
export const createPeople = (options: PeopleOptions): People => {
  const { verbs, errands, world } = options;
  const post = createPost(options);
  const isMaking = ({ deed }: Errand): boolean => verbOf(verbs, deed).makes !== undefined;
  const moments = errands.map((errand) => (isMaking(errand) ? undefined : momentOf(verbs, errands, errand)));
  const subjects = subjectsOf(verbs);
  /** The errands whose moment has not come yet, in their order. */
  let awaited = errands.flatMap((errand, index) => (isMaking(errand) ? [] : [index]));

  const isMoment = (index: number, { table, after }: Change, label: string): boolean => {
    const moment = moments[index];
    return (
      moment?.table === table && errands[index]!.about === label && (moment.status === undefined || moment.status === after?.['status'])
    );
  };

  return {
    begin: () => {
      errands.forEach((errand, index) => {
        if (isMaking(errand)) post.send(index, NOTHING);
      });
    },
    saw: (change) => {
      const { table, key, after } = change;
      if (after === null || awaited.length === 0 || !subjects.has(table)) return;
      const column = subjects.get(table);
      const subject = column === undefined ? key : String(after[column]);
      const label = world.labels.get(subject);
      if (label === undefined || !awaited.some((index) => isMoment(index, change, label))) return;
      const come = awaited.filter((index) => isMoment(index, change, label));
      awaited = awaited.filter((index) => !come.includes(index));
      for (const index of come) post.send(index, { subject, key, row: after });
    },
    waiting: post.waiting,
    letters: post.letters,
    granted: post.granted,
    again: post.again,
  };
};
