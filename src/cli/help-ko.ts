import { REPORT_KINDS } from '../reports/kinds.ts';

/**
 * Korean for what `--help` says, by its English. A text that lacks its Korean fails a test, and so does one that nothing
 * says any more.
 */
export const HELP_KO: Readonly<Record<string, string>> = {
  // What commander says by itself.
  'Usage:': '사용법:',
  'Options:': '옵션:',
  'Arguments:': '인자:',
  'Commands:': '명령:',
  'Examples:': '예:',
  'Exit codes:': '종료 코드:',
  default: '기본값',
  'print this help': '이 도움말을 찍는다',
  'print the version': '버전을 찍는다',
  'display help for command': '명령의 도움말을 보인다',
  'Simulates a food-delivery system, five bounded contexts on a real message bus, and judges it.':
    '진짜 메시지 버스 위에서 바운디드 컨텍스트 다섯 개로 이루어진 음식 배달 시스템을 시뮬레이션하고 판정한다.',
  'Every option can also stand in food-sim.config.yaml, or as a variable: --data-dir is FOOD_SIM_DATA_DIR.':
    '모든 옵션은 food-sim.config.yaml에 적거나 환경 변수로도 줄 수 있다. --data-dir는 FOOD_SIM_DATA_DIR이다.',

  // Exit codes.
  'everything held': '모두 지켜졌다',
  'an expectation failed': '기대가 어긋났다',
  'wrong usage: unknown command, option or value': '잘못 썼다: 모르는 명령, 옵션 또는 값',
  'a scenario, configuration or input file is invalid': '시나리오, 설정 또는 입력 파일이 잘못됐다',
  'inconclusive: the system did not come to rest in time': '판정할 수 없다: 시스템이 시간 안에 멈추지 않았다',
  'infrastructure: no server, port taken, disk full, database locked or damaged':
    '기반 문제: 서버가 없다, 포트를 누가 쓴다, 디스크가 찼다, 데이터베이스가 잠겼거나 상했다',
  'a load threshold was missed': '부하의 한계값을 넘었다',
  'a bug of food-sim': 'food-sim의 버그',
  'interrupted: everything was stopped, what was reached was reported': '중단됨: 모두 멈췄고, 그때까지의 결과를 알렸다',

  // Commands and their words.
  'replay scenarios on a bus, and judge them': '버스 위에서 시나리오를 재생하고 판정한다',
  'scenario files or folders, or `bundled` (the default): the scenarios that come with the system':
    '시나리오 파일 또는 폴더, 또는 시스템에 딸려 온 시나리오를 뜻하는 `bundled` (기본값)',
  'watch the system live on a screen, and act on it by keys; or look at a recording of it':
    '시스템을 화면에서 지켜보며 키로 다룬다. 또는 기록된 실행을 본다',
  'scenario files or folders to play step by step (default: none, people play)':
    '한 단계씩 재생할 시나리오 파일 또는 폴더 (기본값: 없음, 사람이 다룬다)',
  'drive the system under load, and judge its thresholds': '시스템에 부하를 걸고 한계값으로 판정한다',
  'a scenario file with a load: section (default: the delayed order, 25 users for 5 s)':
    'load: 절이 있는 시나리오 파일 (기본값: 느린 주문, 25명이 5초 동안)',
  'play thousands of seeded schedules with faults on simulated time, and hold them to the invariants':
    '시드에서 뽑은 수천 가지 스케줄과 장애를 시뮬레이션 시간 위에서 돌리고, 불변식을 지키는지 본다',
  'scenario files or folders to play, or `bundled` (default: people who do whatever people might)':
    '돌릴 시나리오 파일 또는 폴더, 또는 `bundled` (기본값: 무엇이든 할 수 있는 사람들)',
  'repeat a failure that explore found': 'explore가 찾은 실패를 다시 돌린다',
  'a failure that explore kept': 'explore가 남긴 실패',
  'run the system, or some of its contexts, until it is stopped': '시스템을, 또는 그중 일부 컨텍스트를, 멈출 때까지 띄운다',
  'fold a read model anew from the event stream, or check it for drift': '이벤트 스트림에서 읽기 모델을 다시 만들거나, 어긋났는지 검사한다',
  'the view to rebuild': '다시 만들 뷰',
  'set faults on a system that food-sim serve runs on a data folder, end them, and list them':
    'food-sim serve가 데이터 폴더에서 띄운 시스템에 장애를 걸고, 끝내고, 늘어놓는다',
  'what to set, or what to do': '걸 장애, 또는 할 일',
  'as after the = of --fault (3s, Paid@store), or off': '--fault의 = 뒤에 쓰는 값 (3s, Paid@store), 또는 off',
  'look at what contexts gave up on, and try it again or forget it, whether the system runs or not':
    '컨텍스트가 포기한 것을 보고, 다시 해 보거나 잊는다. 시스템이 돌고 있든 아니든',
  'what to do with them': '할 일',
  'which, as list names them (store/17), or all': '어느 것을: list가 부르는 이름 (store/17), 또는 all',
  'a recording (--report ndjson=FILE), or a folder with one or several': '기록 (--report ndjson=FILE), 또는 기록이 하나 이상 있는 폴더',
  'render a recorded run, or the history of several': '기록된 실행을, 또는 여러 실행의 추이를 보고서로 만든다',
  'a recording of a load or a run (--report ndjson=FILE)': '부하나 실행의 기록 (--report ndjson=FILE)',
  'another one of the same': '같은 것의 다른 기록',
  'compare two recordings, and find what got worse: loads beyond the noise, runs scenario by scenario':
    '기록 두 개를 견주어 나빠진 것을 찾는다. 부하는 잡음을 넘는 차이를, 실행은 시나리오 하나하나를',
  'scenario files or folders, or `bundled`': '시나리오 파일 또는 폴더, 또는 `bundled`',
  'check scenario files without running them': '시나리오 파일을 돌리지 않고 검사한다',
  'what to describe': '무엇을',
  'print a JSON Schema, the OpenAPI document, or the catalogue of refusals': 'JSON Schema, OpenAPI 문서, 또는 거절의 목록을 찍는다',
  'look at what is installed, what is missing and how to get it, and at what stands on a NATS server':
    '무엇이 깔려 있고 무엇이 없는지, 어떻게 구하는지, NATS 서버에 무엇이 있는지 본다',
  'print every option, its value, and where it came from': '모든 옵션과 그 값, 그 값이 어디서 왔는지 찍는다',
  'print the completion script of a shell': '셸의 자동 완성 스크립트를 찍는다',
  'the shell': '셸',
  'what its script asks for: only these words are printed': '스크립트가 묻는 것: 그 낱말들만 찍는다',
  'the scenario files to look in': '찾아볼 시나리오 파일',

  'make a first scenario, a configuration and a file for a CI server': '첫 시나리오와 설정, CI 서버용 파일을 만든다',
  'where (default: here)': '만들 곳 (기본값: 여기)',
  'the CI server to make a file for': '파일을 만들어 줄 CI 서버',

  'list the cells of a world on a NATS server, who serves them, and when those were heard last':
    'NATS 서버에 있는 월드의 셀과, 누가 그것을 맡는지, 마지막으로 언제 소식이 있었는지 늘어놓는다',

  // The bus.
  'embedded, memory, or nats://HOST:PORT[,HOST:PORT …]': 'embedded, memory, 또는 nats://HOST:PORT[,HOST:PORT …]',
  'the nats-server to use instead of the bundled one': '내장된 것 대신 쓸 nats-server',
  'user at an external NATS server': '외부 NATS 서버의 사용자',
  'password there (better as FOOD_SIM_NATS_PASSWORD)': '그 서버의 비밀번호 (FOOD_SIM_NATS_PASSWORD로 주는 편이 낫다)',
  'token there (better as FOOD_SIM_NATS_TOKEN)': '그 서버의 토큰 (FOOD_SIM_NATS_TOKEN으로 주는 편이 낫다)',
  'credentials file there': '그 서버의 자격 증명 파일',
  'the JetStream domain to use there, as of a leaf node': '그 서버에서 쓸 JetStream 도메인 (리프 노드 등)',
  'certificate authority of the server (PEM)': '서버의 인증 기관 (PEM)',
  'certificate of the client (PEM)': '클라이언트 인증서 (PEM)',
  'key of the client (PEM)': '클라이언트 키 (PEM)',

  // What is played, and how.
  'real, or virtual: waiting is skipped (memory bus only)': 'real, 또는 기다림을 건너뛰는 virtual (memory 버스에서만)',
  'keep state there, and go on from what is there': '상태를 그곳에 두고, 있던 것에서 이어 간다',
  'keep the temporary folder, and say where it is': '임시 폴더를 남기고 어디인지 말한다',
  "the run's random draws and ids": '실행이 뽑는 난수와 id의 시드',
  'a value for ${NAME} in scenario files': '시나리오 파일 속 ${NAME}의 값',
  'only scenarios whose name matches': '이름이 맞는 시나리오만',
  'only scenarios with this tag, or whose tags these words match': '이 태그가 있거나, 태그가 이 식에 맞는 시나리오만',
  'only say which scenarios would be run (as JSON with --report json)': '어느 시나리오가 돌지 말하기만 한다 (--report json이면 JSON으로)',
  'only this part of N, made alike by the durations of --former, else by count':
    'N으로 나눈 것 중 이 몫만. --former가 있으면 걸린 시간으로, 없으면 개수로 고르게 나눈다',
  'the recording of a former run (--report ndjson=FILE), for --last-failed and --shard':
    '지난 실행의 기록 (--report ndjson=FILE). --last-failed와 --shard가 쓴다',
  'only scenarios that did not pass in the run of --former': '--former의 실행에서 통과하지 못한 시나리오만',
  'try a scenario that does not pass so often again; one that passes then is flaky':
    '통과하지 못한 시나리오를 그만큼 다시 해 본다. 그때 통과하면 flaky',
  'exit 1 where a scenario is flaky': 'flaky인 시나리오가 있으면 1로 끝난다',
  'run again whatever is made of a file that changes, until interrupted': '파일이 바뀌면 그것으로 만든 것을 다시 돌린다. 중단할 때까지',
  'scenarios under way at once': '동시에 돌리는 시나리오 수',
  'stop after the first scenario that does not pass': '통과하지 못한 첫 시나리오에서 멈춘다',
  'the longest that a scenario, or a wait for rest, may take': '시나리오 하나, 또는 멈추기를 기다리는 시간의 한도',
  "bring back one of the original's faults": '원작의 결함 하나를 되살린다',
  'a fault for the whole run': '실행 내내 거는 장애',
  'send notices there': '알림을 그곳으로 보낸다',
  'a bearer token that every port asks its callers for; with --target, the one asked for there (better as FOOD_SIM_TOKEN)':
    '모든 포트가 부르는 쪽에 요구하는 bearer 토큰. --target과 쓰면 그쪽이 요구하는 것 (FOOD_SIM_TOKEN으로 주는 편이 낫다)',
  'a file that holds that token': '그 토큰이 담긴 파일',
  'a module whose default export is a system of your own (defineSystem)': '여러분의 시스템(defineSystem)을 기본으로 내보내는 모듈',

  'with --target: skip the scenarios that need more than can be done and seen from outside':
    '--target과 함께: 밖에서 하고 볼 수 있는 것보다 많은 것이 필요한 시나리오를 건너뛴다',

  // Serving.
  'only these contexts, separated by commas (and gateway)': '쉼표로 나눈 이 컨텍스트들만 (gateway 포함)',
  'another port for a context or the gateway; 0 for any free one; all=0 for all':
    '컨텍스트나 게이트웨이의 다른 포트. 0은 비어 있는 아무 포트, all=0은 모두',
  'the address to listen on': '듣는 주소',
  'the name of its stream and subjects on the bus': '버스 위에서 스트림과 서브젝트의 이름',
  'how many cells the world has, fixed when it is made, or which of them run here: 8, 0-3, 0,3, or 0-3/8':
    '월드의 셀 수 (만들 때 정해진다), 또는 여기서 돌릴 셀: 8, 0-3, 0,3 또는 0-3/8',
  'the host by which processes on other machines reach what listens here, for the gateways of a world of cells':
    '다른 기계의 프로세스가 이곳에 닿는 호스트 이름. 셀로 나뉜 월드의 게이트웨이가 쓴다',
  "as --host; the machine's name where that is 0.0.0.0": '--host와 같다. 그것이 0.0.0.0이면 기계의 이름',
  'how long a process may be silent before another one may take over its cells':
    '프로세스가 얼마 동안 말이 없으면 다른 프로세스가 그 셀을 넘겨받아도 되는지',
  'remove the worlds that runs left on the server of --bus when they were killed': '죽은 실행들이 --bus의 서버에 남긴 월드를 치운다',
  'remove this world, its stream and all its messages, from the server of --bus, unless somebody uses it':
    '아무도 쓰지 않으면, 이 월드와 그 스트림, 모든 메시지를 --bus의 서버에서 치운다',
  'how long to wait at the start for a bus that is away; 0s for not at all': '시작할 때 없는 버스를 얼마나 기다릴지. 0s는 기다리지 않음',
  'how long to go on when it is stopped, not ready any more, so that load balancers send nobody here meanwhile':
    '멈추라는 말을 들은 뒤, 준비되지 않음을 알리며 얼마나 더 답할지. 그동안 로드 밸런서가 이곳으로 보내지 않게 된다',
  "timeout of the review's order look-up": '리뷰가 주문을 조회할 때의 제한 시간',
  'only compare, and say what differs': '비교만 하고 다른 것을 말한다',

  // Load.
  'closed loop with so many users, instead of what the file says': '파일이 말하는 것 대신, 그만큼의 사용자로 닫힌 루프',
  'open loop with so many requests a second, answered or not, instead of what the file says':
    '파일이 말하는 것 대신, 답이 오든 말든 초마다 그만큼 요청하는 열린 루프',
  'how long the load is measured, instead of what the file says': '파일이 말하는 것 대신, 부하를 재는 시간',
  'the longest that a load may take': '부하 하나가 걸릴 수 있는 시간의 한도',
  'the gateway of a system that runs elsewhere, instead of one of our own': '우리가 띄우는 것 대신, 다른 곳에서 도는 시스템의 게이트웨이',
  'play each scenario, or the load, so often, each time on a new system': '시나리오마다, 또는 부하를, 매번 새 시스템에서 그만큼 되풀이한다',
  'simulate the same load N times, and say whether what was measured is plausible':
    '같은 부하를 N번 시뮬레이션하고, 잰 것이 그럴듯한지 말한다',

  // Exploring.
  'the most schedules to explore': '탐색할 스케줄 수의 한도',
  'random: each decision on its own; pct: by priorities that change; exhaustive: every order, as far as bounds go':
    'random: 결정마다 따로, pct: 바뀌는 우선순위로, exhaustive: 한도가 닿는 데까지 모든 순서',
  'for --search pct: one more than the changes of priority': '--search pct에서: 우선순위가 바뀌는 횟수보다 하나 많은 수',
  'for --search exhaustive: the most crashes, duplicates and late messages in one schedule':
    '--search exhaustive에서: 스케줄 하나에 들 크래시, 중복, 늦은 메시지의 한도',
  'for --search exhaustive: the most states that are kept in memory': '--search exhaustive에서: 메모리에 둘 상태 수의 한도',
  'begin no more schedules after this time': '이 시간이 지나면 새 스케줄을 시작하지 않는다',
  'people: whatever they might do; racing-cancel: one order and a cancellation; or another of the system':
    'people: 사람들이 할 수 있는 무엇이든, racing-cancel: 주문 하나와 취소, 또는 시스템의 다른 것',
  'where contexts keep their tables meanwhile: in plain maps, or in SQLite in memory; the result is the same':
    '컨텍스트가 그동안 테이블을 두는 곳: 단순한 맵, 또는 메모리의 SQLite. 결과는 같다',
  'play each schedule twice, and compare the recordings': '스케줄마다 두 번 돌리고 기록을 견준다',
  'where to keep a failure that was found': '찾은 실패를 남길 곳',
  'also print a sequence diagram, in Mermaid': '시퀀스 다이어그램도 Mermaid로 찍는다',
  'pause at each event, and show what each context holds': '이벤트마다 멈추고, 각 컨텍스트가 가진 것을 보인다',

  // Showing.
  'look at a recording (--report ndjson=FILE), or at a failure that explore kept':
    '기록(--report ndjson=FILE)이나 explore가 남긴 실패를 본다',
  'show every row of every table, whatever screen the system has of its own':
    '시스템이 가진 화면이 무엇이든, 모든 테이블의 모든 행을 보인다',
  'show it on a screen, and let people act meanwhile': '화면으로 보이고, 그동안 사람이 다룰 수 있게 한다',
  [`${REPORT_KINDS.join(', ')}; to a file, or stdout`]: `${REPORT_KINDS.join(', ')}; 파일로, 또는 표준 출력으로`,
  'language of reports: ko or en': '보고서의 언어: ko 또는 en',
  'no colours': '색을 쓰지 않는다',
  'only what went wrong, and the summary': '잘못된 것과 요약만',
  'each step too': '단계마다도',
  'write the log there': '로그를 그곳에 쓴다',
  'the configuration file': '설정 파일',

  // Defaults.
  'a temporary folder': '임시 폴더',
  'drawn, and reported': '뽑아서 알린다',
  "the machine's processors, 2 to 8": '기계의 프로세서 수, 2에서 8',
  '60s, and 15s for rest': '60s, 멈추기는 15s',
  'pretty on a terminal, else plain': '터미널이면 pretty, 아니면 plain',
  'the log': '로그',
  'all and the gateway': '모두와 게이트웨이',
  'as the data folder says; 1': '데이터 폴더가 말하는 대로, 없으면 1',
  'the food-delivery system': '음식 배달 시스템',
  'by the locale': '로캘에 따라',
  'by the terminal': '터미널에 따라',
  'warn; silent for run': 'warn, run은 silent',
  'food-sim.config.yaml, if there': '있으면 food-sim.config.yaml',
};
