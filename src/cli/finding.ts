/** What looking at one thing found: `note` is worth knowing, `bad` keeps food-sim from running. */
export interface Finding {
  readonly state: 'ok' | 'note' | 'bad';
  readonly text: string;
  /** A line each. */
  readonly details?: readonly string[];
  readonly mend?: string;
}
