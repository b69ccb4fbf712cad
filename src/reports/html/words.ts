import type { Handling } from '../../kernel/recording.ts';
import type { Lang } from '../words.ts';

/** What the page's script says; `{count}` and `{all}` are filled in by it. */
export interface BrowserWords {
  readonly people: string;
  readonly diagram: string;
  readonly all: string;
  readonly eachDelivery: string;
  readonly reads: string;
  readonly allColumns: string;
  readonly moment: string;
  readonly previous: string;
  readonly next: string;
  readonly recorded: string;
  readonly published: string;
  readonly changedRows: string;
  readonly nothing: string;
  readonly leftOut: string;
  readonly rowsLeft: string;
  readonly rowsMissing: string;
  readonly rowsNotPrinted: string;
  readonly shown: string;
  readonly fault: string;
  readonly running: string;
  readonly started: string;
  readonly stopped: string;
  readonly crashed: string;
  readonly handling: Readonly<Record<Handling | 'not-handled', string>>;
  readonly change: Readonly<Record<'added' | 'changed' | 'removed', string>>;
}

/** What the page says of itself beyond what all reports say. */
export interface PageWords {
  readonly title: string;
  readonly exitCode: string;
  readonly duration: string;
  readonly started: string;
  readonly time: string;
  readonly realTime: string;
  readonly filter: string;
  readonly search: string;
  readonly dark: string;
  readonly position: string;
  readonly tags: string;
  readonly steps: (count: number) => string;
  readonly step: string;
  readonly lastAttempt: string;
  readonly history: (runs: number) => string;
  readonly outcomes: string;
  readonly runs: string;
  readonly outcome: string;
  readonly messages: string;
  readonly needsScript: string;
  readonly keptNone: (count: number) => string;
  readonly keptSome: (left: number, all: number) => string;
  readonly stepsLeft: (count: number) => string;
  readonly folded: (count: number) => string;
  readonly noRun: string;
  readonly siege: string;
  readonly latency: string;
  readonly latencyNote: string;
  readonly overTime: string;
  readonly circuit: string;
  readonly circuitBy: Readonly<Record<'breaker' | 'answers', string>>;
  readonly answersPer: (ms: number) => string;
  readonly windowOf: string;
  readonly calls: string;
  readonly errors: string;
  readonly thresholds: string;
  readonly requests: string;
  readonly journeys: string;
  readonly begun: string;
  readonly finished: string;
  readonly failed: string;
  readonly unfinished: string;
  readonly held: string;
  readonly missed: string;
  readonly noValue: string;
  readonly forecast: string;
  readonly forecastFrom: (runs: number) => string;
  readonly opensIn: string;
  readonly firstOpens: string;
  readonly measured: string;
  readonly predicted: string;
  readonly plausibleRange: string;
  readonly plausible: string;
  readonly implausible: string;
  readonly metrics: string;
  readonly warning: string;
  readonly kind: string;
  readonly count: string;
  readonly share: string;
  readonly value: string;
  readonly browser: BrowserWords;
}

