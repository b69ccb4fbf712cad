/**
 * A list that only grows at its end and is cut at its beginning, seen through a filter. Items are known by their number,
 * which rises by one.
 */
export interface FilteredList<Item> {
  /** All items that pass, oldest first, as of now. */
  read(): readonly Item[];
}

/** What it looks at: the items from number `first`, in order. */
export interface Growing<Item> {
  readonly first: () => number;
  readonly last: () => number;
  readonly at: (number: number) => Item;
}

/** Sees `list` through a filter; each item is looked at once, however often it is read. */
export const createFilteredList = <Item extends { readonly number: number }>(
  list: Growing<Item>,
  passes: (item: Item) => boolean,
): FilteredList<Item> => {
  let kept: Item[] = [];
  let seen = 0;
  return {
    read: () => {
      const first = list.first();
      const stale = kept.findIndex(({ number }) => number >= first);
      if (stale === -1) kept = [];
      else if (stale > 0) kept = kept.slice(stale);
      for (let number = Math.max(seen + 1, first); number <= list.last(); number += 1) {
        const item = list.at(number);
        if (passes(item)) kept.push(item);
      }
      seen = list.last();
      return kept;
    },
  };
};

/** Of a list in order of time, `count` items from `offset`, counted from the newest. */
export const newestFirst = <Item>(
  items: readonly Item[],
  offset: number,
  count: number,
): { readonly total: number; readonly items: readonly Item[] } => {
  const end = Math.max(0, items.length - Math.max(0, offset));
  return { total: items.length, items: items.slice(Math.max(0, end - count), end).reverse() };
};
