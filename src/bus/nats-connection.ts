import { readFile } from 'node:fs/promises';
import { connect, credsAuthenticator, errors, nkeyAuthenticator } from '@nats-io/transport-node';
import type { ConnectionOptions, NatsConnection } from '@nats-io/transport-node';
import { OperatingError, fileReasonOf, messageOf } from '../kernel/errors.ts';
import { violationOf } from './nats-permission.ts';
import type { Violation } from './nats-permission.ts';

/** How to reach a NATS server or cluster, and how to be let in. */
export interface NatsOptions {
  /** `nats://HOST:PORT` or `tls://HOST:PORT`, each maybe with `USER:PASSWORD@` or `TOKEN@`; several are one cluster. */
  readonly servers: readonly string[];
  readonly user?: string;
  readonly password?: string;
  readonly token?: string;
  /** The JetStream domain whose streams are used; default: that of the servers we connect to. */
  readonly jetStreamDomain?: string;
  /** A credentials file, as `nsc` makes it: a JWT and an nkey seed. */
  readonly credsFile?: string;
  /** A file with an nkey seed. */
  readonly nkeyFile?: string;
  /** PEM files. */
  readonly tls?: { readonly caFile?: string; readonly certFile?: string; readonly keyFile?: string };
  /** Who is connected, for the people who watch the server; default `food-sim`. */
  readonly name?: string;
  /** How long to wait for the connection; default 5,000 ms. */
  readonly connectTimeoutMs?: number;
}

/**
 * Whether a server of this version keeps what this bus promises: from 2.10 on, since 2.9 has no several filter subjects and
 * ignores some settings silently. Anything unreadable does not.
 */
export const isSupportedVersion = (version: string): boolean => {
  const [, major, minor] = /^v?(\d+)\.(\d+)\./.exec(version) ?? [];
  if (major === undefined || minor === undefined) return false;
  return Number(major) > 2 || (Number(major) === 2 && Number(minor) >= 10);
};

/** The refusal of a server that is too old. `what` names it. */
export const tooOld = (what: string, version: string): OperatingError =>
  new OperatingError('infrastructure', `${what} is nats-server ${version}, and 2.10 is the oldest that this bus can use`, {
    mend: 'Use a newer nats-server, the bundled one (--bus embedded), or none (--bus memory).',
  });

interface ServerAddress {
  readonly host: string;
  readonly isTls: boolean;
  readonly user?: string;
  readonly password?: string;
}

