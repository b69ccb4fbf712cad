import { applyFault, type FaultSpec } from './fault-spec.ts';
import type { Strikable, System } from './system.ts';

/** The faults of a whole run, and what they struck on all its systems. */
export interface FaultTally {
  /** Sets them on one more system. */
  applyTo(system: System): void;
  /** Those that struck nothing on any system, as they were written. */
  idle(): readonly string[];
}

/** Creates the tally of a run with these faults, each with its text. */
export const createFaultTally = (faults: readonly { readonly text: string; readonly spec: FaultSpec }[]): FaultTally => {
  const made = faults.map(({ text, spec }) => ({ text, spec, strikables: [] as Strikable[] }));
  return {
    applyTo: (system) => {
      for (const { spec, strikables } of made) {
        const strikable = applyFault(system, spec);
        if (strikable !== undefined) strikables.push(strikable);
      }
    },
    idle: () =>
      made
        .filter(({ spec, strikables }) => spec.kind !== 'none' && strikables.every(({ struck }) => struck() === 0))
        .map(({ text }) => text),
  };
};
