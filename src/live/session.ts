import { messageOf } from '../kernel/errors.ts';
import type { Entry } from '../kernel/recording.ts';
import { hearLoads, type LoadJournal } from '../load/load-journal.ts';
import type { LoadCompanion } from '../load/options.ts';
import type { HeldMessage } from '../runtime/faults/faults.ts';
import type { Companion } from '../scenarios/runner/options.ts';
import type { System } from '../system/system.ts';
import { createModel } from '../tui/model/create-model.ts';
import type { LiveSample } from '../tui/model/model.ts';
import type { ActionKind, ActResult, SessionEnd, TuiAction, TuiSession } from '../tui/session-port.ts';
import { createFaultDesk } from './fault-desk.ts';
import { createLoadDesk, type LoadDefaults } from './load-desk.ts';
import type { LiveSystem } from './live-system.ts';
import { createPace } from './pace.ts';
import { createVerbDesk } from './verb-desk.ts';
import { liveWords, type Lang } from './words.ts';

/** What a live session is opened with. */
export interface LiveOptions {
  readonly lang: Lang;
  readonly system: LiveSystem;
  /** Whether scenarios of files are played, which can be paused and stepped. */
  readonly hasScenarios: boolean;
  /** Whether they wait for a key before each step, from the first one on. */
  readonly isPaused: boolean;
  /** Whether the system stays up after the last scenario, until somebody quits. */
  readonly lingers: boolean;
  /** What loads are started with; undefined where the run is a load itself. */
  readonly load: LoadDefaults | undefined;
  /** Ends the session from outside. */
  readonly signal: AbortSignal;
}

/** A session, and the ends by which a run or a load is tied to it. */
export interface Live {
  readonly session: TuiSession;
  /** For `runScenarios`. */
  readonly companion: Companion;
  /** For `runLoad`. */
  readonly loadCompanion: LoadCompanion;
  /** Each entry of the recording, as it is made. */
  readonly entry: (entry: Entry) => void;
  readonly loadTotal: (totalMs: number) => void;
  /** Aborted when the run is to end where it stands. */
  readonly signal: AbortSignal;
  /** The run is over, and everything is stopped. */
  readonly end: (end: SessionEnd) => void;
}

const SAMPLE_MS = 250;

/** The system at work now, and what it is recorded by. */
interface Stage {
  readonly system: System;
  readonly journal: LoadJournal;
}