const ENGLISH: PageWords = {
  title: 'food-sim report',
  exitCode: 'exit code',
  duration: 'duration',
  started: 'started',
  time: 'time',
  realTime: 'real time',
  filter: 'show only',
  search: 'Search name, file, tag, step',
  dark: 'dark',
  position: 'file',
  tags: 'tags',
  steps: (count) => (count === 1 ? '1 step' : `${count} steps`),
  step: 'step',
  history: (runs) => `${runs} recorded runs; the last one`,
  outcomes: 'outcomes, first to last',
  runs: 'Runs',
  lastAttempt: 'Below stand the steps, messages and states of this last attempt.',
  outcome: 'outcome',
  messages: 'Messages and states',
  needsScript: 'The diagram and the slider through time need JavaScript, which this page was opened without.',
  keptNone: (count) =>
    `The report kept none of the ${count} entries of this scenario, to stay small enough to open: a report of it alone (food-sim run --grep NAME) shows them, and a recording (--report ndjson=FILE) has them all.`,
  keptSome: (left, all) =>
    `${left} of ${all} entries were left out between the beginning and the end, to stay small enough to open; the gap is marked in the diagram. A recording (--report ndjson=FILE) has them all.`,
  stepsLeft: (count) => `… ${count} steps that passed are left out; a recording (--report ndjson=FILE) has them all`,
  folded: (count) =>
    `… of ${count} further scenarios that passed, only the names are kept; a report of some of them (food-sim run --grep NAME) shows the rest`,
  noRun: 'The recording tells of no run.',
  siege: 'Summary, as siege counts',
  latency: 'Latency by kind of outcome',
  latencyNote:
    'Milliseconds from the intended start; the bar goes from p50 to p90, the tick is p99, the line goes from the shortest to the longest. Logarithmic.',
  overTime: 'Over time',
  circuit: 'circuit',
  circuitBy: { breaker: 'told by the breaker', answers: 'as the answers show it' },
  answersPer: (ms) => `answers in ${ms} ms, by kind`,
  windowOf: "the breaker's window",
  calls: 'calls',
  errors: 'errors',
  thresholds: 'Thresholds',
  held: 'held',
  missed: 'missed',
  requests: 'By request (ms)',
  journeys: 'Journeys (ms)',
  begun: 'started',
  finished: 'finished',
  failed: 'failed',
  unfinished: 'unfinished',
  noValue: 'no value',
  forecast: 'Prediction beside measurement',
  forecastFrom: (runs) => `From ${runs} simulations of the same load.`,
  opensIn: 'The circuit opens in',
  firstOpens: 'It first opens at',
  measured: 'measured',
  predicted: 'predicted',
  plausibleRange: 'plausible',
  plausible: 'plausible under the prediction',
  implausible: 'implausible under the prediction',
  metrics: 'All metrics',
  warning: 'warning',
  kind: 'kind',
  count: 'count',
  share: 'share',
  value: 'value',
  browser: {
    people: 'people',
    diagram: 'Sequence diagram of the messages between contexts',
    all: 'all',
    eachDelivery: 'each delivery apart',
    reads: 'reads too',
    allColumns: 'all columns',
    moment: 'Moment of the scenario',
    previous: 'Previous event',
    next: 'Next event',
    recorded: 'What was recorded of this moment',
    published: 'published',
    changedRows: 'changed',
    nothing: 'nothing yet',
    leftOut: 'entries left out',
    rowsLeft: '… {count} more rows',
    rowsNotPrinted: '… {count} rows are not printed; the page shows them',
    rowsMissing: 'Of the entries left out, {count} rows are left out too: they are missing here, or as they were before.',
    shown: '{count} of {all} scenarios shown',
    fault: 'fault',
    running: 'running',
    started: 'started',
    stopped: 'stopped',
    crashed: 'crashed',
    handling: {
      handled: 'handled',
      duplicate: 'duplicate, no effect',
      parked: 'parked',
      'dead-lettered': 'dead-lettered',
      'not-handled': 'not handled',
    },
    change: { added: 'new', changed: 'changed', removed: 'removed' },
  },
};

