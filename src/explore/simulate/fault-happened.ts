/** A fault that happened. */
export interface FaultHappened {
  readonly fault:
    | 'drop'
    | 'delay'
    | 'duplicate'
    | 'publish'
    | 'crash'
    | 'lookup'
    | 'slow disk'
    | 'clock jump'
    | 'late'
    | 'cut off'
    | 'handler'
    | 'stop'
    | 'kill'
    | 'late duplicate'
    | 'late request';
  /** What it happened to: `Paid A to store`. */
  readonly to: string;
  readonly detail: Readonly<Record<string, unknown>>;
}
