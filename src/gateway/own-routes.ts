import { Refusal } from '../kernel/errors.ts';
import { pathsOf, type Behind } from './paths.ts';

/** What a gateway knows of the contexts behind it, and needs for what it answers itself. */
export interface OwnSources {
  readonly contexts: readonly Behind[];
  /** Where a context is; undefined while it is down, or in process. */
  readonly addressOf: (context: string) => string | undefined;
  /** What the context says of its health: `status` is `up`, or anything else with a `reason`. */
  readonly healthOf: (context: string) => Promise<Readonly<Record<string, unknown>>>;
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
      return { status: 200, body: { name: 'food-sim', contexts, links: { openapi: '/openapi.json', health: '/health' } } };
    }
    case '/openapi.json':
      return { status: 200, body: sources.openApi(baseUrl) };
    case '/livez':
    case '/readyz':
      // It is ready as soon as it answers: which contexts are, each of them says, and /health.
      return { status: 200, body: { status: 'up' } };
    case '/health': {
      const names = sources.contexts.map(({ name }) => name);
      const answers = await Promise.all(names.map(sources.healthOf));
      const isUp = answers.every((answer) => answer['status'] === 'up');
      return {
        status: isUp ? 200 : 503,
        body: { status: isUp ? 'up' : 'degraded', contexts: Object.fromEntries(names.map((context, index) => [context, answers[index]])) },
      };
    }
  }
};
