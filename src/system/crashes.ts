import type { Timers } from '../kernel/clock.ts';
import type { Recorder } from '../kernel/recording.ts';
import { SimulatedCrash, type CrashPoint } from '../runtime/actor/actor-port.ts';
import type { ContextHost } from './context-host.ts';
import type { ArmedCrash, Endable, Fate } from './system.ts';

/** How long a crashed context takes to come back, as a supervisor would bring it. */
const RESTART_DELAY_MS = 20;

/** Crashes that wait for their moment, and contexts that are coming back. */
export interface Crashes {
  /** It may be disarmed before its moment comes. */
  arm(crash: ArmedCrash): Endable;
  /** What actors call at each crash point. Throws SimulatedCrash where a crash was armed for it. */
  reach(point: CrashPoint, context: string, messageType: string): void;
  /** Contexts that crashed and are coming back, as sentences. */
  restarting(): readonly string[];
  /** Resolves when nothing is on its way back; arms nothing any more. */
  stop(): Promise<void>;
}

/** Creates the crashes of one system. `onTrouble` hears of a context that did not come back. */
export const createCrashes = (options: {
  readonly timers: Timers;
  readonly recorder: Recorder;
  readonly hostOf: (context: string) => ContextHost | undefined;
  readonly onTrouble: (error: unknown) => void;
  readonly isFated?: Fate['isCrash'] | undefined;
}): Crashes => {
  let armed: ArmedCrash[] = [];
  const struck = new Set<ArmedCrash>();
  const restarts = new Map<ArmedCrash, Promise<void>>();

  const comeBack = async (crash: ArmedCrash): Promise<void> => {
    const host = options.hostOf(crash.context);
    await host?.buried();
    if (!crash.restart) return;
    await new Promise<void>((resolve) => {
      options.timers.after(RESTART_DELAY_MS, resolve);
    });
    await host?.start();
  };

  return {
    arm: (crash) => {
      // Two steps may arm crashes that are alike.
      const own = { ...crash };
      armed.push(own);
      return {
        struck: () => (struck.has(own) ? 1 : 0),
        end: () => {
          armed = armed.filter((one) => one !== own);
        },
      };
    },
    reach: (point, context, messageType) => {
      if (armed.length === 0 && options.isFated === undefined) return;
      const waiting = armed.find((one) => one.context === context && one.at === point && (one.on === undefined || one.on === messageType));
      armed = armed.filter((one) => one !== waiting);
      if (waiting !== undefined) struck.add(waiting);
      const crash =
        waiting ?? (options.isFated?.(point, context, messageType) === true ? { context, at: point, restart: true } : undefined);
      if (crash === undefined) return;
      options.recorder.record({ kind: 'fault', fault: 'crash', detail: { context, at: point, message: messageType } });
      const back = comeBack(crash)
        .catch(options.onTrouble)
        .finally(() => restarts.delete(crash));
      restarts.set(crash, back);
      throw new SimulatedCrash(`${context} crashed at ${point} with ${messageType}`);
    },
    restarting: () =>
      [...restarts.keys()].map((crash) => `${crash.context} crashed and ${crash.restart ? 'is coming back' : 'is going down'}`),
    stop: async () => {
      armed = [];
      await Promise.all(restarts.values());
    },
  };
};
