/** The steps that judge, wait and repeat. */
import type { CaptureStep, EventuallyStep, Expectation, ExpectStep, RowReference, Step, Template } from './ast.ts';
import { answerName } from '../claims/answer.ts';
import { fieldName } from '../claims/described.ts';
import { nameDocOf, nameOfResource } from '../claims/resource.ts';
import { capturedRow } from '../claims/row.ts';
import type { ClaimKind, ResourceKind } from '../definition.ts';
import { path } from './request-step.ts';
import type { Thing } from './speech.ts';
import { defineStep, stepList, type StepType } from './step-types.ts';
import { defineForm, fields, list, oneOfForms, optional, required, shorthand, type FieldTable, type Form } from './structures.ts';
import { duration, json, name, variableName, wholeOrVariable, type Type } from './types.ts';
import type { Inventory } from './inventory.ts';

const TIMES_MOST = 1_000_000;

/** Examples of a generic step, by its key. */
type Examples = (key: string) => readonly string[];

const expectStep = (claims: readonly ClaimKind[], examples: Examples): StepType => {
  const forms = claims.flatMap((kind) => kind.forms);
  return defineStep({
    key: 'expect',
    group: 'judging',
    doc: 'What must hold at rest: the system settles first, so that how fast the machine is does not matter.',
    examples: examples('expect'),
    value: oneOfForms('expect', () => forms),
    build: (expectation, base, reading): ExpectStep => {
      reading.expectationCount += 1;
      return { kind: 'expect', ...base, expectation };
    },
  });
};

const WITHIN = optional(duration(), "The longest to wait; the runner's default unless said.");

type Awaited = Pick<EventuallyStep, 'expectation' | 'withinMs'>;

const awaitedForm = (kind: ClaimKind, form: Form<Expectation>): Form<Awaited> => ({
  ...form,
  fields: { ...form.fields, within: WITHIN },
  read: (entries, at, reading) => {
    const within = entries.find((entry) => entry.key === 'within');
    const withinMs = within === undefined ? undefined : WITHIN.type.read(within.value, within.keyNode, reading);
    const expectation = form.read(
      entries.filter((entry) => entry !== within),
      at,
      reading,
    );
    if (expectation === undefined || (within !== undefined && withinMs === undefined)) return undefined;
    const negative = kind.negativeWord?.(expectation);
    if (negative === undefined) return { expectation, ...(withinMs === undefined ? {} : { withinMs }) };
    reading.complain(at, `${negative} can hold too early, so eventually can't judge it`, { expected: 'settle, and then expect' });
    return undefined;
  },
});

const eventuallyStep = (claims: readonly ClaimKind[], examples: Examples): StepType => {
  const forms = claims.flatMap((kind) => kind.forms.map((form) => awaitedForm(kind, form)));
  return defineStep({
    key: 'eventually',
    group: 'judging',
    doc: 'What must come to hold: judged again and again until it does, or time is up. Takes whatever `expect` takes and can be judged before rest.',
    examples: examples('eventually'),
    value: oneOfForms('eventually', () => forms),
    build: (values, base, reading): EventuallyStep => {
      reading.expectationCount += 1;
      return { kind: 'eventually', ...base, ...values };
    },
  });
};

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
export const nestingSteps = (types: () => readonly StepType[], examples: Examples): readonly StepType[] => {
  const steps = stepList(types);
  return [
    defineStep({
      key: 'together',
      group: 'flow',
      doc: 'All of these steps begin at once; it ends when the last has ended.',
      examples: examples('together'),
      value: steps,
      build: (inner, base) => ({ kind: 'together', ...base, steps: inner }),
    }),
    defineStep({
      key: 'repeat',
      group: 'flow',
      doc: 'The steps again and again. May be written with `times` as the key of the step, and the other fields beside it.',
      examples: examples('repeat'),
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
      examples: examples('for each'),
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

const capturable = <Value>(key: string, type: Type<Value>, doc: string, from: (value: Value) => CaptureStep['from']): Form<Capture> =>
  defineForm<FieldTable & typeof CAPTURE_FIELDS, Capture>({
    key,
    what: 'capture',
    doc,
    examples: [],
    fields: { [key]: required(type, doc), ...CAPTURE_FIELDS },
    build: (values, _complain, reading) => {
      const { field, as } = values as { readonly field: string; readonly as: string };
      reading.introduceVariable(as);
      return { from: from(values[key] as Value), field: field as Template, as };
    },
  });

const ofRow = (row: RowReference): CaptureStep['from'] => ({ read: 'row', row });

const captureForms = (resources: readonly ResourceKind[], things: readonly Thing[], inventory: Inventory): readonly Form<Capture>[] => [
  ...resources.map((resource) =>
    capturable(resource.key, nameOfResource(resource), nameDocOf(resource), (named: Template) => ({
      read: 'resource',
      resource: resource.key,
      name: named,
    })),
  ),
  ...things.flatMap(({ what, row }) =>
    row === undefined
      ? []
      : [
          capturable(what, name(what), `The ${what}'s name.`, (named: Template) =>
            ofRow({ context: row.context, table: row.table.name, key: { what, name: named } }),
          ),
        ],
  ),
  capturable('row', capturedRow(inventory), 'A row of a table.', ofRow),
  capturable('answer', answerName(), '`last`, or the name that a request gave its answer.', (named) =>
    named === 'last' ? { read: 'answer' } : { read: 'answer', name: named },
  ),
  capturable('path', path(), 'A path to GET.', (value) => ({ read: 'path', path: value })),
];

/** What the steps that judge are made of. */
export interface Judging {
  readonly claims: readonly ClaimKind[];
  readonly resources: readonly ResourceKind[];
  /** Those that have a row to look at by their names. */
  readonly shown: readonly Thing[];
  readonly inventory: Inventory;
}

/** The steps that judge, wait and keep values. */
export const flowSteps = ({ claims, resources, shown, inventory }: Judging, examples: Examples): readonly StepType[] => {
  const forms = captureForms(resources, shown, inventory);
  return [
    expectStep(claims, examples),
    eventuallyStep(claims, examples),
    SETTLE_STEP,
    PAUSE_STEP,
    defineStep({
      key: 'capture',
      group: 'flow',
      doc: 'Keeps a value of a resource, a row, or an HTTP answer, in a variable.',
      examples: examples('capture'),
      value: oneOfForms('capture', () => forms),
      build: (values, base) => ({ kind: 'capture', ...base, ...values }),
    }),
  ];
};
