/** A command that must be refused. */
import type { CommandStep, RefusedStep, Template } from './ast.ts';
import type { Reading } from './reading.ts';
import { defineStep, type StepBase, type StepType } from './step-types.ts';
import { defineForm, oneOfForms, optional, required, type FieldTable, type Form } from './structures.ts';
import { whole, word, words, type Type } from './types.ts';
import type { Inventory } from './inventory.ts';

/** A command read where it must be refused: what it would name does not come to be. */
const unintroduced = (type: Type<unknown>): Type<unknown> => ({
  ...type,
  get schema() {
    return type.schema;
  },
  read: (node, at, reading) => reading.withoutIntroducing(() => type.read(node, at, reading)),
});

/** A command that must be refused, and with what; its step is made when its place is known. */
interface Refusal {
  readonly command: (base: StepBase, reading: Reading) => CommandStep;
  readonly answer: Pick<RefusedStep, 'status' | 'code' | 'message'>;
}

const refusalForm = (step: StepType<CommandStep>, { codes }: Inventory): Form<Refusal> =>
  defineForm<FieldTable, Refusal>({
    key: step.key,
    what: 'refused',
    doc: step.doc,
    examples: [],
    fields: {
      [step.key]: required(unintroduced(step.value), step.doc),
      status: optional(whole(400, 599), 'The HTTP status; any of 400 to 599 unless said.'),
      code: optional(word('a code of a refusal', codes), "The problem document's stable code."),
      message: optional(words(), 'Words that the refusal must contain.'),
    },
    build: (values) => {
      const { status, code, message } = values as { readonly status?: number; readonly code?: Template; readonly message?: Template };
      return {
        command: (base, reading) => step.make(values[step.key], base, reading),
        answer: {
          ...(status === undefined ? {} : { status }),
          ...(code === undefined ? {} : { code }),
          ...(message === undefined ? {} : { message }),
        },
      };
    },
  });

/** The step for commands that must be refused; it takes each of these. */
export const refusedStep = (
  commands: readonly StepType<CommandStep>[],
  inventory: Inventory,
  examples: readonly string[],
): StepType<RefusedStep> => {
  let forms: readonly Form<Refusal>[] | undefined;
  return defineStep({
    key: 'refused',
    group: 'judging',
    doc: 'A command, which must be refused: with this status, code and words, as far as they are given.',
    examples,
    value: oneOfForms('refused', () => (forms ??= commands.map((step) => refusalForm(step, inventory)))),
    build: ({ command, answer }, base, reading): RefusedStep => {
      reading.expectationCount += 1;
      return { kind: 'refused', ...base, command: command(base, reading), ...answer };
    },
  });
};
