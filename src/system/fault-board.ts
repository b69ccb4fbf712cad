import { OperatingError } from '../kernel/errors.ts';
import { slowFaultOf, type SystemDefinition } from './definition.ts';
import { applyFault, parseFault, type FaultSpec } from './fault-spec.ts';
import type { Endable, System } from './system.ts';

/** A fault at work. */
export interface SetFault {
  /** As `--fault` would be given. */
  readonly fault: string;
  /** How often it has struck something. */
  readonly struck: number;
}

/** The faults of a running system: set, ended and listed while it runs. What is wrong is thrown as an OperatingError (usage). */
export interface FaultBoard {
  /** Sets one; false where it is of a context that does not run here. */
  set(text: string): boolean;
  /** Ends those that the text describes, and returns how many. */
  end(text: string): number;
  /** Ends all, and returns how many. */
  clear(): number;
  list(): readonly SetFault[];
  /**
   * Slows calls down, or no longer: the one that the system was started with, else its first, in the usual way. True where
   * one is slow now.
   */
  switchSlowCalls(): boolean;
}

interface Posted {
  readonly text: string;
  readonly spec: FaultSpec;
  readonly at: Endable;
}

/** Whether a spec says all that another one says. */
const isOf = (spec: FaultSpec, described: FaultSpec, isWhole: boolean): boolean => {
  // A delay that is not written is no part of the description.
  const wanted =
    described.kind === 'slow-call' || (described.kind === 'crash' && !isWhole)
      ? { ...described, fromMs: undefined, toMs: undefined, at: undefined }
      : described;
  return Object.entries(wanted).every(
    ([name, value]) => value === undefined || (spec as unknown as Readonly<Record<string, unknown>>)[name] === value,
  );
};

/** A crash is over once it struck. */
const isAtWork = ({ spec, at }: Posted): boolean => spec.kind !== 'crash' || at.struck() === 0;

/** The board of a system that runs these contexts, with the faults that it was started with. */
export const createFaultBoard = (
  system: System,
  definition: SystemDefinition,
  contexts: readonly string[],
  started: readonly string[],
): FaultBoard => {
  let posted: readonly Posted[] = [];
  const atWork = (): readonly Posted[] => (posted = posted.filter(isAtWork));

  const post = (text: string, spec: FaultSpec): void => {
    const at = applyFault(system, spec);
    if (at === undefined) return;
    // A call is slow in one way at a time.
    posted = [
      ...atWork().filter((one) => spec.kind !== 'slow-call' || one.spec.kind !== spec.kind || one.spec.call !== spec.call),
      { text, spec, at },
    ];
  };

  const endAll = (isChosen: (one: Posted) => boolean): number => {
    const chosen = atWork().filter(isChosen);
    posted = posted.filter((one) => !chosen.includes(one));
    for (const { at } of chosen) at.end();
    return chosen.length;
  };

  for (const text of started) post(text, parseFault(text, definition));
  const startedSlow = posted.findLast(({ spec }) => spec.kind === 'slow-call');

  const read = (text: string): FaultSpec => {
    const spec = parseFault(text, definition, 'fault');
    if (spec.kind === 'none')
      throw new OperatingError('usage', "fault: none can't be set", { mend: 'food-sim fault clear ends all that are.' });
    return spec;
  };

  return {
    set: (text) => {
      const spec = read(text);
      const context = 'context' in spec ? spec.context : undefined;
      if (context !== undefined && !contexts.includes(context)) return false;
      post(text, spec);
      return true;
    },
    end: (text) => {
      if (text === 'crash') return endAll(({ spec }) => spec.kind === text);
      const described = read(text);
      return endAll(({ spec }) => isOf(spec, described, text.includes('@')));
    },
    clear: () => endAll(() => true),
    list: () => atWork().map(({ text, at }) => ({ fault: text, struck: at.struck() })),
    switchSlowCalls: () => {
      if (endAll(({ spec }) => spec.kind === 'slow-call') > 0) return false;
      const [first] = system.calls;
      if (startedSlow !== undefined) post(startedSlow.text, startedSlow.spec);
      else if (first !== undefined) post(slowFaultOf(first.name), { kind: 'slow-call', call: first.name, ...first.slow });
      return startedSlow !== undefined || first !== undefined;
    },
  };
};
