/** What a scenario expects of the order of things, and does not bring about: such a verdict hangs on how fast the machine is. */
import type { SourcePosition } from '../../kernel/recording.ts';
import type { Causes, Grammar } from '../definition.ts';
import type { CommandStep, EventsExpectation, Expectation, Named, Scenario, Step } from './ast.ts';
import { canBeEqual } from './names.ts';
import type { Problem } from './problems.ts';

/** The together steps around a step, each with the branch that it is in. */
type Branches = ReadonlyMap<object, number>;

/** When something is done: what is of an earlier phase has come to rest, or been waited for. */
interface Moment {
  readonly phase: number;
  readonly index: number;
  readonly branches: Branches;
  readonly position: SourcePosition;
  readonly text: string;
  /** Whether messages are kept from a context by then, so that what it has heard is the scenario's own doing. */
  readonly isHeld: boolean;
}

interface Done extends Moment {
  /** The verb, as files call it. */
  readonly deed: string;
  /** What it is done to, and what it makes; undefined where the command names none that is known. */
  readonly about: Named | undefined;
  readonly makes: Named | undefined;
}

interface Refused extends Done {
  readonly status: number | undefined;
}

/** What a scenario does and expects, each with its moment. */
interface Course {
  readonly done: Done[];
  readonly refused: Refused[];
  readonly expected: { readonly claim: EventsExpectation; readonly at: Pick<Moment, 'position' | 'text'> }[];
}

const targetOf = ({ about, makes }: CommandStep): Pick<Done, 'about' | 'makes'> => ({
  about: about?.by === 'name' ? about : undefined,
  makes: makes?.names[0] === undefined ? undefined : { what: makes.what, name: makes.names[0] },
});

const isOfEvents = (claim: Expectation): claim is EventsExpectation => claim.form === 'events';

const createWalk = (course: Course, { kindOf }: Grammar) => {
  let phase = 0;
  let index = 0;
  let isHeld = false;
  const momentOf = ({ position, text }: Step, branches: Branches): Moment => ({
    phase,
    index: (index += 1),
    branches,
    position,
    text,
    isHeld,
  });
  const wait = (): void => void (phase += 1);
  const expect = (claim: Expectation, at: Pick<Moment, 'position' | 'text'>): void => {
    if (isOfEvents(claim)) course.expected.push({ claim, at });
    // What is judged at rest, or waited for, lets what was done before come to rest.
    if (kindOf(claim.form).isJudgedAtOnce !== true) wait();
  };

  const walkTogether = (step: Extract<Step, { kind: 'together' }>, branches: Branches): void => {
    const before = phase;
    const after = step.steps.map((branch, number) => {
      phase = before;
      walk([branch], new Map([...branches, [step, number]]));
      return phase;
    });
    phase = Math.max(...after);
  };
  const walkOne = (step: Step, branches: Branches): void => {
    switch (step.kind) {
      case 'command':
        course.done.push({ deed: step.verb, ...targetOf(step), ...momentOf(step, branches) });
        return;
      case 'refused':
        course.refused.push({ deed: step.command.verb, ...targetOf(step.command), status: step.status, ...momentOf(step, branches) });
        return;
      case 'expect':
      case 'eventually':
        expect(step.expectation, step);
        return;
      case 'settle':
      case 'restart':
        wait();
        return;
      case 'stop context':
      case 'fault':
      case 'crash':
        isHeld = true;
        return;
      case 'together':
        walkTogether(step, branches);
        return;
      case 'repeat':
      case 'for each':
        walk(step.steps, branches);
        return;
      case 'request':
      case 'pause':
      case 'capture':
      case 'release':
      case 'start context':
      case 'slow lookup':
      case 'inject':
      case 'rebuild':
    }
  };
  const walk = (steps: readonly Step[], branches: Branches): void => {
    for (const step of steps) walkOne(step, branches);
  };
  return { walk, expect };
};

