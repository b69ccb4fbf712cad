import type { EpochMs, Timers } from '../../kernel/clock.ts';
import type { Random } from '../../kernel/random.ts';
import type { Recorder } from '../../kernel/recording.ts';
import type { Envelope } from '../../kernel/envelope.ts';
import { isMalformed } from '../../bus/bus.ts';
import type { Bus, Delivery, HandleBatch } from '../../bus/bus.ts';
import type { OnHandlerFailure } from '../../bus/redelivery.ts';
import { createDeliveryLane } from './delivery-lane.ts';
import type { DeliveryLane, KeptBack } from './delivery-lane.ts';
import type { FaultKind } from './fault-kind.ts';

/** Which messages are struck, and how. What is left out matches everything. */
export interface FaultRule {
  readonly kind: FaultKind;
  /** The event's type. */
  readonly type?: string;
  /** The event's subject: an order's, customer's or review's id. */
  readonly subject?: string;
  /** The consumer. */
  readonly context?: string;
  /** Only events for which this is true, asked anew for each; malformed messages never match it. */
  readonly matches?: (event: Envelope) => boolean;
  /** How many messages are struck; default 1, `Infinity` for all. One message to two consumers counts as two. */
  readonly times?: number;
  /** Strikes a matching message with this probability, 0 to 1; default 1. */
  readonly probability?: number;
  /** How much later, in milliseconds, or the range [from, below) to draw it from; not for `hold`. */
  readonly delayMs?: number | readonly [number, number];
}

/** A rule at work. */
export interface FaultHandle {
  readonly rule: FaultRule;
  /** How many messages it has struck so far. */
  readonly struck: () => number;
  /** Ends the rule and delivers now what it keeps back, in the order of the stream. Calling it again does nothing. */
  release(): void;
}

/** A message kept back from a consumer by a fault; while there is one, the system is not at rest. */
export interface HeldMessage {
  readonly fault: FaultKind;
  readonly world: string;
  readonly context: string;
  readonly seq: number;
  /** The event's id; empty for a malformed message, as are type and subject. */
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  /** When it will be delivered; absent where something else must happen first. */
  readonly dueAt?: EpochMs;
}

/** A gate before all consumers, shut. */
export interface DeliveryGate {
  /** Lets the oldest message through that it keeps back, to one consumer; says which, or undefined where none waits. */
  step(): HeldMessage | undefined;
  /** Lets all through, and those that come later. */
  open(): void;
}

/** Faults of delivery, injected between any bus and its consumers. */
export interface Faults {
  /** The same bus, whose consumers suffer the faults. What is held back waits for the next consumer of the same world and name. */
  wrap(bus: Bus): Bus;
  /** Adds a rule; each message is struck by the first rule that matches it, and by no rule twice. */
  add(rule: FaultRule): FaultHandle;
  /**
   * Keeps back every message to every consumer, before any other rule can strike it, until {@link DeliveryGate.open};
   * messages that were kept back are struck by no rule any more.
   */
  shut(): DeliveryGate;
  /** All that is kept back now, in the order of the stream for each consumer. */
  held(): readonly HeldMessage[];
  /** Ends all rules and delivers now all that is kept back: the faults are over. */
  clear(): void;
}

/** What the faults work with. */
export interface FaultsOptions {
  readonly timers: Timers;
  /** Draws for probabilities and delays; each rule has a stream of its own, forked from this one. */
  readonly random: Random;
  /** Gets a `fault` entry for each message struck, and for each one released. */
  readonly recorder: Recorder;
  /** Hears of the handlers that threw at what a fault had kept back; the bus tells of all others. */
  readonly onHandlerFailure: OnHandlerFailure;
}

const DEFAULT_DELAY_MS: Readonly<Record<Exclude<FaultKind, 'hold'>, number>> = {
  drop: 1_000,
  duplicate: 1_000,
  delay: 100,
  reorder: 1_000,
};

/** A rule, its draws and its count. */
interface ActiveRule {
  readonly rule: FaultRule;
  readonly random: Random;
  struck: number;
}

