import type { Envelope } from '../../kernel/envelope.ts';
import { SILENT_RECORDER, type Recorder } from '../../kernel/recording.ts';
import { errandOf } from './asked.ts';
import { createSimulatedBus } from './bus.ts';
import { createFaultDecisions } from './fault-decisions.ts';
import type { FaultHappened } from './fault-happened.ts';
import type { Violation } from './invariant.ts';
import { createJudge } from './judge.ts';
import { createOwnClocks } from './own-clocks.ts';
import type { Plan } from '../schedule/plan.ts';
import type { Rig } from './rig.ts';
import { createNaming } from './schedule-naming.ts';
import type { SimulateOptions } from './options.ts';
import { createSimulatedTime } from './time.ts';
import { createLabels, createWorld } from './world.ts';

/** The label of what an event says that people made, by the errand whose request it was. */
export const labelling =
  ({ makers }: Pick<Rig, 'makers'>, { errands }: Pick<Plan, 'errands'>) =>
  ({ type, correlationid }: Envelope): string | undefined =>
    makers.has(type) ? errandOf(errands, correlationid)?.about : undefined;

/** What kept a context from publishing, so that a stop may leave something. */
const IN_THE_WAY: ReadonlySet<FaultHappened['fault']> = new Set(['crash', 'kill', 'publish', 'cut off']);

/** Keeps the faults that happened, and tells them. */
const createFaultLog = (recorder: Recorder) => {
  const faults: FaultHappened[] = [];
  let troubles = 0;
  return {
    faults,
    troubles: () => troubles,
    onFault: (fault: FaultHappened): void => {
      faults.push(fault);
      if (IN_THE_WAY.has(fault.fault)) troubles += 1;
      recorder.record({ kind: 'fault', fault: fault.fault, detail: fault.detail });
    },
  };
};

/** What a schedule happens in: time, the bus, what goes wrong between them, and all that was committed, as its judge sees it. */
export type Surroundings = ReturnType<typeof createSurroundings>;

/** Makes the surroundings of a schedule; nobody is there yet. */
export const createSurroundings = (rig: Rig, { plan, decisions, guide, code = rig.code, recorderFor }: SimulateOptions) => {
  const time = createSimulatedTime();
  guide?.begins(time.elapsedMs);
  const recorder = recorderFor?.(time.elapsedMs) ?? SILENT_RECORDER;
  const violations: Violation[] = [];
  const report = (violation: Violation): void => void violations.push(violation);
  const noticed = new Set<string>();
  const onSeen = (what: string): void => void noticed.add(what);

  const labelOf = labelling(rig, plan);
  const naming = createNaming(labelOf);
  const labels = createLabels(labelOf);
  const faultLog = createFaultLog(recorder);
  const decided = createFaultDecisions({
    plan: plan.faults,
    decisions,
    elapsedMs: time.eventfulMs,
    nameOf: naming.nameOf,
    labelOf: (id) => labels.byId.get(id) ?? id,
    noun: rig.noun,
    makers: rig.makers,
    onFault: faultLog.onFault,
  });
  const onStored = (message: Envelope): void => {
    naming.note(message);
    guide?.stored(message);
  };
  const bus = createSimulatedBus({ timers: time.timers, network: decided, onStored, onSeen });
  const { world, committed } = createWorld(rig.shape, bus, labels);
  return {
    time,
    clocks: createOwnClocks(time, plan.faults.clockJumps, decided.jumped),
    bus,
    decided,
    faultLog,
    naming,
    world,
    committed,
    judge: createJudge(code, world, report),
    recorder,
    violations,
    report,
    noticed,
    onSeen,
  };
};
