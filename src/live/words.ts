import { sayShape } from '../reports/words.ts';
import type { LiveOver } from '../tui/view/screen-words.ts';

/** A language of the interface. */
export type Lang = 'ko' | 'en';

/** What a live session says of what was done; what the system itself says stays as it said it. */
export interface LiveWords {
  readonly made: (verb: string, numbers: readonly string[], count: number) => string;
  readonly acted: (verb: string, count: number) => string;
  /** How many of several were refused, and why the first one was. */
  readonly andRefused: (count: number, why: string) => string;
  readonly noLines: string;
  /** Where the verb finds no row that it could be for. */
  readonly nothing: (verb: string) => string;
  readonly unknownVerb: (verb: string, known: readonly string[]) => string;
  readonly tooMany: (most: number) => string;
  readonly notYet: string;
  readonly over: string;
  readonly slow: (isOn: boolean) => string;
  readonly noCalls: string;
  readonly armed: (fault: 'duplicate' | 'drop' | 'hold', type: string | undefined) => string;
  readonly released: (held: number) => string;
  readonly nothingToRelease: string;
  readonly unknownType: (type: string, known: readonly string[]) => string;
  readonly context: (context: string, change: 'start' | 'stop' | 'crash') => string;
  readonly contextAlready: (context: string, isRunning: boolean) => string;
  readonly paused: string;
  readonly resumed: string;
  readonly pausedAlready: string;
  readonly notPaused: string;
  readonly stepped: (type: string, subject: string, context: string) => string;
  readonly nothingHeld: string;
  readonly scenarioPaused: string;
  readonly scenarioResumed: string;
  readonly scenarioStepped: string;
  readonly noScenario: string;
  readonly loadStarted: (shape: string) => string;
  readonly loadStopped: string;
  readonly loadRunning: string;
  readonly loadWhilePaused: string;
  readonly noLoad: string;
  readonly leaving: string;
}

const ENGLISH: LiveWords = {
  made: (verb, numbers, count) => `${verb}: ${count === 1 ? (numbers[0] ?? 'done') : `${count} made`}`,
  acted: (verb, count) => `${verb}: done${count === 1 ? '' : ` ×${count}`}`,
  andRefused: (count, why) => `; ${count} refused: ${why}`,
  noLines: 'no row is chosen',
  nothing: (verb) => `there is nothing here to ${verb}`,
  unknownVerb: (verb, known) => `nobody can ask for ${verb}; they can for ${known.join(', ')}`,
  tooMany: (most) => `that is more than ${most} at once`,
  notYet: 'the system is not up yet',
  over: 'the system is stopping',
  noCalls: 'no calls of this system can be slowed down',
  slow: (isOn) => (isOn ? 'calls between contexts are slow now' : 'calls between contexts are fast again'),
  armed: (fault, type) =>
    fault === 'hold'
      ? `${type ?? 'every message'} is held until it is released`
      : `the next ${type ?? 'message'} will be ${fault === 'drop' ? 'dropped (it comes again later)' : 'duplicated'}`,
  released: (held) => `released: ${held} held messages go on`,
  nothingToRelease: 'nothing is held, and no fault is set',
  unknownType: (type, known) => `there is no event ${type}; there are ${known.join(', ')}`,
  context: (context, change) => `${context} ${{ start: 'started', stop: 'stopped', crash: 'crashed' }[change]}`,
  contextAlready: (context, isRunning) => `${context} is ${isRunning ? 'up' : 'down'} already`,
  paused: 'deliveries are paused',
  resumed: 'deliveries go on',
  pausedAlready: 'deliveries are paused already',
  notPaused: 'deliveries are not paused',
  stepped: (type, subject, context) => `${type} of ${subject} goes on to ${context}`,
  nothingHeld: 'no message waits',
  scenarioPaused: 'the scenario waits before its next step',
  scenarioResumed: 'the scenario goes on',
  scenarioStepped: 'one step',
  noScenario: 'no scenario is being played',
  loadStarted: (shape) => `load: ${shape}`,
  loadStopped: 'the load is stopped',
  loadRunning: 'a load is running already',
  loadWhilePaused: 'deliveries are paused, and a load would wait for them; P lets them go on',
  noLoad: 'no load is running',
  leaving: 'stopping',
};

const KOREAN: LiveWords = {
  made: (verb, numbers, count) => `${verb}: ${count === 1 ? (numbers[0] ?? '완료') : `${count}건 완료`}`,
  acted: (verb, count) => `${verb}: ${count === 1 ? '' : `${count}건 `}완료`,
  andRefused: (count, why) => `; ${count}건 거절: ${why}`,
  noLines: '선택한 항목이 없습니다',
  nothing: (verb) => `${verb}: 대상이 없습니다`,
  unknownVerb: (verb, known) => `${verb}: 없는 요청입니다; 있는 요청: ${known.join(', ')}`,
  tooMany: (most) => `한 번에 ${most}건까지 할 수 있습니다`,
  notYet: '시스템을 시작하고 있습니다',
  over: '시스템을 종료하고 있습니다',
  noCalls: '느리게 할 호출이 없는 시스템입니다',
  slow: (isOn) => (isOn ? '서비스 사이의 호출이 느려졌습니다' : '서비스 사이의 호출이 다시 빨라졌습니다'),
  armed: (fault, type) =>
    fault === 'hold'
      ? `${type ?? '모든 메시지'}: 풀어줄 때까지 보류`
      : `다음 ${type ?? '메시지'}: ${fault === 'drop' ? '유실(나중에 다시 옴)' : '중복'}`,
  released: (held) => `보류된 메시지 ${held}건을 풀어주었습니다`,
  nothingToRelease: '보류된 메시지나 설정된 장애가 없습니다',
  unknownType: (type, known) => `${type} 이벤트는 없습니다; 있는 이벤트: ${known.join(', ')}`,
  context: (context, change) => `${context} ${{ start: '시작', stop: '정지', crash: '비정상 종료' }[change]}`,
  contextAlready: (context, isRunning) => `${context}: 이미 ${isRunning ? '실행 중' : '정지 상태'}입니다`,
  paused: '메시지 전달을 멈추었습니다',
  resumed: '메시지 전달을 다시 시작합니다',
  pausedAlready: '메시지 전달이 이미 멈추어 있습니다',
  notPaused: '메시지 전달이 멈추어 있지 않습니다',
  stepped: (type, subject, context) => `${subject}의 ${type} → ${context}`,
  nothingHeld: '기다리는 메시지가 없습니다',
  scenarioPaused: '시나리오가 다음 단계 앞에서 기다립니다',
  scenarioResumed: '시나리오를 계속합니다',
  scenarioStepped: '한 단계 진행',
  noScenario: '진행 중인 시나리오가 없습니다',
  loadStarted: (shape) => `부하: ${sayShape(shape, 'ko')}`,
  loadStopped: '부하를 멈추었습니다',
  loadRunning: '부하가 이미 진행 중입니다',
  loadWhilePaused: '메시지 전달이 멈추어 있어 부하를 시작할 수 없습니다. P 키: 전달 계속',
  noLoad: '진행 중인 부하가 없습니다',
  leaving: '종료합니다',
};

/** The words of a language, with those of the system's own. */
export const liveWords = (lang: Lang, over: LiveOver = {}): LiveWords => {
  const words = lang === 'ko' ? KOREAN : ENGLISH;
  const { nothing, ...others } = over;
  return { ...words, ...others, nothing: (verb) => nothing?.[verb] ?? words.nothing(verb) };
};
