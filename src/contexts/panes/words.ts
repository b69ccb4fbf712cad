/** What the screen says of the food system, in both languages. */
import type { WordsOver } from '../../tui/view/screen-words.ts';
import { MYPAGE_STATUS_TEXT, type MypageStatus } from '../customer/contract.ts';
import { NOTICE_TEXT, type NoticeType } from '../notification/contract.ts';

const ENGLISH_PAST: Readonly<Record<string, string>> = {
  accept: 'accepted',
  reject: 'rejected',
  start: 'started cooking',
  finish: 'finished cooking',
  pick: 'picked up',
  confirm: 'delivered',
  cancel: 'asked to cancel',
  review: 'reviewed',
  'delete-review': 'deleted the review of',
};

const KOREAN_DONE: Readonly<Record<string, string>> = {
  accept: '접수',
  reject: '거부',
  start: '요리시작',
  finish: '요리완료',
  pick: '배송시작',
  confirm: '배송확정',
  cancel: '취소요청',
  review: '리뷰 등록',
  'delete-review': '리뷰 삭제',
};

const orders = (count: number): string => (count === 1 ? '1 order' : `${count} orders`);

const ENGLISH: WordsOver = {
  pane: { list: 'Mypage', aside: 'Notices' },
  about: {
    list: 'every order as its customer sees it',
    aside: 'coupons, and the notices to the customer',
    story: 'what happened to the order, by its causes',
    breaker: 'between reviews and orders; and the load on it',
    contexts: 'five services: what waits, what failed',
  },
  role: { customer: 'customer', store: 'store', rider: 'rider' },
  does: {
    place: 'order',
    form: 'fill in',
    cancel: 'cancel',
    review: 'review',
    'delete-review': 'del review',
    accept: 'accept',
    reject: 'reject',
    start: 'start cooking',
    finish: 'finish',
    pick: 'pick up',
    confirm: 'delivered',
    'previous-of-line': 'order back',
    'next-of-line': 'order on',
  },
  explains: {
    place: 'place an order',
    form: 'place an order that you fill in',
    cancel: 'cancel the order; the store decides',
    review: 'review a delivered order; earns a coupon',
    'delete-review': 'delete the newest review; costs the coupon',
    accept: 'the store takes the order',
    reject: 'the store refuses the order; it is refunded',
    start: 'the store begins to cook',
    finish: 'the food is ready',
    pick: 'the rider sets out',
    confirm: 'the food arrived',
    mark: 'mark the order: the next step is for all marked',
    load: 'start or stop the load of the breaker test',
    faults: 'slow look-up, lost and doubled messages, crashes',
    open: "open: the order's story, the event",
    'previous-of-line': 'back to what happened to this order',
    'next-of-line': 'on to what happens to this order',
  },
  context: { front: 'orders', store: 'kitchen', rider: 'deliveries', notification: 'notices', customer: 'Mypage' },
  field: { customerId: 'Customer', storeId: 'Store', foodId: 'Food', price: 'Price (won)', address: 'Address', payment: 'Payment' },
  choice: { approve: 'approve', decline: 'decline' },
  say: {
    line: 'order',
    noLines: 'No orders yet. Press n to place one.',
    noLinesFound: 'No order has these words. Press esc to see all.',
    noLinesRecorded: 'No orders yet. Press → to go on, space to play.',
    noLine: 'There is no order to do that to.',
    noStory: 'Choose an order in Mypage to read its story here.',
    noAside: 'No notices yet.',
    noCalls: 'No look-ups yet: a review asks for its order through the breaker.',
    noMoreOfLine: 'Nothing more happens to this order that way.',
    making: 'placing …',
    emptyText: 'A review says something.',
    slowOn: 'slow down order look-ups',
    slowOff: 'end slow order look-ups',
    textPrompt: 'review',
    formKeys: '↑↓ field   ⏎ place it   esc close',
    formChoiceKeys: '←→ choose   ↑↓ field   ⏎ place it   esc close',
    formWrongNumber: 'a whole number, such as 12000',
    final: 'This order is over.',
    loadHint: 'L starts a load: users review an order that answers slowly.',
  },
  lines: (count) => (count === '1' ? '1 order' : `${count} orders`),
  form: () => 'A new order',
  live: {
    made: (_verb, numbers, count) => (count === 1 ? `placed ${numbers[0] ?? 'one order'}` : `placed ${count} orders`),
    acted: (verb, count) => `${ENGLISH_PAST[verb] ?? verb} ${orders(count)}`,
    noLines: 'no order is chosen',
    nothing: { 'delete-review': 'the order has no review to delete' },
    slow: (isOn) => (isOn ? 'order look-ups now take 400 to 600 ms' : 'order look-ups are fast again'),
    loadWhilePaused: 'deliveries are paused, so the order of a load would never be delivered; P lets them go on',
  },
};

