import { composed } from '../../kernel/words.ts';
import { Refusal } from '../../kernel/errors.ts';
import { invalidRequest } from './problems.ts';
import type { FieldError } from './problems.ts';

/** The longest id in a path, in UTF-16 code units. */
export const MAX_ID_LENGTH = 200;

/** Something that is served under a method and a path in Fastify's form. */
export interface Routed {
  readonly method: string;
  readonly path: string;
}

/** What a path leads to. */
export interface Match<R> {
  readonly route: R;
  readonly params: Readonly<Record<string, string>>;
}

/** Finds the route of a method and a path (without query). Throws a Refusal where there is none. */
export type FindRoute<R> = (method: string, path: string) => Match<R>;

interface Compiled<R> {
  readonly route: R;
  readonly method: string;
  /** A text stands for itself, a parameter is its name in an object. */
  readonly segments: readonly (string | { readonly param: string })[];
}

const compile = <R extends Routed>(route: R): Compiled<R> => ({
  route,
  method: route.method,
  segments: route.path
    .split('/')
    .slice(1)
    .map((segment) => (segment.startsWith(':') ? { param: segment.slice(1) } : segment)),
});

const fits = (compiled: Compiled<unknown>, segments: readonly string[]): boolean => {
  if (compiled.segments.length !== segments.length) return false;
  for (let index = 0; index < segments.length; index += 1) {
    const wanted = compiled.segments[index];
    const given = segments[index] as string;
    if (typeof wanted === 'string' ? wanted !== given : given === '') return false;
  }
  return true;
};

const decodeSegment = (segment: string): string => {
  try {
    return composed(decodeURIComponent(segment));
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    throw invalidRequest([{ field: '', in: 'path', message: `segment ${JSON.stringify(segment)} is not percent-encoded UTF-8` }]);
  }
};

/** What stands between the slashes, decoded. */
const segmentsOf = (path: string): readonly string[] => {
  const read = path.includes('%') ? decodeSegment : composed;
  const segments: string[] = [];
  let slash = path.indexOf('/');
  while (slash !== -1) {
    const next = path.indexOf('/', slash + 1);
    segments.push(read(next === -1 ? path.slice(slash + 1) : path.slice(slash + 1, next)));
    slash = next;
  }
  return segments;
};

// An id with a control character can only be a mistake or an attack.
const CONTROL = /[\u0000-\u001f\u007f]/;

/** Why no path takes this id; undefined where one does. */
export const faultInId = (id: string): string | undefined => {
  if (id.length > MAX_ID_LENGTH) return `is longer than ${MAX_ID_LENGTH} characters`;
  return CONTROL.test(id) ? 'holds a control character' : undefined;
};

const readParams = (compiled: Compiled<unknown>, segments: readonly string[]): Readonly<Record<string, string>> => {
  const params: Record<string, string> = {};
  let errors: FieldError[] | undefined;
  for (let index = 0; index < segments.length; index += 1) {
    const wanted = compiled.segments[index];
    if (wanted === undefined || typeof wanted === 'string') continue;
    const value = segments[index] as string;
    const message = faultInId(value);
    if (message !== undefined) (errors ??= []).push({ field: `/${wanted.param}`, in: 'path', message });
    params[wanted.param] = value;
  }
  if (errors !== undefined) throw invalidRequest(errors);
  return params;
};

const methodsOf = (routes: readonly Compiled<unknown>[]): readonly string[] => {
  const methods = new Set(routes.map((compiled) => compiled.method));
  if (methods.has('GET')) methods.add('HEAD');
  return [...methods].sort();
};

/**
 * Makes the router: HEAD is served by GET's route, literal segments win over parameters, `/orders/` is not
 * `/orders`. Refusals: `route-not-found`, `method-not-allowed` (with `allow`), `invalid-request`.
 */
export const createRouter = <R extends Routed>(routes: readonly R[]): FindRoute<R> => {
  const byFirst = new Map<string, Compiled<R>[]>();
  for (const route of routes) {
    const compiled = compile(route);
    const first = compiled.segments[0];
    const key = typeof first === 'string' ? first : '';
    const siblings = byFirst.get(key);
    if (siblings === undefined) byFirst.set(key, [compiled]);
    else siblings.push(compiled);
  }
  const paramCount = (compiled: Compiled<R>): number => compiled.segments.filter((segment) => typeof segment !== 'string').length;
  for (const siblings of byFirst.values()) siblings.sort((one, other) => paramCount(one) - paramCount(other));

  return (method, path) => {
    const segments = segmentsOf(path);
    const wanted = method === 'HEAD' ? 'GET' : method;
    const candidates = byFirst.get(segments[0] ?? '') ?? [];
    for (const compiled of candidates) {
      if (compiled.method === wanted && fits(compiled, segments)) return { route: compiled.route, params: readParams(compiled, segments) };
    }
    const samePath = candidates.filter((compiled) => fits(compiled, segments));
    if (samePath.length === 0) throw new Refusal('route-not-found', `Nothing is served under ${path}.`);
    const allow = methodsOf(samePath);
    throw new Refusal('method-not-allowed', `${method} is not served under ${path}; ${allow.join(', ')} are.`, { allow });
  };
};
