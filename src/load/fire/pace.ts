/** How fast a server takes requests, over time. */
export interface Pace {
  /** When a request is served that the server begins at this time; milliseconds since the load began, never earlier than asked before. */
  readonly servedAt: (beginsMs: number) => number;
}

/** A server that each request keeps busy for the same time. */
export const evenPace = (requestMs: number): Pace => ({ servedAt: (beginsMs) => beginsMs + requestMs });

/**
 * A server whose speed changes: so many requests can be served in each cell of time, and one each `requestMs` after the
 * last cell. A cell of none is one in which the machine did something else.
 */
export const measuredPace = (cellMs: number, capacities: readonly number[], requestMs: number): Pace => ({
  servedAt: (beginsMs) => {
    let left = 1;
    let atMs = beginsMs;
    for (let index = Math.floor(beginsMs / cellMs); index < capacities.length; index += 1) {
      const capacity = capacities[index] as number;
      const endMs = (index + 1) * cellMs;
      const room = (capacity * (endMs - atMs)) / cellMs;
      if (room >= left) return atMs + (left * cellMs) / capacity;
      left -= room;
      atMs = endMs;
    }
    return atMs + left * requestMs;
  },
});
