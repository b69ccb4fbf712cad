import type { Logger } from '../kernel/log.ts';
import type { Io } from './io.ts';
import type { OptionName, Settings } from './options/options.ts';
import type { Origin } from './options/settings.ts';

/** What a command works with. */
export interface Invocation {
  readonly io: Io;
  /** The arguments that are not options, as its {@link Command} declares them; optional ones may be missing. */
  readonly words: readonly string[];
  readonly settings: Settings;
  readonly origins: Readonly<Record<OptionName, Origin>>;
  /** All commands, for those that describe them. */
  readonly commands: readonly Command[];
  readonly log: Logger;
  /** Aborted by Ctrl-C, and by what ends processes politely. */
  readonly signal: AbortSignal;
}

/** Runs a command: its exit code. Throws an OperatingError for what its user can mend. */
export type Run = (invocation: Invocation) => Promise<number>;

/** A command as `--help` and completion show it; its code is loaded when it is run. */
export interface Command {
  readonly name: string;
  /** Commander's form: `[path...]`, `<file>`. */
  readonly words: readonly {
    readonly form: string;
    readonly summary: string;
    readonly choices?: readonly string[];
    /** Whether a choice may be followed by = and more. */
    readonly takesValue?: true;
    /** What files to offer when completing. */
    readonly completes?: 'scenarios' | 'recordings' | 'failures';
  }[];
  readonly summary: string;
  readonly options: readonly OptionName[];
  /** True where the log stays silent unless its level is chosen: what the system under test says belongs to the report. */
  readonly isQuietByDefault?: true;
  /** Command lines to learn from. */
  readonly examples: readonly string[];
  readonly load: () => Promise<{ readonly run: Run }>;
}
