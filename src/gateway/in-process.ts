import { OperatingError, messageOf } from '../kernel/errors.ts';
import type { Logger } from '../kernel/log.ts';
import { toProblem } from '../runtime/http/problems.ts';
import type { Dispatch, HttpRequest, HttpResponse } from '../runtime/http/route.ts';
import { contextOf, contextUnavailable } from './paths.ts';

/** What {@link createInProcessGateway} is made of. */
export interface InProcessGatewayOptions {
  /** The contexts at work, by name; one that is missing is down. */
  readonly dispatchers: Readonly<Record<string, Dispatch>>;
  readonly log: Logger;
}

/**
 * The gateway without sockets, for virtual time: the same paths lead to the same contexts, with the same
 * refusals. Never rejects.
 */
export const createInProcessGateway = ({ dispatchers, log }: InProcessGatewayOptions): Dispatch => {
  const refused = (error: unknown, request: HttpRequest): HttpResponse => {
    const problem = toProblem(error, { url: request.url, correlationId: request.headers['x-correlation-id'] ?? '' }, log);
    return request.method === 'HEAD' ? { status: problem.status, headers: problem.headers } : problem;
  };
  return (request) => {
    try {
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
