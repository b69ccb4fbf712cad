import { Refusal } from '../kernel/errors.ts';
import { invalidRequest } from '../runtime/http/problems.ts';

/** Which context answers the paths that begin with this segment (the seed's gateway). */
export const PATHS = {
  orders: 'front',
  payments: 'front',
  reviews: 'front',
  foodCookings: 'store',
  deliveries: 'rider',
  deliveryLists: 'rider',
  notices: 'notification',
  customers: 'customer',
  mypages: 'customer',
} as const satisfies Readonly<Record<string, string>>;

/** The contexts behind the gateway, in the order of their ports. */
export const UPSTREAMS = ['front', 'store', 'rider', 'notification', 'customer'] as const;
export type UpstreamName = (typeof UPSTREAMS)[number];

const KNOWN_PATHS = Object.keys(PATHS).map((segment) => `/${segment}`);

/** The refusal of a path that leads to no context; names those that do. */
const unknownPath = (url: string): Refusal =>
  new Refusal('route-not-found', `No context answers ${url}; known are ${KNOWN_PATHS.join(', ')}.`, { paths: KNOWN_PATHS });

/** The refusal of a path whose percent-encoding is broken, or that climbs out of its place. */
export const badPath = (): Refusal => invalidRequest([{ field: '', in: 'path', message: 'is not percent-encoded UTF-8, or climbs with ..' }]);

/** The refusal of a context that is down; `reason` is how that was noticed. */
export const contextUnavailable = (context: string, reason: string): Refusal =>
  new Refusal('context-unavailable', `The context ${context} can not be reached: ${reason}.`, { context });

const CLIMBS = /(?:^|[/\\])\.\.(?:[/\\]|$)/;

/** Names the context that answers a path with query. Throws a Refusal where none does. */
export const contextOf = (url: string): UpstreamName => {
  let path = url.split('?', 1)[0] ?? '';
  if (path.includes('%')) {
    // Broken encoding is found out segment by segment, and a climb also where its slash or dots are encoded.
    try {
      path = decodeURIComponent(path);
    } catch (error) {
      if (error instanceof URIError) throw badPath();
      throw error;
    }
  }
  if (path.includes('..') && CLIMBS.test(path)) throw badPath();
  const first = path.split('/', 2)[1] ?? '';
  if (!path.startsWith('/') || !Object.hasOwn(PATHS, first)) throw unknownPath(url);
  return PATHS[first as keyof typeof PATHS];
};