const KOREAN: PageWords = {
  title: 'food-sim 보고서',
  exitCode: '종료 코드',
  duration: '소요 시간',
  started: '시작',
  time: '시간',
  realTime: '실제 시간',
  filter: '결과로 거르기',
  search: '이름, 파일, 태그, 단계 찾기',
  dark: '어둡게',
  position: '파일',
  tags: '태그',
  steps: (count) => `${count}단계`,
  step: '단계',
  history: (runs) => `기록된 실행 ${runs}회 중 마지막`,
  outcomes: '결과(처음부터 마지막까지)',
  runs: '실행',
  lastAttempt: '아래의 단계, 메시지, 상태는 이 마지막 시도의 것입니다.',
  outcome: '결과',
  messages: '메시지와 상태',
  needsScript: '순서도와 시간 슬라이더를 보려면 JavaScript가 필요합니다.',
  keptNone: (count) =>
    `보고서가 쉽게 열리도록 이 시나리오의 기록 ${count}건을 담지 않았습니다. 이 시나리오만의 보고서(food-sim run --grep NAME)로 볼 수 있으며, 전체는 기록(--report ndjson=FILE)에 있습니다.`,
  keptSome: (left, all) =>
    `보고서가 쉽게 열리도록 전체 ${all}건 중 가운데 ${left}건을 뺐습니다. 빠진 곳은 순서도에 표시됩니다. 전체는 기록(--report ndjson=FILE)에 있습니다.`,
  stepsLeft: (count) => `… 통과한 ${count}단계는 뺐습니다. 전체는 기록(--report ndjson=FILE)에 있습니다`,
  folded: (count) =>
    `… 통과한 나머지 시나리오 ${count}개는 이름만 담았습니다. 일부만의 보고서(food-sim run --grep NAME)로 나머지를 볼 수 있습니다`,
  noRun: '기록에 실행이 없습니다.',
  siege: 'siege 방식 요약',
  latency: '결과별 지연 시간',
  latencyNote: '예정된 시작부터의 밀리초. 막대는 p50–p90, 눈금은 p99, 선은 최솟값–최댓값. 로그 눈금.',
  overTime: '시간에 따른 변화',
  circuit: '회로',
  circuitBy: { breaker: '차단기가 알린 상태', answers: '응답으로 본 상태' },
  answersPer: (ms) => `${ms} ms당 응답 수, 결과별`,
  windowOf: '차단기의 집계 구간',
  calls: '호출',
  errors: '오류',
  thresholds: '기준값',
  held: '충족',
  missed: '미달',
  requests: '요청별 (ms)',
  journeys: '여정 (ms)',
  begun: '시작',
  finished: '완주',
  failed: '실패',
  unfinished: '미완',
  noValue: '값 없음',
  forecast: '예측과 측정',
  forecastFrom: (runs) => `같은 부하의 모의실험 ${runs}회.`,
  opensIn: '회로가 열리는 비율',
  firstOpens: '처음 열리는 시각',
  measured: '측정',
  predicted: '예측',
  plausibleRange: '타당한 범위',
  plausible: '예측에 비추어 타당함',
  implausible: '예측에 비추어 타당하지 않음',
  metrics: '모든 지표',
  warning: '주의',
  kind: '결과',
  count: '건수',
  share: '비율',
  value: '값',
  browser: {
    people: '사람',
    diagram: '컨텍스트 사이의 메시지 순서도',
    all: '모든',
    eachDelivery: '전달마다 따로',
    reads: '조회도 표시',
    allColumns: '모든 열',
    moment: '시나리오의 시점',
    previous: '이전 사건',
    next: '다음 사건',
    recorded: '이 시점의 기록',
    published: '발행',
    changedRows: '변경',
    nothing: '아직 없음',
    leftOut: '빠진 기록',
    rowsLeft: '… {count}행 더 있음',
    rowsNotPrinted: '… {count}행은 인쇄하지 않습니다. 화면에서 볼 수 있습니다',
    rowsMissing: '빠진 기록 중 {count}행도 담지 않았습니다. 여기에 없거나 그 이전의 값입니다.',
    shown: '시나리오 {all}개 중 {count}개 표시',
    fault: '장애 주입',
    running: '동작 중',
    started: '시작',
    stopped: '정지',
    crashed: '비정상 종료',
    handling: {
      handled: '처리됨',
      duplicate: '중복, 효과 없음',
      parked: '보류',
      'dead-lettered': '데드레터',
      'not-handled': '처리되지 않음',
    },
    change: { added: '추가', changed: '변경', removed: '삭제' },
  },
};

/** The words of the page in a language. */
export const pageWordsOf = (lang: Lang): PageWords => (lang === 'ko' ? KOREAN : ENGLISH);
