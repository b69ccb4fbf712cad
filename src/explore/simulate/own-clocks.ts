import type { Calendar, Cancel, EpochMs } from '../../kernel/clock.ts';
import type { ClockJump } from '../schedule/plan.ts';
import type { SimulatedTime } from './time.ts';

/** The contexts' own clocks, which may be set forward or back. */
export interface OwnClocks {
  /** The jumps begin to be waited for. */
  begin(): void;
  /** What a context tells the time by. */
  timersFor(context: string): Calendar;
  /** What time it is to a context. */
  nowOf(context: string): EpochMs;
}

/** The clock of one context that is set now and then; appointments are made again by what it shows then. */
const createOwnClock = (time: SimulatedTime) => {
  let offsetMs = 0;
  const appointments = new Set<{ readonly make: () => void }>();
  const at = (instant: EpochMs, wake: () => void): Cancel => {
    let cancel: Cancel = () => undefined;
    const appointment = {
      make: (): void => {
        cancel();
        cancel = time.timers.at(instant - offsetMs, () => {
          appointments.delete(appointment);
          wake();
        });
      },
    };
    appointments.add(appointment);
    appointment.make();
    return () => {
      appointments.delete(appointment);
      cancel();
    };
  };
  const calendar: Calendar = { ...time.timersFor(() => offsetMs), at };
  return {
    calendar,
    jump: (byMs: number): void => {
      offsetMs += byMs;
      for (const { make } of appointments) make();
    },
  };
};

/** Creates the clocks of a schedule; `onJump` hears of each jump. */
export const createOwnClocks = (
  time: SimulatedTime,
  jumps: readonly ClockJump[],
  onJump: (context: string, byMs: number) => void,
): OwnClocks => {
  const own = new Map(jumps.map(({ context }) => [context, createOwnClock(time)]));
  return {
    begin: () => {
      for (const { context, atMs, byMs } of jumps) {
        time.timers.after(atMs, () => {
          own.get(context)?.jump(byMs);
          onJump(context, byMs);
        });
      }
    },
    timersFor: (context) => own.get(context)?.calendar ?? time.timers,
    nowOf: (context) => own.get(context)?.calendar.now() ?? time.timers.now(),
  };
};
