import { createGateway, createInProcessGateway } from '../gateway/gateway.ts';
import { createPathLookup } from '../gateway/paths.ts';
import { createHttpClient } from '../runtime/http/client.ts';
import { originOf } from '../runtime/http/listening.ts';
import type { Dispatch } from '../runtime/http/route.ts';
import { LEAVING } from './context-host.ts';
import { openApiOf } from './openapi.ts';
import { readVersion } from './version.ts';
import { UPSTREAM_TIMEOUT_MS, type Parts } from './parts.ts';
import type { SystemOptions } from './system.ts';

/** Where requests come into a system. */
export interface Entrance {
  readonly dispatch: Dispatch;
  /** The gateway's address; undefined in process, or where this process runs none. */
  readonly gatewayUrl: string | undefined;
  close(): Promise<void>;
}

const closed = (): Promise<void> => Promise.resolve();

/** Opens the gateway: over HTTP, or in process. Throws an OperatingError (infrastructure) where its port can't be had. */
export const openEntrance = async (
  { definition: system, world, http, timers, log, isLeaving, metrics }: SystemOptions,
  { hosts, hostOf, definitions }: Parts,
): Promise<Entrance> => {
  if (http.kind !== 'http') {
    const dispatchers = Object.fromEntries([...hosts].map(([name, host]) => [name, host.dispatch]));
    return {
      dispatch: createInProcessGateway({
        contexts: definitions,
        dispatchers,
        healthOf: (context) => hostOf(context).health(),
        openApi: (url) => openApiOf(system, definitions, url),
        log,
      }),
      gatewayUrl: undefined,
      close: closed,
    };
  }
  if (!http.gateway) {
    const contextOf = createPathLookup(definitions);
    return { dispatch: async (request) => hostOf(contextOf(request.url)).dispatch(request), gatewayUrl: undefined, close: closed };
  }
  // A context that runs in another process is where its port says; one of ours is where it listens now, if it does.
  const upstreams = Object.fromEntries(
    system.contexts.map(({ name }) => [name, hosts.has(name) ? () => hosts.get(name)?.url() : originOf(http.host, http.ports[name] ?? 0)]),
  );
  const gateway = await createGateway({
    contexts: definitions,
    upstreams,
    port: http.ports['gateway'] ?? 0,
    host: http.host,
    token: http.token,
    log,
    timers,
    onAnswer: metrics?.onAnswerOf('gateway'),
    metrics: metrics?.text,
    about: { version: readVersion(), system: system.name, world },
    whyNotReady: () => (isLeaving?.() === true ? LEAVING : undefined),
    openApi: (url) => openApiOf(system, definitions, url),
  });
  const client = createHttpClient({ baseUrl: gateway.url, timeoutMs: UPSTREAM_TIMEOUT_MS, token: http.token });
  return {
    dispatch: client,
    gatewayUrl: gateway.url,
    close: async () => {
      await client.close();
      await gateway.close();
    },
  };
};
