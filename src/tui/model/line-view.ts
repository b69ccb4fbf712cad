import { searchWords } from '../../kernel/words.ts';
import { newestFirst } from './filtered-list.ts';
import type { LineFilter, Thing, Window } from './model.ts';
import { createSearch } from './search.ts';

/** What is looked at: lines in order of their numbers, the first one `base + 1`. */
export interface LineList {
  readonly lines: () => readonly Thing[];
  readonly base: () => number;
}

/** Stretches of the list, filtered or not. A filter is applied once to all, and then only to what changes. */
export interface LineView {
  /** The line of this number is new, or another than it was. */
  changed(number: number): void;
  /** Lines were taken from the beginning. */
  cut(): void;
  from(offset: number, count: number, filter?: LineFilter): Window<Thing>;
  /** Counted from the newest; -1 where it does not pass. */
  indexOf(line: Thing, filter?: LineFilter): number;
}

/** What lines are found by. */
export interface Finding {
  readonly haystack: (line: Thing) => string;
  readonly spell: (word: string) => string;
}

/** Where `number` stands, or would stand, among rising numbers. */
const placeOf = (numbers: readonly number[], number: number): number => {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle]! < number) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** The numbers of the lines that pass one filter, kept up to date. */
const createSieve = (list: LineList, { haystack, spell }: Finding, text: string) => {
  const finds = createSearch(text, spell);
  const passes = (line: Thing): boolean => finds(haystack(line));
  let numbers = list
    .lines()
    .filter(passes)
    .map(({ number }) => number);
  const dirty = new Set<number>();
  return {
    changed: (number: number) => dirty.add(number),
    cut: () => {
      numbers = numbers.slice(placeOf(numbers, list.base() + 1));
    },
    numbers: (): readonly number[] => {
      for (const number of dirty) {
        const line = list.lines()[number - list.base() - 1];
        const place = placeOf(numbers, number);
        const isIn = numbers[place] === number;
        const belongs = line !== undefined && passes(line);
        if (belongs && !isIn) numbers.splice(place, 0, number);
        else if (!belongs && isIn) numbers.splice(place, 1);
      }
      dirty.clear();
      return numbers;
    },
  };
};

/** Looks at the list. Only the last filter is kept ready, since a screen shows one at a time. */
export const createLineView = (list: LineList, finding: Finding): LineView => {
  let key = '';
  let sieve: ReturnType<typeof createSieve> | undefined;
  const sieveOf = (filter: LineFilter | undefined): typeof sieve => {
    const { text = '' } = filter ?? {};
    if (searchWords(text).length === 0) return undefined;
    if (text !== key || sieve === undefined) {
      key = text;
      sieve = createSieve(list, finding, text);
    }
    return sieve;
  };
  return {
    changed: (number) => sieve?.changed(number),
    cut: () => sieve?.cut(),
    from: (offset, count, filter) => {
      const chosen = sieveOf(filter);
      if (chosen === undefined) return newestFirst(list.lines(), offset, count);
      const { total, items } = newestFirst(chosen.numbers(), offset, count);
      return { total, items: items.map((number) => list.lines()[number - list.base() - 1] as Thing) };
    },
    indexOf: (line, filter) => {
      const chosen = sieveOf(filter);
      if (chosen === undefined) return list.base() + list.lines().length - line.number;
      const numbers = chosen.numbers();
      const place = placeOf(numbers, line.number);
      return numbers[place] === line.number ? numbers.length - 1 - place : -1;
    },
  };
};