const KOREAN: WordsOver = {
  pane: { list: 'Mypage', aside: '알림' },
  about: {
    list: '고객이 보는 주문 현황',
    aside: '쿠폰과 고객에게 간 알림',
    story: '고른 주문에 일어난 일을 원인별로',
    breaker: '리뷰와 주문 사이의 회로 차단기, 부하',
    contexts: '서비스 5개의 대기·실패',
  },
  role: { customer: '고객', store: '가게', rider: '라이더' },
  does: {
    place: '주문',
    form: '주문서',
    cancel: '취소',
    review: '리뷰',
    'delete-review': '리뷰삭제',
    accept: '접수',
    reject: '거부',
    start: '요리시작',
    finish: '요리완료',
    pick: '배송시작',
    confirm: '배송확정',
    'previous-of-line': '주문 뒤로',
    'next-of-line': '주문 앞으로',
  },
  explains: {
    place: '주문을 하나 넣습니다',
    form: '내용을 적어서 주문합니다',
    cancel: '주문을 취소합니다 (결정은 가게가 합니다)',
    review: '배송된 주문에 리뷰를 씁니다 (쿠폰 +1)',
    'delete-review': '가장 최근 리뷰를 삭제합니다 (쿠폰 -1)',
    accept: '가게가 주문을 접수합니다',
    reject: '가게가 주문을 거부합니다 (환불됩니다)',
    start: '요리를 시작합니다',
    finish: '요리를 완료합니다',
    pick: '라이더가 배송을 시작합니다',
    confirm: '배송을 확정합니다',
    mark: '주문을 선택합니다: 다음 동작은 선택한 주문 모두에',
    load: '차단기 시험의 부하를 시작하거나 멈춥니다',
    faults: '느린 조회, 메시지 유실과 중복, 서비스 중단',
    open: '열기: 주문의 경과, 이벤트의 내용',
    'previous-of-line': '이 주문의 앞선 사건으로',
    'next-of-line': '이 주문의 다음 사건으로',
  },
  context: { front: '주문·결재', store: '주방', rider: '배송', notification: '알림', customer: 'Mypage' },
  field: { customerId: '고객', storeId: '가게', foodId: '음식', price: '가격 (원)', address: '주소', payment: '결재' },
  choice: { approve: '승인', decline: '거절' },
  say: {
    line: '주문',
    noLines: '아직 주문이 없습니다. n 키를 누르면 주문합니다.',
    noLinesFound: '그런 낱말이 있는 주문이 없습니다. esc: 모두 보기',
    noLinesRecorded: '아직 주문이 없습니다. →: 앞으로, space: 재생',
    noLine: '대상이 되는 주문이 없습니다.',
    noStory: 'Mypage에서 주문을 고르면 그 경과가 여기 보입니다.',
    noAside: '아직 알림이 없습니다.',
    noCalls: '아직 조회가 없습니다. 리뷰는 차단기를 거쳐 주문을 조회합니다.',
    noMoreOfLine: '그쪽에는 이 주문의 사건이 더 없습니다.',
    making: '주문하는 중 …',
    emptyText: '리뷰 내용을 적어 주세요.',
    slowOn: '주문 조회를 느리게',
    slowOff: '느린 주문 조회 끝내기',
    textPrompt: '리뷰',
    formKeys: '↑↓ 칸 이동   ⏎ 주문   esc 닫기',
    formChoiceKeys: '←→ 고르기   ↑↓ 칸 이동   ⏎ 주문   esc 닫기',
    formWrongNumber: '정수로 적어 주세요 (예: 12000)',
    final: '이 주문은 끝났습니다.',
    loadHint: 'L: 부하 시작 (사용자들이 느린 주문에 리뷰를 씁니다)',
  },
  lines: (count) => `주문 ${count}건`,
  form: () => '새 주문',
  live: {
    made: (_verb, numbers, count) => (count === 1 ? `주문 ${numbers[0] ?? '1건'} 등록` : `주문 ${count}건 등록`),
    acted: (verb, count) => `주문 ${count}건 ${KOREAN_DONE[verb] ?? verb}`,
    noLines: '선택한 주문이 없습니다',
    nothing: { 'delete-review': '삭제할 리뷰가 없습니다' },
    slow: (isOn) => (isOn ? '이제 주문 조회에 400~600 ms 걸립니다' : '주문 조회가 다시 빨라졌습니다'),
    loadWhilePaused: '메시지 전달이 멈추어 있어 부하에 쓸 주문을 배송할 수 없습니다. P 키: 전달 계속',
  },
};

