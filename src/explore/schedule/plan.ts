/**
 * Something that a person will do, once it makes sense: a verb of the system, at its moment.
 * Two errands that wait for the same moment race.
 */
export interface Errand {
  /** The name of the verb. */
  readonly deed: string;
  /** The label of what it is about: A, B … */
  readonly about: string;
  /** Milliseconds after the moment that it waits for; where it makes something, after the beginning. */
  readonly afterMs: number;
  /** True where the person does not wait for the moment, only for the thing to exist, and may well be refused. */
  readonly isImpatient?: true;
  /** The verb whose moment the person waits for, where it is not that of the own: two who wait for one moment race. */
  readonly when?: string;
  /** Sends the same request once more, under the same idempotency key, so many milliseconds after the first. */
  readonly againAfterMs?: number;
  /** What this person wants, of what goes into the request. */
  readonly wish?: Readonly<Record<string, unknown>>;
  /** What the person writes into the request, where it is not the usual. */
  readonly body?: Readonly<Record<string, unknown>>;
}

/** A context that hears nothing (`in`), or can say nothing (`out`), for a while. */
export interface Partition {
  readonly context: string;
  readonly direction: 'in' | 'out';
  readonly fromMs: number;
  readonly toMs: number;
}

/** A context's clock that is set forward or back. */
export interface ClockJump {
  readonly context: string;
  readonly atMs: number;
  readonly byMs: number;
}

/** A context to which many messages come much later than to the others, so that it hears them in any order. */
export interface Laggard {
  readonly context: string;
  /** How many of its messages, from 0 (none) to 1. */
  readonly rate: number;
}

/** A context whose disk is slow for a while: each commit keeps it busy, and it takes nothing in meanwhile. */
export interface SlowDisk {
  readonly context: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** How long a commit takes. */
  readonly byMs: number;
}

/** From the first call to another context on, for a while, none of them goes well. */
export interface LookupOutage {
  /** Each takes longer than its timeout, or finds nobody. */
  readonly kind: 'slow' | 'unreachable';
  readonly forMs: number;
}

/**
 * From the first call to another context on, for a while, `failing` of each `of` find nobody, evenly spread; `begin` says
 * where the first of them stands in that.
 */
export interface WaveringLookups {
  readonly forMs: number;
  readonly failing: number;
  readonly of: number;
  readonly begin: number;
}

/** A handler that throws at its first tries of each event of this type, before it does anything. */
export interface FailingHandler {
  readonly context: string;
  readonly type: string;
  /** How many tries of each event fail; fewer than a message is given. `always` means that each is given up in the end. */
  readonly failures: number | 'always';
}

/** A context that is down for a while: stopped as an operator would stop it, or killed. */
export interface Outage {
  readonly context: string;
  readonly how: 'stopped' | 'killed';
  readonly atMs: number;
  readonly forMs: number;
}

/**
 * Once everything is done, nothing happens for so long; contexts are started anew, and then the past comes again:
 * messages, and requests.
 */
export interface Silence {
  readonly forMs: number;
}

/** Which faults may happen, and how much of each: rates from 0 (never) to 1. */
export interface FaultRates {
  readonly delay: number;
  readonly drop: number;
  readonly duplicate: number;
  readonly publish: number;
  readonly crash: number;
  readonly lookup: number;
}

/** The faults of a schedule. */
export interface FaultPlan {
  readonly rates: FaultRates;
  readonly partitions: readonly Partition[];
  readonly clockJumps: readonly ClockJump[];
  readonly laggard?: Laggard;
  readonly slowDisk?: SlowDisk;
  /** Lasts until it is over, also when all other faults are. */
  readonly lookupOutage?: LookupOutage;
  readonly waveringLookups?: WaveringLookups;
  readonly failingHandler?: FailingHandler;
  readonly outages?: readonly Outage[];
  readonly silence?: Silence;
  /**
   * Whether the bus delivers as its port promises: in the order of the stream, from the position that a consumer asks for,
   * and nothing before it.
   */
  readonly isPositioned?: true;
  /** Whether messages to one context keep their order. */
  readonly isInOrder: boolean;
  /** Whether published rows are tidied up at once, or never. */
  readonly isTidy: boolean;
  /** When all faults are over, in milliseconds since the beginning. */
  readonly healAtMs: number;
}

/** A scenario to be played, with all that is needed to play it again: its file may have changed since. */
export interface ScenarioPlan {
  /** The file's name, for people. */
  readonly file: string;
  /** The file's text, all scenarios of it. */
  readonly text: string;
  /** Which of them. */
  readonly name: string;
  /** Over the scenario's own variables. */
  readonly vars: Readonly<Record<string, string>>;
  /** The paths of the steps that are left out: `3`, `4.2`. */
  readonly leftOut: readonly string[];
}

/** What a schedule begins with. Together with its deviations it is the whole schedule. */
export interface Plan {
  /** Draws ids, pauses, and the decisions that are not given. */
  readonly seed: string;
  readonly errands: readonly Errand[];
  readonly faults: FaultPlan;
  /** Played instead of errands. */
  readonly scenario?: ScenarioPlan;
}
