/** Where the statuses of each table's rows may go; `none` stands before everything. */
export type Transitions = Readonly<Record<string, readonly (readonly [from: string, to: string])[]>>;

/** Names that were made once; there are as many as pairs of statuses, and each is asked for at every commit. */
const names = new Map<string, Map<string, Map<string, string>>>();

const within = <Key, Inner>(outer: Map<Key, Inner>, key: Key, make: () => Inner): Inner => {
  let inner = outer.get(key);
  if (inner === undefined) outer.set(key, (inner = make()));
  return inner;
};

/** A step from one status to another, as coverage counts it: `orders placed → paid`. */
export const transitionOf = (table: string, from: string, to: string): string => {
  const known = names.get(table)?.get(from)?.get(to);
  if (known !== undefined) return known;
  const ofTable = within(names, table, () => new Map<string, Map<string, string>>());
  return within(
    within(ofTable, from, () => new Map<string, string>()),
    to,
    () => `${table} ${from} → ${to}`,
  );
};
