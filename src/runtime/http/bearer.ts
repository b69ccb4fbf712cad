import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Secret } from '../../kernel/secret.ts';
import { PROBE_PATHS } from './health.ts';
import { problemResponse } from './problems.ts';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Whether a header `Authorization` holds this token, in a time that tells nothing of it. */
const holdsToken = (token: Secret): ((header: string | undefined) => boolean) => {
  const wanted = digest(token.reveal());
  return (header) => {
    const given = /^bearer +(\S+) *$/i.exec(header ?? '')?.[1];
    return given !== undefined && timingSafeEqual(digest(given), wanted);
  };
};

/** Refuses each request without the token as `unauthorized` (RFC 6750), before its body is read; {@link PROBE_PATHS} are open. */
export const requireToken = (app: FastifyInstance, token: Secret | undefined): void => {
  if (token === undefined) return;
  const isKnown = holdsToken(token);
  app.addHook('onRequest', (request, reply, done) => {
    if (isKnown(request.headers.authorization) || PROBE_PATHS.includes(request.url.split('?', 1)[0] ?? '')) {
      done();
      return;
    }
    const correlation = request.headers['x-correlation-id'];
    const detail =
      request.headers.authorization === undefined
        ? 'A bearer token is asked for here, and none came.'
        : 'The token that came is not the one asked for here.';
    const occasion = { url: request.url, correlationId: typeof correlation === 'string' ? correlation : request.id };
    const { status, headers, body } = problemResponse('unauthorized', detail, occasion);
    reply
      .code(status)
      .headers({ ...headers, 'www-authenticate': 'Bearer realm="food-sim"' })
      .send(JSON.stringify(body));
  });
};
