/** The panes, in the order of their numbers. */
const PANES = ['list', 'aside', 'story', 'events', 'breaker', 'contexts', 'steps'] as const;
/** A pane, by name. */
export type PaneName = (typeof PANES)[number];

/** Where a pane stands, in columns and rows of the terminal from its upper left corner; the frame is part of it. */
export interface Place {
  readonly pane: PaneName;
  readonly left: number;
  readonly top: number;
  readonly columns: number;
  readonly rows: number;
}

/** What a layout is made for. */
export interface LayoutNeeds {
  readonly columns: number;
  readonly rows: number;
  readonly focus: PaneName;
  readonly isZoomed: boolean;
  readonly hasSteps: boolean;
  readonly hasBreaker: boolean;
}

/** The smallest terminal that is drawn on. */
const SMALLEST = { columns: 80, rows: 24 } as const;

/** Rows above the panes: the tabs. */
const HEADER_ROWS = 1;
/** Rows below the panes: what was said last, and what the keys do. */
export const FOOTER_ROWS = 4;

const DASHBOARD = { columns: 130, rows: 40 } as const;
const BELOW_ROWS = 7;
/** The breaker with what a load came to, and the list above it with two lines at least. */
const BREAKER_ROWS = 12;

/** The panes that can be gone through: the steps only where a scenario is played, the breaker only where contexts ask each other. */
export const panesOf = ({ hasSteps, hasBreaker }: Pick<LayoutNeeds, 'hasSteps' | 'hasBreaker'>): readonly PaneName[] =>
  PANES.filter((pane) => (pane !== 'steps' || hasSteps) && (pane !== 'breaker' || hasBreaker));

type Share = readonly [pane: PaneName, rows: number];

/** Stacks panes in a column; each share of rows is taken as a weight. */
const stack = (left: number, columns: number, top: number, rows: number, shares: readonly Share[]): Place[] => {
  const total = shares.reduce((sum, [, weight]) => sum + weight, 0);
  let from = 0;
  let weightBefore = 0;
  return shares.map(([pane, weight]) => {
    weightBefore += weight;
    const to = Math.round((rows * weightBefore) / total);
    const place = { pane, left, top: top + from, columns, rows: to - from };
    from = to;
    return place;
  });
};

const dashboard = ({ columns, hasSteps, hasBreaker }: LayoutNeeds, rows: number): readonly Place[] => {
  const leftColumns = Math.round(columns * 0.54);
  const left: readonly Share[] = hasSteps
    ? [
        ['list', 17],
        ['steps', 12],
        ['events', 16],
      ]
    : [
        ['list', 22],
        ['events', 23],
      ];
  const right: readonly Share[] = hasBreaker
    ? [
        ['story', 16],
        ['aside', 9],
        ['breaker', 11],
        ['contexts', 9],
      ]
    : [
        ['story', 24],
        ['aside', 12],
        ['contexts', 9],
      ];
  return [...stack(0, leftColumns, HEADER_ROWS, rows, left), ...stack(leftColumns, columns - leftColumns, HEADER_ROWS, rows, right)];
};

/** The list, and below it what follows from it, or what is played; as high as the terminal allows. */
const listAnd = (below: 'aside' | 'steps' | 'breaker', columns: number, rows: number): readonly Place[] => {
  const belowRows = below === 'breaker' ? Math.max(BREAKER_ROWS, Math.floor(rows / 2)) : Math.max(BELOW_ROWS, Math.floor(rows / 3));
  return [
    { pane: 'list', left: 0, top: HEADER_ROWS, columns, rows: rows - belowRows },
    { pane: below, left: 0, top: HEADER_ROWS + rows - belowRows, columns, rows: belowRows },
  ];
};

/** Low and wide: the list on the left, and beside it the pane that is asked for. */
const sideBySide = ({ columns, focus }: LayoutNeeds, rows: number): readonly Place[] => {
  const half = Math.floor(columns / 2);
  const beside: PaneName = focus === 'list' || focus === 'aside' ? 'story' : focus;
  return [...listAnd('aside', half, rows), { pane: beside, left: half, top: HEADER_ROWS, columns: columns - half, rows }];
};

/** Which panes are seen, and where; none where the terminal is smaller than {@link SMALLEST}. */
export const layoutOf = (needs: LayoutNeeds): readonly Place[] => {
  const { columns, focus, isZoomed } = needs;
  if (columns < SMALLEST.columns || needs.rows < SMALLEST.rows) return [];
  const rows = needs.rows - HEADER_ROWS - FOOTER_ROWS;
  const whole: Place = { pane: focus, left: 0, top: HEADER_ROWS, columns, rows };
  if (isZoomed) return [whole];
  if (columns >= DASHBOARD.columns) return needs.rows >= DASHBOARD.rows ? dashboard(needs, rows) : sideBySide(needs, rows);
  // Under load one wants to see what becomes of the list as well.
  if (focus === 'aside' || focus === 'breaker') return listAnd(focus, columns, rows);
  return focus === 'list' ? listAnd(needs.hasSteps ? 'steps' : 'aside', columns, rows) : [whole];
};

/** The columns within a frame, with a space at each side. */
export const innerColumns = (place: Pick<Place, 'columns'>): number => place.columns - 4;

/** The rows within a frame. */
export const innerRows = (place: Pick<Place, 'rows'>): number => place.rows - 2;

/** A box of this size in the middle of where the panes are. */
export const boxOf = (state: Pick<LayoutNeeds, 'columns' | 'rows'>, columns: number, rows: number): Place => {
  const most = state.rows - HEADER_ROWS - FOOTER_ROWS;
  const height = Math.min(most, rows);
  // A box that leaves only a strip of the panes beside it would look like a broken frame: then it takes all.
  const width = columns >= state.columns - 6 ? state.columns : Math.min(state.columns - 4, columns);
  return {
    pane: 'list',
    left: Math.floor((state.columns - width) / 2),
    top: HEADER_ROWS + Math.floor((most - height) / 2),
    columns: width,
    rows: height,
  };
};

/** The rows of a pane's list, without its frame and what stands around the list in it. */
export const listRowsOf = (pane: PaneName, rows: number): number => Math.max(1, rows - 2 - AROUND_LIST[pane]);

/** Rows within the frame that are not the list: headings, sums, the way of the chosen line. */
export const AROUND_LIST: Readonly<Record<PaneName, number>> = {
  list: 3,
  aside: 1,
  story: 3,
  events: 0,
  breaker: 0,
  contexts: 0,
  steps: 1,
};
