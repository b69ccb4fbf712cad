/** How far a load has come. */
export interface LoadProgress {
  readonly elapsedMs: number;
  readonly totalMs: number;
  readonly answers: number;
  readonly failed: number;
  readonly state: string;
}
