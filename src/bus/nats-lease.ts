import type { StreamConfig } from '@nats-io/jetstream';
import type { CellName, WorldUse } from './bus.ts';

const MS_IN_NS = 1_000_000;

/**
 * How long a temporary world lives that nobody listens to: longer than any connection is lost and comes back. The server
 * forgets its consumers then.
 */
export const LEASE_MS = 10 * 60_000;

/** The longest that messages of a temporary world are kept, should nobody ever come to remove it. */
const LONGEST_STAY_MS = 7 * 24 * 3_600_000;

const MADE_FOR = 'food-sim-made-for';
const OWNER = 'food-sim-owner';
const CELL = 'food-sim-cell';

/** The settings of a stream that say what it is for, and by which the server lets go of what was left behind. */
export const leaseOf = ({ madeFor, isTemporary, cell }: WorldUse, owner: string): Partial<StreamConfig> => ({
  metadata: {
    [MADE_FOR]: madeFor,
    ...(isTemporary ? { [OWNER]: owner } : {}),
    ...(cell === undefined ? {} : { [CELL]: `${cell.of} ${cell.cell} ${cell.cells}` }),
  },
  ...(isTemporary ? { max_age: LONGEST_STAY_MS * MS_IN_NS, consumer_limits: { inactive_threshold: LEASE_MS * MS_IN_NS } } : {}),
});

const isUse = (text: string | undefined): text is WorldUse['madeFor'] => text === 'run' || text === 'serve';

/** What a stream says it is for, and who opened it where it goes with them. */
export const readLease = ({
  metadata = {},
}: StreamConfig): { readonly madeFor: WorldUse['madeFor'] | undefined; readonly owner: string | undefined } => {
  const madeFor = metadata[MADE_FOR];
  return { madeFor: isUse(madeFor) ? madeFor : undefined, owner: metadata[OWNER] };
};

/** Which cell a stream says it is; undefined where it is none. */
export const readCell = ({ metadata = {} }: Pick<StreamConfig, 'metadata'>): CellName | undefined => {
  const [, of, cell, cells] = /^(\S+) (\d+) (\d+)$/.exec(metadata[CELL] ?? '') ?? [];
  return of === undefined ? undefined : { of, cell: Number(cell), cells: Number(cells) };
};
