import { OUTCOME_KINDS, type LoadAnswer } from '../../kernel/load.ts';

/** Answers that ended in a stretch of time, by kind of outcome. */
export interface AnswerColumn {
  readonly counts: ReadonlyMap<string, number>;
}

/** Answers over time; columns of equal length from the load's beginning. */
export interface AnswersOverTime {
  readonly columnMs: number;
  /** The kinds there are, in the order of {@link OUTCOME_KINDS}, others behind. */
  readonly kinds: readonly string[];
  readonly columns: readonly AnswerColumn[];
}

/** A fold over the answers of a load. */
export interface AnswerCounter {
  readonly put: (answers: readonly LoadAnswer[]) => void;
  readonly columns: () => AnswersOverTime;
}

const CELL_MS = 100;
/** The most columns of a picture. */
const MOST_COLUMNS = 100;
/** Ten hours: what ends later is counted in the last cell. */
const MOST_CELLS = 360_000;

/** Counts answers in cells of 100 ms, and makes columns of whole cells. */
export const createAnswerCounter = (): AnswerCounter => {
  const cells: (Map<string, number> | undefined)[] = [];
  return {
    put: (answers) => {
      for (const [, , , endMs, , kind] of answers) {
        const cell = (cells[Math.min(MOST_CELLS, Math.max(0, Math.floor(endMs / CELL_MS)))] ??= new Map<string, number>());
        cell.set(kind, (cell.get(kind) ?? 0) + 1);
      }
    },
    columns: () => {
      const perColumn = Math.max(1, Math.ceil(cells.length / MOST_COLUMNS));
      const seen = new Set<string>();
      const columns = Array.from({ length: Math.ceil(cells.length / perColumn) }, (_, index) => {
        const counts = new Map<string, number>();
        for (const cell of cells.slice(index * perColumn, (index + 1) * perColumn)) {
          for (const [kind, count] of cell ?? []) {
            seen.add(kind);
            counts.set(kind, (counts.get(kind) ?? 0) + count);
          }
        }
        return { counts };
      });
      const known: readonly string[] = OUTCOME_KINDS;
      const kinds = [...known.filter((kind) => seen.has(kind)), ...[...seen].filter((kind) => !known.includes(kind)).sort()];
      return { columnMs: perColumn * CELL_MS, kinds, columns };
    },
  };
};
