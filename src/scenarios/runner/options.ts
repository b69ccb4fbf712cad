import type { Counts, Outcome } from '../../kernel/recording.ts';
import type { Address, Secret } from '../../kernel/secret.ts';
import type { BusChoice } from '../../system/options.ts';
import type { System } from '../../system/system.ts';
import type { SpokenSystem } from '../definition.ts';
import type { Scenario, Step } from '../language/ast.ts';
import type { Former } from './former.ts';
import type { Journal } from './journal.ts';
import type { ScenarioResult } from './scenario-run.ts';
import type { Shard } from './shard.ts';

/** Somebody who follows a run from within and sets its pace, as a terminal UI does. What it waits for must end when the run is aborted. */
export interface Companion {
  /** What the system and the scenario are recorded by, from the beginning; by default the journal itself. */
  readonly journalFor?: (journal: Journal) => Journal;
  /** A scenario's system is up, and stays so until {@link beforeStop} lets it go. */
  readonly systemStarted: (system: System, scenario: Scenario, journal: Journal) => void;
  /** Waited for before each step that is no part of another; the scenario's time does not run meanwhile. */
  readonly beforeStep: (step: Step) => Promise<void>;
  /** Waited for once the steps are over, before the system is stopped. */
  readonly beforeStop: (result: ScenarioResult, isLast: boolean) => Promise<void>;
}

/** What `food-sim run` is asked to do. */
export interface RunOptions {
  /** The system that is run, and that the scenarios are about. */
  readonly system: SpokenSystem;
  /** Scenario files or folders; empty for the bundled scenarios. */
  readonly paths: readonly string[];
  /** Scenarios that stand in no file, instead of those of {@link paths}. */
  readonly scenarios?: readonly Scenario[];
  readonly companion?: Companion;
  readonly bus: BusChoice;
  /** `virtual` skips waiting; only on the memory bus. */
  readonly time: 'real' | 'virtual';
  /** The run's seed, as typed; drawn by the caller where the user gave none. */
  readonly seed: string;
  /** True where the user gave the seed: then it is stronger than a scenario's own. */
  readonly isSeedGiven?: boolean;
  /** Scenarios under way at once; at least 1. Virtual time runs one at a time. */
  readonly jobs: number;
  /** Stop after the first scenario that does not pass. */
  readonly bail: boolean;
  /** Only scenarios whose name matches. */
  readonly grep?: RegExp;
  /** Only scenarios that one of these expressions matches (`cancel and not slow`); empty for all. */
  readonly tags: readonly string[];
  /** What a former run recorded: what {@link lastFailed} picks from, and what makes the parts of {@link shard} alike. */
  readonly former?: Former;
  /** Only what did not pass in the former run. */
  readonly lastFailed?: boolean;
  /** Only this part of what else was chosen. */
  readonly shard?: Shard;
  /** Only scenarios that are made of one of these files. */
  readonly changed?: readonly string[];
  /** How often each scenario is played; once by default. */
  readonly repeat?: number;
  /** How many more attempts one that does not pass is given; none by default. */
  readonly retries?: number;
  /** Whether a scenario that passes at a later attempt only keeps the run from passing. */
  readonly failOnFlaky?: boolean;
  /** Values for `${name}` in scenario files, over the file's own. */
  readonly vars: Readonly<Record<string, string>>;
  /** The longest a scenario may take, and the longest wait for rest; a scenario's own `timeout` is stronger. */
  readonly timeoutMs?: number;
  /** Where state is kept and gone on from; a temporary folder where absent. */
  readonly dataDir?: string;
  /** Keep the temporary folder, and say where it is. */
  readonly keep: boolean;
  /** Faults that hold for the whole run: `slow-order-lookup`, `duplicate=Paid` … */
  readonly faults: readonly string[];
  /** Names of the domain's mutations. */
  readonly mutations: readonly string[];
  /** Where notices are sent; the log where absent. */
  readonly notifyUrl?: Address;
  /** Asked of each caller on every port. */
  readonly token?: Secret;
  /** The gateway of a system that runs elsewhere, judged in place of one of our own; its stream is heard where the bus is external. */
  readonly target?: Address;
  /** Skips the scenarios that can't be judged there; they are refused otherwise. */
  readonly skipFaults?: boolean;
  /** Hears, before anything is run, what is worth a word about the files, and no mistake. */
  readonly onNote?: (note: string) => void;
  /** Aborted by Ctrl-C: everything stops, what was reached is reported. */
  readonly signal: AbortSignal;
}

/** How a run ended. */
export interface RunSummary {
  readonly outcome: Outcome;
  /** As in the table of exit codes. */
  readonly exitCode: number;
  readonly counts: Counts;
  /** The temporary folder, where it was kept. */
  readonly keptFolder?: string;
  /** The first bug met: something thrown that is not an OperatingError. */
  readonly bug?: unknown;
}
