/** Holds what clients were told to what is there: granted once, refused never, and an order in which all of it can have been. */
import type { Envelope } from '../kernel/envelope.ts';
import { counted } from '../kernel/counted.ts';
import type { Verb } from '../system/verb.ts';
import type { ExploredSystem } from './definition.ts';
import type { Transitions } from './simulate/transition.ts';

/** What a client asked for and was told. */
export interface ToldByLoad {
  readonly method: string;
  readonly route: string;
  readonly subject?: string;
  readonly correlation: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly status: number;
  readonly state?: string;
}

/** What did not hold of what clients were told. */
export interface FoundInHistory {
  readonly of: 'history';
  readonly rule: string;
  readonly found: string;
  readonly subject: string;
}

const DONE_ONCE = 'What was granted is done once, and what was refused never.';
const IN_ORDER = 'What clients were told of a thing can have happened in some order that its statuses allow.';

const found = (rule: string, what: string, subject = ''): FoundInHistory => ({ of: 'history', rule, found: what, subject });

const isGranted = ({ status }: ToldByLoad): boolean => status >= 200 && status < 300;

/** How often an event of this type was told because of each request. */
const timesTold = (stream: readonly Envelope[]): ReadonlyMap<string, number> => {
  const times = new Map<string, number>();
  for (const { type, correlationid } of stream) {
    const key = `${correlationid} ${type}`;
    times.set(key, (times.get(key) ?? 0) + 1);
  }
  return times;
};

/** Whether it may have been told so often; of a request that nobody answered, or that failed, nobody knows. */
const isRight = ({ status }: ToldByLoad, { isRepeatable }: Verb, times: number): boolean => {
  if (status === 0 || status >= 500) return times <= 1;
  if (status >= 400) return times === 0;
  return isRepeatable === true ? times <= 1 : times === 1;
};

type Asked = ToldByLoad & { readonly verb: Verb; readonly name: string };

const checkDone = (asked: readonly Asked[], stream: readonly Envelope[]): readonly FoundInHistory[] => {
  const told = timesTold(stream);
  return asked.flatMap((one) => {
    const { verb, name, status, subject = '', correlation } = one;
    const times = told.get(`${correlation} ${verb.tells}`) ?? 0;
    if (isRight(one, verb, times)) return [];
    const answer = status === 0 ? 'not answered' : `answered HTTP ${status}`;
    return [found(DONE_ONCE, `${name} ${subject} was ${answer}, and ${verb.tells} was told ${counted(times, 'time')}.`, subject)];
  });
};

