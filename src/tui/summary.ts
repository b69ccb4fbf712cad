import type { Lang } from '../reports/words.ts';
import type { ScreenedSystem } from './definition.ts';
import type { TuiModel } from './model/model.ts';
import { screenWordsOf } from './view/words.ts';

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** What a session came to, in a few lines that stay on the terminal after its screen is closed. */
export const summaryLines = (model: TuiModel, { screen }: Pick<ScreenedSystem, 'screen'>, lang: Lang): readonly string[] => {
  const { counts, byStatus, breaker, load } = model;
  const isKorean = lang === 'ko';
  const known = screen.statuses;
  const statuses = [...known, ...Object.keys(byStatus).filter((status) => !known.includes(status))].flatMap((status) => {
    const count = byStatus[status];
    return count === undefined ? [] : [`${screen.sayStatus(status, lang)} ${count}`];
  });
  const lines = screenWordsOf(lang, screen).lines(String(counts.lines));
  // A load's own requests are told by its answers; refusals besides are those of what made it ready.
  const refused = isKorean
    ? load === undefined
      ? `거절 ${counts.refusals}`
      : `부하 응답 ${load.answers}건 중 실패 ${load.failed}건`
    : load === undefined
      ? counted(counts.refusals, 'refusal')
      : `${counted(load.answers, 'answer')} to the load, ${load.failed} failed`;
  const opened = breaker.opened === 1 ? 'the breaker opened once' : `the breaker opened ${breaker.opened} times`;
  const sums = screen.sums(model, lang);
  const more = isKorean
    ? [
        `이벤트 ${counts.published}`,
        ...sums,
        refused,
        `데드레터 ${counts.deadLettered}`,
        ...(breaker.opened === 0 ? [] : [`차단기 열림 ${breaker.opened}회`]),
      ]
    : [
        counted(counts.published, 'event'),
        ...sums,
        refused,
        counted(counts.deadLettered, 'dead letter'),
        ...(breaker.opened === 0 ? [] : [opened]),
      ];
  return [`${lines}${statuses.length === 0 ? '' : `: ${statuses.join(', ')}`}`, more.join(' · ')];
};
