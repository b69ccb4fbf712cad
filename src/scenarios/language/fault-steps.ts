/** The steps that make trouble: messages lost, doubled and late, contexts that die, foreign messages. */
import type { FaultStep, SlowLookupStep, Template } from './ast.ts';
import { contextName, eventType } from './expectations.ts';
import { defineStep, type StepType } from './step-types.ts';
import { defineForm, fields, oneOfForms, optional, refined, required, shorthand, type FieldsType, type FieldTable, type Form } from './structures.ts';
import { duration, flag, json, name, newName, text, whole, word, type Type } from './types.ts';
import { EVENT_TYPES, type ContextName, type EventType } from './words.ts';

type Fault = Omit<FaultStep, 'kind' | 'position' | 'text' | 'path'>;

const FAULT_DOCS: Readonly<Record<FaultStep['fault'], string>> = {
  drop: 'Lost the first time, and delivered again later, as an unacknowledged message is.',
  duplicate: 'Delivered again right after, and once more later.',
  hold: 'Kept back until `release`.',
  delay: 'Delivered later, so that others overtake it.',
  reorder: 'The next message overtakes it.',
};

const MAY_NOT_STRIKE = optional(flag(true), 'It may befall nothing by the end; otherwise that fails the scenario.');

const FAULT_FIELDS = {
  for: optional(contextName(), 'On the way to this context only; to every context unless said.'),
  order: optional(name('order', { anywhere: true }), 'Only messages about this order, which may be placed later.'),
  times: optional(whole(1, 1_000_000), 'How many messages it befalls; 1 unless said, and for `hold` all until its release.'),
  by: optional(duration(), 'How much later the message comes (for `reorder`, at the latest); 1s unless said, as unacknowledged messages do, and 100ms for `delay`.'),
  as: optional(newName('hold'), 'Its name for `release`; for `hold`.'),
  'may not strike': MAY_NOT_STRIKE,
};

const faultForm = (fault: FaultStep['fault']): Form<Fault> =>
  defineForm<FieldTable, Fault>({
    key: fault,
    what: 'fault',
    doc: FAULT_DOCS[fault],
    examples: [],
    fields: { [fault]: required(eventType(), FAULT_DOCS[fault]), ...FAULT_FIELDS },
    build: (values, complain, reading) => {
      const { for: context, order, times, by, as, 'may not strike': mayNotStrike } = values as {
        readonly for?: ContextName;
        readonly order?: Template;
        readonly times?: number;
        readonly by?: number;
        readonly as?: Template;
        readonly 'may not strike'?: boolean;
      };
      if (by !== undefined && fault === 'hold') return complain('by belongs to drop, duplicate, delay and reorder: a hold ends when it is released');
      if (as !== undefined && fault !== 'hold') return complain(`as belongs to hold, since only a hold is released; not to ${fault}`);
      const event = values[fault] as EventType;
      if (fault === 'hold') reading.heldTypes.add(event);
      return {
        fault,
        event,
        ...(context === undefined ? {} : { context }),
        ...(order === undefined ? {} : { order }),
        ...(times === undefined ? {} : { times }),
        ...(by === undefined ? {} : { byMs: by }),
        ...(as === undefined ? {} : { as }),
        ...(mayNotStrike === undefined ? {} : { mayNotStrike }),
      };
    },
  });

const FAULT_FORMS = (Object.keys(FAULT_DOCS) as FaultStep['fault'][]).map(faultForm);

/** What `release` takes: the name of a hold, or an event type that some hold keeps back. */
const heldThing = (): Type<Template> => {
  const named = name('hold');
  return {
    says: 'the name of a hold, or the event type that it holds',
    schema: named.schema,
    read: (node, at, reading) => {
      const resolved = reading.resolve(node);
      const written = resolved !== undefined && 'value' in resolved ? resolved.value : undefined;
      if (!(EVENT_TYPES as readonly unknown[]).includes(written)) return named.read(node, at, reading);
      if (reading.heldTypes.has(written as EventType)) return written as Template;
      reading.complain(resolved ?? at, `no hold before this step keeps back ${String(written)}`, {
        expected: `a hold, for example: fault: { hold: ${String(written)} }`,
      });
      return undefined;
    },
  };
};

const CRASH_POINTS = ['before-commit', 'after-commit', 'before-publish', 'after-publish', 'before-acknowledge'] as const;

const CRASH_STEP = defineStep({
  key: 'crash',
  group: 'faults',
  doc: 'A context dies, as a crashed process does, and starts again from its disk.',
  examples: ['crash: store', 'crash: { context: store, at: after-commit, on: Paid }'],
  value: refined(
    shorthand('crash', 'context', {
      context: required(contextName(), 'Which.'),
      at: optional(word('a crash point', CRASH_POINTS), 'Not now, but when it comes to this point.'),
      on: optional(eventType(), 'The event being handled (or published) then; the next one unless said.'),
      restart: optional(flag(), 'Whether it starts again by itself; true unless said.'),
      'may not strike': MAY_NOT_STRIKE,
    }),
    (values, complain) => {
      if (values.on !== undefined && values.at === undefined) return complain('on needs at: the point of handling at which to die', CRASH_POINTS.join(', '));
      const { 'may not strike': mayNotStrike, ...others } = values;
      if (mayNotStrike !== undefined && values.at === undefined) return complain('may not strike needs at: a crash that waits for nothing befalls its context at once', CRASH_POINTS.join(', '));
      return { ...others, restart: values.restart ?? true, ...(mayNotStrike === undefined ? {} : { mayNotStrike }) };
    },
  ),
  build: (values, base) => ({ kind: 'crash', ...base, ...values }),
});