const courseOf = (scenario: Scenario, grammar: Grammar): Course => {
  const course: Course = { done: [], refused: [], expected: [] };
  for (const given of scenario.given) {
    const deeds = grammar.given.find(({ kind }) => kind === given.kind)?.deeds(given) ?? [];
    const at = { branches: new Map(), position: given.position, text: given.text, isHeld: false };
    // The given world comes to rest after each of its commands.
    deeds.forEach(({ deed, about, makes }, index) =>
      course.done.push({ ...at, deed, about, makes, phase: index - deeds.length, index: index - deeds.length }),
    );
  }
  const { walk, expect } = createWalk(course, grammar);
  walk(scenario.steps, new Map());
  for (const { claim, position, name } of scenario.invariants) expect(claim, { position, text: name });
  return course;
};

const areTogether = (one: Moment, other: Moment): boolean =>
  [...one.branches].some(([step, branch]) => (other.branches.get(step) ?? branch) !== branch);
const isBefore = (one: Moment, other: Moment): boolean => one.index < other.index && !areTogether(one, other);

const isSame = (one: Named | undefined, other: Named): boolean => one?.what === other.what && canBeEqual(one.name, other.name);

/** What was done to a thing: what made it, what was done to it, and to what was made of it. */
const doneTo = ({ done }: Course, thing: Named): readonly Done[] => {
  const own = done.filter(({ about, makes }) => isSame(about, thing) || isSame(makes, thing));
  const made = own.flatMap(({ makes }) => (makes === undefined || isSame(makes, thing) ? [] : [makes]));
  return [...own, ...done.filter((one) => !own.includes(one) && made.some((product) => isSame(one.about, product)))];
};

/** A way in which an event came about: a command, and the events from it on, the event itself being the last. */
interface Way {
  readonly by: Done;
  readonly events: readonly string[];
}

/** What tells of an order of events: what brings them about, who publishes them, and what was done to the thing that they are about. */
interface Scene {
  readonly causes: Causes;
  readonly publishers: ReadonlyMap<string, string>;
  readonly done: readonly Done[];
}

const isEventType = (origin: string, { causes }: Scene): boolean => Object.hasOwn(causes.origins, origin);

const originsOf = (event: string, { causes }: Scene): readonly string[] => causes.origins[event]?.of ?? [];

const waysTo = (event: string, scene: Scene): readonly Way[] =>
  originsOf(event, scene).flatMap((origin) =>
    isEventType(origin, scene)
      ? waysTo(origin, scene).map(({ by, events }) => ({ by, events: [...events, event] }))
      : scene.done.filter(({ deed }) => deed === origin).map((by) => ({ by, events: [event] })),
  );

/** Whether `earlier` is among what leads to `event`, or what had to be heard before it. */
const leadsTo = (earlier: string, event: string, scene: Scene): boolean => {
  const origins = originsOf(event, scene).filter((origin) => isEventType(origin, scene) && waysTo(origin, scene).length > 0);
  const before = [...origins, ...(scene.causes.origins[event]?.after ?? [])];
  return before.includes(earlier) || before.some((one) => leadsTo(earlier, one, scene));
};

/** Whether one event comes before another because their commands were waited for, or because one context publishes both in turn. */
const isInTurn = (one: Way, other: Way, { publishers }: Scene): boolean => {
  const [first, then] = [one.events.at(-1) ?? '', other.events.at(-1) ?? ''];
  // What one message brings about in one context is published together, in an order of the context's own.
  if (one.by === other.by) return publishers.get(first) === publishers.get(then) && one.events.at(-2) === other.events.at(-2);
  if (!isBefore(one.by, other.by)) return false;
  // A command is answered once its event waits in the context's outbox, which keeps its order.
  return (
    one.by.phase < other.by.phase ||
    (one.events.length === 1 && other.events.some((event) => publishers.get(event) === publishers.get(first)))
  );
};

