/** What of a scenario can't be done or seen on a system that runs elsewhere. */
import type { Grammar } from '../definition.ts';
import type { Expectation, Scenario, Step } from '../language/ast.ts';
import { RefusedFiles, problemLine, type Problem } from '../language/problems.ts';

/** Steps that reach into a system, and what they do there. */
const REACHES: Readonly<Partial<Record<Step['kind'], string>>> = {
  fault: 'a fault of delivery is set',
  release: 'a fault of delivery is ended',
  crash: 'a context is crashed',
  'stop context': 'a context is stopped',
  'start context': 'a context is started',
  restart: 'a context is started again',
  'slow lookup': 'a call between contexts is slowed down',
  inject: 'a foreign message is put on the stream',
  rebuild: 'a read model is made anew',
};

/** What is seen of the target beside what it shows over HTTP. */
export interface Sight {
  readonly events: boolean;
}

const NEEDS = { tables: 'tables are looked into', events: 'events are looked at, which needs --bus' } as const;

const whyUnseen = (grammar: Grammar, claim: Expectation, sight: Sight): string | undefined => {
  const needed = grammar.kindOf(claim.form).needs?.(claim);
  return needed === undefined || (needed === 'events' && sight.events) ? undefined : NEEDS[needed];
};

const whyNot = (grammar: Grammar, step: Step, sight: Sight): string | undefined => {
  const reach = REACHES[step.kind];
  if (reach !== undefined) return reach;
  if (step.kind === 'expect' || step.kind === 'eventually') return whyUnseen(grammar, step.expectation, sight);
  return step.kind === 'capture' && step.from.read === 'row' ? NEEDS.tables : undefined;
};

const inSteps = (grammar: Grammar, steps: readonly Step[], sight: Sight): readonly Problem[] =>
  steps.flatMap((step) => {
    const why = whyNot(grammar, step, sight);
    const own: readonly Problem[] = why === undefined ? [] : [problemOf(step.position, why)];
    return 'steps' in step ? [...own, ...inSteps(grammar, step.steps, sight)] : own;
  });

const problemOf = (position: Problem['position'], why: string): Problem => ({
  position,
  length: 1,
  message: `${why}, and that can't be from outside (--target)`,
});

/** Every reason why a scenario can't be judged from outside, with its place; none where it can. */
const whyNotOutside = (scenario: Scenario, grammar: Grammar, sight: Sight): readonly Problem[] => {
  const { position, config, mutation, steps, invariants } = scenario;
  return [
    ...(Object.keys(config).length === 0 ? [] : [problemOf(position, 'config: calls between contexts are set up')]),
    ...(mutation === undefined ? [] : [problemOf(position, 'mutation: the system is changed')]),
    ...inSteps(grammar, steps, sight),
    ...invariants.flatMap((invariant) => {
      const why = invariant.mode === 'eventually' ? whyUnseen(grammar, invariant.claim, sight) : `what is ${invariant.mode} so is watched`;
      return why === undefined ? [] : [problemOf(invariant.position, why)];
    }),
  ];
};

/**
 * The scenarios that can't be judged from outside; each is told. Throws RefusedFiles where they are not to be skipped, or where no
 * other is left: what proves nothing must not pass.
 */
export const skippedOutside = <One extends Scenario>(
  scenarios: readonly One[],
  grammar: Grammar,
  { sight, isSkipping, onNote }: { readonly sight: Sight; readonly isSkipping: boolean; readonly onNote: (note: string) => void },
): ReadonlySet<One> => {
  const refused = new Map(
    scenarios.map((scenario) => [scenario, whyNotOutside(scenario, grammar, sight)] as const).filter(([, why]) => why.length > 0),
  );
  const problems = [...refused.values()].flat();
  if (problems.length === 0) return new Set();
  if (!isSkipping || refused.size === scenarios.length) {
    throw new RefusedFiles(problems.map(problemLine).join('\n'), problems, {
      mend: isSkipping
        ? 'Nothing was run: none of these scenarios can be judged from outside.'
        : 'Nothing was run. --skip-faults runs the scenarios that can be judged from outside, and tells of the others.',
    });
  }
  for (const [{ name }, [first]] of refused) onNote(`skipped "${name}": ${problemLine(first as Problem)}`);
  return new Set(refused.keys());
};