const contextStep = (key: 'stop context' | 'start context', aliases: readonly string[], doc: string): StepType =>
  defineStep({
    key,
    aliases,
    group: 'faults',
    doc,
    examples: [`${key}: store`],
    value: contextName(),
    build: (context, base) => ({ kind: key, ...base, context }),
  });

const RESTART_STEP = defineStep({
  key: 'restart',
  group: 'faults',
  doc: 'A context stops and starts again; without a name, every context.',
  examples: ['restart: store', 'restart'],
  isBareAllowed: true,
  value: shorthand('restart', 'context', { context: optional(contextName(), 'Which; all unless said.') }),
  build: (values, base) => ({ kind: 'restart', ...base, ...values }),
});

const DELAY_FIELDS = { from: required(duration(), 'The shortest delay.'), to: required(duration(), 'The delay stays under this.') };

/** How late look-ups of orders are: a range, or `off` (null); as a step, a range may also befall nothing. */
export const lookupDelay = (isStep = false): Type<Pick<SlowLookupStep, 'delay' | 'mayNotStrike'>> => {
  const range: FieldsType<{ readonly from: number; readonly to: number; readonly 'may not strike'?: boolean }> = isStep
    ? fields('slow lookup', { ...DELAY_FIELDS, 'may not strike': MAY_NOT_STRIKE })
    : fields('slow lookup', DELAY_FIELDS);
  const off = word('off', ['off']);
  return {
    says: 'off, or { from, to }',
    schema: { anyOf: [off.schema, range.schema] },
    read: (node, at, reading) => {
      const resolved = reading.resolve(node);
      if (resolved !== undefined && 'value' in resolved && typeof resolved.value === 'string') {
        return off.read(resolved, at, reading) === undefined ? undefined : { delay: null };
      }
      const values = range.read(node, at, reading);
      if (values === undefined) return undefined;
      const mayNotStrike = values['may not strike'];
      if (values.from <= values.to) return { delay: { fromMs: values.from, toMs: values.to }, ...(mayNotStrike === undefined ? {} : { mayNotStrike }) };
      reading.complain(resolved ?? at, 'from is longer than to');
      return undefined;
    },
  };
};

/** The steps that make trouble. */
export const FAULT_STEPS: readonly StepType[] = [
  defineStep({
    key: 'fault',
    group: 'faults',
    doc: 'Something happens to the next message of a type on its way: drop, duplicate, hold, delay or reorder.',
    examples: ['fault: { duplicate: Paid, for: store }', 'fault: { hold: CookStarted, for: front, as: late-news }'],
    value: oneOfForms('fault', () => FAULT_FORMS),
    build: (values, base) => ({ kind: 'fault', ...base, ...values }),
  }),
  defineStep({
    key: 'release',
    group: 'faults',
    doc: 'Delivers what a hold keeps back, and ends the hold.',
    examples: ['release: late-news', 'release: CookStarted'],
    value: heldThing(),
    build: (what, base) => ({ kind: 'release', ...base, what }),
  }),
  CRASH_STEP,
  contextStep('stop context', ['stop'], 'A context stops, as for maintenance: it finishes what it does, and hears nothing until it starts again.'),
  contextStep('start context', [], 'A stopped context starts again, and catches up.'),
  RESTART_STEP,
  defineStep({
    key: 'slow lookup',
    group: 'faults',
    doc: 'The look-up of orders by reviews answers late: uniformly from `from` to under `to`; `off` ends it.',
    examples: ['slow lookup: { from: 400ms, to: 600ms }', 'slow lookup: off'],
    value: lookupDelay(true),
    build: (values, base) => ({ kind: 'slow lookup', ...base, ...values }),
  }),
  defineStep({
    key: 'inject',
    group: 'faults',
    doc: 'Puts a foreign message on the bus, under the subject of `type`. A text `raw` is sent as it stands, anything else as JSON.',
    examples: ['inject: { type: Paid, raw: this is not JSON }', 'inject: { type: Weather, raw: { sunny: true } }'],
    value: fields('inject', { type: required(text(), 'What it pretends to be.'), raw: required(json(), 'The message.') }),
    build: (values, base) => ({ kind: 'inject', ...base, ...values }),
  }),
  defineStep({
    key: 'rebuild',
    group: 'faults',
    doc: 'Drops Mypage and builds it anew from the stream.',
    examples: ['rebuild: mypage'],
    value: word('a projection', ['mypage'] as const),
    build: (projection, base) => ({ kind: 'rebuild', ...base, projection }),
  }),
];
