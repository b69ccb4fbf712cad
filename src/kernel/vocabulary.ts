/** A thing in both languages: English for one and for several, Korean for both. */
export interface Noun {
  readonly one: string;
  readonly many: string;
  readonly ko: string;
}

/** What a system calls things, for those who tell of it: reports, stories, screens. Plain data, so a recording can carry it. */
export interface Vocabulary {
  /** Its contexts, in the order in which they are shown. */
  readonly contexts: readonly string[];
  /** What most of its events are about. */
  readonly noun: Noun;
  /** By table and status, the word that people know; a status without one is shown as it stands. */
  readonly statuses: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** What people call the view whose lag behind the events a load measures. */
  readonly view?: string;
  /** The column that says whose a row is, shown beside its id. */
  readonly owner?: string;
  /** The columns by which a story ends for rows that have no status; by default every column. */
  readonly told?: readonly string[];
}
