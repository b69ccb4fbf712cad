import { createRandom } from '../../kernel/random.ts';
import { expandJson, expandText, referencesIn, type LookUp } from '../../scenarios/language/template.ts';
import type { CannonOrder, OrderedRequest } from '../order.ts';

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
const namesIn = (value: unknown): readonly string[] => {
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
  readonly next: () => ReadyRequest;
  /** True where all requests are the same, so that one can be made ready once. */
  readonly isConstant: boolean;
}

/** Draws requests by weight, from the order's seed, and takes each feeder's values in turn, one for each request. */
export const createRequestSource = ({
  requests,
  values,
  feeders,
  seed,
  ...common
}: Pick<CannonOrder, 'requests' | 'values' | 'feeders' | 'seed'> & Envelope): RequestSource => {
  const random = createRandom(seed);
  const total = requests.reduce((sum, { weight }) => sum + weight, 0);
  const isFed = requests.some((request) => namesOf(request).some((name) => name in feeders));
  let taken = 0;
  const draw = (): number => {
    let left = random.next() * total;
    const index = requests.findIndex(({ weight }) => (left -= weight) < 0);
    return Math.max(0, index);
  };
  const next = (): ReadyRequest => {
    const index = requests.length === 1 ? 0 : draw();
    const turn = taken;
    taken += 1;
    const lookUp: LookUp = (name) => {
      const fed = feeders[name];
      return fed === undefined ? values[name] : fed[turn % fed.length];
    };
    return ready(requests[index] as OrderedRequest, index, lookUp, common);
  };
  return { next, isConstant: requests.length === 1 && !isFed };
};
