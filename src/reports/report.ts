import type { Entry } from '../kernel/recording.ts';
import type { Vocabulary } from '../kernel/vocabulary.ts';
import type { Lang } from './words.ts';

/** A report in the making: takes a recording entry by entry, and writes as soon as it has something to say. */
export interface Reporter {
  entry(entry: Entry): void;
  /** No more entries will come; whether the run finished or not, the report is completed. */
  end(): void;
}

/** How a report is to look; the formats for programs care for none of it. */
export interface ReportOptions {
  readonly color: boolean;
  readonly lang: Lang;
  /** Columns of the terminal, or what a line should not exceed. */
  readonly width: number;
  /** Each step too, not only each scenario. */
  readonly verbose: boolean;
  /** Only what went wrong, and the summary. */
  readonly quiet: boolean;
  /** What the system calls things, where a recording does not say it. */
  readonly vocabulary: Vocabulary;
}

/** Makes a report of one kind, which writes its text piece by piece. */
export type CreateReporter = (write: (text: string) => void, options: ReportOptions) => Reporter;
