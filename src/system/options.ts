import type { CellChoice } from './cells/cell-count.ts';
import type { Address, Secret } from '../kernel/secret.ts';
import type { SystemDefinition } from './definition.ts';

/** Which bus a system runs on. */
export type BusChoice =
  | { readonly kind: 'memory' }
  | { readonly kind: 'embedded'; /** A nats-server binary to use instead of the bundled one. */ readonly natsServerPath?: string }
  | {
      readonly kind: 'external';
      /** `nats://` or `tls://` URLs, one or more of a cluster. */
      readonly servers: readonly Address[];
      readonly user?: string;
      readonly password?: Secret;
      readonly token?: Secret;
      /** The JetStream domain whose streams are used; default: the server's own. */
      readonly jetStreamDomain?: string;
      /** Paths of files: credentials (`.creds`), certificates and keys (PEM). */
      readonly credentialsFile?: string;
      readonly tlsCaFile?: string;
      readonly tlsCertFile?: string;
      readonly tlsKeyFile?: string;
    };

/** A TCP port for each context and the gateway; 0 for any free one. */
export type Ports = Readonly<Record<string, number>>;

/** What `food-sim serve` is asked to do. */
export interface ServeOptions {
  readonly definition: SystemDefinition;
  readonly bus: BusChoice;
  readonly contexts: readonly string[];
  /** Whether the gateway runs here too. */
  readonly gateway: boolean;
  readonly ports: Ports;
  readonly host: string;
  /** The world on the bus: its stream and subjects. */
  readonly world: string;
  /** Under which host others find what listens here; as it listens, where absent. */
  readonly advertise?: string;
  /** How long this process may be silent before another one may take over its cells, in milliseconds; default 10,000. */
  readonly leaseMs?: number;
  /** How many cells it has, and which of them run here; as it was made, where absent, and all of them. */
  readonly cells?: CellChoice;
  readonly seed: string;
  readonly dataDir?: string;
  readonly notifyUrl?: Address;
  /** Asked of each caller on every port. */
  readonly token?: Secret;
  readonly faults: readonly string[];
  readonly mutations: readonly string[];
  readonly lookupTimeoutMs: number;
  /** How long to wait at the start for a bus that is away, in milliseconds. */
  readonly waitMs: number;
  /** How long it goes on when it is stopped, not ready any more, so that nobody is sent to it meanwhile, in milliseconds. */
  readonly drainMs: number;
  /** Stops everything when aborted. */
  readonly signal: AbortSignal;
}

/** What `food-sim rebuild VIEW` is asked to do. */
export interface RebuildOptions {
  readonly definition: SystemDefinition;
  /** The view to rebuild, or to check. */
  readonly view: string;
  readonly bus: BusChoice;
  readonly world: string;
  readonly dataDir: string;
  /** Only compare, and say what differs. */
  readonly checkOnly: boolean;
}
