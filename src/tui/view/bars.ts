const EIGHTHS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** A share from 0 to 1 as `columns` columns, full ones and empty ones. */
export const bar = (share: number, columns: number): { readonly full: string; readonly empty: string } => {
  const bounded = Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0;
  // A little is not nothing, and nearly all is not all.
  const rounded = Math.round(bounded * columns);
  const full =
    bounded > 0 && rounded === 0 ? Math.min(1, columns) : bounded < 1 && rounded === columns ? Math.max(0, columns - 1) : rounded;
  return { full: '█'.repeat(full), empty: '░'.repeat(columns - full) };
};

/** Values as columns of eight heights, the last `columns` of them, against the greatest (or a given top); a gap where there is none. */
export const sparkline = (values: readonly (number | undefined)[], columns: number, top?: number): string => {
  const shown = columns <= 0 ? [] : values.slice(-columns);
  const highest = top ?? Math.max(0, ...shown.map((value) => value ?? 0));
  return shown
    .map((value) => {
      if (value === undefined || highest <= 0) return ' ';
      if (value <= 0) return EIGHTHS[0];
      return EIGHTHS[Math.min(EIGHTHS.length - 1, Math.max(0, Math.ceil((value / highest) * EIGHTHS.length) - 1))];
    })
    .join('');
};
