/** The rows of a long list that are shown: from `first`, `count` of them. */
export interface Window {
  readonly first: number;
  readonly count: number;
}

/**
 * The rows to show of `length`, so that the chosen one is among them. `first` is where the window was: it moves no
 * further than it must, so that a list does not jump under the reader's eyes.
 */
export const windowOf = (length: number, rows: number, chosen: number, first: number): Window => {
  const count = Math.max(0, Math.min(rows, length));
  const most = Math.max(0, length - count);
  const near = chosen < first ? chosen : chosen >= first + count ? chosen - count + 1 : first;
  return { first: Math.min(most, Math.max(0, near)), count };
};

/** The place of a scroll bar's thumb: its first row and its rows, of `rows`; undefined where all is shown. */
export const thumbOf = (length: number, rows: number, first: number): { readonly first: number; readonly rows: number } | undefined => {
  if (length <= rows || rows <= 0) return undefined;
  const size = Math.max(1, Math.floor((rows * rows) / length));
  return { first: Math.round(((rows - size) * first) / (length - rows)), rows: size };
};
