import { MYPAGE_STATUS_TEXT, type MypageStatus } from '../contexts/customer/contract.ts';
import type { Entry } from '../kernel/recording.ts';
import { visible } from '../reports/width.ts';
import { sayDuration, sayShape, wordsOf, type Lang } from '../reports/words.ts';
import { orderOf, textIn } from './model/order-of.ts';
import type { TuiModel } from './model/model.ts';

/** What happens, for a reader without a screen: a line for each thing worth one. */
export interface PlainLines {
  /** The line of an entry that the model was just fed; undefined where it is worth none. */
  line(entry: Entry): string | undefined;
}

/** Orders whose last told status is remembered. */
const REMEMBERED = 10_000;

const OUTCOME_MARK = { passed: '✓', failed: '✗', errored: '!', inconclusive: '?', skipped: '-', interrupted: '^' } as const;

/** Writes the lines of a recording in one language. */
export const createPlainLines = (model: () => Pick<TuiModel, 'atMs' | 'order'>, lang: Lang): PlainLines => {
  const words = wordsOf(lang);
  const told = new Map<string, string>();
  const steps = new Map<string, string>();
  const label = (orderId: string | undefined): string => {
    const number = orderId === undefined ? undefined : model().order(orderId)?.number;
    return number === undefined ? '' : ` #${number}`;
  };
  const statusWord = (status: string): string => (lang === 'ko' && Object.hasOwn(MYPAGE_STATUS_TEXT, status) ? MYPAGE_STATUS_TEXT[status as MypageStatus] : status);

  const mypage = (entry: Extract<Entry, { kind: 'state' }>): string | undefined => {
    const status = textIn(entry.row, 'status');
    const orderId = String(entry.key[0]);
    if (status === undefined || told.get(orderId) === status) return undefined;
    if (told.size >= REMEMBERED) told.clear();
    told.set(orderId, status);
    return `Mypage${label(orderId)}: ${statusWord(status)}`;
  };

  const say = (entry: Entry): string | undefined => {
    switch (entry.kind) {
      case 'scenario.started':
        return `▶ ${entry.name}`;
      case 'step.started':
        steps.set(entry.step, entry.text);
        return undefined;
      case 'step.finished': {
        const text = steps.get(entry.step) ?? '';
        steps.delete(entry.step);
        return `${OUTCOME_MARK[entry.outcome]} ${words.outcome[entry.outcome]}: ${entry.step} ${text}`;
      }
      case 'message.published': {
        const { type, data, subject } = entry.event;
        const details = type === 'OrderPlaced' ? ['customerId', 'foodId'].map((name) => ` ${textIn(data, name) ?? ''}`).join('') : '';
        return `${entry.context} ${type}${label(textIn(data, 'orderId') ?? subject)}${details}`;
      }
      case 'state':
        return entry.table === 'mypages' ? mypage(entry) : undefined;
      case 'command':
        return entry.status < 400 ? undefined : `${entry.context} ${entry.method} ${entry.url}: HTTP ${entry.status} ${entry.problem ?? ''}`;
      case 'message.handled':
        return entry.handling === 'handled' ? undefined : `${entry.context} ${entry.type}${label(entry.subject)}: ${words.handling[entry.handling]}${entry.reason === undefined ? '' : `: ${entry.reason}`}`;
      case 'context':
        return `${entry.context}: ${words.change[entry.change]}`;
      case 'fault':
        return `${words.fault}: ${entry.fault} ${textIn(entry.detail, 'type') ?? ''}${label(orderOf(entry, () => undefined))} ${textIn(entry.detail, 'context') ?? ''}`.trimEnd();
      case 'breaker':
        return ['open', 'half-open', 'closed'].includes(entry.change) ? `${entry.context} ${entry.name}: ${entry.change}` : undefined;
      case 'load.started':
        return `▶ ${sayShape(entry.shape, lang)} → ${entry.target}`;
      case 'note':
        return entry.text;
      case 'run.started':
      case 'run.finished':
      case 'scenario.finished':
      case 'message.delivered':
      case 'load.answers':
      case 'load.finished':
        return undefined;
    }
  };

  return {
    line: (entry) => {
      const text = say(entry);
      return text === undefined ? undefined : `+${sayDuration(model().atMs).padStart(8)}  ${visible(text)}`;
    },
  };
};