const parseServer = (text: string): ServerAddress => {
  let url: URL;
  try {
    url = new URL(/^[a-z]+:\/\//.test(text) ? text : `nats://${text}`);
  } catch (error) {
    // The text may hold a password, so it is shown only up to where one could begin.
    throw new OperatingError('usage', `${text.includes('@') ? 'the address of the NATS server' : JSON.stringify(text)} is not a URL`, {
      mend: 'Write nats://HOST:PORT or tls://HOST:PORT.',
      cause: error,
    });
  }
  if ((url.protocol !== 'nats:' && url.protocol !== 'tls:') || url.hostname === '') {
    throw new OperatingError('usage', `${url.protocol}//${url.host} is not an address of a NATS server`, {
      mend: 'Write nats://HOST:PORT or tls://HOST:PORT.',
    });
  }
  return {
    host: `${url.hostname}:${url.port === '' ? '4222' : url.port}`,
    isTls: url.protocol === 'tls:',
    ...(url.username === '' ? {} : { user: decodeURIComponent(url.username) }),
    ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
  };
};

/** The addresses without credentials, for people: `nats://127.0.0.1:4222`. Throws an OperatingError (usage) for what is not an address. */
export const describeServers = (servers: readonly string[]): string =>
  servers
    .map(parseServer)
    .map(({ host, isTls }) => `${isTls ? 'tls' : 'nats'}://${host}`)
    .join(',');

const readSecret = async (file: string, what: string): Promise<Uint8Array> => {
  try {
    return await readFile(file);
  } catch (error) {
    throw new OperatingError('infrastructure', `the ${what} ${file} can't be read: ${fileReasonOf(error)}`, {
      mend: 'Check its path and permissions.',
      cause: error,
    });
  }
};

/**
 * The pause between attempts to reconnect: short at first, for a server that is only restarted, then a quarter
 * of the time that it has been away. (The client asks more often than it dials, so attempts can't be counted.)
 */
const reconnectPauseMs = (awayMs: number): number => Math.min(2_000, Math.max(25, awayMs / 4));

const authentication = async (options: NatsOptions, addresses: readonly ServerAddress[]): Promise<Partial<ConnectionOptions>> => {
  if (options.credsFile !== undefined) {
    const creds = await readSecret(options.credsFile, 'credentials file');
    if (!/-----BEGIN NATS USER JWT-----[^]*-----BEGIN USER NKEY SEED-----/.test(Buffer.from(creds).toString('latin1'))) {
      throw new OperatingError('infrastructure', `the credentials file ${options.credsFile} holds no JWT and nkey seed`, {
        mend: 'Name the .creds file that nsc made for the user.',
      });
    }
    return { authenticator: credsAuthenticator(creds) };
  }
  if (options.nkeyFile !== undefined) {
    const seed = Buffer.from(await readSecret(options.nkeyFile, 'nkey seed file'))
      .toString('utf8')
      .trim();
    return { authenticator: nkeyAuthenticator(new TextEncoder().encode(seed)) };
  }
  if (options.token !== undefined) return { token: options.token };
  const inUrl = addresses.find(({ user }) => user !== undefined);
  const user = options.user ?? inUrl?.user;
  const password = options.password ?? inUrl?.password;
  if (user === undefined) return {};
  // As for every NATS client, a name without a password in the URL is a token.
  return password === undefined ? { token: user } : { user, pass: password };
};

const connectionTrouble = (error: unknown, where: string): OperatingError => {
  if (error instanceof OperatingError) return error;
  if (error instanceof errors.AuthorizationError || error instanceof errors.UserAuthenticationExpiredError) {
    return new OperatingError('infrastructure', `the NATS server ${where} does not let us in: ${messageOf(error)}`, {
      mend: 'Check user and password, token, credentials file or certificate.',
      cause: error,
    });
  }
  if (/certificate|self-signed|altnames|\btls\b|\bssl\b/i.test(messageOf(error))) {
    return new OperatingError('infrastructure', `the NATS server ${where} can't be spoken to over TLS: ${messageOf(error)}`, {
      mend: 'Name the authority that signed its certificate with --tls-ca (and our own with --tls-cert and --tls-key, where it asks for one).',
      cause: error,
    });
  }
  return new OperatingError('infrastructure', `the NATS server ${where} can't be reached: ${messageOf(error)}`, {
    mend: 'Check the address and that a nats-server with JetStream listens there, or let food-sim start its own (--bus embedded).',
    cause: error,
    isPassing: true,
  });
};

/** The client would read these files itself, and tell what is wrong with one as if the server could not be reached. */
const checkTlsFiles = async (tls: NatsOptions['tls']): Promise<void> => {
  const files = [
    [tls?.caFile, 'certificate authority'],
    [tls?.certFile, 'certificate'],
    [tls?.keyFile, 'key'],
  ] as const;
  for (const [file, what] of files) {
    if (file === undefined) continue;
    if (!/-----BEGIN [A-Z0-9 ]+-----/.test(Buffer.from(await readSecret(file, what)).toString('latin1'))) {
      throw new OperatingError('infrastructure', `the ${what} ${file} is not a PEM file`, {
        mend: 'Name a file that begins with -----BEGIN …-----.',
      });
    }
  }
};

/** What of the connection's life the bus must know. */
export interface ConnectionEvents {
  disconnected(): void;
  reconnected(): void;
  /** The server does not let us publish on a subject; whoever did gets no answer. */
  forbidden(violation: Violation): void;
  /** The connection is gone for good; `error` says why, or is undefined after our own close. */
  closed(error: Error | undefined): void;
}

const watch = async (connection: NatsConnection, events: ConnectionEvents): Promise<void> => {
  for await (const status of connection.status()) {
    if (status.type === 'disconnect') events.disconnected();
    if (status.type === 'reconnect') events.reconnected();
    const violation = status.type === 'error' ? violationOf(status.error) : undefined;
    if (violation?.operation === 'publish') events.forbidden(violation);
  }
};

/**
 * Connects, and stays connected: after a loss it tries again for as long as the connection is not closed.
 * Throws an OperatingError (infrastructure) where no server answers, where it refuses us, or is too old;
 * none of them shows credentials.
 */
export const connectToNats = async (
  options: NatsOptions,
  events: ConnectionEvents,
): Promise<{ connection: NatsConnection; where: string }> => {
  const addresses = options.servers.map(parseServer);
  const where = describeServers(options.servers);
  let lostAtMs = performance.now();
  let connection: NatsConnection;
  await checkTlsFiles(options.tls);
  try {
    connection = await connect({
      servers: addresses.map(({ host }) => host),
      name: options.name ?? 'food-sim',
      timeout: options.connectTimeoutMs ?? 5_000,
      maxReconnectAttempts: -1,
      reconnectDelayHandler: () => reconnectPauseMs(performance.now() - lostAtMs),
      pingInterval: 10_000,
      noAsyncTraces: true,
      ...(await authentication(options, addresses)),
      ...(options.tls !== undefined || addresses.some(({ isTls }) => isTls) ? { tls: { ...options.tls } } : {}),
    });
  } catch (error) {
    throw connectionTrouble(error, where);
  }
  const { info } = connection;
  // Whether there is a JetStream is asked of JetStream: in a cluster, this one server may keep no streams while others do.
  if (!isSupportedVersion(info?.version ?? '')) {
    await connection.close();
    throw tooOld(`the NATS server ${where}`, info?.version ?? 'of an unknown version');
  }
  // Neither of the two rejects: they end with the connection.
  void watch(connection, {
    ...events,
    disconnected: () => {
      lostAtMs = performance.now();
      events.disconnected();
    },
  });
  void connection.closed().then((error) => events.closed(error instanceof Error ? error : undefined));
  return { connection, where };
};

/** The server is there, and nobody behind it keeps streams for us: those of its cluster that do, or of its domain, may be away only. */
export const jetStreamIsOff = (
  where: string,
  { domain, isCluster }: { readonly domain: string | undefined; readonly isCluster: boolean },
): OperatingError =>
  domain === undefined
    ? new OperatingError('infrastructure', `JetStream is not enabled on the NATS server ${where}`, {
        mend: 'Start it with -js, or enable JetStream for the account in its configuration; where it has a domain of its own, name that with --js-domain.',
        isPassing: isCluster,
      })
    : new OperatingError('infrastructure', `no JetStream of the domain ${domain} answers through the NATS server ${where}`, {
        mend: 'Check the name given with --js-domain, and that a server of that domain is connected; without the option the server’s own is used.',
        isPassing: true,
      });
