import type { LookUpTrace, Overhead } from './look-ups.ts';
import { levelAt, type LoadPlan } from '../plan.ts';

/**
 * What the machine was like while a load was measured: how fast its server took requests, and how long look-ups took
 * beside the delay that was drawn for them. A prediction under these conditions is held against the breaker and the delays
 * alone, and not against a machine that had more to do at one time than at another.
 */
export interface Machine {
  readonly cellMs: number;
  /** The requests that the server could take in each cell. */
  readonly capacities: readonly number[];
  /** In the order of their beginning; without any, look-ups take what they take at rest. */
  readonly overheads: readonly Overhead[];
}

/** Whether users were waiting to be served all through this cell: then the server was busy, and what it took is all that it could. */
const isBusy = (plan: LoadPlan, { cellMs, waiting }: LookUpTrace, index: number): boolean =>
  plan.loop === 'closed' && levelAt(plan, (index + 0.5) * cellMs) - (waiting[index] ?? 0) >= 1;

/**
 * Reckons the machine's conditions from when requests reached the breaker. Where it was busy, its
 * speed is what it took; where all waited for look-ups (or for their time to come, in
 * an open loop) it is taken for as fast as `requestMs` says.
 */
export const machineOf = (plan: LoadPlan, trace: LookUpTrace, requestMs: number): Machine => {
  const { cellMs, reached, overheads } = trace;
  const idle = cellMs / requestMs;
  const capacities = Array.from({ length: Math.ceil(plan.totalMs / cellMs) }, (_, index) => {
    const taken = reached[index] ?? 0;
    return isBusy(plan, trace, index) ? taken : Math.max(taken, idle);
  });
  return { cellMs, capacities, overheads: [...overheads].sort((a, b) => a.atMs - b.atMs) };
};

/** What the last look-up that had begun by this time took beside its delay; before the first one, what the first one took. */
export const overheadAt = (overheads: readonly Overhead[]) => {
  let index = 0;
  return (ms: number): number | undefined => {
    // Asked for times that mostly grow, so the last place is near.
    while (index > 0 && (overheads[index] as Overhead).atMs > ms) index -= 1;
    while (index + 1 < overheads.length && (overheads[index + 1] as Overhead).atMs <= ms) index += 1;
    return overheads[index]?.tookMs;
  };
};
