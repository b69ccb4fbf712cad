import type { Cancel, EpochMs, Timers } from '../../kernel/clock.ts';
import { VIRTUAL_EPOCH_MS } from '../../kernel/virtual-time.ts';

/** An alarm set for later than this only tidies up; a system in which only such alarms are set is at rest. In milliseconds. */
export const IDLE_MS = 3_600_000;

/** Virtual time that knows how much is still to come. */
export interface SimulatedTime {
  readonly timers: Timers;
  /** The same time as a context with a clock of its own sees it: `offsetMs` is asked at each look. */
  timersFor(offsetMs: () => number): Timers;
  /** Moves to the next alarm and rings it; false where none is set. */
  advance(): boolean;
  /** Sets an alarm that is waited for, however late it rings. */
  awaited(delayMs: number, wake: () => void): void;
  /** How many alarms are set that are more than tidying up. */
  pending(): number;
  /** Milliseconds since the beginning. */
  elapsedMs(): number;
}

interface Alarm {
  readonly at: EpochMs;
  /** Undefined once it rang or was cancelled. */
  wake: (() => void) | undefined;
  readonly isTidying: boolean;
}

/**
 * Alarms in the order of their times, those of one time in the order of their setting. A list kept in order: a
 * schedule has a dozen alarms at a time, most of them set for soon, and among so few, looking beats any tree.
 */
const createAlarms = () => {
  /** The latest first, so that the next one is taken off the end. */
  const alarms: Alarm[] = [];
  return {
    put: (alarm: Alarm): void => {
      let place = alarms.length;
      while (place > 0 && alarms[place - 1]!.at <= alarm.at) place -= 1;
      if (place === alarms.length) alarms.push(alarm);
      else alarms.splice(place, 0, alarm);
    },
    take: (): Alarm | undefined => alarms.pop(),
  };
};

/** Creates simulated time; it begins where virtual time does. */
export const createSimulatedTime = (): SimulatedTime => {
  const alarms = createAlarms();
  let nowMs: EpochMs = VIRTUAL_EPOCH_MS;
  let pending = 0;
  const now = (): EpochMs => nowMs;
  const set = (delayMs: number, wake: () => void, isTidying: boolean): Cancel => {
    const alarm: Alarm = { at: nowMs + Math.max(0, delayMs), wake, isTidying };
    if (!alarm.isTidying) pending += 1;
    alarms.put(alarm);
    return () => {
      if (alarm.wake === undefined) return;
      alarm.wake = undefined;
      if (!alarm.isTidying) pending -= 1;
    };
  };
  const after = (delayMs: number, wake: () => void): Cancel => set(delayMs, wake, delayMs >= IDLE_MS);
  return {
    timers: { now, after },
    timersFor: (offsetMs) => ({ now: () => nowMs + offsetMs(), after }),
    advance: () => {
      for (let alarm = alarms.take(); alarm !== undefined; alarm = alarms.take()) {
        const { wake } = alarm;
        if (wake === undefined) continue; // It was cancelled.
        nowMs = Math.max(nowMs, alarm.at);
        alarm.wake = undefined;
        if (!alarm.isTidying) pending -= 1;
        wake();
        return true;
      }
      return false;
    },
    awaited: (delayMs, wake) => void set(delayMs, wake, false),
    pending: () => pending,
    elapsedMs: () => nowMs - VIRTUAL_EPOCH_MS,
  };
};
