/** Mypage, live: each order as its customer sees it. */
import { columnsOf } from '../../reports/width.ts';
import type { ListPane, PaneView } from '../../tui/definition.ts';
import { cell } from '../../tui/view/cells.ts';
import type { Paint } from '../../tui/view/paint.ts';
import { sayMs } from '../../tui/view/spans.ts';
import { sayNumber, shortId } from '../../tui/view/thing-words.ts';
import { MYPAGE_STATUS_TEXT, type MypageStatus } from '../customer/contract.ts';
import { ORDER_STATUS_TEXT, PAYMENT_STATUS_TEXT } from '../front/contract.ts';
import { DELIVERY_STATUS_TEXT } from '../rider/contract.ts';
import { COOKING_STATUS_TEXT } from '../store/contract.ts';
import { ROAD, type OrderLine } from './order-fold.ts';
import type { People } from './people-fold.ts';
import { paneWordsOf } from './words.ts';

type View = PaneView<OrderLine, People>;

const isAside = (status: MypageStatus): boolean => !(ROAD as readonly MypageStatus[]).includes(status);

/** How wide each column is; what is left over goes to the bar, the food and the customer. */
interface Columns {
  readonly number: number;
  readonly id: number;
  readonly customer: number;
  readonly food: number;
  readonly bar: number;
  readonly status: number;
  readonly age: number;
  readonly lag: number;
}

const GUTTER = 2;
const LEAST_WIDTH = 76;

const columnsFor = (inner: number, greatestNumber: number): Columns => {
  const number = Math.max(4, String(greatestNumber).length + 1);
  const spare = Math.max(0, inner - LEAST_WIDTH - (number - 4));
  const bar = 14 + 7 * Math.min(2, Math.floor(spare / 14));
  const rest = spare - (bar - 14);
  const shortage = Math.max(0, LEAST_WIDTH + (number - 4) - inner);
  return {
    number,
    id: 6,
    customer: 8 + Math.min(8, Math.floor(rest / 2)),
    food: 10 - shortage + rest - Math.min(8, Math.floor(rest / 2)),
    bar,
    status: 12,
    age: 6,
    lag: 7,
  };
};

const statusMark = (status: MypageStatus): string =>
  status === 'cancel-requested' ? '… ' : isAside(status) ? '✗ ' : status === 'delivered' ? '✓ ' : '';

const statusPaint = (order: OrderLine, paint: Paint): ((text: string) => string) => {
  const { mypage } = order;
  if (mypage === undefined) return paint.dim;
  if (mypage === 'delivered') return paint.good;
  if (mypage === 'unpaid' || mypage === 'cancel-requested') return paint.warn;
  return isAside(mypage) ? paint.bad : paint.onTheWay;
};

const progressBar = (order: OrderLine, columns: number, paint: Paint): string => {
  const each = columns / ROAD.length;
  const full = Math.max(0, order.progress + 1) * each;
  const hasEndedAside = order.mypage !== undefined && isAside(order.mypage) && order.mypage !== 'cancel-requested';
  const tint = statusPaint(order, paint);
  return (
    (full === 0 ? '' : tint((hasEndedAside ? '▗' : '▄').repeat(full))) +
    (full === columns ? '' : paint.dim((hasEndedAside ? ' ' : '▁').repeat(columns - full)))
  );
};

const sayLag = (order: OrderLine, { words }: View): string => {
  if (order.behind > 0) return `${order.behind} ${words.say.waiting}`;
  return order.lastLagMs === undefined ? '' : sayMs(order.lastLagMs);
};