/** That something was seen in a status at some moment from start to end, and left it in another, or in the same. */
interface Moment {
  readonly what: string;
  readonly at: string;
  readonly after: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** All statuses that can follow each, itself among them. */
const reachableIn = (steps: Transitions[string]): ((from: string, to: string) => boolean) => {
  const reach = new Map<string, Set<string>>();
  const from = (status: string): ReadonlySet<string> => {
    const known = reach.get(status);
    if (known !== undefined) return known;
    const all = new Set([status]);
    for (const one of all) for (const [before, next] of steps) if (before === one) all.add(next);
    reach.set(status, all);
    return all;
  };
  return (one, other) => from(one).has(other);
};

/** Moments of one kind, of one thing. */
interface Kind {
  readonly moment: Moment;
  count: number;
  /** The one that ended first, and the one that began last. */
  first: Moment;
  last: Moment;
}

const kindsOf = (moments: readonly Moment[]): readonly Kind[] => {
  const kinds = new Map<string, Kind>();
  for (const moment of moments) {
    const key = `${moment.at} ${moment.after}`;
    const kind = kinds.get(key);
    if (kind === undefined) kinds.set(key, { moment, count: 1, first: moment, last: moment });
    else {
      kind.count += 1;
      if (moment.endMs < kind.first.endMs) kind.first = moment;
      if (moment.startMs > kind.last.startMs) kind.last = moment;
    }
  }
  return [...kinds.values()];
};

const say = ({ what, at, after }: Moment): string => `${what} (${at === after ? at : `${at} → ${after}`})`;

/**
 * What can't have been, of one thing: something after which, by the clock, came what can't follow it; two at the same time of which
 * neither can follow the other; one done twice that can only be done once. Kinds of moments are few, so this is quick however many
 * there are. It finds no fault where there is none; an order of more than two that is impossible only together, it may miss.
 */
const impossibleIn = (moments: readonly Moment[], steps: Transitions[string]): string | undefined => {
  const canFollow = reachableIn(steps);
  const kinds = kindsOf(moments);
  for (const [index, one] of kinds.entries()) {
    const { moment } = one;
    if (one.count > 1 && !canFollow(moment.after, moment.at)) return `${say(moment)} was granted ${counted(one.count, 'time')}`;
    for (const other of kinds.slice(index + 1)) {
      const [forth, back] = [canFollow(moment.after, other.moment.at), canFollow(other.moment.after, moment.at)];
      if (!forth && !back) return `${say(moment)} and ${say(other.moment)} were both granted`;
      if (!forth && one.first.endMs < other.last.startMs) return `${say(one.first)} was over before ${say(other.last)} began`;
      if (!back && other.first.endMs < one.last.startMs) return `${say(other.first)} was over before ${say(one.last)} began`;
    }
  }
  return undefined;
};

const momentOf = (asked: Asked): Moment | undefined => {
  const { verb, name, state, startMs, endMs } = asked;
  const at = verb.at?.status;
  // What is granted in several statuses says by itself nothing of the one that it was in.
  if (at === undefined || verb.at?.subject !== undefined || verb.isRepeatable === true) return undefined;
  return { what: name, at, after: state ?? at, startMs, endMs };
};

/** Moments by table and id. */
const createShelf = () => {
  const shelf = new Map<string, { readonly table: string; readonly subject: string; readonly moments: Moment[] }>();
  return {
    put: (table: string, subject: string, moment: Moment): void => {
      const key = `${table} ${subject}`;
      const thing = shelf.get(key) ?? { table, subject, moments: [] };
      shelf.set(key, thing);
      thing.moments.push(moment);
    },
    things: () => shelf.values(),
  };
};

const checkOrder = (
  { resources, transitions }: Pick<ExploredSystem, 'resources' | 'transitions'>,
  told: readonly ToldByLoad[],
  asked: readonly Asked[],
): readonly FoundInHistory[] => {
  const shelf = createShelf();
  for (const one of asked) {
    const { verb, subject, state } = one;
    const table = verb.at?.table ?? '';
    const moment = momentOf(one);
    if (moment === undefined || subject === undefined || !isGranted(one) || transitions[table] === undefined) continue;
    // Of a table that the answer does not show, nobody knows how it was left.
    const isShown = state !== undefined && transitions[table].some((step) => step.includes(state));
    shelf.put(table, subject, isShown ? moment : { ...moment, after: moment.at });
  }
  for (const { method, route, subject, status, state, startMs, endMs } of told) {
    const table = method === 'GET' ? resources[route]?.table : undefined;
    if (table === undefined || subject === undefined || state === undefined || status !== 200 || transitions[table] === undefined) continue;
    shelf.put(table, subject, { what: `GET ${route}`, at: state, after: state, startMs, endMs });
  }
  return [...shelf.things()].flatMap(({ table, subject, moments }) => {
    const impossible = impossibleIn(moments, transitions[table] ?? []);
    return impossible === undefined ? [] : [found(IN_ORDER, `${table}: ${impossible}.`, subject)];
  });
};

/** Judges what clients of a load were told, against the events that were stored and what the statuses of things allow. */
export const judgeTold = (
  system: Pick<ExploredSystem, 'verbs' | 'resources' | 'transitions'>,
  told: readonly ToldByLoad[],
  stream: readonly Envelope[],
): readonly FoundInHistory[] => {
  const verbs = new Map(Object.entries(system.verbs).map(([name, verb]) => [`${verb.method} ${verb.path}`, { name, verb }]));
  const asked = told.flatMap((one): readonly Asked[] => {
    const known = verbs.get(`${one.method} ${one.route}`);
    return known === undefined ? [] : [{ ...one, ...known }];
  });
  return [...checkDone(asked, stream), ...checkOrder(system, told, asked)];
};
