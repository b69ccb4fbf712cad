import { SimulatedCrash, type CrashPoint } from '../../runtime/actor/actor-port.ts';
import type { Envelope } from '../../kernel/envelope.ts';
import type { Random } from '../../kernel/random.ts';
import type { Maker } from '../../system/verb.ts';
import type { Decisions } from './decisions.ts';
import type { FaultHappened } from './fault-happened.ts';
import { isWavering } from './wavering.ts';
import type { FaultPlan, WaveringLookups } from '../schedule/plan.ts';
import type { LookupFate } from './rig.ts';
import type { Network } from './bus.ts';

/** What decides about faults works with. */
export interface FaultDecisionsOptions {
  readonly plan: FaultPlan;
  readonly decisions: Decisions;
  readonly elapsedMs: () => number;
  /** What a message is called, whatever its id: `Paid A`. */
  readonly nameOf: (message: Envelope) => string;
  /** The label of what people made, by its id. */
  readonly labelOf: (id: string) => string;
  /** What the system is about, in one word. */
  readonly noun: string;
  /** The events that tell of what people made, and who makes it. */
  readonly makers: ReadonlyMap<string, Maker>;
  /** Called for each fault that happens. */
  readonly onFault: (fault: FaultHappened) => void;
}

/** Decides about the faults of one schedule: each decision has a name, and none is made once the faults are over. */
export interface FaultDecisions extends Network {
  /** What becomes of a call to another context that asks for this id. */
  lookup(id: string): LookupFate;
  /** A context has committed something: where its disk is slow, that keeps it busy. */
  committed(context: string): void;
  /** A context's clock has been set forward or back. */
  jumped(context: string, byMs: number): void;
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
/**
 * How many of a laggard's messages come when everything else is long over, and how late: up to so many times so long.
 * Shorter than what is too early may wait.
 */
const STRAGGLERS = 0.02;
const STRAGGLE_MS = 2_000;
const MAX_STRAGGLE = 100;
/** Longer than the timeout of a call. */
const SLOWEST_LOOKUP_MS = 700;

const upTo = (rate: number, max: number): Draw => (rate === 0 ? undefined : (random) => (random.next() < rate ? 1 + random.below(max) : 0));

const createCounter = () => {
  const counts = new Map<string, number>();
  return (name: string): number => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return count;
  };
};

/** Counts how often each crash point was come to; asked a hundred times in a schedule, so it makes no texts. */
const createCrashCounter = () => {
  const counts = new Map<string, Map<string, Record<CrashPoint, number>>>();
  return (context: string, point: CrashPoint, messageType: string): number => {
    let ofContext = counts.get(context);
    if (ofContext === undefined) counts.set(context, (ofContext = new Map<string, Record<CrashPoint, number>>()));
    let ofType = ofContext.get(messageType);
    if (ofType === undefined)
      ofContext.set(
        messageType,
        (ofType = { 'before-commit': 0, 'after-commit': 0, 'before-publish': 0, 'after-publish': 0, 'before-acknowledge': 0 }),
      );
    return (ofType[point] += 1);
  };
};

/** Draws 0, or with some rate a number up to a most; undefined where it is always 0. */
type Draw = ((random: Random) => number) | undefined;
/** Decides by a draw; the name is made only where it is needed. */
type Deciding = (nameOf: () => string, draw: Draw) => number;

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

const STRAGGLE = upTo(STRAGGLERS, MAX_STRAGGLE);

const FATES = ['stored', 'refused', 'unanswered'] as const;

/** The contexts that are cut off for a while from what they hear, or from what they tell. */
const createCutOffs = ({ plan, elapsedMs, onFault }: FaultDecisionsOptions, isOver: () => boolean) => {
  const isCutOff = (context: string, direction: 'in' | 'out'): boolean =>
    plan.partitions.length > 0 &&
    plan.partitions.some(
      (one) => one.context === context && one.direction === direction && elapsedMs() >= one.fromMs && elapsedMs() < one.toMs && !isOver(),
    );
  const deafened = new Set<string>();
  /** Told once of each context: it is asked about before each message that could come. */
  const isDeafened = (consumer: string): boolean => {
    if (!isCutOff(consumer, 'in')) return false;
    if (!deafened.has(consumer))
      onFault({ fault: 'cut off', to: `hearing of ${consumer}`, detail: { context: consumer, direction: 'in' } });
    deafened.add(consumer);
    return true;
  };
  return { isCutOff, isDeafened };
};

