/** The food system on the screen. */
import type { Screen, ScreenVerb } from '../../tui/definition.ts';
import { textIn } from '../../tui/model/text-in.ts';
import { MYPAGE_STATUS_TEXT } from '../customer/contract.ts';
import { inSeedSpelling } from '../front/contract.ts';
import { VERBS, type Deed } from '../verbs.ts';
import { defaultOrder } from './default-order.ts';
import { MYPAGE } from './mypage.ts';
import { NOTICES } from './notices.ts';
import { createOrderFold, seenOf, type OrderLine } from './order-fold.ts';
import { createPeopleFold, type People } from './people-fold.ts';
import { FOOD_WORDS, paneWordsOf } from './words.ts';

export type { OrderLine } from './order-fold.ts';
export type { People } from './people-fold.ts';

/**
 * What people write, and the statuses in which a verb makes sense beyond the one that the verb's moment names: what a
 * bright key promises.
 */
const MORE: Readonly<Partial<Record<Deed, Partial<ScreenVerb<OrderLine>>>>> = {
  place: {
    fields: [
      { name: 'customerId', kind: 'text' },
      { name: 'storeId', kind: 'text' },
      { name: 'foodId', kind: 'text' },
      { name: 'price', kind: 'number', pattern: /^\d{1,9}$/ },
      { name: 'address', kind: 'text' },
      { name: 'payment', kind: 'choice', choices: ['approve', 'decline'], usual: 'approve' },
    ],
    usual: defaultOrder,
  },
  cancel: { at: { table: 'orders', statuses: ['placed', 'paid', 'accepted'] } },
  pick: { usual: () => ({ riderId: 'rider-1' }) },
  review: {
    fields: [{ name: 'content', kind: 'text' }],
    usual: (_lines, lang) => ({ content: { ko: '맛있어요', en: 'delicious' }[lang] }),
  },
};

const verbOf = (name: Deed): ScreenVerb<OrderLine> => {
  const { makes, at } = VERBS[name] as { readonly makes?: object; readonly at?: { readonly table: string; readonly status?: string } };
  return {
    name,
    makes: makes !== undefined,
    fields: [],
    ...(at === undefined ? {} : { at: { table: at.table, ...(at.status === undefined ? {} : { statuses: [at.status] }) } }),
    ...MORE[name],
  };
};

/** Mypage, with the coupons and notices beside it. */
export const FOOD_SCREEN: Screen<OrderLine, People> = {
  list: MYPAGE,
  aside: NOTICES,
  chooses: 'order',
  createFold: createOrderFold,
  createExtra: createPeopleFold,
  seen: seenOf,
  verbs: (['place', 'accept', 'reject', 'start', 'finish', 'pick', 'confirm', 'cancel', 'review', 'delete-review'] as const).map(verbOf),
  keys: [
    { does: 'place', verb: 'place', keys: ['n'], role: 'customer', asks: 'nothing' },
    { does: 'form', verb: 'place', keys: ['N'], role: 'customer', asks: 'form' },
    { does: 'cancel', verb: 'cancel', keys: ['x'], role: 'customer', asks: 'nothing' },
    { does: 'review', verb: 'review', keys: ['w'], role: 'customer', asks: 'line' },
    { does: 'delete-review', verb: 'delete-review', keys: ['d'], role: 'customer', asks: 'nothing' },
    { does: 'accept', verb: 'accept', keys: ['a'], role: 'store', asks: 'nothing' },
    { does: 'reject', verb: 'reject', keys: ['r'], role: 'store', asks: 'nothing' },
    { does: 'start', verb: 'start', keys: ['s'], role: 'store', asks: 'nothing' },
    { does: 'finish', verb: 'finish', keys: ['f'], role: 'store', asks: 'nothing' },
    { does: 'pick', verb: 'pick', keys: ['p'], role: 'rider', asks: 'nothing' },
    { does: 'confirm', verb: 'confirm', keys: ['c'], role: 'rider', asks: 'nothing' },
  ],
  bar: [
    [
      { role: 'customer', does: ['place', 'form', 'cancel', 'review', 'delete-review'] },
      { role: '', does: ['mark', 'mark-all'] },
    ],
    [
      { role: 'store', does: ['accept', 'reject', 'start', 'finish'] },
      { role: 'rider', does: ['pick', 'confirm'] },
    ],
  ],
  words: FOOD_WORDS,
  slowness: { fault: 'slow-order-lookup', command: 'slow-lookup' },
  tellsFirst: 'customerId',
  saidAlready: new Set(['orderId', 'customerId', 'storeId']),
  sayStatus: (status, lang) =>
    lang === 'ko' && Object.hasOwn(MYPAGE_STATUS_TEXT, status)
      ? paneWordsOf('ko').mypage[status as keyof typeof MYPAGE_STATUS_TEXT]
      : status,
  statuses: Object.keys(MYPAGE_STATUS_TEXT),
  sums: ({ extra }, lang) => {
    const count = extra.noticeCount();
    return [lang === 'ko' ? `알림 ${count}` : `${count} notice${count === 1 ? '' : 's'}`];
  },
  tells: ({ table, row }) => {
    const status = table === 'mypages' ? textIn(row, 'status') : undefined;
    return status === undefined ? undefined : { name: 'Mypage', status };
  },
  details: { OrderPlaced: ['customerId', 'foodId'] },
  call: ({ number }) => `#${number}`,
  spell: inSeedSpelling,
};
