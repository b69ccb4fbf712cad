import { OperatingError, messageOf } from '../kernel/errors.ts';
import type { Logger } from '../kernel/log.ts';
import { toProblem } from '../runtime/http/problems.ts';
import type { Dispatch, HttpRequest, HttpResponse } from '../runtime/http/route.ts';
import { answerOwn, ownPathOf } from './own-routes.ts';
import type { OwnSources } from './own-routes.ts';
import { contextUnavailable, createPathLookup, type Behind } from './paths.ts';

/** What {@link createInProcessGateway} is made of. */
export interface InProcessGatewayOptions {
  /** All that stand behind it, in order. */
  readonly contexts: readonly Behind[];
  /** Those at work, by name; one that is missing is down. */
  readonly dispatchers: Readonly<Record<string, Dispatch>>;
  readonly healthOf: OwnSources['healthOf'];
  readonly openApi: OwnSources['openApi'];
  readonly log: Logger;
}

const JSON_TYPE = 'application/json; charset=utf-8';
/** Where the seed's gateway is; in process nobody can call it. */
const BASE_URL = 'http://127.0.0.1:8088';

/**
 * The gateway without sockets, for virtual time: the same paths lead to the same contexts, with the same
 * refusals. Never rejects.
 */
export const createInProcessGateway = ({ contexts, dispatchers, healthOf, openApi, log }: InProcessGatewayOptions): Dispatch => {
  const refused = (error: unknown, request: HttpRequest): HttpResponse => {
    const problem = toProblem(error, { url: request.url, correlationId: request.headers['x-correlation-id'] ?? '' }, log);
    return request.method === 'HEAD' ? { status: problem.status, headers: problem.headers } : problem;
  };
  const contextOf = createPathLookup(contexts);
  const sources: OwnSources = { contexts, addressOf: () => undefined, healthOf, openApi };
  return (request) => {
    try {
      const own = ownPathOf(request.url);
      if (own !== undefined) {
        return answerOwn(own, request.method, BASE_URL, sources).then(
          ({ status, body }) => ({ status, headers: { 'content-type': JSON_TYPE }, ...(request.method === 'HEAD' ? {} : { body }) }),
          (error: unknown) => refused(error, request),
        );
      }
      const context = contextOf(request.url);
      const dispatch = dispatchers[context];
      if (dispatch === undefined) throw contextUnavailable(context, 'it is not running');
      return dispatch(request).catch((error: unknown) =>
        refused(error instanceof OperatingError ? contextUnavailable(context, messageOf(error)) : error, request),
      );
    } catch (error) {
      return Promise.resolve(refused(error, request));
    }
  };
};
