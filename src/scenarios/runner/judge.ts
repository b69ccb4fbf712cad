/** Judges expectations, each by its kind. */
import type { Bench, Grammar } from '../definition.ts';
import type { Expectation } from '../language/ast.ts';

/** Whether an expectation is to be judged at rest: all but what is judged as it is. */
export const needsRest = ({ kindOf }: Grammar, { form }: Expectation): boolean => kindOf(form).isJudgedAtOnce !== true;

/** Judges one expectation, now. Throws NotPassed where it does not hold. */
export const judge = async (bench: Bench, expectation: Expectation): Promise<void> => {
  await bench.grammar.kindOf(expectation.form).judge(bench, expectation);
};
