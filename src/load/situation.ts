import type { BreakerSettings } from '../runtime/breaker/settings.ts';
import type { LoadSituation } from '../scenarios/language/ast-load.ts';
import { callsOf, type DelayRange as Delay } from '../system/definition.ts';
import type { FaultSpec } from '../system/fault-spec.ts';
import { isPredictable } from './predict/forecast.ts';
import type { LoadOptions } from './options.ts';
import type { LoadPlan } from './plan.ts';
import { predict } from './predict/predict.ts';
import { DEFAULT_COSTS } from './predict/predicted-test.ts';
import type { LoadScenario } from './check-load.ts';
import { volumeWarning } from './predict/volume-warning.ts';

/** A load, as far as it says what the circuit can come to. */
export interface SituatedLoad {
  readonly scenario: LoadScenario;
  readonly plan: LoadPlan;
  /** Faults of the command line; undefined where it names none. */
  readonly faults: readonly FaultSpec[] | undefined;
  readonly breaker: BreakerSettings;
  readonly options: Pick<LoadOptions, 'definition' | 'target'>;
}

/** What the circuit can come to, and what a person should know of it before anything is measured. */
export interface Situation {
  readonly situation: LoadSituation;
  readonly warning: string | undefined;
}

/**
 * How slow look-ups are when the load begins; undefined where nothing slows them down. A target's are taken for as slow as
 * the fault makes them.
 */
export const delayOf = ({ scenario, faults, options }: Pick<SituatedLoad, 'scenario' | 'faults' | 'options'>): Delay | undefined => {
  const { underLoad } = options.definition;
  if (faults !== undefined)
    return faults.findLast((fault) => fault.kind === 'slow-call' && fault.call === underLoad.call) as Delay | undefined;
  if (options.target !== undefined) return callsOf(options.definition).find(({ name }) => name === underLoad.call)?.slow;
  const step = scenario.steps.findLast((one) => one.kind === 'slow lookup');
  return step?.delay ?? undefined;
};

/** The slowest that look-ups will be, at the beginning or later. */
const slowestOf = (load: SituatedLoad): Delay | undefined =>
  [delayOf(load), ...load.plan.segments.map(({ slowLookup }) => slowLookup)].reduce<Delay | undefined>(
    (slowest, delay) => (delay && delay.toMs > (slowest?.toMs ?? 0) ? delay : slowest),
    undefined,
  );

/** So many simulations tell chance from certainty; each is as good as the next, so they need no seed of the run's. */
const SIMULATIONS = 100;
/** A load that is so long, or so large, gets fewer: of many look-ups chance decides little. */
const FEW_SIMULATIONS = 10;
const LARGE_LOAD = 1_000_000;

const chanceOf = async (load: SituatedLoad): Promise<{ readonly opened: number; readonly of: number }> => {
  const { plan, breaker } = load;
  const of = plan.peak * plan.totalMs > LARGE_LOAD ? FEW_SIMULATIONS : SIMULATIONS;
  const lookupDelay = delayOf(load);
  const { opens } = await predict(
    { plan, breaker, ...DEFAULT_COSTS, ...(lookupDelay === undefined ? {} : { lookupDelay }) },
    of,
    'situation',
  );
  return { opened: Math.round(opens.share * of), of };
};

/**
 * What the circuit can come to under this load, by its plan and its faults. Where look-ups are slow and there are enough of
 * them, simulations say whether it will open or whether that is chance: a few users' look-ups fail by half on average.
 */
export const situationOf = async (load: SituatedLoad): Promise<Situation> => {
  const slowest = slowestOf(load);
  if (slowest === undefined || slowest.toMs <= load.breaker.timeoutMs) return { situation: 'look-ups in time', warning: undefined };
  const warning = volumeWarning(load.plan, load.scenario.load, slowest, load.breaker, load.options.definition.underLoad);
  if (warning !== undefined) return { situation: 'too few look-ups', warning };
  // Of requests that make no call no simulation knows.
  if (!isPredictable(load.scenario.load, load.options.definition.underLoad))
    return { situation: 'the circuit can open', warning: undefined };
  const { opened, of } = await chanceOf(load);
  if (opened === of) return { situation: 'the circuit can open', warning: undefined };
  return {
    situation: 'chance decides',
    warning: `whether the circuit opens under this load is chance: it did in ${opened} of ${of} simulations (--predict 1000 says more)`,
  };
};
