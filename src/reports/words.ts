import type { Handling, Outcome } from '../kernel/recording.ts';

/** A language of the interface. */
export type Lang = 'ko' | 'en';

/** What reports say of themselves; what scenarios and services say stays as they said it. */
export interface Words {
  readonly outcome: Readonly<Record<Outcome, string>>;
  readonly handling: Readonly<Record<Exclude<Handling, 'handled'>, string>>;
  readonly change: Readonly<Record<'started' | 'stopped' | 'crashed', string>>;
  readonly scenarios: (count: number) => string;
  readonly failures: string;
  readonly expected: string;
  readonly actual: string;
  readonly mend: string;
  readonly story: (subject: string, name: string | undefined) => string;
  readonly holds: string;
  readonly left: (lines: number) => string;
  readonly fault: string;
  readonly notHandled: string;
  readonly unfinished: string;
  readonly bus: string;
  readonly seed: string;
  readonly virtualTime: string;
  readonly removed: string;
  /** Before the text of a file for `food-sim replay`. */
  readonly replay: string;
  /** Of several attempts, which one this is. */
  readonly attempt: (number: number) => string;
  /** At which of its attempts what is flaky passed. */
  readonly passedAt: (attempt: number) => string;
  readonly flakies: string;
  readonly shardedBy: Readonly<Record<'durations' | 'count', string>>;
  readonly changed: string;
  readonly ofAll: (count: number) => string;
}

const ENGLISH: Words = {
  outcome: {
    passed: 'passed',
    flaky: 'flaky',
    failed: 'failed',
    errored: 'broken',
    inconclusive: 'inconclusive',
    skipped: 'skipped',
    interrupted: 'interrupted',
  },
  handling: { duplicate: 'duplicate, no effect', parked: 'parked', 'dead-lettered': 'dead-lettered' },
  change: { started: 'started', stopped: 'stopped', crashed: 'crashed' },
  scenarios: (count) => (count === 1 ? '1 scenario' : `${count} scenarios`),
  failures: 'Failures',
  expected: 'expected',
  actual: 'actual',
  mend: 'hint',
  story: (subject, name) => `the story of ${name === undefined ? subject : `${name} (${subject})`}`,
  holds: 'in the end',
  left: (lines) => `… ${lines} more lines; a recording (--report ndjson=FILE) has them all`,
  fault: 'fault',
  notHandled: 'not handled',
  unfinished: 'the recording ends before the run did',
  bus: 'bus',
  seed: 'seed',
  virtualTime: 'virtual time',
  removed: 'removed',
  replay: 'food-sim replay FILE plays it again, with this in the file:',
  attempt: (number) => `attempt ${number}`,
  passedAt: (attempt) => `passed at attempt ${attempt}`,
  flakies: 'Flaky: passed, but not at the first attempt',
  shardedBy: { durations: 'by recorded durations', count: 'by count' },
  changed: 'changed',
  ofAll: (count) => `of ${count}`,
};

const KOREAN: Words = {
  outcome: {
    passed: '통과',
    flaky: '불안정',
    failed: '실패',
    errored: '오류',
    inconclusive: '판정불가',
    skipped: '건너뜀',
    interrupted: '중단됨',
  },
  handling: { duplicate: '중복, 효과 없음', parked: '보류', 'dead-lettered': '데드레터' },
  change: { started: '시작', stopped: '정지', crashed: '비정상 종료' },
  scenarios: (count) => `시나리오 ${count}개`,
  failures: '실패 내용',
  expected: '기대값',
  actual: '실제값',
  mend: '조치',
  story: (subject, name) => `${name === undefined ? subject : `${name}(${subject})`}의 경과`,
  holds: '최종 상태',
  left: (lines) => `… ${lines}줄 더 있음; 전체는 기록(--report ndjson=FILE)에 있습니다`,
  fault: '장애 주입',
  notHandled: '처리되지 않음',
  unfinished: '실행이 끝나기 전에 기록이 끊겼습니다',
  bus: '버스',
  seed: '시드',
  virtualTime: '가상 시간',
  removed: '삭제됨',
  replay: '아래 내용을 파일로 저장하고 food-sim replay FILE로 다시 재생할 수 있습니다:',
  attempt: (number) => `${number}번째 시도`,
  passedAt: (attempt) => `${attempt}번째 시도에서 통과`,
  flakies: '불안정: 첫 시도가 아니라 재시도에서 통과',
  shardedBy: { durations: '기록된 소요 시간 기준', count: '개수 기준' },
  changed: '변경됨',
  ofAll: (count) => `전체 ${count}개 중`,
};

/** The words of a language. */
export const wordsOf = (lang: Lang): Words => (lang === 'ko' ? KOREAN : ENGLISH);

/** A duration for people: `85 ms`, `1.2 s`, `2 min 5 s`. */
export const sayDuration = (ms: number): string => {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
};

/** Any value in one line, for people: a text as it is, everything else as JSON. */
export const sayValue = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value)));

const SHAPE = /^(?:(\d+) stages, up to )?(\S+) (users?|arrivals\/s) for (\S+ s)(?: after (\S+ s) of warm-up)?$/;

/** The shape of a load, which recordings tell in English (`25 users for 5 s`), in a language; another text stays as it is. */
export const sayShape = (shape: string, lang: Lang): string => {
  const found = lang === 'ko' ? SHAPE.exec(shape) : null;
  if (found === null) return shape;
  const [, stages, peak, unit, time, warmUp] = found;
  const level = unit === 'arrivals/s' ? `초당 ${peak}건` : `사용자 ${peak}명`;
  return `${stages === undefined ? '' : `${stages}단계, 최대 `}${level}, ${time}${warmUp === undefined ? '' : ` (준비 ${warmUp} 뒤)`}`;
};
