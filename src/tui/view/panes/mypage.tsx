import type { ReactElement } from 'react';
import type { MypageStatus } from '../../../contexts/customer/contract.ts';
import type { OrderLine } from '../../model/model.ts';
import { ORDER_VERBS } from '../../session-port.ts';
import { columnsOf } from '../../../reports/width.ts';
import { cell } from '../cells.ts';
import { isStarting } from '../deeds.ts';
import { keyOf } from '../key-map.ts';
import { AROUND_LIST, innerColumns, innerRows, listRowsOf, type Place } from '../layout.ts';
import { sayOrder, shortId } from '../order-words.ts';
import type { Paint } from '../paint.ts';
import { emptyLines, Pane, type PaneContent } from '../pane.tsx';
import { allows } from '../possible.ts';
import type { Scene } from '../scene.ts';
import { sayCount, sayMs } from '../spans.ts';
import type { ScreenWords } from '../screen-words.ts';

/** Mypage's statuses in order of progress; the others stand aside. */
const ROAD = ['unpaid', 'paid', 'accepted', 'cooking', 'cooked', 'delivering', 'delivered'] as const satisfies readonly MypageStatus[];

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
  return { number, id: 6, customer: 8 + Math.min(8, Math.floor(rest / 2)), food: 10 - shortage + rest - Math.min(8, Math.floor(rest / 2)), bar, status: 12, age: 6, lag: 7 };
};

const statusMark = (status: MypageStatus): string => (status === 'cancel-requested' ? '… ' : isAside(status) ? '✗ ' : status === 'delivered' ? '✓ ' : '');

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
  return (full === 0 ? '' : tint((hasEndedAside ? '▗' : '▄').repeat(full))) + (full === columns ? '' : paint.dim((hasEndedAside ? ' ' : '▁').repeat(columns - full)));
};

const sayLag = (order: OrderLine, words: ScreenWords): string => {
  if (order.behind > 0) return `${order.behind} ${words.say.waiting}`;
  return order.lastLagMs === undefined ? '' : sayMs(order.lastLagMs);
};

const orderRow = (order: OrderLine, scene: Scene, columns: Columns): string => {
  const { paint, words, state, nowMs } = scene;
  const isChosen = order.orderId === scene.chosen?.orderId;
  const isMarked = state.marked.has(order.orderId);
  const gutter = (isChosen ? '▸' : ' ') + (isMarked ? '●' : ' ');
  const status = order.mypage === undefined ? '–' : `${statusMark(order.mypage)}${words.mypage[order.mypage]}`;
  const ageMs = (order.isFinal ? order.changedAtMs : nowMs) - order.placedAtMs;
  const lead = `${cell(sayOrder(order), columns.number)} ${cell(shortId(order.orderId), columns.id)} ${cell(order.customer, columns.customer)} ${cell(order.food, columns.food)}`;
  return [
    isChosen ? paint.frame(gutter) : paint.warn(gutter),
    isChosen ? paint.chosen(lead) : lead,
    ` ${progressBar(order, columns.bar, paint)} `,
    statusPaint(order, paint)(cell(status, columns.status)),
    ` ${cell(words.span(ageMs), columns.age, 'right')} `,
    (order.behind > 0 ? paint.warn : paint.dim)(cell(sayLag(order, words), columns.lag, 'right')),
  ].join('');
};

/** The way that the chosen order goes, with where it is: what the seed's words mean, without being told. */
const roadLine = (order: OrderLine, scene: Scene, inner: number): string => {
  const { words, paint } = scene;
  const label = `${sayOrder(order)} `;
  const { mypage, progress } = order;
  const aside = mypage !== undefined && isAside(mypage) ? mypage : undefined;
  const shown = aside === undefined ? ROAD : ROAD.slice(0, progress + 1);
  const parts = shown.map((status, index) => {
    const text = words.mypage[status];
    if (aside === undefined && index === progress) return { text, painted: paint.chosen(text) };
    return { text, painted: index <= progress ? paint.good(text) : paint.dim(text) };
  });
  if (aside !== undefined) {
    const text = `${statusMark(aside)}${words.mypage[aside]}`;
    parts.push({ text, painted: paint.chosen(text) });
  }
  const wide = columnsOf(label) + parts.reduce((sum, { text }) => sum + columnsOf(text), 0) + 3 * (parts.length - 1);
  const line = paint.strong(label) + parts.map(({ painted }) => painted).join(paint.dim(' → '));
  return wide <= inner ? line + ' '.repeat(inner - wide) : cell(parts.map(({ text }) => text).join(' → '), inner);
};