const isMatch = ({ rule }: ActiveRule, context: string, { message }: Delivery): boolean => {
  if (rule.context !== undefined && rule.context !== context) return false;
  if (isMalformed(message)) return rule.type === undefined && rule.subject === undefined && rule.matches === undefined;
  if (rule.type !== undefined && rule.type !== message.type) return false;
  if (rule.subject !== undefined && rule.subject !== message.subject) return false;
  return rule.matches === undefined || rule.matches(message);
};

const delayOf = ({ rule, random }: ActiveRule): number | undefined => {
  if (rule.kind === 'hold') return undefined;
  const { delayMs = DEFAULT_DELAY_MS[rule.kind] } = rule;
  return typeof delayMs === 'number' ? delayMs : delayMs[0] + random.below(delayMs[1] - delayMs[0]);
};

const namesOf = ({ message }: Delivery): { readonly id: string; readonly type: string; readonly subject: string } =>
  isMalformed(message) ? { id: '', type: '', subject: '' } : { id: message.id, type: message.type, subject: message.subject };

const heldOf = (lane: DeliveryLane, { fault, delivery, dueAt }: KeptBack): HeldMessage => ({
  fault,
  world: lane.world,
  context: lane.consumer,
  seq: delivery.seq,
  ...namesOf(delivery),
  ...(dueAt === undefined ? {} : { dueAt }),
});

/** The rules in force. */
interface RuleBook {
  /** Behind the rules that are there, or before them all. */
  add(rule: FaultRule, isFirst?: boolean): ActiveRule;
  /** The first rule that strikes this message, which it is counted for. */
  strike(consumer: string, delivery: Delivery): ActiveRule | undefined;
  end(isChosen: (active: ActiveRule) => boolean): void;
  isEmpty(): boolean;
}

const createRuleBook = (random: Random): RuleBook => {
  let rules: readonly ActiveRule[] = [];
  let count = 0;
  const end: RuleBook['end'] = (isChosen) => {
    rules = rules.filter((active) => !isChosen(active));
  };
  return {
    add: (rule, isFirst = false) => {
      count += 1;
      const active: ActiveRule = { rule, random: random.fork(`fault ${count}`), struck: 0 };
      rules = isFirst ? [active, ...rules] : [...rules, active];
      return active;
    },
    strike: (consumer, delivery) => {
      for (const active of rules) {
        if (!isMatch(active, consumer, delivery)) continue;
        const { probability = 1, times = 1 } = active.rule;
        if (probability < 1 && active.random.next() >= probability) continue;
        active.struck += 1;
        if (active.struck >= times) end((other) => other === active);
        return active;
      }
      return undefined;
    },
    end,
    isEmpty: () => rules.length === 0,
  };
};

/** What of a batch goes on now; the rest is kept in the lane. */
const judge = (book: RuleBook, recorder: Recorder, lane: DeliveryLane, batch: readonly Delivery[]): readonly Delivery[] => {
  if (book.isEmpty() && lane.isEmpty()) {
    lane.isFirstLook(batch.at(-1)?.seq ?? 0);
    return batch;
  }
  const passed: Delivery[] = [];
  for (const delivery of batch) {
    if (lane.keeps(delivery.seq)) continue;
    const active = lane.isFirstLook(delivery.seq) ? book.strike(lane.consumer, delivery) : undefined;
    if (active === undefined) {
      passed.push(delivery, ...lane.overtakenBy(delivery.seq));
      continue;
    }
    const { kind } = active.rule;
    const delayMs = delayOf(active);
    const detail = { context: lane.consumer, seq: delivery.seq, ...namesOf(delivery), ...(delayMs === undefined ? {} : { delayMs }) };
    recorder.record({ kind: 'fault', fault: kind, detail });
    const again = (times: number): Delivery => ({ ...delivery, attempt: delivery.attempt + times });
    if (kind === 'duplicate') {
      passed.push(delivery, again(1), ...lane.overtakenBy(delivery.seq));
      lane.keepCopy({ owner: active, fault: kind, delivery: again(2) }, delayMs ?? 0);
    } else {
      lane.keep({ owner: active, fault: kind, delivery: kind === 'drop' ? again(1) : delivery }, delayMs);
    }
  }
  return passed;
};

