/** Remembers the last ids that were put in, at least half of `limit` of them. */
export interface SeenSet {
  /** Puts it in; false where it was in already. */
  add(id: string): boolean;
  has(id: string): boolean;
  copy(): SeenSet;
}

const build = (limit: number, given: { readonly young: Set<string>; readonly old: Set<string> }): SeenSet => {
  let { young, old } = given;
  const has = (id: string): boolean => young.has(id) || old.has(id);
  return {
    has,
    add: (id) => {
      if (has(id)) return false;
      // Two generations: forgetting a whole one is cheaper than finding the oldest each time.
      if (young.size >= limit / 2) {
        old = young;
        young = new Set();
      }
      young.add(id);
      return true;
    },
    copy: () => build(limit, { young: new Set(young), old: new Set(old) }),
  };
};

/** An empty one. */
export const createSeenSet = (limit: number): SeenSet => build(limit, { young: new Set(), old: new Set() });
