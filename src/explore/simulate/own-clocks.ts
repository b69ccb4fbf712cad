import type { EpochMs, Timers } from '../../kernel/clock.ts';
import type { ClockJump } from '../schedule/plan.ts';
import type { SimulatedTime } from './time.ts';

/** The contexts' own clocks, which may be set forward or back. */
export interface OwnClocks {
  /** The jumps begin to be waited for. */
  begin(): void;
  /** What a context tells the time by. */
  timersFor(context: string): Timers;
  /** What time it is to a context. */
  nowOf(context: string): EpochMs;
}

/** Creates the clocks of a schedule; `onJump` hears of each jump. */
export const createOwnClocks = (time: SimulatedTime, jumps: readonly ClockJump[], onJump: (context: string, byMs: number) => void): OwnClocks => {
  const offsets = new Map<string, number>();
  return {
    begin: () => {
      for (const { context, atMs, byMs } of jumps) {
        time.timers.after(atMs, () => {
          offsets.set(context, (offsets.get(context) ?? 0) + byMs);
          onJump(context, byMs);
        });
      }
    },
    timersFor: (context) => (jumps.some((jump) => jump.context === context) ? time.timersFor(() => offsets.get(context) ?? 0) : time.timers),
    nowOf: (context) => time.timers.now() + (offsets.size === 0 ? 0 : (offsets.get(context) ?? 0)),
  };
};
