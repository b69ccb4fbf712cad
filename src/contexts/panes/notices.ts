/** The coupons, and the notices to the customer of the chosen order, newest first. */
import { columnsOf } from '../../reports/width.ts';
import type { AsidePane, PaneView } from '../../tui/definition.ts';
import { cell } from '../../tui/view/cells.ts';
import { sayNumber } from '../../tui/view/thing-words.ts';
import { NOTICE_TEXT, type NoticeType } from '../notification/contract.ts';
import type { OrderLine } from './order-fold.ts';
import type { NoticeLine, People } from './people-fold.ts';
import { paneWordsOf } from './words.ts';

type View = PaneView<OrderLine, People>;

const AGO = 7;
const NUMBER = 5;

const isNoticeType = (type: string): type is NoticeType => type in NOTICE_TEXT;

const noticeRow = (notice: NoticeLine, { words, paint, nowMs, model, chosen }: View, inner: number): string => {
  const own = paneWordsOf(words.lang);
  const order = model.line(notice.orderId);
  const status = `${notice.status === 'sent' ? '✓' : notice.status === 'failed' ? '✗' : '…'} ${own.noticeStatus[notice.status]}`;
  const statusColumns = words.lang === 'ko' ? 10 : 12;
  const textColumns = inner - AGO - NUMBER - statusColumns - 3;
  const text = words.lang === 'ko' || !isNoticeType(notice.type) ? notice.text : own.notice[notice.type];
  const tint = notice.status === 'sent' ? paint.good : notice.status === 'failed' ? paint.bad : paint.warn;
  const isOfChosen = notice.orderId === chosen?.id;
  return [
    paint.dim(cell(words.span(nowMs - notice.atMs), AGO, 'right')),
    (isOfChosen ? paint.strong : paint.dim)(cell(order === undefined ? '' : sayNumber(order), NUMBER)),
    (isOfChosen ? (plain: string) => plain : paint.dim)(cell(text, textColumns)),
    tint(cell(status, statusColumns)),
  ].join(' ');
};

const MOST_CUSTOMERS = 20;
const MOST_DOTS = 5;

/** Who has how many coupons; the customer of the chosen order first. */
const couponLine = ({ model, words, paint, chosen }: View, inner: number): string => {
  const own = chosen === undefined ? undefined : model.extra.customer(chosen.customer);
  const others = model.extra.customersFrom(0, MOST_CUSTOMERS).items.filter(({ customer }) => customer !== own?.customer);
  const say = (customer: string, coupons: number): string =>
    `${customer} ${'●'.repeat(Math.min(MOST_DOTS, Math.max(0, coupons)))}${coupons > MOST_DOTS ? '…' : ''} ${coupons}`;
  const ownText =
    own === undefined
      ? ''
      : `${own.customer} ${'●'.repeat(Math.min(MOST_DOTS, Math.max(0, own.coupons)))} ${paneWordsOf(words.lang).coupons(own.coupons)}`;
  const rest = others.map(({ customer, coupons }) => say(customer, coupons)).join('   ');
  const ownColumns = Math.min(inner, columnsOf(ownText));
  const gap = ownText === '' ? 0 : 3;
  return (
    paint.warn(cell(ownText, ownColumns)) +
    ' '.repeat(Math.min(gap, inner - ownColumns)) +
    paint.dim(cell(rest, Math.max(0, inner - ownColumns - gap)))
  );
};

/** The notices. */
export const NOTICES: AsidePane<OrderLine, People, NoticeLine> = {
  name: 'notices',
  note: ({ chosen }) => (chosen === undefined ? [] : [chosen.customer]),
  heading: couponLine,
  items: ({ extra }, chosen, text, offset, count) =>
    extra.noticesFrom(offset, count, { ...(chosen === undefined ? {} : { customer: chosen.customer }), ...(text === '' ? {} : { text }) }),
  row: noticeRow,
};
