import type { Row } from '../../tui/model/model.ts';

const CUSTOMERS = ['kim', 'lee', 'park', 'choi'] as const;
const STORES = ['s1', 's2'] as const;
const FOODS = [
  { ko: '비빔밥', en: 'bibimbap', price: 12_000 },
  { ko: '김밥', en: 'gimbap', price: 4_500 },
  { ko: '냉면', en: 'naengmyeon', price: 11_000 },
  { ko: '떡볶이', en: 'tteokbokki', price: 6_000 },
  { ko: '갈비탕', en: 'galbitang', price: 15_000 },
] as const;
const ADDRESS = { ko: '서울', en: 'Seoul' } as const;

const turn = <Item>(items: readonly Item[], index: number): Item => items[index % items.length] as Item;

/** The order that one key places: another customer and food each time, so that a screen full of them tells something. */
export const defaultOrder = (ordersSoFar: number, lang: 'ko' | 'en'): Row => {
  const food = turn(FOODS, ordersSoFar);
  return {
    customerId: turn(CUSTOMERS, ordersSoFar),
    storeId: turn(STORES, ordersSoFar),
    foodId: food[lang],
    price: food.price,
    address: ADDRESS[lang],
    payment: 'approve',
  };
};
