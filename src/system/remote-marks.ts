/** Marks on what a scenario asks of a system that it has not for itself: nobody else's things are met by chance, and its own are known. */
import type { Envelope } from '../kernel/envelope.ts';
import type { HttpRequest, HttpResponse } from '../runtime/http/route.ts';
import { describeContexts, type SystemDefinition } from './definition.ts';
import { LOOKING_ON } from './system.ts';

/** Marks requests, and takes the marks away from what comes back. */
export interface Marking {
  request(request: HttpRequest): HttpRequest;
  answer(response: HttpResponse): HttpResponse;
  /** Remembers the ids of things that were made here. */
  note(told: unknown): void;
  /** Whether something belongs to a marked owner, or is about a thing that was made here. */
  isOurs(item: unknown): boolean;
  /** The event without marks; undefined for one that did not come of a marked request. */
  event(event: Envelope): Envelope | undefined;
}

/** The longest text that is taken for somebody's id: what is longer tries the limits of the system, and stays as it is. */
const LONGEST_ID = 80;

const isId = (text: string): boolean => text.length <= LONGEST_ID && /^\S(?:.*\S)?$/su.test(text);

/** The places of path segments that name an owner, by the whole of the path as its route has it. */
const ownerPathsOf = (definition: SystemDefinition, owner: string) =>
  describeContexts(definition)
    .flatMap(({ routes }) => routes.map(({ path }) => path.split('/')))
    .filter((segments) => segments.includes(`:${owner}`));

/** Marks the values of the member that says whose things are. */
const createOwnerMarks = (definition: SystemDefinition, mark: string) => {
  const owner = definition.cells?.owner;
  const paths = owner === undefined ? [] : ownerPathsOf(definition, owner);
  const marked = (text: string): string => (isId(text) ? text + mark : text);
  const inBody = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(inBody);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [name, name === owner && typeof member === 'string' ? marked(member) : inBody(member)]),
    );
  };
  const inPath = (path: string): string => {
    const given = path.split('/');
    const route = paths.find(
      (segments) => segments.length === given.length && segments.every((segment, at) => segment.startsWith(':') || segment === given[at]),
    );
    return route === undefined
      ? path
      : given.map((segment, at) => (route[at] === `:${String(owner)}` && isId(segment) ? segment + mark : segment)).join('/');
  };
  const inQuery = (query: string): string =>
    query
      .split('&')
      .map((part) => (owner !== undefined && part.startsWith(`${owner}=`) && isId(part.slice(owner.length + 1)) ? part + mark : part))
      .join('&');
  return {
    inBody: owner === undefined ? (value: unknown) => value : inBody,
    inUrl: (url: string): string => {
      const [path = '', ...query] = url.split('?');
      return query.length === 0 ? inPath(path) : `${inPath(path)}?${inQuery(query.join('?'))}`;
    },
  };
};

/** Makes the marking of one scenario. `mark` is made of letters, digits and `-`, and stands nowhere else. */
export const createMarking = (definition: SystemDefinition, mark: string): Marking => {
  const owners = createOwnerMarks(definition, mark);
  const plain = <Value>(value: Value): Value => {
    const text = JSON.stringify(value) as string | undefined;
    return text?.includes(mark) === true ? (JSON.parse(text.replaceAll(mark, '')) as Value) : value;
  };
  const made = new Set<unknown>();
  const ids = definition.cells?.ids ?? ['id'];
  const idsIn = (told: unknown): readonly unknown[] => {
    const members = (typeof told === 'object' && told !== null ? told : {}) as Readonly<Record<string, unknown>>;
    return ids.map((name) => members[name]).filter((id) => typeof id === 'string');
  };
  const note = (told: unknown): void => idsIn(told).forEach((id) => made.add(id));
  let count = 0;
  return {
    note,
    isOurs: (item) => JSON.stringify(item).includes(mark) || idsIn(item).some((id) => made.has(id)),
    request: (request) => {
      const { 'x-correlation-id': correlation = `request-${(count += 1)}`, 'idempotency-key': key, ...headers } = request.headers;
      return {
        ...request,
        url: owners.inUrl(request.url),
        headers: {
          ...headers,
          'x-correlation-id': correlation === LOOKING_ON ? correlation : correlation + mark,
          ...(key === undefined ? {} : { 'idempotency-key': key + mark }),
        },
        ...(request.body === undefined ? {} : { body: owners.inBody(request.body) }),
      };
    },
    answer: plain,
    event: (event) => {
      if (!event.correlationid.endsWith(mark)) return undefined;
      note(event.data);
      return plain(event);
    },
  };
};