type Judge = (lane: DeliveryLane, batch: readonly Delivery[]) => readonly Delivery[];

const judgedHandler =
  (lane: DeliveryLane, maxBatch: number, handle: HandleBatch, judgeBatch: Judge): HandleBatch =>
  (batch) => {
    lane.whileBusy(() => {
      const passed = judgeBatch(lane, batch);
      // Duplicates may make it too long for one call.
      for (let start = 0; start < passed.length; start += maxBatch) handle(passed.slice(start, start + maxBatch));
    });
    lane.handled(batch);
  };

const wrapBus = (
  bus: Bus,
  lanes: Map<string, DeliveryLane>,
  openLane: (world: string, consumer: string) => DeliveryLane,
  judgeBatch: Judge,
): Bus => ({
  ...bus,
  consume: async (options, handle) => {
    const key = `${bus.world}/${options.consumer}`;
    const lane = lanes.get(key) ?? openLane(bus.world, options.consumer);
    lanes.set(key, lane);
    const attachment = lane.attach(handle, options.maxBatch);
    try {
      const consumption = await bus.consume(options, judgedHandler(lane, options.maxBatch, handle, judgeBatch));
      return {
        lag: () => consumption.lag(),
        stop: () => {
          lane.detach(attachment);
          return consumption.stop();
        },
      };
    } catch (error) {
      lane.detach(attachment);
      throw error;
    }
  },
  close: async (closing) => {
    for (const [key, lane] of lanes) {
      if (lane.world !== bus.world) continue;
      lane.detach();
      if (closing?.destroy !== true) continue;
      lane.forget();
      lanes.delete(key);
    }
    await bus.close(closing);
  },
});

/** Faults for the buses of one run; without rules it only passes on. */
export const createFaults = ({ timers, random, recorder, onHandlerFailure }: FaultsOptions): Faults => {
  const lanes = new Map<string, DeliveryLane>();
  const book = createRuleBook(random);
  const openLane = (world: string, consumer: string): DeliveryLane => createDeliveryLane(world, consumer, timers, onHandlerFailure);
  const letGo = (lane: DeliveryLane, isChosen: (kept: KeptBack) => boolean): void => {
    for (const { delivery } of lane.release(isChosen)) {
      recorder.record({ kind: 'fault', fault: 'release', detail: { context: lane.consumer, seq: delivery.seq, ...namesOf(delivery) } });
    }
  };
  const release = (isChosen: (owner: object) => boolean): void => {
    book.end(isChosen);
    for (const lane of lanes.values()) letGo(lane, ({ owner }) => isChosen(owner));
  };
  const shut = (): DeliveryGate => {
    const active = book.add({ kind: 'hold', times: Infinity }, true);
    const isKept = ({ owner, dueAt }: KeptBack): boolean => owner === active && dueAt === undefined;
    return {
      step: () => {
        const waiting = [...lanes.values()].flatMap((lane) => {
          const kept = lane.kept().find(isKept);
          return kept === undefined ? [] : [{ lane, kept }];
        });
        const [oldest] = waiting.sort((a, b) => a.kept.delivery.seq - b.kept.delivery.seq);
        if (oldest === undefined) return undefined;
        const { lane, kept } = oldest;
        letGo(lane, (one) => isKept(one) && one.delivery === kept.delivery);
        return heldOf(lane, kept);
      },
      open: () => release((owner) => owner === active),
    };
  };
  return {
    wrap: (bus) => wrapBus(bus, lanes, openLane, (lane, batch) => judge(book, recorder, lane, batch)),
    add: (rule) => {
      const active = book.add(rule);
      return { rule, struck: () => active.struck, release: () => release((owner) => owner === active) };
    },
    shut,
    held: () => [...lanes.values()].flatMap((lane) => lane.kept().map((kept) => heldOf(lane, kept))),
    clear: () => release(() => true),
  };
};