/** What can be done next with the chosen order, and by whom. */
const nextLine = (order: OrderLine, scene: Scene, inner: number): string => {
  const { words, paint } = scene;
  const verbs = scene.can('order') ? ORDER_VERBS.filter((verb) => allows(order, verb)) : [];
  const label = `${words.say.nextStep}  `;
  const texts = verbs.map((verb) => ({ key: keyOf(verb), text: words.does[verb] }));
  const wide = columnsOf(label) + texts.reduce((sum, { key, text }) => sum + columnsOf(key) + 1 + columnsOf(text), 0) + 3 * Math.max(0, texts.length - 1);
  if (texts.length === 0 || wide > inner) return paint.dim(cell(verbs.length === 0 && order.isFinal ? words.say.final : `${label}…`, inner));
  return paint.dim(label) + texts.map(({ key, text }) => `${paint.key(key)} ${text}`).join('   ') + ' '.repeat(inner - wide);
};

const headings = (columns: Columns, { words, paint }: Scene): string => {
  const { say } = words;
  const text = [
    ' '.repeat(GUTTER) + cell(say.order, columns.number + 1 + columns.id),
    cell(say.customer, columns.customer),
    cell(say.food, columns.food),
    cell(say.progress, columns.bar + 1 + columns.status),
    cell(say.age, columns.age, 'right'),
    cell(say.lag, columns.lag, 'right'),
  ].join(' ');
  return paint.heading(text);
};

const noteOf = (scene: Scene): string => {
  const { words, state, orders } = scene;
  const filter = state.filters.mypage === '' ? [] : [`/${state.filters.mypage}`];
  const marked = state.marked.size === 0 ? [] : [`● ${words.marked(sayCount(state.marked.size))}`];
  return [words.orders(sayCount(orders.total)), ...filter, ...marked].join(' · ');
};

const emptyText = (scene: Scene): string => {
  const { state, words, player, model } = scene;
  if (state.filters.mypage !== '') return words.say.noOrdersFound;
  if (player !== undefined) return words.say.noOrdersRecorded;
  if (isStarting(scene)) return words.say.notYet;
  return model.live?.scenario === 'waiting' ? words.say.stepHint : words.say.noOrders;
};

const contentOf = (scene: Scene, place: Place): PaneContent => {
  const { orders, chosen, paint } = scene;
  const inner = innerColumns(place);
  if (orders.total === 0) return { note: noteOf(scene), lines: emptyLines(place, emptyText(scene), paint.strong) };
  const columns = columnsFor(inner, orders.items[0]?.number ?? 0);
  const rows = orders.items.map((order) => orderRow(order, scene, columns));
  const filler = Array.from({ length: Math.max(0, innerRows(place) - AROUND_LIST.mypage - rows.length) }, () => ' '.repeat(inner));
  const below = chosen === undefined ? [] : [roadLine(chosen, scene, inner), nextLine(chosen, scene, inner)];
  return {
    note: noteOf(scene),
    lines: [headings(columns, scene), ...rows, ...filler, ...below],
    scroll: { total: orders.total, first: orders.first, rows: listRowsOf('mypage', place.rows), fromRow: 1 },
  };
};

/** Mypage, live: each order as its customer sees it. */
export const MypagePane = ({ scene, place }: { readonly scene: Scene; readonly place: Place }): ReactElement => <Pane scene={scene} place={place} content={contentOf(scene, place)} />;
