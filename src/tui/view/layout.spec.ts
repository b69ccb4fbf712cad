import { describe, expect, it } from 'vitest';
import { FOOTER_ROWS, layoutOf, panesOf, type PaneName } from './layout.ts';

/** The tabs above the panes. */
const HEADER_ROWS = 1;

const SIZES = [
  [80, 24],
  [100, 30],
  [129, 60],
  [130, 39],
  [130, 40],
  [160, 50],
  [250, 80],
] as const;

describe('a layout', () => {
  it.each(SIZES)('covers the rows between header and footer at %i×%i, once, whatever has the keys', (columns, rows) => {
    for (const [hasSteps, hasBreaker] of [
      [true, true],
      [true, false],
      [false, true],
      [false, false],
    ] as const) {
      for (const focus of panesOf({ hasSteps, hasBreaker })) {
        for (const isZoomed of [true, false]) {
          const places = layoutOf({ columns, rows, focus, isZoomed, hasSteps, hasBreaker });
          expect(places.map(({ pane }) => pane)).toContain(focus);
          const bottom = rows - FOOTER_ROWS;
          for (const [index, one] of places.entries()) {
            expect(one.rows, `${focus} ${one.pane}`).toBeGreaterThanOrEqual(5);
            expect([one.left >= 0, one.left + one.columns <= columns, one.top >= HEADER_ROWS, one.top + one.rows <= bottom]).toEqual([
              true,
              true,
              true,
              true,
            ]);
            for (const other of places.slice(index + 1)) {
              const isApart =
                one.left + one.columns <= other.left ||
                other.left + other.columns <= one.left ||
                one.top + one.rows <= other.top ||
                other.top + other.rows <= one.top;
              expect(isApart, `${one.pane} and ${other.pane}`).toBe(true);
            }
          }
          // Apart from each other and within their bounds, they cover all where their areas add up to it.
          expect(places.reduce((sum, place) => sum + place.columns * place.rows, 0)).toBe(columns * (bottom - HEADER_ROWS));
        }
      }
    }
  });

  it('is one pane where it is zoomed', () => {
    expect(layoutOf({ columns: 160, rows: 50, focus: 'events', isZoomed: true, hasSteps: false, hasBreaker: true })).toHaveLength(1);
  });

  it('is a dashboard of all panes where there is room', () => {
    expect(layoutOf({ columns: 160, rows: 50, focus: 'list', isZoomed: false, hasSteps: true, hasBreaker: true })).toHaveLength(7);
    expect(layoutOf({ columns: 160, rows: 50, focus: 'list', isZoomed: false, hasSteps: false, hasBreaker: true })).toHaveLength(6);
    expect(layoutOf({ columns: 160, rows: 50, focus: 'list', isZoomed: false, hasSteps: false, hasBreaker: false })).toHaveLength(5);
  });

  it('shows beneath the list what follows from it, or what is played', () => {
    const shown = (focus: PaneName, hasSteps: boolean) =>
      layoutOf({ columns: 80, rows: 24, focus, isZoomed: false, hasSteps, hasBreaker: true }).map(({ pane }) => pane);
    expect(shown('list', false)).toEqual(['list', 'aside']);
    expect(shown('list', true)).toEqual(['list', 'steps']);
    expect(shown('aside', true)).toEqual(['list', 'aside']);
    expect(shown('breaker', false)).toEqual(['list', 'breaker']);
    expect(shown('story', false)).toEqual(['story']);
  });

  it.each([
    [79, 24],
    [80, 23],
    [1, 1],
  ])('is nothing at %i×%i', (columns, rows) => {
    expect(layoutOf({ columns, rows, focus: 'list', isZoomed: false, hasSteps: false, hasBreaker: true })).toEqual([]);
  });
});
