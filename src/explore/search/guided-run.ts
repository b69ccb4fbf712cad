import type { Violation } from '../simulate/invariant.ts';
import { createStateMirror, type StateKey } from './canonical-state.ts';
import type { Decisions } from '../simulate/decisions.ts';
import type { Plan } from '../schedule/plan.ts';
import type { Rig } from '../simulate/rig.ts';
import type { Schedule } from '../failure/shrink.ts';
import { simulate } from '../simulate/simulation.ts';
import type { Guide } from '../simulate/options.ts';
import { labelling } from '../simulate/surroundings.ts';

/**
 * Something that happens next: `deliver Paid A to store`, `again Paid A to store`, `errand 3`. Where it has a
 * deviation, the crash of that name comes with it.
 */
export interface Move {
  readonly name: string;
  readonly crash?: string;
}

/** What came of a path. */
export interface GuidedOutcome {
  readonly violation: Violation | undefined;
  readonly state: StateKey;
  /** What can happen next as a matter of course. */
  readonly moves: readonly string[];
  /** What a fault of the network could let happen next: deliveries of what was taken in already. */
  readonly duplicates: readonly string[];
  /** The crash points that the last move went by. */
  readonly crashes: readonly string[];
  /** The same written out, as any schedule is: errands with their times, messages with their delays. */
  readonly schedule: Schedule;
}

/** What is played along a path. */
export interface GuidedOptions {
  readonly rig: Rig;
  readonly plan: Plan;
  /** Contexts that take everything in at once, in the order of the stream (see exhaustive.ts). */
  readonly sinks: ReadonlySet<string>;
  readonly path: readonly Move[];
  /** `here` breaks off after the last move; `rest` goes on until the system is at rest, and judges it. */
  readonly until: 'here' | 'rest';
}

/** A move has its slot of time, within which all that it causes at once is over: publishing, and what sinks make of it; in milliseconds. */
const FIRST_SLOT_MS = 5;
const SLOT_MS = 5;
/** A crash takes the context's way back, too. */
const CRASH_SLOT_MS = 60;
/** What no move asked for does not happen: later than anything that keeps a system from being at rest. */
const NEVER_MS = 36_000_000;
/** From the storing of a message to its delivery, without delay (simulated-bus.ts). */
const LATENCY_MS = 1;

const NUMBERED = / #\d+$/;

/** When each move of a path happens, and when the path is over. */
const slotsOf = (path: readonly Move[]) => {
  let atMs = FIRST_SLOT_MS;
  const slots = new Map<string, number[]>();
  const crashing: { readonly name: string; readonly fromMs: number; readonly toMs: number }[] = [];
  let lastAtMs = 0;
  for (const { name, crash } of path) {
    const same = slots.get(name);
    if (same === undefined) slots.set(name, [atMs]);
    else same.push(atMs);
    lastAtMs = atMs;
    atMs += crash === undefined ? SLOT_MS : CRASH_SLOT_MS;
    if (crash !== undefined) crashing.push({ name, fromMs: lastAtMs, toMs: atMs });
  }
  return { slots, crashing, lastAtMs, endMs: atMs - 1 };
};

/** Decides so that everything happens in its slot, and notes what else could have happened. */
const createGuidance = ({ rig, plan, path, sinks, until }: GuidedOptions) => {
  const { slots, crashing, lastAtMs, endMs } = slotsOf(path);
  const crashes = new Map(path.flatMap(({ crash }) => (crash === undefined ? [] : [[crash, true] as const])));
  const mirror = createStateMirror(labelling(rig, plan));
  const waiting = new Set<string>();
  const duplicates = new Set<string>();
  const errands = new Map<number, number>();
  const deviations = new Map<string, number>();
  const passed: string[] = [];
  let elapsedMs = (): number => 0;

  /** The next slot of a move, in milliseconds from now; undefined where it has none. */
  const inMs = (name: string): number | undefined => {
    const nowMs = elapsedMs();
    const slot = slots.get(name)?.find((atMs) => atMs > nowMs);
    return slot === undefined ? undefined : slot - nowMs;
  };

  const delay = (to: string, consumer: string): number => {
    if (sinks.has(consumer)) return 0;
    const name = `deliver ${to}`;
    // What a crash left unacknowledged comes again at once. That it comes later is another path: the one without this
    // crash, on which the message is delivered later, or once more.
    if (crashing.some((move) => move.name === name && elapsedMs() >= move.fromMs && elapsedMs() < move.toMs)) return 0;
    const slotInMs = inMs(name);
    if (slotInMs === undefined) waiting.add(name);
    else waiting.delete(name);
    return (slotInMs ?? NEVER_MS) - LATENCY_MS;
  };

  const decisionOf = (name: string): number => {
    const [kind = ''] = name.split(' ', 1);
    const about = name.slice(kind.length + 1).replace(NUMBERED, '');
    if (kind === 'delay') return delay(about, about.slice(about.lastIndexOf(' ') + 1));
    if (kind === 'crash') {
      if (elapsedMs() >= lastAtMs) passed.push(name);
      return crashes.has(name) ? 1 : 0;
    }
    if (kind !== 'duplicate') return 0;
    const again = inMs(`again ${about}`);
    if (again === undefined) duplicates.add(`again ${about}`);
    return again ?? 0;
  };

  const decisions: Decisions = {
    decide: (nameOf) => {
      const name = nameOf();
      const value = decisionOf(name);
      // What was never to happen is written down as happening after all else: a schedule comes to an end.
      const written = value >= NEVER_MS - LATENCY_MS ? Math.max(1, endMs + SLOT_MS - elapsedMs()) : value;
      if (value !== 0) deviations.set(name, written);
      return value;
    },
    deviations: () => deviations,
  };
  const guide: Guide = {
    begins: (elapsed) => {
      elapsedMs = elapsed;
    },
    paceOf: (_errand, index) => {
      const slotInMs = inMs(`errand ${index}`);
      if (slotInMs === undefined) waiting.add(`errand ${index}`);
      else errands.set(index, slotInMs);
      return slotInMs ?? NEVER_MS;
    },
    stored: mirror.stored,
    committed: mirror.committed,
    stopAtMs: until === 'here' ? endMs : undefined,
  };
  return { decisions, guide, mirror, waiting, duplicates, errands, deviations, passed };
};

/** Plays a path from the beginning: each move in its slot, and nothing else that could happen later as well. */
export const playPath = async (options: GuidedOptions): Promise<GuidedOutcome> => {
  const { rig, plan, path } = options;
  const { decisions, guide, mirror, waiting, duplicates, errands, deviations, passed } = createGuidance(options);
  const { violations } = await simulate(rig, { plan, decisions, guide });
  const moves = [...waiting].sort();
  return {
    violation: violations[0],
    state: mirror.key(moves),
    moves,
    duplicates: [...duplicates].sort(),
    crashes: path.at(-1)?.crash === undefined ? passed : [],
    schedule: {
      deviations,
      plan: {
        ...plan,
        errands: plan.errands.flatMap((errand, index) => (errands.has(index) ? [{ ...errand, afterMs: errands.get(index)! }] : [])),
      },
    },
  };
};
