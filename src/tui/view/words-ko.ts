import type { ScreenWords } from './screen-words.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const span = (ms: number): string => {
  if (ms < MINUTE) return `${Math.max(0, Math.floor(ms / SECOND))}초`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)}분`;
  return ms < 48 * HOUR ? `${Math.floor(ms / HOUR)}시간` : `${Math.floor(ms / (24 * HOUR))}일`;
};

/** The screen in Korean. */
export const KOREAN: ScreenWords = {
  lang: 'ko',
  span,
  pane: { list: '목록', aside: '내용', story: '경과', events: '이벤트', breaker: '차단기', contexts: '서비스', steps: '시나리오' },
  role: { many: '여럿', system: '시스템', screen: '화면', player: '시간' },
  does: {
    mark: '선택', 'mark-all': '모두', load: '부하', faults: '장애', pause: '멈춤', step: '한 걸음', 'next-pane': '다음 창', 'previous-pane': '이전 창', up: '위', down: '아래', 'page-up': '위 쪽', 'page-down': '아래 쪽', top: '처음', bottom: '끝',
    open: '열기', zoom: '크게', filter: '찾기', command: '명령', help: '도움말', back: '뒤로', redraw: '다시 그리기', suspend: '셸', quit: '종료',
    play: '재생', backward: '뒤로', forward: '앞으로', 'previous-of-line': '항목 뒤로', 'next-of-line': '항목 앞으로', first: '처음', last: '끝', slower: '느리게', faster: '빠르게',
  },
  explains: {
    mark: '항목을 선택합니다: 다음 동작은 선택한 항목 모두에', 'mark-all': '목록 전체를 선택하거나 해제합니다', load: '부하를 시작하거나 멈춥니다', faults: '느린 호출, 메시지 유실과 중복, 서비스 중단', pause: '메시지(또는 시나리오)를 멈추고, 다시 누르면 계속합니다', step: '메시지 하나(또는 시나리오 한 단계)만 진행합니다',
    'next-pane': '다음 창 (또는 창 번호)', 'previous-pane': '이전 창', up: '위로', down: '아래로', 'page-up': '한 쪽 위로', 'page-down': '한 쪽 아래로', top: '처음으로', bottom: '끝으로', open: '열기: 항목의 경과, 이벤트의 내용', zoom: '이 창만 크게, 다시 누르면 원래대로',
    filter: '이 낱말들이 있는 것만 봅니다', command: '명령을 이름으로 실행합니다', help: '이 도움말', back: '한 단계 뒤로', redraw: '화면을 다시 그립니다', suspend: '셸로 나갑니다 (fg: 그대로 돌아옵니다)', quit: '종료합니다 (Ctrl-C: 재생 중인 것도 중단)',
    play: '재생하거나 멈춥니다', backward: '한 항목 뒤로', forward: '한 항목 앞으로', 'previous-of-line': '이 항목의 앞선 사건으로', 'next-of-line': '이 항목의 다음 사건으로', first: '처음으로', last: '끝으로', slower: '절반 속도로', faster: '두 배 속도로',
  },
  breakerState: { closed: '닫힘', open: '열림', 'half-open': '반열림' },
  contextState: { unknown: '?', up: '가동', stopped: '정지', crashed: '비정상' },
  change: { started: '시작', stopped: '정지', crashed: '비정상 종료' },
  handling: { handled: '처리', duplicate: '중복, 효과 없음', parked: '보류', 'dead-lettered': '데드레터', 'not-handled': '미처리' },
  outcome: { passed: '통과', failed: '실패', errored: '오류', inconclusive: '판정불가', skipped: '건너뜀', interrupted: '중단됨' },
  kind: { success: '성공', refused: '거절됨', timeout: '시간초과', 'short-circuited': '즉시차단', rejected: '동시 호출 초과', 'upstream-error': '오류응답', unreachable: '연결불가', 'other-failure': '기타실패', 'no-answer': '응답없음' },
  context: {},
  field: {},
  choice: {},
  about: {
    list: '모든 표의 모든 행, 지금 그대로', aside: '고른 항목의 내용', story: '고른 항목에 일어난 일을 원인별로', events: '메시지·명령·장애가 일어나는 대로', breaker: '서로 호출하는 서비스 사이의 차단기', contexts: '서비스별 대기·실패', steps: '재생 중인 시나리오',
  },
  say: {
    goOn: '계속', stopLoad: '부하 중지', live: '실시간', paused: '멈춤', recording: '기록', playing: '재생', ended: '끝',
    line: '항목', table: '표', key: '키', fields: '내용', age: '시간', lag: '지연', waiting: '대기',
    noLines: '아직 항목이 없습니다.', stepHint: '. 키: 시나리오의 다음 단계, P 키: 계속', noLinesFound: '그런 낱말이 있는 항목이 없습니다. esc: 모두 보기', noLinesRecorded: '아직 항목이 없습니다. →: 앞으로, space: 재생', noLine: '대상이 되는 항목이 없습니다.', noStory: '목록에서 항목을 고르면 그 경과가 여기 보입니다.', noAside: '목록에서 항목을 고르면 그 내용이 여기 보입니다.', noEvents: '아직 아무 일도 없습니다.', noEventsFound: '그런 낱말이 있는 이벤트가 없습니다. esc: 모두 보기', noCalls: '아직 호출이 없습니다. 서비스는 차단기를 거쳐 서로 호출합니다.', noSteps: '시나리오가 없습니다.',
    notHere: '여기서는 할 수 없습니다.', notYet: '시스템을 시작하는 중입니다 …', onlyRecording: '기록에서만 시간을 옮길 수 있습니다.', noMoreOfLine: '그쪽에는 이 항목의 사건이 더 없습니다.', noLoadHere: '이 시스템에는 부하 시험이 없습니다.',
    making: '요청하는 중 …', asking: '요청하는 중 …', stepping: '한 걸음 …', startingLoad: '부하를 시작하는 중 …', stoppingLoad: '부하를 멈추는 중 …', emptyText: '내용을 적어 주세요.', quitting: '모두 멈추는 중 …',
    slowOn: '호출을 느리게', slowOff: '느린 호출 끝내기', duplicateNext: '다음 메시지를 두 번 전달', dropNext: '다음 전달을 유실', holdAll: '모든 메시지를 붙잡기', releaseAll: '붙잡은 것을 풀고 장애 끝내기', faultsTitle: '장애', faultsKeys: '↑↓ 고르기   ⏎ 실행   esc 닫기',
    filterKeys: '⏎ 유지   esc 되돌리기   낱말이 모두 있는 것만', commandKeys: 'tab 완성   ⏎ 실행   esc 닫기', textPrompt: '내용', textKeys: '⏎ 등록   esc 닫기', formKeys: '↑↓ 칸 이동   ⏎ 요청   esc 닫기', formWrong: '채워 주세요', pageKeys: '↑↓ 이동   esc 닫기', helpTitle: '도움말', eventTitle: '이벤트',
    expected: '기대값', actual: '실제값', nextStep: '다음', final: '이 항목은 끝났습니다.', forgotten: '이 경과의 앞부분은 잊혔습니다.', 
    circuit: '회로', window: '구간', calls: '호출', errors: '오류', opensAt: '50 %부터 열림', opened: '열린 횟수', latency: '지연', outcomes: '결과', answers: '응답', time: '시간', load: '부하', loadHint: '', thresholds: '기준', failed: '실패', warning: '주의', 
    context: '서비스', state: '상태', inbox: '수신', outbox: '발신', parked: '보류', deadLetters: '데드레터', faultsOn: '장애', held: '붙잡힘', none: '없음',
    about: '창',
    toStory: '경과', toFaults: '정지·시작', unfilter: '모두 보기', unzoom: '모든 창', unmark: '선택 해제', scroll: '이동', formChoiceKeys: '←→ 고르기   ↑↓ 칸 이동   ⏎ 요청   esc 닫기', formWrongNumber: '숫자로 적어 주세요 (예: 12)', idle: '최근 호출 없음',
  },
  tooSmall: (columns, rows) => `터미널이 ${columns}×${rows}입니다. 80×24 이상이어야 합니다. 크기를 키우거나 q로 종료하세요.`,
  lines: (count) => `항목 ${count}개`,
  messages: (count) => `메시지 ${count}건`,
  form: (does) => does,
  marked: (count) => `${count}건 선택`,
  asked: (_verb, does, count) => `${does}${count === 1 ? '' : ` ${count}건`} …`,
  unknownCommand: (written, nearest) => `${written}라는 명령이 없습니다.${nearest === undefined ? ' tab을 누르면 목록이 보입니다.' : ` ${nearest}인가요?`}`,
  notUnderstood: (name, rest, offers) => `:${name}에 ${rest === '' ? '더 적을 것이 있습니다' : `${rest}는 쓸 수 없습니다`}.${offers.length === 0 ? '' : ` (${offers.slice(0, 5).join(', ')}${offers.length > 5 ? ', …' : ''})`}`,
  changeContext: (change, context) => `${context} ${{ start: '시작', stop: '정지', crash: '비정상 종료' }[change]}`,
  stepOf: (done, count) => `${done}/${count}단계`,
};
