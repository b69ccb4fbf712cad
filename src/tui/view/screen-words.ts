import type { MypageStatus } from '../../contexts/customer/contract.ts';
import type { NoticeType } from '../../contexts/notification/contract.ts';
import type { BreakerState } from '../../kernel/load.ts';
import type { Handling, Outcome } from '../../kernel/recording.ts';
import type { Lang } from '../../reports/words.ts';
import type { ContextName } from '../model/model.ts';
import type { OrderVerb } from '../session-port.ts';
import type { Does, Role } from './key-map.ts';
import type { PaneName } from './layout.ts';
import type { FieldName } from './screen-state.ts';

/** Single words and short phrases. */
export type Phrase =
  | 'goOn' | 'stopLoad' | 'live' | 'paused' | 'recording' | 'playing' | 'ended'
  | 'order' | 'customer' | 'food' | 'progress' | 'age' | 'lag' | 'waiting'
  | 'noOrders' | 'stepHint' | 'noOrdersFound' | 'noOrdersRecorded' | 'noOrder' | 'noStory' | 'noNotices' | 'noEvents' | 'noEventsFound' | 'noCalls' | 'noSteps'
  | 'notHere' | 'notYet' | 'onlyRecording' | 'noMoreOfOrder'
  | 'placing' | 'asking' | 'stepping' | 'startingLoad' | 'stoppingLoad' | 'reviewText' | 'emptyReview' | 'quitting'
  | 'slowOn' | 'slowOff' | 'duplicateNext' | 'dropNext' | 'holdAll' | 'releaseAll' | 'faultsTitle' | 'faultsKeys'
  | 'filterKeys' | 'commandKeys' | 'reviewPrompt' | 'reviewKeys' | 'formTitle' | 'formKeys' | 'formWrong' | 'pageKeys' | 'helpTitle' | 'eventTitle'
  | 'expected' | 'actual' | 'nextStep' | 'final' | 'forgotten'
  | 'circuit' | 'window' | 'calls' | 'errors' | 'opensAt' | 'opened' | 'latency' | 'outcomes' | 'answers' | 'time' | 'load' | 'loadHint' | 'thresholds' | 'failed' | 'warning'
  | 'context' | 'state' | 'inbox' | 'outbox' | 'parked' | 'deadLetters' | 'faultsOn' | 'held' | 'none'
  | 'approve' | 'decline' | 'about'
  | 'toStory' | 'toFaults' | 'unfilter' | 'unzoom' | 'unmark' | 'scroll' | 'formPaymentKeys' | 'formWrongPrice' | 'idle';

/** All that the screen says in one language. */
export interface ScreenWords {
  readonly lang: Lang;
  readonly pane: Readonly<Record<PaneName, string>>;
  readonly role: Readonly<Record<Role, string>>;
  /** What a key does, in a word or two. */
  readonly does: Readonly<Record<Does, string>>;
  /** What a key does, in a sentence, for the help page. */
  readonly explains: Readonly<Record<Does, string>>;
  /** Statuses: of Mypage and of what the contexts hold, by the literal. */
  readonly mypage: Readonly<Record<MypageStatus, string>>;
  readonly notice: Readonly<Record<NoticeType, string>>;
  readonly noticeStatus: Readonly<Record<'unsent' | 'sent' | 'failed', string>>;
  readonly breakerState: Readonly<Record<BreakerState, string>>;
  readonly contextState: Readonly<Record<'unknown' | 'up' | 'stopped' | 'crashed', string>>;
  readonly change: Readonly<Record<'started' | 'stopped' | 'crashed', string>>;
  readonly handling: Readonly<Record<Handling | 'not-handled', string>>;
  readonly outcome: Readonly<Record<Outcome, string>>;
  /** Kinds of outcomes of a look-up or of an answer, by the kernel's names. */
  readonly kind: Readonly<Record<string, string>>;
  readonly context: Readonly<Record<ContextName, string>>;
  readonly say: Readonly<Record<Phrase, string>>;
  readonly field: Readonly<Record<FieldName, string>>;
  /** Explains the panes on the help page. */
  readonly about: Readonly<Record<PaneName, string>>;
  readonly tooSmall: (columns: number, rows: number) => string;
  readonly orders: (count: string) => string;
  readonly marked: (count: string) => string;
  readonly messages: (count: string) => string;
  readonly coupons: (count: number) => string;
  /** A time span in at most six columns: `12초`, `3 min`. */
  readonly span: (ms: number) => string;
  readonly asked: (verb: OrderVerb, count: number) => string;
  readonly unknownCommand: (written: string, nearest: string | undefined) => string;
  readonly notUnderstood: (name: string, rest: string, offers: readonly string[]) => string;
  readonly changeContext: (change: 'start' | 'stop' | 'crash', context: ContextName) => string;
  readonly stepOf: (done: number, count: number) => string;
}
