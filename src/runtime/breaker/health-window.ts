/** How the calls in the window went. */
export interface Health {
  /** Calls that were made, or rejected for want of a thread; short-circuited ones don't count. */
  readonly requests: number;
  readonly errors: number;
  /** Whole percent, rounded down as Hystrix does: 49.9 is 49. */
  readonly errorPercent: number;
}

/** Health of so many errors among so many requests. */
export const healthOf = (requests: number, errors: number): Health => ({
  requests,
  errors,
  errorPercent: requests === 0 ? 0 : Math.trunc((errors * 100) / requests),
});

/** Counts calls over the last moments, bucket by bucket. Times are milliseconds since the window began. */
export interface HealthWindow {
  /** Counts one call that ended at this time. */
  add(atMs: number, isError: boolean): void;
  /** The counts at this time, which may be the end of a bucket: the bucket that begins then is not begun by looking. */
  at(atMs: number): Health;
  isEmpty(): boolean;
}

/** Makes an empty window; times must not go back by more than rounding. */
export const createHealthWindow = (windowMs: number, buckets: number): HealthWindow => {
  const bucketMs = windowMs / buckets;
  // A dozen plain numbers are made in no time, where a typed array asks for memory of its own.
  const requests = new Array<number>(buckets).fill(0);
  const errors = new Array<number>(buckets).fill(0);
  let current = 0;
  let requestCount = 0;
  let errorCount = 0;
  const moveTo = (bucket: number): void => {
    // After a long silence each bucket is emptied once, however much time went by.
    const first = Math.max(current + 1, bucket - buckets + 1);
    for (let index = first; index <= bucket; index += 1) {
      const place = index % buckets;
      requestCount -= requests[place] as number;
      errorCount -= errors[place] as number;
      requests[place] = 0;
      errors[place] = 0;
    }
    if (bucket > current) current = bucket;
  };
  return {
    add: (atMs, isError) => {
      moveTo(Math.floor(atMs / bucketMs));
      const place = current % buckets;
      (requests[place] as number) += 1;
      requestCount += 1;
      if (!isError) return;
      (errors[place] as number) += 1;
      errorCount += 1;
    },
    at: (atMs) => {
      moveTo(Math.ceil(atMs / bucketMs) - 1);
      return healthOf(requestCount, errorCount);
    },
    isEmpty: () => requestCount === 0,
  };
};
