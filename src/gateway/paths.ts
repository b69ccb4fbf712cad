import { Refusal, assert } from '../kernel/errors.ts';
import { invalidRequest } from '../runtime/http/problems.ts';

/** A context as the gateway sees it: its name, and the routes that say which paths lead to it. */
export interface Behind {
  readonly name: string;
  readonly routes: readonly { readonly path: string }[];
}

/** Which context answers the paths that begin with a segment, by that segment. Throws (a bug) where two do. */
const ownersOf = (contexts: readonly Behind[]): ReadonlyMap<string, string> => {
  const owners = new Map<string, string>();
  for (const { name, routes } of contexts) {
    for (const { path } of routes) {
      const segment = path.split('/', 2)[1] ?? '';
      assert((owners.get(segment) ?? name) === name, `one context alone answers /${segment}`);
      owners.set(segment, name);
    }
  }
  return owners;
};

/** The first segments of a context's paths, each once, with a slash before it: `/orders`. */
export const pathsOf = ({ routes }: Behind): readonly string[] => [...new Set(routes.map(({ path }) => `/${path.split('/', 2)[1] ?? ''}`))];

/** The refusal of a path whose percent-encoding is broken, or that climbs out of its place. */
export const badPath = (): Refusal =>
  invalidRequest([{ field: '', in: 'path', message: 'is not percent-encoded UTF-8, or climbs with ..' }]);

/** The refusal of a context that is down; `reason` is how that was noticed. */
export const contextUnavailable = (context: string, reason: string): Refusal =>
  new Refusal('context-unavailable', `The context ${context} can not be reached: ${reason}.`, { context });

/** The same of a context in one cell. */
export const cellUnavailable = (context: string, cell: number, reason: string): Refusal =>
  new Refusal('cell-unavailable', `Cell ${cell} of the context ${context} can not be reached: ${reason}.`, { context, cell });

const CLIMBS = /(?:^|[/\\])\.\.(?:[/\\]|$)/;

/** Names the context that answers a path with query. Throws a Refusal where none does. */
export type PathLookup = (url: string) => string;

/** Makes the look-up of the context that answers a path. */
export const createPathLookup = (contexts: readonly Behind[]): PathLookup => {
  const owners = ownersOf(contexts);
  const known = contexts.flatMap(pathsOf);
  return (url) => {
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
    const owner = path.startsWith('/') ? owners.get(path.split('/', 2)[1] ?? '') : undefined;
    if (owner === undefined)
      throw new Refusal('route-not-found', `No context answers ${url}; known are ${known.join(', ')}.`, { paths: known });
    return owner;
  };
};
