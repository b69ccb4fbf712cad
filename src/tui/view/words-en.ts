import type { ScreenWords } from './screen-words.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const span = (ms: number): string => {
  if (ms < MINUTE) return `${Math.max(0, Math.floor(ms / SECOND))} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  return ms < 48 * HOUR ? `${Math.floor(ms / HOUR)} h` : `${Math.floor(ms / (24 * HOUR))} d`;
};

/** The screen in English. */
export const ENGLISH: ScreenWords = {
  lang: 'en',
  span,
  pane: { mypage: 'Mypage', notices: 'Notices', story: 'Story', events: 'Events', breaker: 'Breaker', contexts: 'Contexts', steps: 'Steps' },
  role: { customer: 'customer', store: 'store', rider: 'rider', many: 'many', system: 'system', screen: 'screen', player: 'time' },
  does: {
    place: 'order', form: 'fill in', cancel: 'cancel', review: 'review', 'delete-review': 'del review', accept: 'accept', reject: 'reject', start: 'start cooking', finish: 'finish', pick: 'pick up', confirm: 'delivered',
    mark: 'mark', 'mark-all': 'all', load: 'load', faults: 'faults', pause: 'pause', step: 'step', 'next-pane': 'pane', 'previous-pane': 'pane back', up: 'up', down: 'down', 'page-up': 'page up', 'page-down': 'page down', top: 'first', bottom: 'last',
    open: 'open', zoom: 'zoom', filter: 'filter', command: 'command', help: 'help', back: 'back', redraw: 'redraw', suspend: 'shell', quit: 'quit',
    play: 'play', backward: 'back', forward: 'on', 'previous-of-order': 'order back', 'next-of-order': 'order on', first: 'begin', last: 'end', slower: 'slower', faster: 'faster',
  },
  explains: {
    place: 'place an order', form: 'place an order that you fill in', cancel: 'cancel the order; the store decides', review: 'review a delivered order; earns a coupon', 'delete-review': 'delete the newest review; costs the coupon',
    accept: 'the store takes the order', reject: 'the store refuses the order; it is refunded', start: 'the store begins to cook', finish: 'the food is ready', pick: 'the rider sets out', confirm: 'the food arrived',
    mark: 'mark the order: the next step is for all marked', 'mark-all': 'mark all listed, or none', load: 'start or stop the load of the breaker test', faults: 'slow look-up, lost and doubled messages, crashes', pause: 'hold all messages back, or the scenario; again: go on', step: 'let one message go, or one step of the scenario',
    'next-pane': 'next pane (or its number)', 'previous-pane': 'previous pane', up: 'up', down: 'down', 'page-up': 'page up', 'page-down': 'page down', top: 'to the first', bottom: 'to the last', open: 'open: the order\'s story, the event', zoom: 'the pane alone, and back',
    filter: 'show only what has these words', command: 'a command by its name', help: 'this page', back: 'one thing back', redraw: 'draw anew', suspend: 'to the shell; fg brings all back as it was', quit: 'quit; Ctrl-C interrupts what is played as well',
    play: 'play, stop', backward: 'one entry back', forward: 'one entry on', 'previous-of-order': 'back to what happened to this order', 'next-of-order': 'on to what happens to this order', first: 'to the beginning', last: 'to the end', slower: 'half as fast', faster: 'twice as fast',
  },
  mypage: { unpaid: 'unpaid', paid: 'paid', accepted: 'accepted', cooking: 'cooking', cooked: 'cooked', delivering: 'on the way', delivered: 'delivered', rejected: 'rejected', 'cancel-requested': 'cancelling', canceled: 'canceled', 'payment-failed': 'pay failed' },
  notice: {
    OrderPlaced: 'Your order was placed.', Paid: 'Your order was paid.', PaymentDeclined: 'The payment of your order failed.', OrderAccepted: 'Your order was accepted.', OrderRejected: 'Your order was rejected.', CookStarted: 'Your order is being cooked.', CookFinished: 'Your order is cooked.', Picked: 'Your order is on its way.', Delivered: 'Your order was delivered.',
    OrderCancelRequested: 'You asked to cancel your order.', OrderCanceled: 'Your order was canceled.', CancelRefused: 'Your order is being cooked and can not be canceled.', PaymentRefunded: 'Your order was refunded.', DeliveryCanceled: 'Your delivery was called off.', CouponGranted: 'You got a coupon.', CouponRevoked: 'A coupon was taken back.',
  },
  noticeStatus: { unsent: 'to be sent', sent: 'sent', failed: 'not sent' },
  breakerState: { closed: 'closed', open: 'OPEN', 'half-open': 'half-open' },
  contextState: { unknown: '?', up: 'up', stopped: 'stopped', crashed: 'crashed' },
  change: { started: 'started', stopped: 'stopped', crashed: 'crashed' },
  handling: { handled: 'handled', duplicate: 'came twice, no effect', parked: 'put aside', 'dead-lettered': 'dead letter', 'not-handled': 'not handled yet' },
  outcome: { passed: 'passed', failed: 'failed', errored: 'broken', inconclusive: 'inconclusive', skipped: 'skipped', interrupted: 'interrupted' },
  kind: { success: 'success', refused: 'refused', timeout: 'timeout', 'short-circuited': 'short-circuit', rejected: 'rejected', 'upstream-error': 'error', unreachable: 'unreachable', 'other-failure': 'other failure', 'no-answer': 'no answer' },
  context: { front: 'orders', store: 'kitchen', rider: 'deliveries', notification: 'notices', customer: 'Mypage' },
  field: { customer: 'Customer', store: 'Store', food: 'Food', price: 'Price (won)', address: 'Address', payment: 'Payment' },
  about: {
    mypage: 'every order as its customer sees it', notices: 'coupons, and the notices to the customer', story: 'what happened to the order, by its causes', events: 'all messages, commands and faults as they come', breaker: 'between reviews and orders; and the load on it', contexts: 'five services: what waits, what failed', steps: 'the scenario being played',
  },
  say: {
    goOn: 'go on', stopLoad: 'stop load', live: 'live', paused: 'paused', recording: 'recording', playing: 'playing', ended: 'ended',
    order: 'order', customer: 'customer', food: 'food', progress: 'progress', age: 'age', lag: 'lag', waiting: 'late',
    noOrders: 'No orders yet. Press n to place one.', stepHint: 'Press . for the next step of the scenario, P to let it go on.', noOrdersFound: 'No order has these words. Press esc to see all.', noOrdersRecorded: 'No orders yet. Press → to go on, space to play.', noOrder: 'There is no order to do that to.', noStory: 'Choose an order in Mypage to read its story here.', noNotices: 'No notices yet.', noEvents: 'Nothing has happened yet.', noEventsFound: 'Nothing has these words. Press esc to see all.', noCalls: 'No look-ups yet: a review asks for its order through the breaker.', noSteps: 'No scenario.',
    notHere: 'That can not be done here.', notYet: 'The system is starting …', onlyRecording: 'Only a recording can be moved through.', noMoreOfOrder: 'Nothing more happens to this order that way.',
    placing: 'placing …', asking: 'asking …', stepping: 'one step …', startingLoad: 'starting the load …', stoppingLoad: 'stopping the load …', reviewText: 'delicious', emptyReview: 'A review says something.', quitting: 'stopping everything …',
    slowOn: 'slow down order look-ups', slowOff: 'end slow order look-ups', duplicateNext: 'deliver the next message twice', dropNext: 'lose the next delivery', holdAll: 'hold all messages back', releaseAll: 'let go what is held back, end faults', faultsTitle: 'Faults', faultsKeys: '↑↓ choose   ⏎ do it   esc close',
    filterKeys: '⏎ keep   esc undo   words that must all be found', commandKeys: 'tab complete   ⏎ do it   esc close', reviewPrompt: 'review', reviewKeys: '⏎ send   esc close', formTitle: 'A new order', formKeys: '↑↓ field   ⏎ place it   esc close', formWrong: 'please fill in', pageKeys: '↑↓ scroll   esc close', helpTitle: 'Help', eventTitle: 'Event',
    expected: 'expected', actual: 'actual', nextStep: 'next', final: 'This order is over.', forgotten: 'The beginning of this story was forgotten.', 
    circuit: 'circuit', window: 'window', calls: 'calls', errors: 'errors', opensAt: 'opens at 50 %', opened: 'opened', latency: 'latency', outcomes: 'outcomes', answers: 'answers', time: 'time', load: 'load', loadHint: 'L starts a load: users review an order that answers slowly.', thresholds: 'limits', failed: 'failed', warning: 'warning', 
    context: 'context', state: 'state', inbox: 'inbox', outbox: 'outbox', parked: 'aside', deadLetters: 'dead', faultsOn: 'faults', held: 'held back', none: 'none',
    approve: 'approve', decline: 'decline', about: 'The panes',
    toStory: 'its story', toFaults: 'stop or start', unfilter: 'show all', unzoom: 'all panes', unmark: 'unmark', scroll: 'scroll', formPaymentKeys: '←→ choose   ↑↓ field   ⏎ place it   esc close', formWrongPrice: 'a whole number, such as 12000', idle: 'no calls lately',
  },
  tooSmall: (columns, rows) => `This terminal has ${columns}×${rows}; food-sim needs at least 80×24. Make it larger, or press q.`,
  orders: (count) => (count === '1' ? '1 order' : `${count} orders`),
  messages: (count) => (count === '1' ? '1 message' : `${count} messages`),
  marked: (count) => `${count} marked`,
  coupons: (count) => (count === 1 ? '1 coupon' : `${count} coupons`),
  asked: (verb, count) => `${verb}${count === 1 ? '' : ` ×${count}`} …`,
  unknownCommand: (written, nearest) => `There is no command ${written}${nearest === undefined ? '; tab lists them.' : `. Did you mean ${nearest}?`}`,
  notUnderstood: (name, rest, offers) => `:${name} does not understand ${rest === '' ? 'nothing' : rest}.${offers.length === 0 ? '' : ` It takes ${offers.slice(0, 5).join(', ')}${offers.length > 5 ? ', …' : ''}.`}`,
  changeContext: (change, context) => `${change} ${context}`,
  stepOf: (done, count) => `${done} of ${count} steps`,
};