const createNetwork = (
  options: FaultDecisionsOptions,
  decide: Deciding,
  isOver: () => boolean,
  busyMs: (context: string) => number,
): Network => {
  const { plan, nameOf, makers, onFault } = options;
  const { rates, laggard } = plan;
  const draws = {
    late: laggard === undefined ? undefined : upTo(laggard.rate, MAX_LAG_MS),
    delay: upTo(rates.delay, MAX_DELAY_MS),
    drop: upTo(rates.drop, 2),
    duplicate: upTo(rates.duplicate, MAX_DELAY_MS),
    publish: upTo(rates.publish, 2),
    slow: upTo(rates.delay, 10),
  };
  const { isCutOff, isDeafened } = createCutOffs(options, isOver);
  const nth = createCounter();
  const publishing = (messages: readonly Envelope[]): string => {
    const name = `publish ${nameOf(messages[0]!)}`;
    return `${name} #${nth(name)}`;
  };
  return {
    isInOrder: plan.isInOrder,
    isPositioned: plan.isPositioned === true,
    extraDelayMs: (message, consumer, attempt) => {
      if (isOver()) return 0;
      // Who makes something goes on by hearing of it; were that late, nothing would happen that it could miss.
      const late = laggard?.context === consumer && makers.get(message.type)?.context !== consumer ? draws.late : undefined;
      if (late === undefined && draws.delay === undefined && draws.drop === undefined) return 0;
      const to = (): string => `${nameOf(message)} to ${consumer}`;
      const suffix = attempt === 1 ? '' : ` #${nth(`again ${to()}`)}`;
      const lagMs =
        late === undefined
          ? 0
          : decide(() => `late ${to()}${suffix}`, late) + STRAGGLE_MS * decide(() => `straggle ${to()}${suffix}`, STRAGGLE);
      const delayMs = decide(() => `delay ${to()}${suffix}`, draws.delay);
      const lostMs = REDELIVERY_MS * decide(() => `drop ${to()}${suffix}`, draws.drop);
      if (lagMs > 0) onFault({ fault: 'late', to: to(), detail: { message: to(), ms: lagMs } });
      if (delayMs > 0) onFault({ fault: 'delay', to: to(), detail: { message: to(), ms: delayMs } });
      if (lostMs > 0) onFault({ fault: 'drop', to: to(), detail: { message: to(), againAfterMs: lostMs } });
      return lagMs + delayMs + lostMs;
    },
    duplicateAfterMs: (message, consumer) => {
      if (isOver()) return 0;
      const to = (): string => `${nameOf(message)} to ${consumer}`;
      const afterMs = decide(() => `duplicate ${to()}`, draws.duplicate);
      if (afterMs > 0) onFault({ fault: 'duplicate', to: to(), detail: { message: to(), afterMs } });
      return afterMs;
    },
    publishFate: (messages) => {
      const [first] = messages;
      if (first === undefined || isOver()) return 'stored';
      const context = first.source.slice(1);
      if (isCutOff(context, 'out')) {
        onFault({
          fault: 'cut off',
          to: `${nameOf(first)} from ${context}`,
          detail: { context, direction: 'out', message: nameOf(first) },
        });
        return 'refused';
      }
      if (draws.publish === undefined) return 'stored';
      const name = publishing(messages);
      const fate = FATES[decide(() => name, draws.publish)]!;
      if (fate !== 'stored') onFault({ fault: 'publish', to: nameOf(first), detail: { message: nameOf(first), fate } });
      return fate;
    },
    publishDelayMs: (messages) => {
      const busy = busyMs(messages[0]?.source.slice(1) ?? '');
      if (draws.slow === undefined || isOver() || messages.length === 0) return busy;
      const name = publishing(messages);
      return busy + decide(() => `slow ${name}`, draws.slow);
    },
    isDeaf: (consumer) => isDeafened(consumer) || busyMs(consumer) > 0,
  };
};

