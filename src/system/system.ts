import type { BusHost, WorldUse } from '../bus/bus.ts';
import type { Calendar } from '../kernel/clock.ts';
import type { Logger } from '../kernel/log.ts';
import type { Random } from '../kernel/random.ts';
import type { Recorder } from '../kernel/recording.ts';
import type { Address, Secret } from '../kernel/secret.ts';
import type { CrashPoint, DeadLetter } from '../runtime/actor/actor-port.ts';
import type { BreakerSettings } from '../runtime/breaker/settings.ts';
import type { Faults } from '../runtime/faults/faults.ts';
import type { HealthSources } from '../runtime/http/health.ts';
import type { Dispatch } from '../runtime/http/route.ts';
import type { Disk, Reads } from '../runtime/tables/tables.ts';
import type { DelayRange, NamedCall, SystemDefinition } from './definition.ts';
import type { Letters } from './letters-port.ts';
import type { Metrics } from './metrics/metrics.ts';
import type { Ports } from './options.ts';
import type { RestReport } from './rest.ts';

/** A system at work, as everything above it sees it. Made by `createSystem` (create.ts). */
export interface System {
  /** Its world on the bus. */
  readonly world: string;
  /** Requests go in here, through the gateway: over HTTP, or in process under virtual time. */
  readonly dispatch: Dispatch;
  /**
   * Answers GETs from what each context has committed, at once, also where it is down or slow: for those who watch, and
   * are no part of the system.
   */
  readonly look: Dispatch;
  /** What a context has committed, also where it is down or slow. */
  read(context: string): Reads;
  /** The face of a context that runs here: its answers and its health, in process. */
  face(context: string): ContextFace;
  readonly timers: Calendar;
  /** True where it runs in another process: what it handles meanwhile is not seen. */
  readonly isElsewhere?: true;
  /** Faults of delivery. */
  readonly faults: Faults;
  /** The gateway's address; undefined in process, or where this process runs none. */
  readonly gatewayUrl: string | undefined;
  /** The addresses of the contexts that listen. */
  readonly urls: Readonly<Partial<Record<string, string>>>;
  isRunning(context: string): boolean;
  /** Finishes what it does and stops: its port closes, its messages wait on the bus. */
  stopContext(context: string): Promise<void>;
  /** Starts it from what its disk holds. */
  startContext(context: string): Promise<void>;
  /** Kills it where it stands, as a power cut would. */
  crashContext(context: string): Promise<void>;
  /** Lets it crash when it next reaches the point (with a message of this type), and start again where `restart` is true. */
  armCrash(crash: ArmedCrash): Endable;
  /** The calls between its contexts. */
  readonly calls: readonly NamedCall[];
  /** Holds back the answers to the call of this name; undefined ends it. */
  slowCall(call: string, range: DelayRange | undefined): Endable;
  /** Opens so many connections for each call between contexts, as a system has that has been running for a while. */
  openCalls(count: number): Promise<void>;
  /** Puts a raw payload on the bus, under the subject of this context and type, as a stranger might. */
  inject(context: string, type: string, payload: string): Promise<void>;
  /** Drops the view of this name and folds it anew from the stream; returns the number of rows. */
  rebuild(view: string): Promise<number>;
  /** How the view differs from the fold of the stream, a sentence each. */
  drift(view: string): Promise<readonly string[]>;
  /** What waits before and within each context that runs. */
  backlog(): Promise<Readonly<Partial<Record<string, Backlog>>>>;
  /** Messages given up on, in the contexts that run. */
  deadLetters(): readonly (DeadLetter & { readonly context: string })[];
  /** The same one by one, to be tried again or forgotten. */
  readonly letters: Letters;
  /** One look whether anything is in flight. */
  inspectRest(): Promise<RestReport>;
  /** Waits for rest, at most `timeoutMs` milliseconds. */
  waitForRest(timeoutMs: number, signal?: AbortSignal): Promise<RestReport>;
  /** Stops everything; `destroy` also deletes the world on the bus. */
  stop(options?: { readonly destroy?: boolean }): Promise<void>;
}

/** A context as whoever stands before it sees it. */
export interface ContextFace {
  readonly dispatch: Dispatch;
  readonly health: HealthSources;
}

/** The correlation id of requests by which somebody only looks on: a fault that they alone meet has struck nothing. */
export const LOOKING_ON = 'looking-on';

/** Trouble that waits for something to strike. */
export interface Strikable {
  /** How often it has struck something so far. */
  readonly struck: () => number;
}

/** The same, which somebody may end before it does. */
export interface Endable extends Strikable {
  readonly end: () => void;
}

/** What waits before and within a context. */
export interface Backlog {
  /** Messages on the bus, and delivered, for it; not handled. */
  readonly inbox: number;
  /** Events committed and not yet published. */
  readonly outbox: number;
  readonly parked: number;
  readonly deadLetters: number;
}

/** A crash that waits for its moment. */
export interface ArmedCrash {
  readonly context: string;
  readonly at: CrashPoint;
  /** Only with a message of this type (an event's, or a command's operation). */
  readonly on?: string;
  readonly restart: boolean;
}

/** What a simulation decides about a system, beside its bus, disk and timers. */
export interface Fate {
  /** Asked at each crash point that no armed crash waits for: true crashes the context there; it comes back by itself. */
  readonly isCrash: (point: CrashPoint, context: string, messageType: string) => boolean;
  /** Stands around the look-up's call to front. */
  readonly aroundLookup: (call: Dispatch) => Dispatch;
  /** The clock that a context goes by. */
  readonly timersFor: (context: string) => Calendar;
}

/** What a system is made of. */
export interface SystemOptions {
  readonly definition: SystemDefinition;
  readonly busHost: BusHost;
  /** The world on the bus; made where it is not there. */
  readonly world: string;
  /** What it is opened for; default: to be kept, for serving. */
  readonly worldUse?: WorldUse;
  /** Which cell of its world it is: the ids that it makes name it. Absent where the world is not split. */
  readonly cell?: number;
  /** One database for each context. */
  readonly disk: Disk;
  readonly timers: Calendar;
  readonly random: Random;
  readonly recorder: Recorder;
  readonly log: Logger;
  /** The contexts that run here; default: all. */
  readonly contexts?: readonly string[];
  /** How people and contexts reach contexts: over HTTP, or in process (virtual time). */
  readonly http:
    | {
        readonly kind: 'http';
        readonly host: string;
        readonly ports: Ports;
        readonly gateway: boolean;
        /** Asked of each caller on every port. */ readonly token?: Secret | undefined;
      }
    /** In process, at real time: behind faces that several cells share. */
    | { readonly kind: 'shared' }
    | { readonly kind: 'in-process' };
  /** How long a call between contexts may take, in milliseconds (the seed: 500). */
  readonly lookupTimeoutMs: number;
  /** How the circuit breaker of such calls works, where not as by default. */
  readonly breaker?: Partial<BreakerSettings>;
  /** Where what leaves the system is sent; undefined for the log. */
  readonly webhookUrl: Address | undefined;
  /** Names of mutations to run with (src/mutations); default: none. */
  readonly mutations?: readonly string[];
  /** Hears of trouble that nobody else is told: a database that fails while messages are handled, a context that did not come back. */
  readonly onTrouble: (error: unknown) => void;
  /** Decides about what else may go wrong; nothing does where absent. */
  readonly fate?: Fate;
  /** Counts what it does, and tells of it; nobody does where absent. */
  readonly metrics?: Metrics;
  /** Whether it is to be stopped soon: it goes on meanwhile, and says that it is not ready. */
  readonly isLeaving?: () => boolean;
}
