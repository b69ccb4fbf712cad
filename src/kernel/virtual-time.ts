import type { Calendar, Cancel, EpochMs } from './clock.ts';
import { OperatingError } from './errors.ts';

interface Alarm {
  readonly at: EpochMs;
  /** Breaks ties: of two alarms for the same time, the one set first rings first. */
  readonly order: number;
  wake: (() => void) | undefined;
}

const isBefore = (a: Alarm, b: Alarm): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/** A binary heap of alarms, the earliest on top. */
const createAlarmHeap = () => {
  const heap: Alarm[] = [];
  const swap = (a: number, b: number): void => {
    [heap[a], heap[b]] = [heap[b] as Alarm, heap[a] as Alarm];
  };
  return {
    size: () => heap.length,
    push: (alarm: Alarm): void => {
      heap.push(alarm);
      let index = heap.length - 1;
      while (index > 0) {
        const parent = (index - 1) >> 1;
        if (!isBefore(heap[index] as Alarm, heap[parent] as Alarm)) break;
        swap(index, parent);
        index = parent;
      }
    },
    pop: (): Alarm | undefined => {
      const top = heap[0];
      const last = heap.pop();
      if (top === undefined || last === undefined || heap.length === 0) return top;
      heap[0] = last;
      for (let index = 0; ;) {
        const left = 2 * index + 1;
        const right = left + 1;
        let smallest = index;
        if (left < heap.length && isBefore(heap[left] as Alarm, heap[smallest] as Alarm)) smallest = left;
        if (right < heap.length && isBefore(heap[right] as Alarm, heap[smallest] as Alarm)) smallest = right;
        if (smallest === index) return top;
        swap(index, smallest);
        index = smallest;
      }
    },
  };
};

/** Virtual time: a clock that stands still until somebody moves it to the next alarm. */
export interface VirtualTime extends Calendar {
  /** Moves to the next alarm and rings it; false where none is set. */
  advance(): boolean;
  /**
   * Runs asynchronous work to its end, moving the clock whenever nothing else can go on.
   * Throws an OperatingError (inconclusive) when the work waits for something that no alarm will bring.
   */
  run<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** 2026-01-01T00:00:00Z: where virtual time begins, so that recordings of equal runs are equal. */
export const VIRTUAL_EPOCH_MS: EpochMs = Date.UTC(2026, 0, 1);

/**
 * Creates virtual time.
 *
 * @param yieldTurn lets all promise reactions that are due run; a macrotask of the host (`setImmediate`).
 */
export const createVirtualTime = (yieldTurn: () => Promise<void>, startMs: EpochMs = VIRTUAL_EPOCH_MS): VirtualTime => {
  const alarms = createAlarmHeap();
  let nowMs = startMs;
  let order = 0;
  const advance = (): boolean => {
    for (let alarm = alarms.pop(); alarm !== undefined; alarm = alarms.pop()) {
      const wake = alarm.wake;
      if (wake === undefined) continue; // It was cancelled.
      nowMs = Math.max(nowMs, alarm.at);
      alarm.wake = undefined;
      wake();
      return true;
    }
    return false;
  };
  const at = (instant: EpochMs, wake: () => void): Cancel => {
    const alarm: Alarm = { at: Math.max(nowMs, instant), order: (order += 1), wake };
    alarms.push(alarm);
    return () => {
      alarm.wake = undefined;
    };
  };
  return {
    now: () => nowMs,
    at,
    after: (delayMs, wake) => at(nowMs + delayMs, wake),
    advance,
    run: async (work) => {
      let isDone = false;
      const result = work().finally(() => {
        isDone = true;
      });
      // The rejection is handled by the caller, through `await result` below.
      result.catch(() => undefined);
      for (let idleTurns = 0; !isDone;) {
        await yieldTurn();
        if (isDone) break;
        idleTurns = advance() ? 0 : idleTurns + 1;
        if (idleTurns > 100) {
          throw new OperatingError('inconclusive', 'virtual time stands still: something waits for what no timer will bring');
        }
      }
      return result;
    },
  };
};
