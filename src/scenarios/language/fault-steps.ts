/** The steps that make trouble: messages lost, doubled and late, contexts that die, foreign messages. */
import type { FaultStep, Named, SlowLookupStep, Template } from './ast.ts';
import { defineStep, type StepType } from './step-types.ts';
import {
  defineForm,
  fields,
  oneOfForms,
  optional,
  refined,
  required,
  shorthand,
  type FieldsType,
  type FieldTable,
  type Form,
} from './structures.ts';
import { duration, flag, json, name, newName, text, whole, word, type Type } from './types.ts';
import type { Thing } from './speech.ts';
import { contextName, eventType, type Inventory } from './inventory.ts';

type Fault = Omit<FaultStep, 'kind' | 'position' | 'text' | 'path'>;

const FAULT_DOCS: Readonly<Record<FaultStep['fault'], string>> = {
  drop: 'Lost the first time, and delivered again later, as an unacknowledged message is.',
  duplicate: 'It comes again right after, and once more later.',
  hold: 'Kept back until `release`.',
  delay: 'It comes later, so that others overtake it.',
  reorder: 'The next message overtakes it.',
};

const MAY_NOT_STRIKE = optional(flag(true), 'It may strike nothing by the end; otherwise that fails the scenario.');

/** Whose messages a fault strikes: a field for each thing that messages can be about. */
const aboutFields = (things: readonly Thing[]): FieldTable =>
  Object.fromEntries(
    things.map(({ what, comes }) => [
      what,
      optional(
        name(what, { anywhere: true }),
        `Only messages about this ${what}, which may be ${comes.startsWith('the name') ? 'made' : comes} later.`,
      ),
    ]),
  );

const faultFields = (inventory: Inventory, things: readonly Thing[]): FieldTable => ({
  for: optional(contextName(inventory), 'On the way to this context only; to every context unless said.'),
  ...aboutFields(things),
  times: optional(whole(1, 1_000_000), 'How many messages it strikes; 1 unless said, and for `hold` all until its release.'),
  by: optional(
    duration(),
    'How much later the message comes (for `reorder`, at the latest); 1s unless said, as unacknowledged messages do, and 100ms for `delay`.',
  ),
  as: optional(newName('hold'), 'Its name for `release`; for `hold`.'),
  'may not strike': MAY_NOT_STRIKE,
});

/** The one thing that a fault is about; more than one is none. */
const aboutOf = (
  things: readonly Thing[],
  values: Readonly<Record<string, unknown>>,
  complain: (message: string, expected?: string) => undefined,
): readonly Named[] | undefined => {
  const named = things.flatMap(({ what }) => (values[what] === undefined ? [] : [{ what, name: values[what] as Template }]));
  return named.length <= 1
    ? named
    : complain(`a fault is about one thing, and this one about ${named.map(({ what }) => what).join(' and ')}`, 'a fault for each');
};

const faultForm = (fault: FaultStep['fault'], inventory: Inventory, things: readonly Thing[]): Form<Fault> =>
  defineForm<FieldTable, Fault>({
    key: fault,
    what: 'fault',
    doc: FAULT_DOCS[fault],
    examples: [],
    fields: { [fault]: required(eventType(inventory), FAULT_DOCS[fault]), ...faultFields(inventory, things) },
    build: (values, complain, reading) => {
      const {
        for: context,
        times,
        by,
        as,
        'may not strike': mayNotStrike,
      } = values as {
        readonly for?: string;
        readonly times?: number;
        readonly by?: number;
        readonly as?: Template;
        readonly 'may not strike'?: boolean;
      };
      if (by !== undefined && fault === 'hold')
        return complain('by belongs to drop, duplicate, delay and reorder: a hold ends when it is released');
      if (as !== undefined && fault !== 'hold') return complain(`as belongs to hold, since only a hold is released; not to ${fault}`);
      const about = aboutOf(things, values, complain);
      if (about === undefined) return undefined;
      const event = values[fault] as string;
      if (fault === 'hold') reading.heldTypes.add(event);
      return {
        fault,
        event,
        ...(context === undefined ? {} : { context }),
        ...(about[0] === undefined ? {} : { about: about[0] }),
        ...(times === undefined ? {} : { times }),
        ...(by === undefined ? {} : { byMs: by }),
        ...(as === undefined ? {} : { as }),
        ...(mayNotStrike === undefined ? {} : { mayNotStrike }),
      };
    },
  });

/** What `release` takes: the name of a hold, or an event type that some hold keeps back. */
const heldThing = ({ eventTypes }: Inventory): Type<Template> => {
  const named = name('hold');
  return {
    says: 'the name of a hold, or the event type that it holds',
    schema: named.schema,
    read: (node, at, reading) => {
      const resolved = reading.resolve(node);
      const written = resolved !== undefined && 'value' in resolved ? resolved.value : undefined;
      if (!(eventTypes as readonly unknown[]).includes(written)) return named.read(node, at, reading);
      if (reading.heldTypes.has(written as string)) return written as Template;
      reading.complain(resolved ?? at, `no hold before this step keeps back ${String(written)}`, {
        expected: `a hold, for example: fault: { hold: ${String(written)} }`,
      });
      return undefined;
    },
  };
};

const CRASH_POINTS = ['before-commit', 'after-commit', 'before-publish', 'after-publish', 'before-acknowledge'] as const;

/** Examples of a generic step, by its key. */
type Examples = (key: string) => readonly string[];

