import type { OperatingError } from '../../kernel/errors.ts';
import { createIds } from '../../kernel/ids.ts';
import { SILENT_LOG } from '../../kernel/log.ts';
import { createRandom } from '../../kernel/random.ts';
import type { Recorder } from '../../kernel/recording.ts';
import type { Envelope } from '../../kernel/envelope.ts';
import { createActor } from '../../runtime/actor/actor.ts';
import { SimulatedCrash, type Actor, type ReachCrashPoint } from '../../runtime/actor/actor-port.ts';
import type { ContextDefinition } from '../../runtime/actor/context.ts';
import type { Disk } from '../../runtime/tables/tables.ts';
import { equip } from '../../system/mutation.ts';
import type { Violation } from './invariant.ts';
import { withFailingHandler } from './failing-handler.ts';
import type { FaultDecisions } from './fault-decisions.ts';
import type { FaultHappened } from './fault-happened.ts';
import { createOutages } from './outages.ts';
import type { OwnClocks } from './own-clocks.ts';
import type { Outage, Plan } from '../schedule/plan.ts';
import type { Rig } from './rig.ts';
import type { SimulatedBus } from './bus.ts';
import { IDLE_MS, type SimulatedTime } from './time.ts';
import type { Turn } from './turn.ts';

/** How long a crashed context takes to come back, in milliseconds. */
const RESTART_MS = 15;
/** How soon an actor tidies up whose disk is kept tidy, in milliseconds. */
const TIDY_MS = 5;

/** What the actors of a schedule work with. */
export interface SimulatedActorsOptions {
  readonly rig: Rig;
  readonly plan: Plan;
  readonly time: SimulatedTime;
  readonly clocks: OwnClocks;
  readonly bus: SimulatedBus;
  readonly disk: Disk;
  readonly turn: Turn;
  readonly recorder: Recorder;
  readonly decided: Pick<FaultDecisions, 'reach' | 'diesInStart'>;
  readonly nameOf: (event: Envelope) => string;
  /** How often a crash or the bus kept something from being published so far. */
  readonly troubles: () => number;
  readonly onFault: (fault: FaultHappened) => void;
  readonly onFailure: (error: unknown) => void;
  readonly onMisuse: (error: OperatingError) => void;
  readonly report: (violation: Violation) => void;
}

/** The actors of a schedule; those that crash come back a little later. */
export interface SimulatedActors {
  readonly actors: Readonly<Record<string, Actor>>;
  /** Sets what stops or kills them, from now on. */
  setOutages(outages: readonly Outage[]): void;
  /** Whether a context would answer. */
  isUp(context: string): boolean;
  /** Whether one of them is just starting or stopping. */
  isBusy(): boolean;
}

/** Makes the actors of a schedule. */
export const createSimulatedActors = (options: SimulatedActorsOptions): SimulatedActors => {
  const { rig, plan, time, clocks, bus, disk, turn, recorder, decided, onFault, onFailure, onMisuse } = options;
  const { reach } = decided;
  const { failingHandler } = plan.faults;
  let starting = 0;
  const random = createRandom(plan.seed);
  clocks.begin();
  const down = new Set<string>();
  const actorNamed = (name: string): Actor => actors[name]!;
  const start = (context: string): void => {
    down.delete(context);
    const begun = actorNamed(context).start();
    if (begun === undefined) return;
    starting += 1;
    void begun.catch(onFailure).finally(() => (starting -= 1));
  };
  const comeBack = (context: string): void => {
    time.timers.after(RESTART_MS, () => {
      start(context);
      if (!decided.diesInStart(context)) return;
      down.add(context);
      void actorNamed(context).crash();
      comeBack(context);
    });
  };
  const reachAndComeBack: ReachCrashPoint = (point, context, messageType) => {
    try {
      reach?.(point, context, messageType);
    } catch (error) {
      if (error instanceof SimulatedCrash) {
        down.add(context);
        comeBack(context);
      }
      throw error;
    }
  };
  const definitionOf = (name: string): ContextDefinition => {
    const definition = rig.definitions[name]!;
    return failingHandler?.context === name ? withFailingHandler(definition, failingHandler, options.nameOf, onFault) : definition;
  };
  const actorOf = (name: string): Actor => {
    const timers = clocks.timersFor(name);
    const equipped = equip({ disk, bus }, rig.system.mutations, rig.mutations);
    return createActor({
      definition: definitionOf(name),
      disk: equipped.disk,
      bus: equipped.bus,
      timers,
      afterTurn: turn.after,
      ids: createIds(timers, random.fork(`ids of ${name}`)),
      random: random.fork(`pauses of ${name}`),
      recorder,
      knownEvents: rig.knownEvents,
      housekeepingDelayMs: plan.faults.isTidy ? TIDY_MS : IDLE_MS,
      log: SILENT_LOG,
      onFailure,
      onMisuse,
      reach: reach === undefined ? undefined : reachAndComeBack,
    });
  };
  const actors: Readonly<Record<string, Actor>> = Object.fromEntries(rig.contexts.map((name) => [name, actorOf(name)]));
  const outages = createOutages({
    actorOf: actorNamed,
    after: time.timers.after,
    start,
    down,
    troubles: options.troubles,
    onFault,
    report: options.report,
  });
  outages.set(plan.faults.outages ?? []);
  return { actors, setOutages: outages.set, isUp: (context) => !down.has(context), isBusy: () => starting > 0 || outages.isStopping() };
};
