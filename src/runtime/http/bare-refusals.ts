import type { FastifyInstance } from 'fastify';
import { problemResponse } from './problems.ts';
import type { ProblemCode } from './catalogue.ts';

/** What Node's server would refuse by a bare status; where it must not, so that {@link refuseInWords} can. */
export const HTTP_OPTIONS = { requireHostHeader: false } as const;

/**
 * Answers what Node would refuse by a bare status with problem documents: an HTTP/1.1 request without Host (RFC 9112,
 * 3.2), and one that expects what is not known (RFC 9110, 10.1.1).
 */
export const refuseInWords = (app: FastifyInstance): void => {
  const refusalOf = (
    code: ProblemCode,
    detail: string,
    url: string | undefined,
    given: string | string[] | undefined,
  ): { status: number; headers: Record<string, string>; text: string } => {
    const { status, headers, body } = problemResponse(code, detail, {
      url: url ?? '',
      correlationId: typeof given === 'string' ? given : '',
    });
    const text = JSON.stringify(body);
    return { status, headers: { ...headers, 'content-length': String(Buffer.byteLength(text)), connection: 'close' }, text };
  };
  app.server.on('checkExpectation', (request, response) => {
    const { expect = '' } = request.headers;
    const { status, headers, text } = refusalOf(
      'expectation-failed',
      `Nobody here knows what "${expect}" means.`,
      request.url,
      request.headers['x-correlation-id'],
    );
    response.writeHead(status, headers).end(text);
  });
  app.addHook('onRequest', (request, reply, done) => {
    if (request.raw.httpVersion !== '1.1' || request.headers.host !== undefined) {
      done();
      return;
    }
    const { status, headers, text } = refusalOf(
      'malformed-request',
      'A request of HTTP/1.1 names its Host.',
      request.url,
      request.headers['x-correlation-id'],
    );
    reply.code(status).headers(headers).send(text);
  });
};
