import { SimulatedCrash, type CrashPoint } from '../runtime/actor-port.ts';
import type { Envelope } from '../kernel/envelope.ts';
import type { Random } from '../kernel/random.ts';
import type { Decisions } from './decisions.ts';
import type { FaultPlan } from './plan.ts';
import type { LookupFate } from './rig.ts';
import type { Network } from './simulated-bus.ts';

/** A fault that happened. */
export interface FaultHappened {
  readonly fault: 'drop' | 'delay' | 'duplicate' | 'publish' | 'crash' | 'lookup' | 'slow disk';
  /** What it happened to: `Paid A to store`. */
  readonly to: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What decides about faults works with. */
export interface FaultDecisionsOptions {
  readonly plan: FaultPlan;
  readonly decisions: Decisions;
  readonly elapsedMs: () => number;
  /** What a message is called, whatever its id: `Paid A`. */
  readonly nameOf: (message: Envelope) => string;
  /** The label of an order, by its id. */
  readonly labelOf: (orderId: string) => string;
  /** Called for each fault that happens. */
  readonly onFault: (fault: FaultHappened) => void;
}

/** Decides about the faults of one schedule: each decision has a name, and none is made once the faults are over. */
export interface FaultDecisions extends Network {
  lookup(orderId: string): LookupFate;
  /** A context has committed something: where its disk is slow, that keeps it busy. */
  committed(context: string): void;
  /** How long a context is still busy with its last commit, in milliseconds. */
  busyMs(context: string): number;
  /** Whether a context that is coming back dies again before it is up. */
  diesInStart(context: string): boolean;
  /** The hook at the actors' crash points; undefined where nothing crashes. Throws SimulatedCrash. */
  readonly reach: ((point: CrashPoint, context: string, messageType: string) => void) | undefined;
}

/** How long the faults take, in milliseconds: a usual delay, and a message that was lost and is sent again. */
const MAX_DELAY_MS = 30;
const REDELIVERY_MS = 150;
/** How much later a laggard hears of something. */
const MAX_LAG_MS = 300;
/** Longer than the look-up's timeout. */
const SLOWEST_LOOKUP_MS = 700;

const upTo =
  (rate: number, max: number) =>
  (random: Random): number =>
    rate > 0 && random.next() < rate ? 1 + random.below(max) : 0;

const createCounter = () => {
  const counts = new Map<string, number>();
  return (name: string): number => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return count;
  };
};

type Deciding = (name: string, rate: number, max: number) => number;

/** The disk that is slow for a while. */
const createSlowDisk = ({ plan, elapsedMs, onFault }: FaultDecisionsOptions) => {
  const { slowDisk } = plan;
  let busyUntilMs = -Infinity;
  return {
    committed: (context: string): void => {
      const now = elapsedMs();
      if (slowDisk?.context !== context || now < slowDisk.fromMs || now >= Math.min(slowDisk.toMs, plan.healAtMs)) return;
      busyUntilMs = now + slowDisk.byMs;
      onFault({ fault: 'slow disk', to: `of ${context}`, detail: { context, ms: slowDisk.byMs } });
    },
    busyMs: (context: string): number => (slowDisk?.context === context ? Math.max(0, busyUntilMs - elapsedMs()) : 0),
  };
};

