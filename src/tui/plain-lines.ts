import { titleOf, type Entry } from '../kernel/recording.ts';
import { visible } from '../reports/width.ts';
import { sayDuration, sayShape, wordsOf, type Lang } from '../reports/words.ts';
import type { ScreenedSystem } from './definition.ts';
import type { Subjects, TuiModel } from './model/model.ts';
import { textIn } from './model/text-in.ts';

/** What happens, for a reader without a screen: a line for each thing worth one. */
export interface PlainLines {
  /** The line of an entry that the model was just fed; undefined where it is worth none. */
  line(entry: Entry): string | undefined;
}

/** Rows whose last told status is remembered. */
const REMEMBERED = 10_000;

const OUTCOME_MARK = { passed: '✓', flaky: '~', failed: '✗', errored: '!', inconclusive: '?', skipped: '-', interrupted: '^' } as const;

const closest = (subjects: Subjects | undefined): string | undefined => (typeof subjects === 'string' ? subjects : subjects?.[0]);

/** Writes the lines of a recording in one language. */
export const createPlainLines = (
  model: () => Pick<TuiModel, 'atMs' | 'lineAbout' | 'subjectsOf'>,
  { screen }: Pick<ScreenedSystem, 'screen'>,
  lang: Lang,
): PlainLines => {
  const words = wordsOf(lang);
  const told = new Map<string, string>();
  const steps = new Map<string, string>();
  const label = (subject: string | undefined): string => {
    const line = subject === undefined || subject === '' ? undefined : model().lineAbout(subject);
    return line === undefined ? '' : ` ${screen.call(line)}`;
  };

  const changed = (entry: Extract<Entry, { kind: 'state' }>): string | undefined => {
    const tells = screen.tells(entry);
    const subject = String(entry.key[0]);
    if (tells === undefined || told.get(`${tells.name} ${subject}`) === tells.status) return undefined;
    if (told.size >= REMEMBERED) told.clear();
    told.set(`${tells.name} ${subject}`, tells.status);
    return `${tells.name}${label(subject)}: ${screen.sayStatus(tells.status, lang)}`;
  };

  const say = (entry: Entry): string | undefined => {
    switch (entry.kind) {
      case 'scenario.started':
        return `▶ ${titleOf(entry)}`;
      case 'scenario.retried':
        return `${OUTCOME_MARK[entry.outcome]} ${words.attempt(entry.attempt)}: ${words.outcome[entry.outcome]}`;
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
        const details = (screen.details[type] ?? []).map((name) => ` ${textIn(data, name) ?? ''}`).join('');
        return `${entry.context} ${type}${label(closest(model().subjectsOf(entry)) ?? subject)}${details}`;
      }
      case 'state':
        return changed(entry);
      case 'command':
        return entry.status < 400
          ? undefined
          : `${entry.context} ${entry.method} ${entry.url}: HTTP ${entry.status} ${entry.problem ?? ''}`;
      case 'message.handled':
        return entry.handling === 'handled'
          ? undefined
          : `${entry.context} ${entry.type}${label(entry.subject)}: ${words.handling[entry.handling]}${entry.reason === undefined ? '' : `: ${entry.reason}`}`;
      case 'context':
        return `${entry.context}: ${words.change[entry.change]}`;
      case 'fault':
        return `${words.fault}: ${entry.fault} ${textIn(entry.detail, 'type') ?? ''}${label(textIn(entry.detail, 'subject'))} ${textIn(entry.detail, 'context') ?? ''}`.trimEnd();
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
      case 'load.journeys':
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
