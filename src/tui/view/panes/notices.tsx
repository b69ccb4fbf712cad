import type { ReactElement } from 'react';
import { NOTICE_TEXT, type NoticeType } from '../../../contexts/notification/contract.ts';
import type { NoticeLine } from '../../model/model.ts';
import { columnsOf } from '../../../reports/width.ts';
import { cell } from '../cells.ts';
import { innerColumns, listRowsOf, type Place } from '../layout.ts';
import { sayOrder } from '../order-words.ts';
import { emptyLines, Pane, type PaneContent } from '../pane.tsx';
import type { Scene } from '../scene.ts';

const AGO = 7;
const NUMBER = 5;

const isNoticeType = (type: string): type is NoticeType => type in NOTICE_TEXT;

const noticeRow = (notice: NoticeLine, scene: Scene, inner: number): string => {
  const { words, paint, nowMs, model, chosen } = scene;
  const order = model.order(notice.orderId);
  const status = `${notice.status === 'sent' ? '✓' : notice.status === 'failed' ? '✗' : '…'} ${words.noticeStatus[notice.status]}`;
  const statusColumns = words.lang === 'ko' ? 10 : 12;
  const textColumns = inner - AGO - NUMBER - statusColumns - 3;
  const text = words.lang === 'ko' || !isNoticeType(notice.type) ? notice.text : words.notice[notice.type];
  const tint = notice.status === 'sent' ? paint.good : notice.status === 'failed' ? paint.bad : paint.warn;
  const isOfChosen = notice.orderId === chosen?.orderId;
  return [
    paint.dim(cell(words.span(nowMs - notice.atMs), AGO, 'right')),
    (isOfChosen ? paint.strong : paint.dim)(cell(order === undefined ? '' : sayOrder(order), NUMBER)),
    (isOfChosen ? (plain: string) => plain : paint.dim)(cell(text, textColumns)),
    tint(cell(status, statusColumns)),
  ].join(' ');
};

const MOST_CUSTOMERS = 20;
const MOST_DOTS = 5;

/** Who has how many coupons; the customer of the chosen order first. */
const couponLine = (scene: Scene, inner: number): string => {
  const { model, words, paint, chosen } = scene;
  const own = chosen === undefined ? undefined : model.customer(chosen.customer);
  const others = model.customersFrom(0, MOST_CUSTOMERS).items.filter(({ customer }) => customer !== own?.customer);
  const say = (customer: string, coupons: number): string => `${customer} ${'●'.repeat(Math.min(MOST_DOTS, Math.max(0, coupons)))}${coupons > MOST_DOTS ? '…' : ''} ${coupons}`;
  const ownText = own === undefined ? '' : `${own.customer} ${'●'.repeat(Math.min(MOST_DOTS, Math.max(0, own.coupons)))} ${words.coupons(own.coupons)}`;
  const rest = others.map(({ customer, coupons }) => say(customer, coupons)).join('   ');
  const ownColumns = Math.min(inner, columnsOf(ownText));
  const gap = ownText === '' ? 0 : 3;
  return paint.warn(cell(ownText, ownColumns)) + ' '.repeat(Math.min(gap, inner - ownColumns)) + paint.dim(cell(rest, Math.max(0, inner - ownColumns - gap)));
};

const contentOf = (scene: Scene, place: Place): PaneContent => {
  const { notices, words, paint, state, chosen } = scene;
  const inner = innerColumns(place);
  const filter = state.filters.notices === '' ? [] : [`/${state.filters.notices}`];
  const whose = chosen === undefined ? [] : [chosen.customer];
  const note = [...whose, ...filter].join(' · ');
  if (scene.orders.total === 0 && notices.total === 0) return { note, lines: emptyLines(place, words.say.noNotices, paint.dim) };
  const rows = notices.items.map((notice) => noticeRow(notice, scene, inner));
  return {
    note,
    lines: [couponLine(scene, inner), ...(rows.length === 0 ? [paint.dim(cell(words.say.noNotices, inner))] : rows)],
    scroll: { total: notices.total, first: notices.first, rows: listRowsOf('notices', place.rows), fromRow: 1 },
  };
};

/** The coupons, and the notices to the customer of the chosen order, newest first. */
export const NoticesPane = ({ scene, place }: { readonly scene: Scene; readonly place: Place }): ReactElement => <Pane scene={scene} place={place} content={contentOf(scene, place)} />;
