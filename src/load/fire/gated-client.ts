import autocannon from 'autocannon';

/**
 * What is used of autocannon's client. Its events are documented. `_doRequest` and `pipelinedRequests` are not:
 * the client calls the first whenever it is free to send, and sends at once. Held back there, it sends when the plan
 * says, which autocannon itself can't (its rates are counted by the second, and each waits for the last answer). The
 * version is pinned, and {@link gate} throws where a later one has neither.
 */
interface PrivateClient {
  on(event: 'headers', listener: (headers: { readonly statusCode: number }) => void): unknown;
  on(event: 'body', listener: (chunk: Buffer) => void): unknown;
  on(event: 'response', listener: (status: number, bytes: number) => void): unknown;
  on(event: 'connError', listener: (error: Error) => void): unknown;
  setRequests(requests: readonly object[]): void;
  _doRequest(): void;
  readonly pipelinedRequests: { clear(): void };
}

/** The most of a body that is kept to tell a failure's kind, in characters. */
const MOST_OF_BODY = 4096;

/** One connection that sends when it is told to. */
export interface GatedClient {
  /** Sends a request. Only while it is free. */
  readonly send: () => void;
  /** Prepares it to build its next request anew. */
  readonly prepare: (requests: readonly object[]) => void;
}

/** What a connection tells. */
export interface GateListener {
  /**
   * It may send: for the first time, after an answer, or after its connection was made anew; then nothing will come of
   * what it sent before.
   */
  readonly onFree: (client: GatedClient) => void;
  readonly onAnswer: (client: GatedClient, status: number, body: string, bytes: number) => void;
  readonly onConnectionError: (error: Error) => void;
}

/** Puts a gate before a client of autocannon's; called from its `setupClient`. Throws where this is not a client that can be gated. */
const gate = (given: autocannon.Client, listener: GateListener): void => {
  const client = given as unknown as PrivateClient;
  if (typeof client._doRequest !== 'function') throw new Error("this version of autocannon sends in a way that can't be held back");
  const sendNow = client._doRequest.bind(client);
  let status = 0;
  let body = '';
  const gated: GatedClient = { send: sendNow, prepare: (requests) => client.setRequests(requests) };
  client.on('headers', (headers) => {
    status = headers.statusCode;
    body = '';
  });
  client.on('body', (chunk) => {
    if (status >= 500 && body.length < MOST_OF_BODY) body += chunk.toString('utf8');
  });
  client.on('response', (code, bytes) => listener.onAnswer(gated, code, body, bytes));
  client.on('connError', listener.onConnectionError);
  client._doRequest = () => {
    // After a reconnection the queue still holds what the old connection was asked; nothing will come of it.
    client.pipelinedRequests.clear();
    listener.onFree(gated);
  };
};

/** A load of autocannon's, held back at each connection. */
export interface GatedLoad {
  /** Closes all connections, and ends. */
  readonly stop: () => Promise<void>;
}

/** How often autocannon looks whether it is to stop, in milliseconds. */
const STOP_LOOK_MS = 20;

/** Opens so many connections to the URL. Calls `onFree` for each before it returns. */
export const openGatedLoad = (
  options: { readonly url: string; readonly connections: number; readonly requestTimeoutMs: number; readonly requests: readonly object[] },
  listener: GateListener,
): GatedLoad => {
  const { url, connections, requestTimeoutMs, requests } = options;
  const instance = autocannon(
    {
      url,
      connections,
      // Its own clock must not end the load: the plan does.
      duration: 24 * 3600,
      timeout: requestTimeoutMs / 1000,
      sampleInt: STOP_LOOK_MS,
      skipAggregateResult: true,
      requests: requests as autocannon.Request[],
      setupClient: (client) => gate(client, listener),
    },
    () => undefined,
  );
  return {
    stop: () =>
      new Promise((resolve) => {
        instance.once('done', () => resolve());
        (instance as unknown as { stop: () => void }).stop();
      }),
  };
};
