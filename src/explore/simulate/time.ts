import type { Calendar, Cancel, EpochMs, Timers } from '../../kernel/clock.ts';
import { VIRTUAL_EPOCH_MS } from '../../kernel/virtual-time.ts';

/** An alarm set for later than this only tidies up; a system in which only such alarms are set is at rest. In milliseconds. */
export const IDLE_MS = 3_600_000;

/**
 * Longer than anybody waits after a fault that passes; where nothing happens for longer, an appointment is what is waited
 * for. In milliseconds.
 */
const LULL_MS = 500;

/** Virtual time that knows how much is still to come. */
export interface SimulatedTime {
  /** An appointment is waited for, however far away it is. */
  readonly timers: Calendar;
  /** The same time as a context with a clock of its own sees it: `offsetMs` is asked at each look. */
  timersFor(offsetMs: () => number): Timers;
  /** Moves to the next alarm and rings it; false where none is set. */
  advance(): boolean;
  /** Sets an alarm that is waited for, however late it rings. */
  awaited(delayMs: number, wake: () => void): Cancel;
  /** How many alarms are set that are more than tidying up. */
  pending(): number;
  /** Milliseconds since the beginning. */
  elapsedMs(): number;
  /** The same without the long whiles in which everybody only waited for an appointment: what may go wrong, may go wrong at that, too. */
  eventfulMs(): number;
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
  let appointments = 0;
  let lullsMs = 0;
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
  const awaited = (delayMs: number, wake: () => void): Cancel => set(delayMs, wake, false);
  const at = (instant: EpochMs, wake: () => void): Cancel => {
    let isOver = false;
    const end = (): void => {
      if (!isOver) appointments -= 1;
      isOver = true;
    };
    appointments += 1;
    const cancel = awaited(instant - nowMs, () => {
      end();
      wake();
    });
    return () => {
      end();
      cancel();
    };
  };
  return {
    timers: { now, after, at },
    timersFor: (offsetMs) => ({ now: () => nowMs + offsetMs(), after }),
    advance: () => {
      for (let alarm = alarms.take(); alarm !== undefined; alarm = alarms.take()) {
        const { wake } = alarm;
        if (wake === undefined) continue; // It was cancelled.
        if (appointments > 0 && alarm.at - nowMs > LULL_MS) lullsMs += alarm.at - nowMs;
        nowMs = Math.max(nowMs, alarm.at);
        alarm.wake = undefined;
        if (!alarm.isTidying) pending -= 1;
        wake();
        return true;
      }
      return false;
    },
    awaited,
    pending: () => pending,
    elapsedMs: () => nowMs - VIRTUAL_EPOCH_MS,
    eventfulMs: () => nowMs - VIRTUAL_EPOCH_MS - lullsMs,
  };
};
