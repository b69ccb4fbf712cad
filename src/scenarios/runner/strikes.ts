/** Knows what became of the trouble that a scenario's steps made: a fault that struck nothing proves nothing. */
import { counted } from '../../kernel/counted.ts';
import type { Strikable } from '../../system/system.ts';
import type { CrashStep, FaultStep, SlowLookupStep, Step } from '../language/ast.ts';
import { NotPassed } from './verdict.ts';

/** A step that waits for something to strike. */
type TroubleStep = FaultStep | CrashStep | SlowLookupStep;

/** Whether something must have been struck by this step before its scenario may pass. */
export const mustStrike = (step: Step): step is TroubleStep => {
  switch (step.kind) {
    case 'fault':
      return step.mayNotStrike !== true;
    case 'crash':
      // One that does not wait for its moment strikes the context at once.
      return step.at !== undefined && step.mayNotStrike !== true;
    case 'slow lookup':
      return step.delay !== null && step.mayNotStrike !== true;
    default:
      return false;
  }
};

const placeOf = ({ position, text }: TroubleStep): string => `${position.file}:${position.line}: ${text}`;

/** What must have happened in an exploration of this step, with its place. */
export const strikeTitle = (step: TroubleStep): string => `${placeOf(step)} struck something.`;

/** The strikes of one scenario. */
export interface Strikes {
  /** A step made this trouble; in a loop, one step makes it several times. */
  add(step: TroubleStep, trouble: Strikable): void;
  /** The steps that struck something, and those that did not. */
  struck(): readonly TroubleStep[];
  idle(): readonly TroubleStep[];
}

/** Creates an empty count. */
export const createStrikes = (): Strikes => {
  const troubles = new Map<string, { readonly step: TroubleStep; readonly made: Strikable[] }>();
  const where = (isStruck: boolean): readonly TroubleStep[] =>
    [...troubles.values()].filter(({ made }) => made.some(({ struck }) => struck() > 0) === isStruck).map(({ step }) => step);
  return {
    add: (step, trouble) => {
      if (!mustStrike(step)) return;
      const known = troubles.get(step.path);
      if (known === undefined) troubles.set(step.path, { step, made: [trouble] });
      else known.made.push(trouble);
    },
    struck: () => where(true),
    idle: () => where(false),
  };
};

/** Throws NotPassed where a step struck nothing, at the place of the first such step. */
export const demandStrikes = (strikes: Strikes): void => {
  const idle = strikes.idle();
  const [first] = idle;
  if (first === undefined) return;
  throw new NotPassed({
    message: `${idle.length === 1 ? 'a fault' : counted(idle.length, 'fault')} struck nothing by the end: ${idle.map(placeOf).join('; ')}`,
    expected: 'each fault strikes something',
    actual: idle.map((step) => `line ${step.position.line}: nothing`),
    position: first.position,
    mend: 'Aim it at what happens in this scenario, and set it before that; or write may not strike: true where both are right.',
  });
};
