import { MYPAGE_STATUS_TEXT, type MypageStatus } from '../contexts/customer/contract.ts';
import type { Lang } from '../reports/words.ts';
import type { TuiModel } from './model/model.ts';

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** What a session came to, in a few lines that stay on the terminal after its screen is closed. */
export const summaryLines = (model: TuiModel, lang: Lang): readonly string[] => {
  const { counts, byStatus, breaker, load } = model;
  const isKorean = lang === 'ko';
  const statuses = (Object.keys(MYPAGE_STATUS_TEXT) as MypageStatus[]).flatMap((status) => {
    const count = byStatus[status];
    return count === undefined ? [] : [`${isKorean ? MYPAGE_STATUS_TEXT[status] : status} ${count}`];
  });
  const orders = isKorean ? `주문 ${counts.orders}건` : counted(counts.orders, 'order');
  // A load's own requests are told by its answers; refusals besides are those of what made it ready.
  const refused = isKorean
    ? load === undefined ? `거절 ${counts.refusals}` : `부하 응답 ${load.answers}건 중 실패 ${load.failed}건`
    : load === undefined ? counted(counts.refusals, 'refusal') : `${counted(load.answers, 'answer')} to the load, ${load.failed} failed`;
  const opened = breaker.opened === 1 ? 'the breaker opened once' : `the breaker opened ${breaker.opened} times`;
  const more = isKorean
    ? [`이벤트 ${counts.published}`, `알림 ${counts.notices}`, refused, `데드레터 ${counts.deadLettered}`, ...(breaker.opened === 0 ? [] : [`차단기 열림 ${breaker.opened}회`])]
    : [counted(counts.published, 'event'), counted(counts.notices, 'notice'), refused, counted(counts.deadLettered, 'dead letter'), ...(breaker.opened === 0 ? [] : [opened])];
  return [`${orders}${statuses.length === 0 ? '' : `: ${statuses.join(', ')}`}`, more.join(' · ')];
};