/** What becomes of a look-up while none, or not each, goes well; undefined before and after that. */
const createOutage = ({ plan, elapsedMs, labelOf, noun, onFault }: FaultDecisionsOptions) => {
  const { lookupOutage, waveringLookups } = plan;
  let beganMs: number | undefined;
  let lookups = 0;
  const isDuring = ({ forMs }: { readonly forMs: number }): boolean => {
    beganMs ??= elapsedMs();
    return elapsedMs() - beganMs < forMs;
  };
  const wavering = (id: string, lookUps: WaveringLookups): LookupFate => {
    if (!isWavering(lookUps, lookups++)) return { delayMs: 0 };
    onFault({ fault: 'lookup', to: `${noun} ${labelOf(id)}`, detail: { unreachable: true } });
    return 'unreachable';
  };
  return (id: string): LookupFate | undefined => {
    if (waveringLookups !== undefined && isDuring(waveringLookups)) return wavering(id, waveringLookups);
    if (lookupOutage === undefined || !isDuring(lookupOutage)) return undefined;
    const isLost = lookupOutage.kind === 'unreachable';
    onFault({ fault: 'lookup', to: `${noun} ${labelOf(id)}`, detail: isLost ? { unreachable: true } : { delayMs: SLOWEST_LOOKUP_MS } });
    return isLost ? 'unreachable' : { delayMs: SLOWEST_LOOKUP_MS };
  };
};

/** Creates what decides about the faults of one schedule. */
export const createFaultDecisions = (options: FaultDecisionsOptions): FaultDecisions => {
  const { plan, decisions, elapsedMs, labelOf, noun, onFault } = options;
  const { rates } = plan;
  const isOver = (): boolean => elapsedMs() >= plan.healAtMs;
  const decide: Deciding = (nameOf, draw) => (draw === undefined ? 0 : decisions.decide(nameOf, draw));
  const nth = createCounter();
  const nthCrash = createCrashCounter();
  const [crash, lookup] = [upTo(rates.crash, 1), upTo(rates.lookup, SLOWEST_LOOKUP_MS)];

  const reach = (point: CrashPoint, context: string, messageType: string): void => {
    if (isOver()) return;
    const count = nthCrash(context, point, messageType);
    if (decide(() => `crash ${context} ${point} ${messageType} #${count}`, crash) === 0) return;
    onFault({ fault: 'crash', to: `${point} ${messageType} in ${context}`, detail: { context, at: point, message: messageType } });
    throw new SimulatedCrash(`${context} crashed at ${point} with ${messageType}`);
  };

  const { committed, busyMs } = createSlowDisk(options);
  const outage = createOutage(options);

  return {
    ...createNetwork(options, decide, isOver, busyMs),
    committed,
    busyMs,
    jumped: (context, byMs) => {
      onFault({ fault: 'clock jump', to: `of ${context}`, detail: { context, ms: byMs } });
    },
    diesInStart: (context) => {
      if (isOver()) return false;
      const place = `crash ${context} starting`;
      const name = `${place} #${nth(place)}`;
      if (decide(() => name, crash) === 0) return false;
      onFault({ fault: 'crash', to: `starting in ${context}`, detail: { context, at: 'start' } });
      return true;
    },
    lookup: (id) => {
      const lost = outage(id);
      if (lost !== undefined) return lost;
      if (isOver()) return { delayMs: 0 };
      const asked = `lookup ${labelOf(id)}`;
      const name = `${asked} #${nth(asked)}`;
      const value = decide(() => name, lookup);
      if (value === 0) return { delayMs: 0 };
      const fate: LookupFate = value % 3 === 0 ? 'unreachable' : { delayMs: value };
      onFault({
        fault: 'lookup',
        to: `${noun} ${labelOf(id)}`,
        detail: fate === 'unreachable' ? { unreachable: true } : { delayMs: value },
      });
      return fate;
    },
    reach: rates.crash === 0 ? undefined : reach,
  };
};
