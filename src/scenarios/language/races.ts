/** What a scenario expects of the order of things, and does not bring about: such a verdict hangs on how fast the machine is. */
import type { SourcePosition } from '../../kernel/recording.ts';
import { DECIDED_BY, ORIGINS, type Deed } from '../../contexts/causes.ts';
import type { CommandStep, EventsExpectation, Expectation, GivenStage, Scenario, Step } from './ast.ts';
import { canBeEqual } from './names.ts';
import type { Problem } from './problems.ts';
import { PUBLISHER, type EventType } from './words.ts';

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
  readonly deed: Deed;
  /** The order's name, or undefined where the command names none that is known. */
  readonly order: string | undefined;
  readonly review: string | undefined;
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

const REACHED: Readonly<Record<GivenStage, readonly Deed[]>> = {
  placed: ['place'],
  accepted: ['place', 'accept'],
  cooking: ['place', 'accept', 'start'],
  cooked: ['place', 'accept', 'start', 'finish'],
  picked: ['place', 'accept', 'start', 'finish', 'pick'],
  delivered: ['place', 'accept', 'start', 'finish', 'pick', 'confirm'],
};

const targetOf = (step: CommandStep): Pick<Done, 'order' | 'review'> => {
  if (step.kind === 'place') return { order: step.order, review: undefined };
  if (step.kind === 'delete review') return { order: undefined, review: step.review.by === 'name' ? step.review.name : undefined };
  return { order: step.order.by === 'name' ? step.order.name : undefined, review: step.kind === 'review' ? step.as : undefined };
};

/** Whether an expectation is judged at rest, or waited for, so that what was done before has come to rest. */
const isWaitedFor = ({ form }: Expectation): boolean => form !== 'answer' && form !== 'value';

