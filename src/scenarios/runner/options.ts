import type { Outcome } from '../../kernel/recording.ts';
import type { BusChoice } from '../../system/options.ts';

/** What `food-sim run` is asked to do. */
export interface RunOptions {
  /** Scenario files or folders; empty for the bundled scenarios. */
  readonly paths: readonly string[];
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
  /** Only scenarios with one of these tags; empty for all. */
  readonly tags: readonly string[];
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
  readonly notifyUrl?: string;
  /** Aborted by Ctrl-C: everything stops, what was reached is reported. */
  readonly signal: AbortSignal;
}

/** How a run ended. */
export interface RunSummary {
  readonly outcome: Outcome;
  /** As in the table of exit codes. */
  readonly exitCode: number;
  readonly counts: Readonly<Record<Outcome, number>>;
  /** The temporary folder, where it was kept. */
  readonly keptFolder?: string;
  /** The first bug met: something thrown that is no OperatingError. */
  readonly bug?: unknown;
}
