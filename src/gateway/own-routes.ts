import { Refusal } from '../kernel/errors.ts';
import { pathsOf, type Behind } from './paths.ts';

/** What a gateway knows of the contexts behind it, and needs for what it answers itself. */
export interface OwnSources {
  readonly contexts: readonly Behind[];
  /** What runs here, for those who must know before they ask: its version, its system, its world. */
  readonly about?: Readonly<Record<string, string>> | undefined;
  /** How many cells there are, where there are several. */
  readonly cells?: number;
  /** Where a context is; undefined while it is down, or in process. */
  readonly addressOf: (context: string) => string | undefined;
  /** What the context says of its health: `status` is `up`, or anything else with a `reason`. */
  readonly healthOf: (context: string) => Promise<Readonly<Record<string, unknown>>>;
  /** Why nobody is to send requests here any more; undefined where they are welcome. */
  readonly whyNotReady?: (() => string | undefined) | undefined;
  /** The OpenAPI document, for somebody who calls the gateway by this address. */
  readonly openApi: (baseUrl: string) => object;
}

/** An answer of the gateway's own. */
export interface OwnAnswer {
  readonly status: number;
  readonly body: object;
}

/** The paths that the gateway answers itself. */
export const OWN_PATHS = ['/', '/openapi.json', '/health', '/livez', '/readyz'] as const;
type OwnPath = (typeof OWN_PATHS)[number];

const OWN_METHODS = ['GET', 'HEAD'];
/** What contexts are asked by; what they don't take of these, they refuse themselves, with what they take. */
const PASSED_METHODS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

const notAllowed = (allow: readonly string[], method: string, path: string): Refusal =>
  new Refusal('method-not-allowed', `${method} is not served under ${path}; ${allow.join(', ')} are.`, { allow });

/** The refusal of a method that no context knows. */
export const unpassed = (method: string, url: string): Refusal => notAllowed(PASSED_METHODS, method, url.split('?', 1)[0] ?? '');

/** Throws {@link unpassed} for a method that is not passed on to contexts. */
export const refuseUnpassed = (method: string, url: string): void => {
  if (!PASSED_METHODS.includes(method)) throw unpassed(method, url);
};

/** The path of a URL, where the gateway answers it itself. */
export const ownPathOf = (url: string): OwnPath | undefined => {
  const path = url.split('?', 1)[0];
  return OWN_PATHS.find((own) => own === path);
};

const healthOfAll = async ({ contexts, healthOf }: OwnSources) =>
  Object.fromEntries(await Promise.all(contexts.map(async ({ name }) => [name, await healthOf(name)] as const)));

/**
 * A gateway is ready while any context behind it takes requests, and names those that don't: were it not for one of them, the paths of
 * all the others would be out of reach too.
 */
const readinessOf = async (sources: OwnSources): Promise<OwnAnswer> => {
  const reason = sources.whyNotReady?.();
  if (reason !== undefined) return { status: 503, body: { status: 'down', reason } };
  const health = Object.entries(await healthOfAll(sources));
  const down = Object.fromEntries(health.flatMap(([name, { status, reason }]) => (status === 'down' ? [[name, reason]] : [])));
  if (Object.keys(down).length === 0) return { status: 200, body: { status: 'up' } };
  const isUp = Object.keys(down).length < health.length;
  return isUp
    ? { status: 200, body: { status: 'up', down } }
    : { status: 503, body: { status: 'down', reason: 'no context behind it takes requests', down } };
};

/** Answers one of {@link OWN_PATHS}. Throws the refusal `method-not-allowed` where it is not only read. */
export const answerOwn = async (path: OwnPath, method: string, baseUrl: string, sources: OwnSources): Promise<OwnAnswer> => {
  if (!OWN_METHODS.includes(method)) throw notAllowed(OWN_METHODS, method, path);
  switch (path) {
    case '/': {
      const contexts = sources.contexts.map((context) => ({
        name: context.name,
        url: sources.addressOf(context.name) ?? null,
        paths: pathsOf(context),
      }));
      const cells = sources.cells === undefined ? {} : { cells: sources.cells };
      return {
        status: 200,
        body: { name: 'food-sim', ...sources.about, ...cells, contexts, links: { openapi: '/openapi.json', health: '/health' } },
      };
    }
    case '/openapi.json':
      return { status: 200, body: sources.openApi(baseUrl) };
    case '/livez':
      return { status: 200, body: { status: 'up' } };
    case '/readyz':
      return readinessOf(sources);
    case '/health': {
      const contexts = await healthOfAll(sources);
      const isUp = Object.values(contexts).every(({ status }) => status === 'up');
      return { status: isUp ? 200 : 503, body: { status: isUp ? 'up' : 'degraded', contexts } };
    }
  }
};