const isEnforced = (first: string, then: string, scene: Scene): boolean => {
  if (first === then || leadsTo(first, then, scene)) return true;
  const [ones, others] = [waysTo(first, scene), waysTo(then, scene)];
  // Of what came by a request of another form, nothing is known.
  return ones.length === 0 || others.length === 0 || ones.some((one) => others.some((other) => isInTurn(one, other, scene)));
};

const warningAt = ({ position, text }: Pick<Moment, 'position' | 'text'>, message: string, expected: string): Problem => ({
  position,
  length: text.length,
  message,
  expected,
});
const nameOf = ({ deed, position }: Done): string => `${deed} (line ${position.line})`;

const whyEither = (first: string, then: string, scene: Scene): string => {
  const [one, other] = [waysTo(first, scene)[0]?.by, waysTo(then, scene)[0]?.by];
  if (one === undefined || other === undefined || one === other)
    return `${scene.publishers.get(first)} and ${scene.publishers.get(then)} do not wait for each other`;
  return `nothing waits between ${nameOf(one)} and ${nameOf(other)}`;
};

/** The first pair of events that an expectation wants in an order which nothing brings about. */
const raceOfEvents = (
  course: Course,
  { claim, at }: Course['expected'][number],
  causes: Causes,
  publishers: Scene['publishers'],
): readonly Problem[] => {
  const scene = { causes, publishers, done: doneTo(course, claim) };
  const groups = claim.inOrder ?? [];
  for (const [index, group] of groups.slice(1).entries()) {
    for (const first of groups[index] ?? []) {
      const then = group.find((event) => !isEnforced(first, event, scene));
      if (then === undefined) continue;
      const message = `${first} and ${then} can come in either order: ${whyEither(first, then, scene)}`;
      return [warningAt(at, message, `settle before what brings ${then} about, or an inner list: [[${first}, ${then}]]`)];
    }
  }
  return [];
};

/** The commands that decide a verdict, and may or may not have been heard of by then. */
const unheard = (course: Course, one: Done, deciding: readonly string[]): Done | undefined => {
  const thing = one.about ?? one.makes;
  if (thing === undefined || one.isHeld) return undefined;
  return doneTo(course, thing).find(
    (other) => deciding.includes(other.deed) && other.phase === one.phase && (isBefore(other, one) || areTogether(other, one)),
  );
};

const raceOfCommand = (course: Course, one: Done, { decidedBy }: Causes): readonly Problem[] => {
  const other = unheard(course, one, decidedBy[one.deed]?.granted ?? []);
  return other === undefined
    ? []
    : [
        warningAt(
          one,
          `whether ${one.deed} is granted hangs on chance: nothing waits between it and ${nameOf(other)}`,
          `settle before ${one.deed}`,
        ),
      ];
};

const raceOfRefusal = (course: Course, one: Refused, { decidedBy }: Causes): readonly Problem[] => {
  // What fails for want of a context does not hang on what was heard.
  if ((one.status ?? 0) >= 500) return [];
  const { granted = [], refused = [] } = decidedBy[one.deed] ?? {};
  const other = unheard(course, one, [...granted, ...refused]);
  return other === undefined
    ? []
    : [
        warningAt(
          one,
          `how ${one.deed} is answered hangs on chance: nothing waits between it and ${nameOf(other)}`,
          `settle before refused`,
        ),
      ];
};

/**
 * A warning for each expectation of a scenario that hangs on which of two things is faster, in the order of the file; none
 * where the system does not tell its causes.
 */
export const racesIn = (scenario: Scenario, grammar: Grammar): readonly Problem[] => {
  const { causes, inventory } = grammar;
  if (causes === undefined) return [];
  const course = courseOf(scenario, grammar);
  return [
    ...course.expected.flatMap((expected) => raceOfEvents(course, expected, causes, inventory.publishers)),
    ...course.done.flatMap((one) => raceOfCommand(course, one, causes)),
    ...course.refused.flatMap((one) => raceOfRefusal(course, one, causes)),
  ].sort((one, other) => one.position.line - other.position.line || one.position.column - other.position.column);
};
