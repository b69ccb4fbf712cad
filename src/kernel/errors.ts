/**
 * An error that decides something and that no one debugs: it is made without its stack, which would cost more than
 * all else that a refused command does.
 */
export class Decision extends Error {
  constructor(message: string) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(message);
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/**
 * A refusal that the business cares about: the command was understood and is not allowed now.
 * It rolls back its transaction, and is mapped once to HTTP (a problem document) by the runtime.
 */
export class Refusal extends Decision {
  override readonly name = 'Refusal';
  /** Stable, kebab-case; listed in the catalogue (`runtime/problems.ts`). */
  readonly code: string;
  /** Members that the problem document carries beside its standard ones. */
  readonly detail: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, detail: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = code;
    this.detail = detail;
  }
}

/**
 * Thrown by a handler whose message came too early (its order is not known here yet): the message is
 * parked and handled again after the next message of the same subject, or later. It is not a failure
 * until it has waited too long.
 */
export class NotYet extends Decision {
  override readonly name = 'NotYet';
}

/** Thrown at a crash point: the actor dies there. Made without a stack, as are the other errors that decide. */
export class SimulatedCrash extends Decision {
  override readonly name = 'SimulatedCrash';
}

/** What kind of trouble an {@link OperatingError} is; decides the exit code (docs: exit codes). */
export type Trouble =
  | 'usage' // 2: unknown command, option or value
  | 'invalid-input' // 3: a scenario, configuration or input file is invalid
  | 'inconclusive' // 4: no rest in time
  | 'infrastructure' // 5: no server, port taken, disk full, database locked or damaged
  | 'interrupted'; // 130

/** A failure that a person can act on: says what is wrong, where, and what mends it. A bug is never one. */
export class OperatingError extends Error {
  override readonly name = 'OperatingError';
  readonly trouble: Trouble;
  /** What the reader can do about it, as a full sentence; shown on a line of its own. */
  readonly mend: string | undefined;
  /** Whether it ends by itself, so that whoever tries again comes through: a lock that is let go of, a bus that comes back. */
  readonly isPassing: boolean;
  /** Whether somebody has no room to store what was given: more of it would only wait, too. */
  readonly lacksRoom: boolean;

  constructor(
    trouble: Trouble,
    message: string,
    options: { mend?: string; cause?: unknown; isPassing?: boolean; lacksRoom?: boolean } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.trouble = trouble;
    this.mend = options.mend;
    this.isPassing = options.isPassing ?? false;
    this.lacksRoom = options.lacksRoom ?? false;
  }
}

/** Throws: the program is wrong, not its input. Only `cli/main` catches it (exit 70). */
export const assert: (condition: unknown, claim: string) => asserts condition = (condition, claim) => {
  if (!condition) throw new Error(`assertion failed: ${claim}`);
};

/** The message of whatever was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What the system's codes say of a file, for people. */
const FILE_REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or directory',
  ENOTDIR: 'what should be a folder on its way is a file',
  EISDIR: 'it is a folder',
  EACCES: 'there is no permission for it',
  EPERM: 'there is no permission for it',
  ELOOP: 'its symbolic links go round in a circle',
};

/** Why the system refused a file, in words; the message of anything else. */
export const fileReasonOf = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  return FILE_REASONS[code] ?? messageOf(error);
};