const createListeners = () => {
  const listeners = new Set<() => void>();
  return {
    tell: () => {
      for (const listener of listeners) listener();
    },
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
};

/** How far the scenario is, as only whoever plays it knows. */
type Play = Pick<LiveSample, 'nextStep' | 'verdict'>;

/** The parts of a session that its actions go to. */
const createDesks = (options: LiveOptions) => {
  const { screened } = options.system;
  const words = liveWords(options.lang, screened.screen.words[options.lang].live);
  const model = createModel(screened);
  const listeners = createListeners();
  const abort = new AbortController();
  const signal = AbortSignal.any([options.signal, abort.signal]);
  const pace = createPace(options);
  const note = (error: unknown): void => stage?.journal.record({ kind: 'note', text: messageOf(error) });
  let stage: Stage | undefined;
  let loadTotalMs: number | undefined;
  let play: Play = {};
  return {
    play: () => play,
    setPlay: (to: Play) => {
      play = to;
    },
    words,
    model,
    listeners,
    abort,
    signal,
    pace,
    verbs: createVerbDesk({ lang: options.lang, words, system: options.system, model }),
    faults: createFaultDesk(screened, words),
    loads: options.load === undefined ? undefined : createLoadDesk(options.load, words, signal, note),
    stage: () => stage,
    setStage: (to: Stage | undefined) => {
      stage = to;
    },
    loadTotalMs: () => loadTotalMs,
    setLoadTotalMs: (to: number) => {
      loadTotalMs = to;
    },
  };
};

type Desks = ReturnType<typeof createDesks>;

/** To whoever waits for it, a message that a fault keeps back is one that has not come yet, like all others in its inbox. */
const withHeld = (backlog: LiveSample['contexts'], held: readonly HeldMessage[]): LiveSample['contexts'] =>
  Object.fromEntries(
    Object.entries(backlog).flatMap(([context, waits]) =>
      waits === undefined ? [] : [[context, { ...waits, inbox: waits.inbox + held.filter((one) => one.context === context).length }]],
    ),
  );

/** Tells the model from time to time what only the system knows; returns how to stop. */
const sampleOften = (desks: Desks, hasScenarios: boolean): (() => void) => {
  const { model, listeners, faults, loads, pace } = desks;
  let isBusy = false;
  const sample = async (): Promise<void> => {
    const system = desks.stage()?.system;
    const backlog: LiveSample['contexts'] = system === undefined ? {} : await system.backlog();
    const held = system?.faults.held() ?? [];
    const state = pace.state();
    const totalMs = loads?.totalMs() ?? desks.loadTotalMs();
    model.sample({
      contexts: withHeld(backlog, held),
      faults: faults.active(),
      held: held.length,
      areDeliveriesPaused: faults.arePaused(),
      ...desks.play(),
      scenario: !hasScenarios ? 'none' : state === 'waiting' ? 'waiting' : state === 'running' ? 'running' : 'none',
      ...(totalMs === undefined ? {} : { loadTotalMs: totalMs }),
    });
    listeners.tell();
  };
  const timer = setInterval(() => {
    if (isBusy) return;
    isBusy = true;
    // A context that stops just now can't say how much waits for it; the next look will.
    sample()
      .catch(() => undefined)
      .finally(() => {
        isBusy = false;
      });
  }, SAMPLE_MS);
  return () => clearInterval(timer);
};

const actOn = async (desks: Desks, { system, journal }: Stage, action: TuiAction): Promise<ActResult> => {
  const { verbs, faults, loads, words } = desks;
  switch (action.kind) {
    case 'make':
      return verbs.make(system, action);
    case 'ask':
      return verbs.ask(system, action);
    case 'slow-calls':
      return faults.slowCalls(system, action);
    case 'strike-next':
      return faults.strikeNext(system, action);
    case 'hold':
      return faults.hold(system, action);
    case 'release':
      return faults.release(system);
    case 'deliveries':
      return faults.deliveries(system, action);
    case 'context':
      return faults.context(system, action);
    case 'load':
      // A load first makes its world, and would wait for it without a word.
      if (action.change === 'start' && faults.arePaused()) return { outcome: 'impossible', text: words.loadWhilePaused };
      return loads === undefined ? { outcome: 'impossible', text: words.loadRunning } : loads.act(system, journal, action, faults.isSlow());
    case 'scenario':
    case 'quit':
      throw new Error(`${action.kind} needs no system`);
  }
};

const paceBy = ({ pace, words }: Desks, { change }: Extract<TuiAction, { kind: 'scenario' }>): ActResult => {
  const done = (text: string): ActResult => ({ outcome: 'done', text, made: [] });
  if (pace.state() === 'lingering') return { outcome: 'impossible', text: words.noScenario };
  switch (change) {
    case 'pause':
      pace.pause();
      return done(words.scenarioPaused);
    case 'resume':
      pace.resume();
      return done(words.scenarioResumed);
    case 'step':
      pace.pause();
      pace.step();
      return done(words.scenarioStepped);
  }
};

const createAct = (desks: Desks, hasScenarios: boolean): TuiSession['act'] => {
  const { words, pace, abort } = desks;
  const perform = async (action: TuiAction): Promise<ActResult> => {
    if (action.kind === 'quit') {
      // Once all is played, leaving interrupts nothing.
      if (pace.state() !== 'lingering' || action.isInterrupt === true) abort.abort('quit');
      pace.stop();
      return { outcome: 'done', text: words.leaving, made: [] };
    }
    if (action.kind === 'scenario') return hasScenarios ? paceBy(desks, action) : { outcome: 'impossible', text: words.noScenario };
    const stage = desks.stage();
    if (stage === undefined) return { outcome: 'impossible', text: desks.signal.aborted ? words.over : words.notYet };
    return actOn(desks, stage, action);
  };
  return async (action) => {
    try {
      return await perform(action);
    } catch (error) {
      return { outcome: 'impossible', text: messageOf(error) };
    } finally {
      desks.listeners.tell();
    }
  };
};

/** What the clock of the model says now: it stands at its last entry, and time has gone on since. */
const createModelClock = (desks: Desks) => {
  let fedAt = performance.now();
  return {
    fed: () => {
      fedAt = performance.now();
    },
    nowMs: () => desks.model.atMs + (performance.now() - fedAt),
  };
};

/** Opens a session; nothing runs yet. */
export const createLive = (options: LiveOptions): Live => {
  const { hasScenarios } = options;
  const desks = createDesks(options);
  const { model, listeners, pace, signal, faults, loads } = desks;
  const clock = createModelClock(desks);
  const stopSampling = sampleOften(desks, hasScenarios);
  signal.addEventListener('abort', pace.stop, { once: true });
  let settle: (end: SessionEnd) => void = () => undefined;
  const ended = new Promise<SessionEnd>((resolve) => {
    settle = resolve;
  });
  const enter = (system: System, journal: LoadJournal): void => {
    faults.forget();
    desks.setPlay({});
    desks.setStage({ system, journal });
    listeners.tell();
  };
  const leave = async (isLast: boolean): Promise<void> => {
    if (!signal.aborted) await pace.afterScenario(isLast);
    await loads?.stop();
    desks.setStage(undefined);
  };
  let journal: LoadJournal | undefined;
  const canNow = (kind: ActionKind): boolean => {
    if (kind === 'quit') return true;
    if (kind === 'scenario') return hasScenarios && pace.state() !== 'lingering';
    // Before the system is up, and once it is being stopped, there is nothing to act on.
    return desks.stage() !== undefined && (kind !== 'load' || loads !== undefined);
  };
  return {
    session: {
      system: options.system.screened,
      model,
      get version() {
        return model.version;
      },
      get title() {
        const { run } = model;
        return run === undefined ? '' : `${run.bus} · ${run.seed}`;
      },
      nowMs: clock.nowMs,
      can: canNow,
      act: createAct(desks, hasScenarios),
      subscribe: listeners.subscribe,
      ended,
    },
    companion: {
      journalFor: (own) => (journal = hearLoads(own)),
      systemStarted: (system) => {
        if (journal !== undefined) enter(system, journal);
      },
      beforeStep: async ({ path, text }) => {
        desks.setPlay({ nextStep: { step: path, text } });
        await pace.beforeStep();
        desks.setPlay({});
      },
      beforeStop: ({ outcome, failure }, isLast) => {
        if (hasScenarios) desks.setPlay({ verdict: { outcome, ...(failure === undefined ? {} : { failure }) } });
        return leave(isLast);
      },
    },
    loadCompanion: { systemStarted: enter, beforeStop: leave },
    entry: (entry) => {
      model.feed(entry);
      clock.fed();
      listeners.tell();
    },
    loadTotal: desks.setLoadTotalMs,
    signal,
    end: (end) => {
      stopSampling();
      desks.setStage(undefined);
      settle(end);
    },
  };
};
