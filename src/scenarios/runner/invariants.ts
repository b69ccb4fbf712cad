/** Holds a scenario to its own invariants while it is played. */
import type { Expectation, InvariantSection } from '../language/ast.ts';
import { expandText, isLiteral } from '../language/template.ts';
import type { Failure } from '../../kernel/recording.ts';
import { judge, urlOf, type Bench } from './judge.ts';
import { NotPassed } from './verdict.ts';

/** What an invariant is called where it is violated, with its place. */
export const invariantTitle = ({ name, position }: Pick<InvariantSection, 'name' | 'position'>): string => `${position.file}:${position.line}: ${name}`;

/** The order or review that a claim is about, by the name that the scenario gives it; undefined where it is about none. */
const namesIn = (claim: Expectation): { readonly orders: readonly string[]; readonly reviews: readonly string[] } => {
  switch (claim.form) {
    case 'resource':
      if (claim.resource === 'customer') return { orders: [], reviews: [] };
      return claim.resource === 'review' ? { orders: [], reviews: [claim.name] } : { orders: [claim.name], reviews: [] };
    case 'events':
    case 'notices':
      return { orders: [claim.order], reviews: [] };
    case 'delivery list':
      return { orders: [...claim.includes, ...claim.excludes, ...(claim.exactly ?? [])], reviews: [] };
    case 'coupons':
    case 'nothing else':
    case 'dead letters':
    case 'mypage drift':
    case 'answer':
    case 'value':
      return { orders: [], reviews: [] };
  }
};

/** Whether all that a claim is about has been placed or written; before that, there is nothing to hold. */
const isNamed = ({ names }: Bench, claim: Expectation): boolean => {
  const { orders, reviews } = namesIn(claim);
  const plain = (name: string): string => (isLiteral(name) ? name : expandText(name as Parameters<typeof expandText>[0], names.lookUp));
  return orders.every((name) => names.findOrder(plain(name)) !== undefined) && reviews.every((name) => names.findReview(plain(name)) !== undefined);
};

/** Whether the resource that a claim describes has not come to be yet. */
const isMissing = async (bench: Bench, claim: Expectation): Promise<boolean> => {
  if (claim.form === 'coupons') return (await bench.system.dispatch({ method: 'GET', url: `/customers/${encodeURIComponent(expandText(claim.customer, bench.names.lookUp))}`, headers: {} })).status === 404;
  if (claim.form !== 'resource' || claim.exists === false) return false;
  const url = urlOf(bench, claim.resource, expandText(claim.name, bench.names.lookUp));
  return (await bench.system.dispatch({ method: 'GET', url, headers: {} })).status === 404;
};

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
export const watchInvariants = (invariants: readonly InvariantSection[], { system, journal, names }: Bench, onReached: (title: string) => void): InvariantWatch => {
  // A copy of a system is not for nothing, and most scenarios have no invariants of their own.
  const bench: Bench = { journal, names, system: invariants.length === 0 ? system : { ...system, dispatch: system.look } };
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
      void Promise.resolve().then(() => (isLooking ? undefined : lookAtAll())).catch(breakOff);
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
