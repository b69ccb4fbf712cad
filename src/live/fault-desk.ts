import type { DeliveryGate, FaultHandle } from '../runtime/faults/faults.ts';
import type { System } from '../system/system.ts';
import type { ScreenedSystem } from '../tui/definition.ts';
import type { ActiveFault } from '../tui/model/model.ts';
import type { ActResult, TuiAction } from '../tui/session-port.ts';
import type { LiveWords } from './words.ts';

type Of<Kind extends TuiAction['kind']> = Extract<TuiAction, { kind: Kind }>;

/** Sets faults on the system of a session, and knows which are at work. */
export interface FaultDesk {
  slowCalls(system: System, action: Of<'slow-calls'>): ActResult;
  strikeNext(system: System, action: Of<'strike-next'>): ActResult;
  hold(system: System, action: Of<'hold'>): ActResult;
  release(system: System): ActResult;
  deliveries(system: System, action: Of<'deliveries'>): ActResult;
  context(system: System, action: Of<'context'>): Promise<ActResult>;
  /** Whether look-ups are slow because somebody here wanted it. */
  readonly isSlow: () => boolean;
  readonly arePaused: () => boolean;
  readonly active: () => readonly ActiveFault[];
  /** Another system, on which nothing is set yet. */
  readonly forget: () => void;
}

const done = (text: string): ActResult => ({ outcome: 'done', text, made: [] });
const impossible = (text: string): ActResult => ({ outcome: 'impossible', text });

interface Set {
  readonly name: string;
  readonly handle: FaultHandle;
}

/** Whether the rule may still strike, or keeps something back. */
const isAtWork = ({ handle }: Set): boolean => handle.struck() < (handle.rule.times ?? 1);

/** A desk for one session. */
export const createFaultDesk = ({ eventTypes, screen }: Pick<ScreenedSystem, 'eventTypes' | 'screen'>, words: LiveWords): FaultDesk => {
  const { slowness } = screen;
  let isSlow = false;
  let gate: DeliveryGate | undefined;
  let set: readonly Set[] = [];

  const add = (system: System, fault: 'duplicate' | 'drop' | 'hold', type: string | undefined): ActResult => {
    const known = eventTypes.find((one) => one.toLowerCase() === type?.toLowerCase());
    if (type !== undefined && known === undefined) return impossible(words.unknownType(type, eventTypes));
    const rule = { kind: fault, times: fault === 'hold' ? Infinity : 1, ...(known === undefined ? {} : { type: known }) };
    set = [...set.filter(isAtWork), { name: `${fault}${known === undefined ? '' : ` ${known}`}`, handle: system.faults.add(rule) }];
    return done(words.armed(fault, known));
  };

  return {
    slowCalls: (system, { isOn }) => {
      if (slowness === undefined) return impossible(words.noCalls);
      isSlow = isOn;
      for (const { name, slow } of system.calls) system.slowCall(name, isOn ? slow : undefined);
      return done(words.slow(isOn));
    },
    strikeNext: (system, { fault, type }) => add(system, fault, type),
    hold: (system, { type }) => add(system, 'hold', type),
    release: (system) => {
      const held = system.faults.held().filter(({ fault }) => fault === 'hold').length;
      const atWork = set.filter(isAtWork);
      if (atWork.length === 0) return impossible(words.nothingToRelease);
      for (const { handle } of set) handle.release();
      set = [];
      return done(
        words.released(
          gate === undefined
            ? held
            : held - system.faults.held().filter(({ fault, dueAt }) => fault === 'hold' && dueAt === undefined).length,
        ),
      );
    },
    deliveries: (system, { change }) => {
      if (change === 'pause') {
        if (gate !== undefined) return impossible(words.pausedAlready);
        gate = system.faults.shut();
        return done(words.paused);
      }
      if (gate === undefined) return impossible(words.notPaused);
      if (change === 'resume') {
        gate.open();
        gate = undefined;
        return done(words.resumed);
      }
      const passed = gate.step();
      return passed === undefined ? impossible(words.nothingHeld) : done(words.stepped(passed.type, passed.subject, passed.context));
    },
    context: async (system, { context, change }) => {
      const isRunning = system.isRunning(context);
      if (isRunning === (change === 'start')) return impossible(words.contextAlready(context, isRunning));
      if (change === 'start') await system.startContext(context);
      else if (change === 'stop') await system.stopContext(context);
      else await system.crashContext(context);
      return done(words.context(context, change));
    },
    isSlow: () => isSlow,
    arePaused: () => gate !== undefined,
    active: () => {
      set = set.filter(isAtWork);
      return [
        ...(isSlow && slowness !== undefined ? [{ name: slowness.fault }] : []),
        ...set.map(({ name, handle }) => ({ name, struck: handle.struck() })),
      ];
    },
    forget: () => {
      isSlow = false;
      gate = undefined;
      set = [];
    },
  };
};
