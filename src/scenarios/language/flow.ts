/** The steps that judge, wait and repeat. */
import type { CaptureStep, EventuallyStep, Expectation, ExpectStep, Resource, Step, Template } from './ast.ts';
import { path } from './commands.ts';
import { answerName, EXPECTATION_FORMS, fieldName, negativeWord } from './expectations.ts';
import { defineStep, stepList, type StepType } from './step-types.ts';
import { defineForm, fields, list, oneOfForms, optional, required, shorthand, type FieldTable, type Form } from './structures.ts';
import { duration, json, name, text, variableName, wholeOrVariable, type Type } from './types.ts';

const TIMES_MOST = 1_000_000;

const EXPECT_STEP = defineStep({
  key: 'expect',
  group: 'judging',
  doc: 'What must hold at rest: the system settles first, so that how fast the machine is does not matter.',
  examples: ['expect: { order: lunch, is: 취소됨 }'],
  value: oneOfForms('expect', () => EXPECTATION_FORMS),
  build: (expectation, base, reading): ExpectStep => {
    reading.expectationCount += 1;
    return { kind: 'expect', ...base, expectation };
  },
});

const WITHIN = optional(duration(), "The longest to wait; the runner's default unless said.");

const eventuallyForms: readonly Form<Pick<EventuallyStep, 'expectation' | 'withinMs'>>[] = EXPECTATION_FORMS.map((form) => ({
  ...form,
  fields: { ...form.fields, within: WITHIN },
  read: (entries, at, reading) => {
    const within = entries.find((entry) => entry.key === 'within');
    const withinMs = within === undefined ? undefined : WITHIN.type.read(within.value, within.keyNode, reading);
    const expectation: Expectation | undefined = form.read(entries.filter((entry) => entry !== within), at, reading);
    if (expectation === undefined || (within !== undefined && withinMs === undefined)) return undefined;
    const negative = negativeWord(expectation);
    if (negative === undefined) return { expectation, ...(withinMs === undefined ? {} : { withinMs }) };
    reading.complain(at, `${negative} can hold too early, so eventually can't judge it`, { expected: 'settle, and then expect' });
    return undefined;
  },
}));

const EVENTUALLY_STEP = defineStep({
  key: 'eventually',
  group: 'judging',
  doc: 'What must come to hold: judged again and again until it does, or time is up. Takes whatever `expect` takes and can be judged before rest.',
  examples: ['eventually: { mypage: lunch, is: 결재됨, within: 2s }'],
  value: oneOfForms('eventually', () => eventuallyForms),
  build: (values, base, reading): EventuallyStep => {
    reading.expectationCount += 1;
    return { kind: 'eventually', ...base, ...values };
  },
});

const SETTLE_STEP = defineStep({
  key: 'settle',
  group: 'flow',
  doc: 'Waits until nothing is in flight anywhere, by proof: no request, no message, no outbox, nothing parked.',
  examples: ['settle', 'settle: { within: 10s }'],
  isBareAllowed: true,
  value: shorthand('settle', 'within', { within: WITHIN }),
  build: ({ within }, base) => ({ kind: 'settle', ...base, ...(within === undefined ? {} : { withinMs: within }) }),
});

const PAUSE_STEP = defineStep({
  key: 'pause',
  group: 'flow',
  doc: 'Lets time pass. To wait for something, `eventually` and `settle` are the better words.',
  examples: ['pause: 500ms'],
  value: duration(),
  build: (durationMs, base) => ({ kind: 'pause', ...base, durationMs }),
});

/** The variable of a loop: known in the loop's steps, which are read right after it. */
const loopVariable = (): Type<string> => {
  const type = variableName();
  return {
    ...type,
    read: (node, at, reading) => {
      const variable = type.read(node, at, reading);
      reading.pendingVariable = variable;
      return variable;
    },
  };
};

const loopSteps = (steps: Type<readonly Step[]>): Type<readonly Step[]> => ({
  ...steps,
  read: (node, at, reading) => {
    const variable = reading.pendingVariable;
    reading.pendingVariable = undefined;
    return reading.inLoop(variable, () => steps.read(node, at, reading));
  },
});

