/** A system of one's own: everything about it that can be derived is derived, and what does not fit together is told by name and mend. */
import { OperatingError } from '../kernel/errors.ts';
import type { CellRule } from '../gateway/cell-places.ts';
import type { Random } from '../kernel/random.ts';
import { describeContexts, type ContextDeclaration } from '../system/definition.ts';
import type { Language } from '../scenarios/definition.ts';
import type { Mutation } from '../system/mutation.ts';
import type { Noun, Vocabulary } from '../kernel/vocabulary.ts';
import { nounOf, type Verbs } from '../system/verb.ts';
import { checkSystem } from './check-system.ts';
import type { ExploredSystem, People, Resource } from './definition.ts';
import { accountsOf } from './invariants/accounts.ts';
import { DEADLINES } from './invariants/deadlines.ts';
import { sightingsOf } from './invariants/network.ts';
import { ONCE } from './invariants/once.ts';
import { OUTBOXES, PUT_ASIDE, REMAINS } from './invariants/remains.ts';
import { usualPeople } from './schedule/usual-people.ts';
import type { Errand } from './schedule/plan.ts';
import type { Invariant } from './simulate/invariant.ts';
import type { Transitions } from './simulate/transition.ts';

/** A system as its author declares it. */
export interface SystemInput<Name extends string> {
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  /** The gateway's port; default 8088. */
  readonly gatewayPort?: number;
  readonly contexts: readonly ContextDeclaration<Name>[];
  readonly verbs: Verbs;
  /** How people behave: one way, or several by name, of which the first is the usual one. By default they try everything, in any order. */
  readonly people?: ((random: Random) => readonly Errand[]) | Readonly<Record<string, People>>;
  /** What must hold, beside what every system must keep to. */
  readonly invariants?: readonly Invariant[];
  /** What of it holds at rest even where a handler fails for good; by default what every system must keep to. */
  readonly whereOneFails?: readonly Invariant[];
  readonly transitions?: Transitions;
  readonly resources?: Readonly<Record<string, Resource>>;
  readonly mutations?: readonly Mutation[];
  readonly laggards?: readonly string[];
  /** What it calls things; by default what people make first of all, by its word in the verbs. */
  readonly vocabulary?: Partial<Omit<Vocabulary, 'contexts'>>;
  /** How scenario files speak of it, where that is not as its verbs and tables say by themselves. */
  readonly language?: Language;
  /** How it can be split into cells: whose everything is, where nothing joins what is two owners'. */
  readonly cells?: CellRule;
}

const FIRST_PORT = 8081;
const GATEWAY_PORT = 8088;

/** Known from any other value, whichever copy of this program made it. */
const BRAND = Symbol.for('food-sim.system');

/** Whether a value was made by {@link defineSystem}. */
export const isSystem = (value: unknown): value is ExploredSystem => typeof value === 'object' && value !== null && BRAND in value;

/** Ports for those contexts that name none: the next free ones. */
const withPorts = <Name extends string>(
  contexts: readonly ContextDeclaration<Name>[],
  gatewayPort: number,
): readonly ContextDeclaration<Name>[] => {
  const taken = new Set([gatewayPort, ...contexts.map(({ port }) => port)]);
  let next = FIRST_PORT;
  return contexts.map((context) => {
    if (context.port !== 0) return context;
    while (taken.has(next)) next += 1;
    taken.add(next);
    return { ...context, port: next };
  });
};

/** A word for one of several things, of which nothing but the word is known. */
const nounIn = (one: string): Noun => ({ one, many: `${one}s`, ko: one });

/** Those that are not among the others, by their sentences. */
const missingFrom = (others: readonly Invariant[], common: readonly Invariant[]): readonly Invariant[] => {
  const sentences = new Set(others.map(({ sentence }) => sentence));
  return common.filter(({ sentence }) => !sentences.has(sentence));
};

const peopleOf = (verbs: Verbs, people: SystemInput<string>['people']): Readonly<Record<string, People>> => {
  if (people === undefined) return { people: usualPeople(verbs) };
  return typeof people === 'function' ? { people: { errands: people } } : people;
};

/**
 * Declares a system. What every system must keep to is added to its invariants. Throws an OperatingError (invalid-input)
 * that names everything in it that does not fit together.
 */
export const defineSystem = <Name extends string>(input: SystemInput<Name>): ExploredSystem<Name> => {
  const { name, verbs, gatewayPort = GATEWAY_PORT, invariants = [] } = input;
  const contexts = withPorts(input.contexts, gatewayPort);
  const people = peopleOf(verbs, input.people);
  const isCalling = contexts.some(({ calls }) => calls !== undefined);
  const deadlines = describeContexts({ contexts }).flatMap((context) => (context.deadlines ?? []).map(({ type }) => type));
  const kept = [...REMAINS, ...(deadlines.length > 0 ? DEADLINES : []), ONCE, ...accountsOf(verbs)];
  const common = [...kept, ...sightingsOf(Object.keys(people), isCalling, deadlines)];
  const system: ExploredSystem<Name> = {
    name,
    title: input.title ?? name,
    description: input.description ?? `The system ${name}: ${contexts.map((context) => context.name).join(', ')} behind one gateway.`,
    gatewayPort,
    contexts,
    mutations: input.mutations ?? [],
    verbs,
    people,
    // What is left over tells why other things are not as they should be, so it is told before them.
    invariants: [...missingFrom(invariants, common), ...invariants],
    whereOneFails: input.whereOneFails ?? [...accountsOf(verbs), OUTBOXES, PUT_ASIDE, ...(deadlines.length > 0 ? DEADLINES : [])],
    transitions: input.transitions ?? {},
    resources: input.resources ?? {},
    laggards: input.laggards ?? contexts.map((context) => context.name),
    vocabulary: { contexts: contexts.map((context) => context.name), noun: nounIn(nounOf(verbs)), statuses: {}, ...input.vocabulary },
    ...(input.language === undefined ? {} : { language: input.language }),
    ...(input.cells === undefined ? {} : { cells: input.cells }),
  };
  const problems = checkSystem(system, () => describeContexts(system));
  if (problems.length > 0) {
    throw new OperatingError(
      'invalid-input',
      `the system ${JSON.stringify(name)} does not fit together:\n${problems.map(({ problem }) => `  ${problem}`).join('\n')}`,
      {
        mend: [...new Set(problems.map(({ mend }) => mend))].join(' '),
      },
    );
  }
  return Object.defineProperty(system, BRAND, { value: true });
};