const crashStep = (inventory: Inventory, examples: Examples): StepType =>
  defineStep({
    key: 'crash',
    group: 'faults',
    doc: 'A context dies, as a crashed process does, and starts again from its disk.',
    examples: examples('crash'),
    value: refined(
      shorthand('crash', 'context', {
        context: required(contextName(inventory), 'Which.'),
        at: optional(word('a crash point', CRASH_POINTS), 'Not now, but when it comes to this point.'),
        on: optional(eventType(inventory), 'The event being handled (or published) then; the next one unless said.'),
        restart: optional(flag(), 'Whether it starts again by itself; true unless said.'),
        'may not strike': MAY_NOT_STRIKE,
      }),
      (values, complain) => {
        if (values.on !== undefined && values.at === undefined)
          return complain('on needs at: the point of handling at which to die', CRASH_POINTS.join(', '));
        const { 'may not strike': mayNotStrike, ...others } = values;
        if (mayNotStrike !== undefined && values.at === undefined)
          return complain('may not strike needs at: a crash that waits for nothing strikes its context at once', CRASH_POINTS.join(', '));
        return { ...others, restart: values.restart ?? true, ...(mayNotStrike === undefined ? {} : { mayNotStrike }) };
      },
    ),
    build: (values, base) => ({ kind: 'crash', ...base, ...values }),
  });

const contextStep = (
  key: 'stop context' | 'start context',
  aliases: readonly string[],
  doc: string,
  inventory: Inventory,
  examples: Examples,
): StepType =>
  defineStep({
    key,
    aliases,
    group: 'faults',
    doc,
    examples: examples(key),
    value: contextName(inventory),
    build: (context, base) => ({ kind: key, ...base, context }),
  });

const restartStep = (inventory: Inventory, examples: Examples): StepType =>
  defineStep({
    key: 'restart',
    group: 'faults',
    doc: 'A context stops and starts again; without a name, every context.',
    examples: examples('restart'),
    isBareAllowed: true,
    value: shorthand('restart', 'context', { context: optional(contextName(inventory), 'Which; all unless said.') }),
    build: (values, base) => ({ kind: 'restart', ...base, ...values }),
  });

const DELAY_FIELDS = { from: required(duration(), 'The shortest delay.'), to: required(duration(), 'The delay stays under this.') };

/** How late calls between contexts are answered: a range, or `off` (null); as a step, a range may also strike nothing. */
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
      if (values.from <= values.to)
        return { delay: { fromMs: values.from, toMs: values.to }, ...(mayNotStrike === undefined ? {} : { mayNotStrike }) };
      reading.complain(resolved ?? at, 'from is longer than to');
      return undefined;
    },
  };
};

const slowLookupStep: StepType = defineStep({
  key: 'slow lookup',
  group: 'faults',
  doc: 'Calls of one context to another are answered late: uniformly from `from` to under `to`; `off` ends it.',
  examples: ['slow lookup: { from: 400ms, to: 600ms }', 'slow lookup: off'],
  value: lookupDelay(true),
  build: (values, base) => ({ kind: 'slow lookup', ...base, ...values }),
});

const rebuildStep = (views: readonly string[]): StepType =>
  defineStep({
    key: 'rebuild',
    group: 'faults',
    doc: 'Drops a read model and builds it anew from the stream.',
    examples: views.slice(0, 1).map((view) => `rebuild: ${view}`),
    value: word('a projection', views),
    build: (projection, base) => ({ kind: 'rebuild', ...base, projection }),
  });

/** The steps that make trouble in a system. */
export const faultSteps = (inventory: Inventory, things: readonly Thing[], examples: Examples): readonly StepType[] => {
  const told = things.filter(({ hasStory }) => hasStory);
  const forms = (Object.keys(FAULT_DOCS) as FaultStep['fault'][]).map((fault) => faultForm(fault, inventory, told));
  return [
    defineStep({
      key: 'fault',
      group: 'faults',
      doc: 'Something happens to the next message of a type on its way: drop, duplicate, hold, delay or reorder.',
      examples: examples('fault'),
      value: oneOfForms('fault', () => forms),
      build: (values, base) => ({ kind: 'fault', ...base, ...values }),
    }),
    defineStep({
      key: 'release',
      group: 'faults',
      doc: 'Delivers what a hold keeps back, and ends the hold.',
      examples: examples('release'),
      value: heldThing(inventory),
      build: (what, base) => ({ kind: 'release', ...base, what }),
    }),
    crashStep(inventory, examples),
    contextStep(
      'stop context',
      ['stop'],
      'A context stops, as for maintenance: it finishes what it does, and hears nothing until it starts again.',
      inventory,
      examples,
    ),
    contextStep('start context', [], 'A stopped context starts again, and catches up.', inventory, examples),
    restartStep(inventory, examples),
    ...(inventory.hasCalls ? [slowLookupStep] : []),
    defineStep({
      key: 'inject',
      group: 'faults',
      doc: 'Puts a foreign message on the bus, under the subject of `type`. A text `raw` is sent as it stands, anything else as JSON.',
      examples: examples('inject'),
      value: fields('inject', { type: required(text(), 'What it pretends to be.'), raw: required(json(), 'The message.') }),
      build: (values, base) => ({ kind: 'inject', ...base, ...values }),
    }),
    ...(inventory.views.length === 0 ? [] : [rebuildStep(inventory.views)]),
  ];
};