const orderRow = (order: OrderLine, view: View, columns: Columns): string => {
  const { paint, words, nowMs } = view;
  const isChosen = order.id === view.chosen?.id;
  const isMarked = view.marked.has(order.id);
  const gutter = (isChosen ? '▸' : ' ') + (isMarked ? '●' : ' ');
  const status = order.mypage === undefined ? '–' : `${statusMark(order.mypage)}${paneWordsOf(words.lang).mypage[order.mypage]}`;
  const ageMs = (order.isFinal ? order.changedAtMs : nowMs) - order.beganAtMs;
  const lead = `${cell(sayNumber(order), columns.number)} ${cell(shortId(order.id), columns.id)} ${cell(order.customer, columns.customer)} ${cell(order.food, columns.food)}`;
  return [
    isChosen ? paint.frame(gutter) : paint.warn(gutter),
    isChosen ? paint.chosen(lead) : lead,
    ` ${progressBar(order, columns.bar, paint)} `,
    statusPaint(order, paint)(cell(status, columns.status)),
    ` ${cell(words.span(ageMs), columns.age, 'right')} `,
    (order.behind > 0 ? paint.warn : paint.dim)(cell(sayLag(order, view), columns.lag, 'right')),
  ].join('');
};

/** The way that the chosen order goes, with where it is: what the seed's words mean, without being told. */
const roadLine = (order: OrderLine, { words, paint }: View, inner: number): string => {
  const texts = paneWordsOf(words.lang).mypage;
  const label = `${sayNumber(order)} `;
  const { mypage, progress } = order;
  const aside = mypage !== undefined && isAside(mypage) ? mypage : undefined;
  const shown = aside === undefined ? ROAD : ROAD.slice(0, progress + 1);
  const parts = shown.map((status, index) => {
    const text = texts[status];
    if (aside === undefined && index === progress) return { text, painted: paint.chosen(text) };
    return { text, painted: index <= progress ? paint.good(text) : paint.dim(text) };
  });
  if (aside !== undefined) {
    const text = `${statusMark(aside)}${texts[aside]}`;
    parts.push({ text, painted: paint.chosen(text) });
  }
  const wide = columnsOf(label) + parts.reduce((sum, { text }) => sum + columnsOf(text), 0) + 3 * (parts.length - 1);
  const line = paint.strong(label) + parts.map(({ painted }) => painted).join(paint.dim(' → '));
  return wide <= inner ? line + ' '.repeat(inner - wide) : cell(parts.map(({ text }) => text).join(' → '), inner);
};

const headings = (columns: Columns, { words, paint }: View): string => {
  const { order, customer, food, progress } = paneWordsOf(words.lang);
  const text = [
    ' '.repeat(GUTTER) + cell(order, columns.number + 1 + columns.id),
    cell(customer, columns.customer),
    cell(food, columns.food),
    cell(progress, columns.bar + 1 + columns.status),
    cell(words.say.age, columns.age, 'right'),
    cell(words.say.lag, columns.lag, 'right'),
  ].join(' ');
  return paint.heading(text);
};

const HELD = [
  ['front', 'order', ORDER_STATUS_TEXT],
  ['front', 'payment', PAYMENT_STATUS_TEXT],
  ['store', 'cooking', COOKING_STATUS_TEXT],
  ['rider', 'delivery', DELIVERY_STATUS_TEXT],
  ['customer', 'mypage', MYPAGE_STATUS_TEXT],
] as const;

/** What each context holds for the order, in the seed's words or as the English literal; a dash where it knows nothing. */
const held = (order: OrderLine, { words, model }: View): readonly { readonly name: string; readonly value: string }[] => {
  const coupons = model.extra.customer(order.customer)?.coupons;
  const pairs = HELD.map(([context, what, texts]) => {
    const status = order[what];
    const value =
      status === undefined ? '–' : words.lang === 'ko' ? ((texts as Readonly<Record<string, string>>)[status] ?? status) : status;
    return { name: `${context}.${what}`, value };
  });
  return coupons === undefined ? pairs : [...pairs, { name: order.customer, value: paneWordsOf(words.lang).coupons(coupons) }];
};

/** The list of orders. */
export const MYPAGE: ListPane<OrderLine, People> = {
  name: 'mypage',
  heading: (view, columns, greatest) => headings(columnsFor(columns, greatest), view),
  row: (order, view, columns, greatest) => orderRow(order, view, columnsFor(columns, greatest)),
  below: roadLine,
  title: ({ customer, food, id }) => [customer, food, id],
  held,
};
