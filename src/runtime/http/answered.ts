/** A request that was answered. */
export interface Answered {
  readonly method: string;
  /** The path of its route, as declared; undefined where it met none. */
  readonly route: string | undefined;
  readonly status: number;
  /** From its head to its answer. */
  readonly durationMs: number;
}

/** Hears of answers, to count them. */
export type OnAnswer = (answered: Answered) => void;

/** What is known of a process, in a form that monitoring reads. */
export type MetricsText = () => Promise<{ readonly contentType: string; readonly text: string }>;
