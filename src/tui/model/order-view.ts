import { searchWords } from '../../kernel/words.ts';
import { MYPAGE_STATUS_TEXT } from '../../contexts/customer/contract.ts';
import { newestFirst } from './filtered-list.ts';
import type { OrderFilter, OrderLine, Window } from './model.ts';
import { createSearch } from './search.ts';

/** What is looked at: lines in order of their numbers, the first one `base + 1`. */
export interface OrderList {
  readonly lines: () => readonly OrderLine[];
  readonly base: () => number;
}

/** Stretches of the list, filtered or not. A filter is applied once to all, and then only to what changes. */
export interface OrderView {
  /** The order of this number is new, or another than it was. */
  changed(number: number): void;
  /** Lines were taken from the beginning. */
  cut(): void;
  from(offset: number, count: number, filter?: OrderFilter): Window<OrderLine>;
  /** Counted from the newest; -1 where it does not pass. */
  indexOf(order: OrderLine, filter?: OrderFilter): number;
}

const haystack = (order: OrderLine): string => {
  const { orderId, number, customer, store, food, address, mypage } = order;
  const status = mypage === undefined ? '' : `${mypage} ${MYPAGE_STATUS_TEXT[mypage]}`;
  return `${orderId} #${number} ${customer} ${store} ${food} ${address} ${status}`;
};

const passesOf = ({ text = '', customer, isFinal }: OrderFilter): ((order: OrderLine) => boolean) => {
  const finds = createSearch(text);
  return (order) => {
    if (customer !== undefined && order.customer !== customer) return false;
    if (isFinal !== undefined && order.isFinal !== isFinal) return false;
    return finds(haystack(order));
  };
};

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

/** The numbers of the orders that pass one filter, kept up to date. */
const createSieve = (list: OrderList, filter: OrderFilter) => {
  const passes = passesOf(filter);
  let numbers = list.lines().filter(passes).map(({ number }) => number);
  const dirty = new Set<number>();
  return {
    changed: (number: number) => dirty.add(number),
    cut: () => {
      numbers = numbers.slice(placeOf(numbers, list.base() + 1));
    },
    numbers: (): readonly number[] => {
      for (const number of dirty) {
        const order = list.lines()[number - list.base() - 1];
        const place = placeOf(numbers, number);
        const isIn = numbers[place] === number;
        const belongs = order !== undefined && passes(order);
        if (belongs && !isIn) numbers.splice(place, 0, number);
        else if (!belongs && isIn) numbers.splice(place, 1);
      }
      dirty.clear();
      return numbers;
    },
  };
};

/** Looks at the list. Only the last filter is kept ready, since a screen shows one at a time. */
export const createOrderView = (list: OrderList): OrderView => {
  let key = '';
  let sieve: ReturnType<typeof createSieve> | undefined;
  const sieveOf = (filter: OrderFilter | undefined): typeof sieve => {
    const { text = '', customer, isFinal } = filter ?? {};
    if (searchWords(text).length === 0 && customer === undefined && isFinal === undefined) return undefined;
    const wanted = JSON.stringify([text, customer, isFinal]);
    if (wanted !== key || sieve === undefined) {
      key = wanted;
      sieve = createSieve(list, filter ?? {});
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
      return { total, items: items.map((number) => list.lines()[number - list.base() - 1] as OrderLine) };
    },
    indexOf: (order, filter) => {
      const chosen = sieveOf(filter);
      if (chosen === undefined) return list.base() + list.lines().length - order.number;
      const numbers = chosen.numbers();
      const place = placeOf(numbers, order.number);
      return numbers[place] === order.number ? numbers.length - 1 - place : -1;
    },
  };
};
