/** Either one thing or another: for what hangs on chance, and is right either way. */
import type { Bench, ClaimKind } from '../definition.ts';
import type { AnyOfExpectation, Expectation } from '../language/ast.ts';
import { defineForm, list, oneOfForms, refined, required } from '../language/structures.ts';
import { NotPassed } from '../runner/verdict.ts';

/** Judges what belongs together, all of it; why it does not hold, or undefined where it does. */
const objectionTo = async (bench: Bench, claims: readonly Expectation[]): Promise<NotPassed | undefined> => {
  const named = new Set(bench.journal.named);
  try {
    // What an alternative names that did not happen is not named by it.
    for (const claim of claims) await bench.grammar.kindOf(claim.form).judge({ ...bench, journal: { ...bench.journal, named } }, claim);
    for (const id of named) bench.journal.named.add(id);
    return undefined;
  } catch (error) {
    if (error instanceof NotPassed) return error;
    throw error;
  }
};

const judge = async (bench: Bench, { alternatives }: AnyOfExpectation): Promise<void> => {
  const objections: NotPassed[] = [];
  for (const claims of alternatives) {
    const objection = await objectionTo(bench, claims);
    if (objection === undefined) return;
    objections.push(objection);
  }
  const subject = objections.find(({ failure }) => failure.subject !== undefined)?.failure.subject;
  throw new NotPassed({
    message: `none of ${alternatives.length} alternatives holds: ${objections.map(({ failure }, index) => `(${index + 1}) ${failure.message}`).join('; ')}`,
    expected: objections.map(({ failure }) => failure.expected),
    actual: objections.map(({ failure }) => failure.actual),
    ...(subject === undefined ? {} : { subject }),
  });
};

/** Expectations of either one or another of these kinds. */
export const anyOfClaims = (kinds: readonly ClaimKind[], examples: readonly string[]): ClaimKind<AnyOfExpectation> => {
  const one = oneOfForms('an alternative', () => kinds.flatMap(({ forms }) => forms));
  const alternatives = refined(list(list(one, { orOne: true })), (read, complain) =>
    read.length >= 2 ? read : complain('any of needs two alternatives at least: with one, it is an expectation as any other'),
  );
  return {
    form: 'any of',
    forms: [
      defineForm({
        key: 'any of',
        what: 'expect',
        doc: 'One of these holds, whichever: where two things race, and either may win. An inner list holds as a whole.',
        examples,
        fields: { 'any of': required(alternatives, 'What may hold; each in the words of `expect`, or a list of such.') },
        build: (values): AnyOfExpectation => ({ form: 'any of', alternatives: values['any of'] }),
      }),
    ],
    judge,
    needs: ({ alternatives: either }) => {
      const needed = either.flat().map((claim) => kinds.find(({ form }) => form === claim.form)?.needs?.(claim));
      return needed.find((one) => one === 'tables') ?? needed.find((one) => one !== undefined);
    },
    isOfSteps: true,
    negativeWord: ({ alternatives: either }) =>
      either
        .flat()
        .map((claim) => kinds.find(({ form }) => form === claim.form)?.negativeWord?.(claim))
        .find((word) => word !== undefined),
  };
};
