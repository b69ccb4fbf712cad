import type { Cancel, EpochMs, Timers } from '../../kernel/clock.ts';
import type { Pace } from '../fire/pace.ts';

interface Alarm {
  readonly at: EpochMs;
  wake: (() => void) | undefined;
}

/** Virtual time for a test of thousands of requests: what comes in the order of its time costs no heap and no closure. */
export interface SimulatedServer extends Timers {
  /** A request arrives at this time, not before those that came earlier; it is served when the ones before it are. */
  arrive(at: EpochMs): void;
  /** Moves to what comes next and lets it happen; false where nothing comes any more. */
  advance(): boolean;
}

/** Alarms, the next one last. There are never more than calls at once, and a new one is mostly the latest of all. */
const createAlarms = () => {
  const alarms: Alarm[] = [];
  return {
    next: (): Alarm | undefined => {
      for (let last = alarms.at(-1); last !== undefined; last = alarms.at(-1)) {
        if (last.wake !== undefined) return last;
        alarms.pop();
      }
      return undefined;
    },
    add: (alarm: Alarm): void => {
      let place = 0;
      while (place < alarms.length && (alarms[place] as Alarm).at > alarm.at) place += 1;
      alarms.splice(place, 0, alarm);
    },
  };
};

/**
 * A server of one thread: each request keeps it busy for as long as the pace says, then `serve` is called. Time begins at 0.
 */
export const createSimulatedServer = (options: { readonly pace: Pace; readonly serve: (arrivedAt: EpochMs) => void }): SimulatedServer => {
  const { pace, serve } = options;
  const alarms = createAlarms();
  /** When each waiting request will be served, in order; those before `first` have been. */
  let served: number[] = [];
  let arrived: number[] = [];
  let first = 0;
  let freeAt = 0;
  let nowMs = 0;
  const serveNext = (at: number): void => {
    nowMs = at;
    const arrivedAt = arrived[first] as number;
    first += 1;
    if (first === 1024) {
      served = served.slice(first);
      arrived = arrived.slice(first);
      first = 0;
    }
    serve(arrivedAt);
  };
  return {
    now: () => nowMs,
    after: (delayMs, wake): Cancel => {
      const alarm: Alarm = { at: nowMs + delayMs, wake };
      alarms.add(alarm);
      return () => {
        alarm.wake = undefined;
      };
    },
    arrive: (at) => {
      freeAt = pace.servedAt(Math.max(at, freeAt));
      served.push(freeAt);
      arrived.push(at);
    },
    advance: () => {
      const alarm = alarms.next();
      const serving = served[first];
      if (serving !== undefined && (alarm === undefined || serving <= alarm.at)) {
        serveNext(serving);
        return true;
      }
      if (alarm?.wake === undefined) return false;
      const { wake } = alarm;
      nowMs = alarm.at;
      alarm.wake = undefined;
      wake();
      return true;
    },
  };
};
