/** What Node's `inspect` asks an object for; the kernel imports nothing, and the registry is the same. */
const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/** What stands where a secret would. */
const MASK = '***';

/** A password or token: whatever prints it, as text, as JSON or when inspecting, prints `***`. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The secret itself, for whoever sends it where it belongs. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [INSPECT](): string {
    return MASK;
  }
}

/**
 * A text that was meant to be a URL, as it may be shown: nothing of what stands before its last `@`, where a password
 * may be, and no query, where a token may be.
 */
export const maskUrl = (text: string): string => {
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*:[/\\]+)?(.*)$/is.exec(text) ?? [];
  const at = rest.lastIndexOf('@');
  const behind = at === -1 ? rest : `${MASK}${rest.slice(at)}`;
  const query = behind.indexOf('?');
  return `${scheme}${query === -1 ? behind : `${behind.slice(0, query)}?${MASK}`}`;
};

const decode = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
};

/** What an {@link Address} was read from, or what is wrong with it, as the end of a sentence that begins with the text. */
export type ReadAddress = { readonly address: Address } | { readonly fault: string };

/**
 * The address of something that is spoken to: where it is, and who we are there. Its text form, in JSON and when inspected
 * too, shows neither user and password nor a query; only {@link Address.credentials} and {@link Address.reveal} do.
 */
export class Address {
  /** `http:`, `nats:`; in lower case. */
  readonly protocol: string;
  /** Without brackets, also of IPv6. */
  readonly hostname: string;
  /** Undefined where it is the protocol's own, or none was named. */
  readonly port: number | undefined;
  /** What follows the host, `/` at least for http; without query and fragment. */
  readonly path: string;
  readonly #url: URL;
  readonly #credentials: { readonly user: string; readonly password: string | undefined } | undefined;

  private constructor(url: URL, credentials: Address['credentials']) {
    this.protocol = url.protocol;
    this.hostname = url.hostname.replace(/^\[(.*)\]$/, '$1');
    this.port = url.port === '' ? undefined : Number(url.port);
    this.path = url.pathname;
    this.#url = url;
    this.#credentials = credentials;
  }

  /** Reads a URL of one of these protocols (`http:`). What it says is wrong shows no secret. */
  static read(text: string, protocols: readonly string[]): ReadAddress {
    const wanted = `a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`;
    const url = URL.parse(text.trim());
    if (url === null || !protocols.includes(url.protocol) || url.hostname === '') return { fault: `is not ${wanted}` };
    const [user, password] = [decode(url.username), decode(url.password)];
    if (user === undefined || password === undefined) return { fault: 'holds a bare % in its user or password; write %25 for it' };
    const hasUser = url.username !== '' || url.password !== '';
    // `http://kim:12/34@host` is read as the host "kim", port 12, and `http://kim:1@2/34@host` as the host "2": the rest
    // of a password would be shown as a path.
    if ((url.pathname + url.search + url.hash).includes('@'))
      return { fault: 'has an @ behind its host; write %40 for it, and %2F, %3F or %23 for / ? or # in a password' };
    return { address: new Address(url, hasUser ? { user, password: url.password === '' ? undefined : password } : undefined) };
  }

  /** User and password, decoded; undefined where the URL names none. */
  get credentials(): { readonly user: string; readonly password: string | undefined } | undefined {
    return this.#credentials;
  }

  /** Protocol, host and port: nothing that is secret, and nothing to ask there. */
  get origin(): string {
    return `${this.protocol}//${this.#url.host}`;
  }

  /** The query with its question mark, or nothing. It may hold a token. */
  get query(): string {
    return this.#url.search;
  }

  /** The header `Authorization` (Basic, RFC 7617) that its user and password make. */
  get authorization(): string | undefined {
    const { user, password = '' } = this.#credentials ?? {};
    return user === undefined ? undefined : `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  }

  /** The URL as it was given, secrets and all. */
  reveal(): string {
    return this.#url.href;
  }

  toString(): string {
    const path = this.path === '/' || this.path === '' ? '' : this.path;
    return `${this.protocol}//${this.#credentials === undefined ? '' : `${MASK}@`}${this.#url.host}${path}${this.query === '' ? '' : `?${MASK}`}`;
  }

  toJSON(): string {
    return this.toString();
  }

  [INSPECT](): string {
    return this.toString();
  }
}
