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
  pane: { list: 'Rows', aside: 'Row', story: 'Story', events: 'Events', breaker: 'Breaker', contexts: 'Contexts', steps: 'Steps' },
  role: { many: 'many', system: 'system', screen: 'screen', player: 'time' },
  does: {
    mark: 'mark', 'mark-all': 'all', load: 'load', faults: 'faults', pause: 'pause', step: 'step', 'next-pane': 'pane', 'previous-pane': 'pane back', up: 'up', down: 'down', 'page-up': 'page up', 'page-down': 'page down', top: 'first', bottom: 'last',
    open: 'open', zoom: 'zoom', filter: 'filter', command: 'command', help: 'help', back: 'back', redraw: 'redraw', suspend: 'shell', quit: 'quit',
    play: 'play', backward: 'back', forward: 'on', 'previous-of-line': 'row back', 'next-of-line': 'row on', first: 'begin', last: 'end', slower: 'slower', faster: 'faster',
  },
  explains: {
    mark: 'mark the row: the next step is for all marked', 'mark-all': 'mark all listed, or none', load: 'start or stop the load', faults: 'slow calls, lost and doubled messages, crashes', pause: 'hold all messages back, or the scenario; again: go on', step: 'let one message go, or one step of the scenario',
    'next-pane': 'next pane (or its number)', 'previous-pane': 'previous pane', up: 'up', down: 'down', 'page-up': 'page up', 'page-down': 'page down', top: 'to the first', bottom: 'to the last', open: 'open: the row\'s story, the event', zoom: 'the pane alone, and back',
    filter: 'show only what has these words', command: 'a command by its name', help: 'this page', back: 'one thing back', redraw: 'draw anew', suspend: 'to the shell; fg brings all back as it was', quit: 'quit; Ctrl-C interrupts what is played as well',
    play: 'play, stop', backward: 'one entry back', forward: 'one entry on', 'previous-of-line': 'back to what happened to this row', 'next-of-line': 'on to what happens to this row', first: 'to the beginning', last: 'to the end', slower: 'half as fast', faster: 'twice as fast',
  },
  breakerState: { closed: 'closed', open: 'OPEN', 'half-open': 'half-open' },
  contextState: { unknown: '?', up: 'up', stopped: 'stopped', crashed: 'crashed' },
  change: { started: 'started', stopped: 'stopped', crashed: 'crashed' },
  handling: { handled: 'handled', duplicate: 'came twice, no effect', parked: 'put aside', 'dead-lettered': 'dead letter', 'not-handled': 'not handled yet' },
  outcome: { passed: 'passed', failed: 'failed', errored: 'broken', inconclusive: 'inconclusive', skipped: 'skipped', interrupted: 'interrupted' },
  kind: { success: 'success', refused: 'refused', timeout: 'timeout', 'short-circuited': 'short-circuit', rejected: 'rejected', 'upstream-error': 'error', unreachable: 'unreachable', 'other-failure': 'other failure', 'no-answer': 'no answer' },
  context: {},
  field: {},
  choice: {},
  about: {
    list: 'every row of every table, as it is now', aside: 'all that the chosen row holds', story: 'what happened to the row, by its causes', events: 'all messages, commands and faults as they come', breaker: 'between contexts that ask each other', contexts: 'what waits for them, what failed', steps: 'the scenario being played',
  },
  say: {
    goOn: 'go on', stopLoad: 'stop load', live: 'live', paused: 'paused', recording: 'recording', playing: 'playing', ended: 'ended',
    line: 'row', table: 'table', key: 'key', fields: 'holds', age: 'age', lag: 'lag', waiting: 'late',
    noLines: 'No rows yet.', stepHint: 'Press . for the next step of the scenario, P to let it go on.', noLinesFound: 'No row has these words. Press esc to see all.', noLinesRecorded: 'No rows yet. Press → to go on, space to play.', noLine: 'There is no row to do that to.', noStory: 'Choose a row to read its story here.', noAside: 'Choose a row to see all that it holds.', noEvents: 'Nothing has happened yet.', noEventsFound: 'Nothing has these words. Press esc to see all.', noCalls: 'No calls yet: contexts ask each other through the breaker.', noSteps: 'No scenario.',
    notHere: 'That can not be done here.', notYet: 'The system is starting …', onlyRecording: 'Only a recording can be moved through.', noMoreOfLine: 'Nothing more happens to this row that way.', noLoadHere: 'This system has no load to drive.',
    making: 'asking …', asking: 'asking …', stepping: 'one step …', startingLoad: 'starting the load …', stoppingLoad: 'stopping the load …', emptyText: 'It says something.', quitting: 'stopping everything …',
    slowOn: 'slow down calls', slowOff: 'end slow calls', duplicateNext: 'deliver the next message twice', dropNext: 'lose the next delivery', holdAll: 'hold all messages back', releaseAll: 'let go what is held back, end faults', faultsTitle: 'Faults', faultsKeys: '↑↓ choose   ⏎ do it   esc close',
    filterKeys: '⏎ keep   esc undo   words that must all be found', commandKeys: 'tab complete   ⏎ do it   esc close', textPrompt: 'text', textKeys: '⏎ send   esc close', formKeys: '↑↓ field   ⏎ send   esc close', formWrong: 'please fill in', pageKeys: '↑↓ scroll   esc close', helpTitle: 'Help', eventTitle: 'Event',
    expected: 'expected', actual: 'actual', nextStep: 'next', final: 'This row is over.', forgotten: 'The beginning of this story was forgotten.', 
    circuit: 'circuit', window: 'window', calls: 'calls', errors: 'errors', opensAt: 'opens at 50 %', opened: 'opened', latency: 'latency', outcomes: 'outcomes', answers: 'answers', time: 'time', load: 'load', loadHint: '', thresholds: 'limits', failed: 'failed', warning: 'warning', 
    context: 'context', state: 'state', inbox: 'inbox', outbox: 'outbox', parked: 'aside', deadLetters: 'dead', faultsOn: 'faults', held: 'held back', none: 'none',
    about: 'The panes',
    toStory: 'its story', toFaults: 'stop or start', unfilter: 'show all', unzoom: 'all panes', unmark: 'unmark', scroll: 'scroll', formChoiceKeys: '←→ choose   ↑↓ field   ⏎ send   esc close', formWrongNumber: 'a number, such as 12', idle: 'no calls lately',
  },
  tooSmall: (columns, rows) => `This terminal has ${columns}×${rows}; food-sim needs at least 80×24. Make it larger, or press q.`,
  lines: (count) => (count === '1' ? '1 row' : `${count} rows`),
  messages: (count) => (count === '1' ? '1 message' : `${count} messages`),
  form: (does) => does,
  marked: (count) => `${count} marked`,
  asked: (verb, _does, count) => `${verb}${count === 1 ? '' : ` ×${count}`} …`,
  unknownCommand: (written, nearest) => `There is no command ${written}${nearest === undefined ? '; tab lists them.' : `. Did you mean ${nearest}?`}`,
  notUnderstood: (name, rest, offers) => `:${name} does not understand ${rest === '' ? 'nothing' : rest}.${offers.length === 0 ? '' : ` It takes ${offers.slice(0, 5).join(', ')}${offers.length > 5 ? ', …' : ''}.`}`,
  changeContext: (change, context) => `${change} ${context}`,
  stepOf: (done, count) => `${done} of ${count} steps`,
};