/** The steps that hold steps; `types` gives all kinds, which are known only when all are declared. */
export const nestingSteps = (types: () => readonly StepType[]): readonly StepType[] => {
  const steps = stepList(types);
  return [
    defineStep({
      key: 'together',
      group: 'flow',
      doc: 'All of these steps begin at once; it ends when the last has ended.',
      examples: ['together: [{ cancel: lunch }, { start: lunch }]'],
      value: steps,
      build: (inner, base) => ({ kind: 'together', ...base, steps: inner }),
    }),
    defineStep({
      key: 'repeat',
      group: 'flow',
      doc: 'The steps again and again. May be written with `times` as the key of the step, and the other fields beside it.',
      examples: ['repeat: { times: 3, as: i, steps: [{ place: { order: "lunch-${i}", customer: kim } }] }'],
      value: fields('repeat', {
        times: required(wholeOrVariable(1, TIMES_MOST), 'How many times.'),
        as: optional(loopVariable(), 'A variable that counts from 1.'),
        steps: required(loopSteps(steps), 'What to repeat.'),
      }),
      build: (values, base) => ({ kind: 'repeat', ...base, ...values }),
    }),
    defineStep({
      key: 'for each',
      group: 'flow',
      doc: 'The steps once for each value of a list.',
      examples: ['for each: { as: who, in: [kim, lee], steps: [{ place: { order: "${who}-lunch", customer: "${who}" } }] }'],
      value: fields('for each', {
        in: required(list(json()), 'The values.'),
        as: required(loopVariable(), 'The variable that holds the value.'),
        steps: required(loopSteps(steps), 'What to do for each.'),
      }),
      build: (values, base) => ({ kind: 'for each', ...base, ...values }),
    }),
  ];
};

type Capture = Pick<CaptureStep, 'from' | 'field' | 'as'>;

const CAPTURE_FIELDS = {
  field: required(fieldName(), 'A field, by name or JSON pointer.'),
  as: required(variableName(), 'The variable that holds it from now on.'),
};

const capturable = (key: string, type: Type<Template>, doc: string, from: (named: Template) => CaptureStep['from']): Form<Capture> =>
  defineForm<FieldTable & typeof CAPTURE_FIELDS, Capture>({
    key,
    what: 'capture',
    doc,
    examples: [],
    fields: { [key]: required(type, doc), ...CAPTURE_FIELDS },
    build: (values, _complain, reading) => {
      const { field, as } = values as { readonly field: string; readonly as: string };
      reading.introduceVariable(as);
      return { from: from(values[key] as Template), field: field as Template, as };
    },
  });

const ofOrder = (resource: Exclude<Resource, 'review' | 'customer'>): Form<Capture> =>
  capturable(resource, name('order'), "The order's name.", (named) => ({ resource, name: named }));

const captureForms: readonly Form<Capture>[] = [
  ...(['order', 'cooking', 'delivery', 'payment', 'mypage'] as const).map(ofOrder),
  capturable('review', name('review'), "The review's name.", (named) => ({ resource: 'review', name: named })),
  capturable('customer', text({ says: "a customer's id" }), "The customer's id.", (named) => ({ resource: 'customer', name: named })),
  capturable('answer', answerName(), '`last`, or the name that a request gave its answer.', (named) =>
    named === 'last' ? { resource: 'answer' } : { resource: 'answer', name: named },
  ),
  capturable('path', path(), 'A path to GET.', (value) => ({ resource: 'path', path: value })),
];

/** The steps that judge, wait and keep values. */
export const FLOW_STEPS: readonly StepType[] = [
  EXPECT_STEP,
  EVENTUALLY_STEP,
  SETTLE_STEP,
  PAUSE_STEP,
  defineStep({
    key: 'capture',
    group: 'flow',
    doc: 'Keeps a value of a resource, or of an HTTP answer, in a variable.',
    examples: ['capture: { payment: lunch, field: amount, as: paid }', 'capture: { answer: last, field: /items/0/id, as: first }'],
    value: oneOfForms('capture', () => captureForms),
    build: (values, base) => ({ kind: 'capture', ...base, ...values }),
  }),
];
