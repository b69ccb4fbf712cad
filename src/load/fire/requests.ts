import { createRandom } from '../../kernel/random.ts';
import { expandJson, expandText, referencesIn, type LookUp } from '../../scenarios/language/template.ts';
import type { CannonOrder, OrderedRequest } from '../order.ts';
import { createFeeds, feedersOf } from './feeds.ts';
import { createWeightedDraw } from './weighted.ts';

/** A request as it goes over the wire. */
export interface ReadyRequest {
  /** Which of the order's requests it is, from 0. */
  readonly index: number;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The names that a value's texts refer to. */
export const namesIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return referencesIn(value).map(({ name }) => name);
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(namesIn);
  return [];
};

/** The names that a request's templates refer to. */
export const namesOf = ({ path, body, headers }: Pick<OrderedRequest, 'path' | 'body' | 'headers'>): readonly string[] => [
  ...namesIn(path),
  ...namesIn(body),
  ...namesIn(headers),
];

/** What all requests of an order have in common. */
type Envelope = Pick<CannonOrder, 'basePath' | 'authorization'>;

const ready = (request: OrderedRequest, index: number, lookUp: LookUp, { basePath = '', authorization }: Envelope): ReadyRequest => {
  const own = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), expandText(value, lookUp)]));
  const headers = { ...(authorization === undefined ? {} : { authorization }), ...own };
  const path = basePath + expandText(request.path, lookUp).replaceAll(/[^\x21-\x7e]/gu, (character) => encodeURIComponent(character));
  const base = { index, method: request.method, path };
  if (request.body === undefined) return { ...base, headers };
  return { ...base, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(expandJson(request.body, lookUp)) };
};

/** Gives the requests of a load, one after another. */
export interface RequestSource {
  /** The next one; undefined where a unique feeder had nothing left for it. */
  readonly next: () => ReadyRequest | undefined;
  /** True where all requests are the same, so that one can be made ready once. */
  readonly isConstant: boolean;
  /** How often a unique feeder had nothing left, by its name. */
  readonly unfed: () => Readonly<Record<string, number>>;
}

/** Draws requests by weight, from the order's seed, and takes from feeders, once for each request that does. */
export const createRequestSource = ({
  requests,
  values,
  feeders,
  seed,
  ...common
}: Pick<CannonOrder, 'requests' | 'values' | 'feeders' | 'seed'> & Envelope): RequestSource => {
  const draw = createWeightedDraw(requests, createRandom(seed));
  const feeds = createFeeds({ feeders, seed });
  const takenBy = requests.map((request) => feedersOf(feeders, namesOf(request)));
  const next = (): ReadyRequest | undefined => {
    const index = draw();
    const fed = feeds.take(takenBy[index] ?? []);
    if ('dry' in fed) return undefined;
    const lookUp: LookUp = (name) => (Object.hasOwn(fed.values, name) ? fed.values[name] : values[name]);
    return ready(requests[index] as OrderedRequest, index, lookUp, common);
  };
  return { next, isConstant: requests.length === 1 && takenBy[0]?.length === 0, unfed: feeds.unfed };
};
