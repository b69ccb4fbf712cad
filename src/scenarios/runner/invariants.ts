/** Holds a scenario to its own invariants while it is played. */
import type { Bench } from '../definition.ts';
import type { Expectation, InvariantSection, Template } from '../language/ast.ts';
import { expandText, isLiteral } from '../language/template.ts';
import type { Failure } from '../../kernel/recording.ts';
import { judge } from './judge.ts';
import { NotPassed } from './verdict.ts';

/** What an invariant is called where it is violated, with its place. */
export const invariantTitle = ({ name, position }: Pick<InvariantSection, 'name' | 'position'>): string =>
  `${position.file}:${position.line}: ${name}`;

/** Whether all that a claim is about has been made; before that, there is nothing to hold. */
const isNamed = ({ names, grammar }: Bench, claim: Expectation): boolean => {
  const plain = (name: Template): string => (isLiteral(name) ? name : expandText(name, names.lookUp));
  return (grammar.kindOf(claim.form).about?.(claim) ?? []).every(({ what, name }) => names.find(what, plain(name)) !== undefined);
};

/** Whether what a claim describes has not come to be yet. */
const isMissing = async (bench: Bench, claim: Expectation): Promise<boolean> =>
  (await bench.grammar.kindOf(claim.form).isMissing?.(bench, claim)) ?? false;

const failureOf = async (bench: Bench, claim: Expectation): Promise<Failure | undefined> => {
  try {
    await judge(bench, claim);
    return undefined;
  } catch (error) {
    if (error instanceof NotPassed) return error.failure;
    throw error;
  }
};

/** A scenario's invariants at work. */
export interface InvariantWatch {
  /** Rejects with NotPassed at the first `always` that does not hold. */
  readonly broken: Promise<never>;
  /** Judges once more what is always so, and what is eventually so: the system is at rest. Throws NotPassed. */
  atRest(): Promise<void>;
  /** Looks no more: the system may be gone. */
  end(): void;
}

/** Begins to watch. Everything is read as it is committed, past any delay. `onReached` hears of each `sometimes`, once. */
export const watchInvariants = (
  invariants: readonly InvariantSection[],
  { system, journal, names, grammar }: Bench,
  onReached: (title: string) => void,
): InvariantWatch => {
  // A copy of a system is not for nothing, and most scenarios have no invariants of their own.
  const bench: Bench = { journal, names, grammar, system: invariants.length === 0 ? system : { ...system, dispatch: system.look } };
  const reached = new Set<string>();
  let breakOff: (error: unknown) => void = () => undefined;
  const broken = new Promise<never>((_, reject) => {
    breakOff = reject;
  });
  // Nobody may be waiting any more when it breaks.
  broken.catch(() => undefined);

  const demand = async (invariant: InvariantSection): Promise<void> => {
    if (!isNamed(bench, invariant.claim) || (invariant.mode === 'always' && (await isMissing(bench, invariant.claim)))) return;
    const failure = await failureOf(bench, invariant.claim);
    const title = invariantTitle(invariant);
    if (failure !== undefined) throw new NotPassed({ ...failure, message: `${title}: ${failure.message}` }, 'failed', title);
  };
  const look = async (invariant: InvariantSection): Promise<void> => {
    if (invariant.mode === 'always') return demand(invariant);
    const title = invariantTitle(invariant);
    if (invariant.mode === 'eventually' || reached.has(title) || !isNamed(bench, invariant.claim)) return;
    if ((await failureOf(bench, invariant.claim)) !== undefined || reached.has(title)) return;
    reached.add(title);
    onReached(title);
  };

  let isOver = false;
  let isLooking = false;
  let isDue = false;
  const lookAtAll = async (): Promise<void> => {
    isLooking = true;
    // What is committed while somebody looks is looked at after that.
    while (isDue && !isOver) {
      isDue = false;
      for (const invariant of invariants) if (!isOver) await look(invariant);
    }
    isLooking = false;
  };
  if (invariants.some(({ mode }) => mode !== 'eventually')) {
    journal.onChange(() => {
      isDue = true;
      // After this turn, since a commit is told from within its transaction's end.
      void Promise.resolve()
        .then(() => (isLooking ? undefined : lookAtAll()))
        .catch(breakOff);
    });
  }
  return {
    broken,
    atRest: async () => {
      for (const invariant of invariants) if (invariant.mode !== 'sometimes') await demand(invariant);
    },
    end: () => {
      isOver = true;
    },
  };
};
