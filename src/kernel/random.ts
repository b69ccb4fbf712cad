/** Draws from a seeded stream; the same seed gives the same draws, on every machine. */
export interface Random {
  /** A float in [0, 1). */
  next(): number;
  /** An integer in [0, 2^32). */
  uint32(): number;
  /** An integer in [0, bound). */
  below(bound: number): number;
  /** A stream of its own, that depends on this one's seed and the label alone, not on what was drawn so far. */
  fork(label: string): Random;
}

/** FNV-1a over UTF-16 code units, 32 bit: turns a label into a seed. */
const hash32 = (text: string, basis = 0x811c9dc5): number => {
  let hash = basis;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
};

/**
 * A seeded random stream: sfc32 (Chris Doty-Humphrey's PractRand small fast counter), which passes
 * PractRand and needs only 32-bit integer arithmetic, so it is exact and fast in JavaScript.
 *
 * @param seed any integer or text; equal seeds give equal streams.
 */
export const createRandom = (seed: number | string): Random => {
  const label = String(seed);
  let a = 0;
  let b = 0;
  let c = 0;
  let counter = 1;
  let isBegun = false;
  const step = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  /** Most streams are there for the case that something goes wrong, so a stream begins when it is first drawn from. */
  const begin = (): void => {
    a = hash32(label);
    b = hash32(label, a ^ 0x9e3779b9);
    c = hash32(label, b ^ 0x85ebca6b);
    isBegun = true;
    for (let warmUp = 0; warmUp < 12; warmUp += 1) step();
  };
  const uint32 = (): number => {
    if (!isBegun) begin();
    return step();
  };
  return {
    uint32,
    next: () => uint32() / 0x1_0000_0000,
    below: (bound) => Math.floor((uint32() / 0x1_0000_0000) * bound),
    fork: (child) => createRandom(`${label}/${child}`),
  };
};