const createNetwork = (options: FaultDecisionsOptions, decide: Deciding, isOver: () => boolean, busyMs: (context: string) => number): Network => {
  const { plan, elapsedMs, nameOf, onFault } = options;
  const { rates, laggard } = plan;
  const isCutOff = (context: string, direction: 'in' | 'out'): boolean =>
    plan.partitions.some((one) => one.context === context && one.direction === direction && elapsedMs() >= one.fromMs && elapsedMs() < one.toMs && !isOver());
  const nth = createCounter();
  const publishing = (messages: readonly Envelope[]): string => {
    const name = `publish ${nameOf(messages[0]!)}`;
    return `${name} #${nth(name)}`;
  };
  return {
    isInOrder: plan.isInOrder,
    extraDelayMs: (message, consumer, attempt) => {
      if (isOver()) return 0;
      const to = `${nameOf(message)} to ${consumer}`;
      const suffix = attempt === 1 ? '' : ` #${nth(`again ${to}`)}`;
      const lagMs = laggard?.context === consumer ? decide(`late ${to}${suffix}`, laggard.rate, MAX_LAG_MS) : 0;
      const delayMs = lagMs + decide(`delay ${to}${suffix}`, rates.delay, MAX_DELAY_MS);
      const lostMs = REDELIVERY_MS * decide(`drop ${to}${suffix}`, rates.drop, 2);
      if (delayMs > 0) onFault({ fault: 'delay', to, detail: { message: to, ms: delayMs } });
      if (lostMs > 0) onFault({ fault: 'drop', to, detail: { message: to, againAfterMs: lostMs } });
      return delayMs + lostMs;
    },
    duplicateAfterMs: (message, consumer) => {
      if (isOver()) return 0;
      const to = `${nameOf(message)} to ${consumer}`;
      const afterMs = decide(`duplicate ${to}`, rates.duplicate, MAX_DELAY_MS);
      if (afterMs > 0) onFault({ fault: 'duplicate', to, detail: { message: to, afterMs } });
      return afterMs;
    },
    publishFate: (messages) => {
      const [first] = messages;
      if (first === undefined || isOver()) return 'stored';
      if (isCutOff(first.source.slice(1), 'out')) return 'refused';
      if (rates.publish === 0) return 'stored';
      const fate = (['stored', 'refused', 'unanswered'] as const)[decide(publishing(messages), rates.publish, 2)]!;
      if (fate !== 'stored') onFault({ fault: 'publish', to: nameOf(first), detail: { message: nameOf(first), fate } });
      return fate;
    },
    publishDelayMs: (messages) => {
      const busy = busyMs(messages[0]?.source.slice(1) ?? '');
      if (rates.delay === 0 || isOver() || messages.length === 0) return busy;
      return busy + decide(`slow ${publishing(messages)}`, rates.delay, 10);
    },
    isDeaf: (consumer) => isCutOff(consumer, 'in') || busyMs(consumer) > 0,
  };
};

/** What becomes of a look-up while none goes well; undefined before and after that. */
const createOutage = ({ plan, elapsedMs, labelOf, onFault }: FaultDecisionsOptions) => {
  const { lookupOutage } = plan;
  let beganMs: number | undefined;
  return (orderId: string): LookupFate | undefined => {
    if (lookupOutage === undefined) return undefined;
    beganMs ??= elapsedMs();
    if (elapsedMs() - beganMs >= lookupOutage.forMs) return undefined;
    const isLost = lookupOutage.kind === 'unreachable';
    onFault({ fault: 'lookup', to: `order ${labelOf(orderId)}`, detail: isLost ? { unreachable: true } : { delayMs: SLOWEST_LOOKUP_MS } });
    return isLost ? 'unreachable' : { delayMs: SLOWEST_LOOKUP_MS };
  };
};

/** Creates what decides about the faults of one schedule. */
export const createFaultDecisions = (options: FaultDecisionsOptions): FaultDecisions => {
  const { plan, decisions, elapsedMs, labelOf, onFault } = options;
  const { rates } = plan;
  const isOver = (): boolean => elapsedMs() >= plan.healAtMs;
  const decide: Deciding = (name, rate, max) => (rate === 0 ? 0 : decisions.decide(() => name, upTo(rate, max)));
  const nth = createCounter();

  const reach = (point: CrashPoint, context: string, messageType: string): void => {
    if (isOver()) return;
    const place = `crash ${context} ${point} ${messageType}`;
    if (decide(`${place} #${nth(place)}`, rates.crash, 1) === 0) return;
    onFault({ fault: 'crash', to: `${point} ${messageType} in ${context}`, detail: { context, at: point, message: messageType } });
    throw new SimulatedCrash(`${context} crashed at ${point} with ${messageType}`);
  };

  const { committed, busyMs } = createSlowDisk(options);
  const outage = createOutage(options);

  return {
    ...createNetwork(options, decide, isOver, busyMs),
    committed,
    busyMs,
    diesInStart: (context) => {
      if (isOver()) return false;
      const place = `crash ${context} starting`;
      if (decide(`${place} #${nth(place)}`, rates.crash, 1) === 0) return false;
      onFault({ fault: 'crash', to: `starting in ${context}`, detail: { context, at: 'start' } });
      return true;
    },
    lookup: (orderId) => {
      const lost = outage(orderId);
      if (lost !== undefined) return lost;
      if (isOver()) return { delayMs: 0 };
      const name = `lookup ${labelOf(orderId)}`;
      const value = decide(`${name} #${nth(name)}`, rates.lookup, SLOWEST_LOOKUP_MS);
      if (value === 0) return { delayMs: 0 };
      const fate: LookupFate = value % 3 === 0 ? 'unreachable' : { delayMs: value };
      onFault({ fault: 'lookup', to: `order ${labelOf(orderId)}`, detail: fate === 'unreachable' ? { unreachable: true } : { delayMs: value } });
      return fate;
    },
    reach: rates.crash === 0 ? undefined : reach,
  };
};