/** In place of what the screen says of any system. */
export const FOOD_WORDS: Readonly<Record<'ko' | 'en', WordsOver>> = { ko: KOREAN, en: ENGLISH };

/** Mypage's statuses in English, as short as their column is. */
const ENGLISH_MYPAGE: Readonly<Record<MypageStatus, string>> = {
  unpaid: 'unpaid',
  paid: 'paid',
  accepted: 'accepted',
  cooking: 'cooking',
  cooked: 'cooked',
  delivering: 'on the way',
  delivered: 'delivered',
  rejected: 'rejected',
  'cancel-requested': 'cancelling',
  canceled: 'canceled',
  'payment-failed': 'pay failed',
};

const ENGLISH_NOTICE: Readonly<Record<NoticeType, string>> = {
  OrderPlaced: 'Your order was placed.',
  Paid: 'Your order was paid.',
  PaymentDeclined: 'The payment of your order failed.',
  OrderAccepted: 'Your order was accepted.',
  OrderRejected: 'Your order was rejected.',
  CookStarted: 'Your order is being cooked.',
  CookFinished: 'Your order is cooked.',
  Picked: 'Your order is on its way.',
  Delivered: 'Your order was delivered.',
  OrderCancelRequested: 'You asked to cancel your order.',
  OrderCanceled: 'Your order was canceled.',
  CancelRefused: 'Your order is being cooked and can not be canceled.',
  PaymentRefunded: 'Your order was refunded.',
  DeliveryCanceled: 'Your delivery was called off.',
  CouponGranted: 'You got a coupon.',
  CouponRevoked: 'A coupon was taken back.',
};

/** What the panes say beside that. */
export interface PaneWords {
  readonly order: string;
  readonly customer: string;
  readonly food: string;
  readonly progress: string;
  readonly mypage: Readonly<Record<MypageStatus, string>>;
  /** What a notice says, where that is not the text that was sent. */
  readonly notice: Readonly<Record<NoticeType, string>>;
  readonly noticeStatus: Readonly<Record<'unsent' | 'sent' | 'failed', string>>;
  readonly coupons: (count: number) => string;
}

const PANE_WORDS: Readonly<Record<'ko' | 'en', PaneWords>> = {
  ko: {
    order: '주문',
    customer: '고객',
    food: '음식',
    progress: '진행',
    mypage: MYPAGE_STATUS_TEXT,
    notice: NOTICE_TEXT,
    noticeStatus: { unsent: '발송대기', sent: '발송됨', failed: '발송실패' },
    coupons: (count) => `쿠폰 ${count}장`,
  },
  en: {
    order: 'order',
    customer: 'customer',
    food: 'food',
    progress: 'progress',
    mypage: ENGLISH_MYPAGE,
    notice: ENGLISH_NOTICE,
    noticeStatus: { unsent: 'to be sent', sent: 'sent', failed: 'not sent' },
    coupons: (count) => (count === 1 ? '1 coupon' : `${count} coupons`),
  },
};

/** The panes' words of a language. */
export const paneWordsOf = (lang: 'ko' | 'en'): PaneWords => PANE_WORDS[lang];