const createWalk = (course: Course) => {
  let phase = 0;
  let index = 0;
  let isHeld = false;
  const momentOf = ({ position, text }: Step, branches: Branches): Moment => ({ phase, index: (index += 1), branches, position, text, isHeld });
  const wait = (): void => void (phase += 1);
  const expect = (claim: Expectation, at: Pick<Moment, 'position' | 'text'>): void => {
    if (claim.form === 'events') course.expected.push({ claim, at });
    if (isWaitedFor(claim)) wait();
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
      case 'place':
      case 'accept':
      case 'reject':
      case 'start':
      case 'finish':
      case 'cancel':
      case 'confirm':
      case 'pick':
      case 'review':
      case 'delete review':
        course.done.push({ deed: step.kind, ...targetOf(step), ...momentOf(step, branches) });
        return;
      case 'refused':
        course.refused.push({ deed: step.command.kind, ...targetOf(step.command), status: step.status, ...momentOf(step, branches) });
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

const courseOf = (scenario: Scenario): Course => {
  const course: Course = { done: [], refused: [], expected: [] };
  for (const given of scenario.given) {
    const [order, deeds] = given.kind === 'order' ? [given.place.order, REACHED[given.stage]] : [`${given.customer}-before`, REACHED.delivered];
    const at = { branches: new Map(), position: given.position, text: given.text, isHeld: false, review: undefined };
    // The given world comes to rest after each of its commands.
    deeds.forEach((deed, index) => course.done.push({ ...at, deed, order, phase: index - deeds.length, index: index - deeds.length }));
  }
  const { walk, expect } = createWalk(course);
  walk(scenario.steps, new Map());
  for (const { claim, position, name } of scenario.invariants) expect(claim, { position, text: name });
  return course;
};

const areTogether = (one: Moment, other: Moment): boolean => [...one.branches].some(([step, branch]) => (other.branches.get(step) ?? branch) !== branch);
const isBefore = (one: Moment, other: Moment): boolean => one.index < other.index && !areTogether(one, other);

/** What was done to an order, reviews of it included. */
const doneTo = ({ done }: Course, order: string): readonly Done[] => {
  const own = done.filter((one) => one.order !== undefined && canBeEqual(one.order, order));
  const reviews = own.flatMap(({ review }) => review ?? []);
  return [...own, ...done.filter((one) => one.deed === 'delete review' && reviews.some((review) => one.review !== undefined && canBeEqual(one.review, review)))];
};

/** A way in which an event came about: a command, and the events from it on, the event itself being the last. */
interface Way {
  readonly by: Done;
  readonly events: readonly EventType[];
}

const isEventType = (origin: Deed | EventType): origin is EventType => Object.hasOwn(ORIGINS, origin);

const waysTo = (event: EventType, done: readonly Done[]): readonly Way[] =>
  ORIGINS[event].of.flatMap((origin) =>
    isEventType(origin)
      ? waysTo(origin, done).map(({ by, events }) => ({ by, events: [...events, event] }))
      : done.filter(({ deed }) => deed === origin).map((by) => ({ by, events: [event] })),
  );

/** Whether `earlier` is among what leads to `event`, or what had to be heard before it. */
const leadsTo = (earlier: EventType, event: EventType, done: readonly Done[]): boolean => {
  const { of, after = [] } = ORIGINS[event];
  const before = [...of.filter(isEventType).filter((origin) => waysTo(origin, done).length > 0), ...after];
  return before.includes(earlier) || before.some((one) => leadsTo(earlier, one, done));
};

/** Whether one event comes before another because their commands were waited for, or because one context publishes both in turn. */
const isInTurn = (one: Way, other: Way): boolean => {
  const [first, then] = [one.events.at(-1) as EventType, other.events.at(-1) as EventType];
  // What one message brings about in one context is published together, in an order of the context's own.
  if (one.by === other.by) return PUBLISHER[first] === PUBLISHER[then] && one.events.at(-2) === other.events.at(-2);
  if (!isBefore(one.by, other.by)) return false;
  // A command is answered once its event waits in the context's outbox, which keeps its order.
  return one.by.phase < other.by.phase || (one.events.length === 1 && other.events.some((event) => PUBLISHER[event] === PUBLISHER[first]));
};

const isEnforced = (first: EventType, then: EventType, done: readonly Done[]): boolean => {
  if (first === then || leadsTo(first, then, done)) return true;
  const [ones, others] = [waysTo(first, done), waysTo(then, done)];
  // Of what came by a request of another form, nothing is known.
  return ones.length === 0 || others.length === 0 || ones.some((one) => others.some((other) => isInTurn(one, other)));
};

const warningAt = ({ position, text }: Pick<Moment, 'position' | 'text'>, message: string, expected: string): Problem => ({ position, length: text.length, message, expected });
const nameOf = ({ deed, position }: Done): string => `${deed} (line ${position.line})`;

const whyEither = (first: EventType, then: EventType, done: readonly Done[]): string => {
  const [one, other] = [waysTo(first, done)[0]?.by, waysTo(then, done)[0]?.by];
  if (one === undefined || other === undefined || one === other) return `${PUBLISHER[first]} and ${PUBLISHER[then]} do not wait for each other`;
  return `nothing waits between ${nameOf(one)} and ${nameOf(other)}`;
};

/** The first pair of events that an expectation wants in an order which nothing brings about. */
const raceOfEvents = (course: Course, { claim, at }: Course['expected'][number]): readonly Problem[] => {
  const done = doneTo(course, claim.order);
  const groups = claim.inOrder ?? [];
  for (const [index, group] of groups.slice(1).entries()) {
    for (const first of groups[index] ?? []) {
      const then = group.find((event) => !isEnforced(first, event, done));
      if (then === undefined) continue;
      const message = `${first} and ${then} can come in either order: ${whyEither(first, then, done)}`;
      return [warningAt(at, message, `settle before what brings ${then} about, or an inner list: [[${first}, ${then}]]`)];
    }
  }
  return [];
};

/** The commands that decide a verdict, and may or may not have been heard of by then. */
const unheard = (course: Course, one: Done, deciding: readonly Deed[]): Done | undefined => {
  const { order } = one;
  if (order === undefined || one.isHeld) return undefined;
  return doneTo(course, order).find((other) => deciding.includes(other.deed) && other.phase === one.phase && (isBefore(other, one) || areTogether(other, one)));
};

const raceOfCommand = (course: Course, one: Done): readonly Problem[] => {
  const other = unheard(course, one, DECIDED_BY[one.deed].granted);
  return other === undefined ? [] : [warningAt(one, `whether ${one.deed} is granted hangs on chance: nothing waits between it and ${nameOf(other)}`, `settle before ${one.deed}`)];
};

const raceOfRefusal = (course: Course, one: Refused): readonly Problem[] => {
  // What fails for want of a context does not hang on what was heard.
  if ((one.status ?? 0) >= 500) return [];
  const { granted, refused } = DECIDED_BY[one.deed];
  const other = unheard(course, one, [...granted, ...refused]);
  return other === undefined ? [] : [warningAt(one, `how ${one.deed} is answered hangs on chance: nothing waits between it and ${nameOf(other)}`, `settle before refused`)];
};

/** A warning for each expectation of a scenario that hangs on which of two things is faster, in the order of the file. */
export const racesIn = (scenario: Scenario): readonly Problem[] => {
  const course = courseOf(scenario);
  return [
    ...course.expected.flatMap((expected) => raceOfEvents(course, expected)),
    ...course.done.flatMap((one) => raceOfCommand(course, one)),
    ...course.refused.flatMap((one) => raceOfRefusal(course, one)),
  ].sort((one, other) => one.position.line - other.position.line || one.position.column - other.position.column);
};
