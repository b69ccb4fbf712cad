/** One journey, step by step: what is asked, waited for and kept. Knows no network and no clock but by its ports. */
import { messageOf, OperatingError } from '../../kernel/errors.ts';
import type { LoadJourneyEnd } from '../../kernel/load.ts';
import type { Random } from '../../kernel/random.ts';
import type { HttpRequest, HttpResponse } from '../../runtime/http/route.ts';
import { judgeNamedAnswer, judgeValue, type AnswerBench } from '../../scenarios/claims/answer.ts';
import { judgeShown } from '../../scenarios/claims/shown.ts';
import type { CommandStep, MadeByStep } from '../../scenarios/language/ast.ts';
import { AS_WRITTEN } from '../../scenarios/language/speech.ts';
import { expandText } from '../../scenarios/language/template.ts';
import { isAnswer, isSuccess } from '../../scenarios/runner/ask.ts';
import { demandRefusal, demandSuccess, idMade, keepNames, requestOf } from '../../scenarios/runner/commands.ts';
import { fieldOf } from '../../scenarios/runner/json.ts';
import type { Names } from '../../scenarios/runner/names.ts';
import { judgeRawAnswer, rawRequestOf } from '../../scenarios/runner/raw-request.ts';
import { NotPassed } from '../../scenarios/runner/verdict.ts';
import type { Look, OrderedJourney, OrderedStep } from '../order.ts';

/** A request of a journey. */
export interface JourneyRequest {
  readonly request: HttpRequest;
  readonly label: number;
  /** When it was meant to be sent: when the step before it ended, and what was thought meanwhile. */
  readonly dueMs: number;
  /** Whether an answer is what was asked for, whatever its status: then it counts as a success. */
  readonly isWanted: (answer: HttpResponse) => boolean;
  /** What is asked for by a verb, or looked at, and about what; absent for raw requests. */
  readonly about?: { readonly route: string; readonly subject: string | undefined; readonly makes?: MadeByStep };
}

/** What a journey is played with. */
export interface JourneyPorts {
  /** Asks; resolves also where no answer came, with status 0. */
  readonly ask: (request: JourneyRequest) => Promise<HttpResponse>;
  readonly now: () => number;
  /** Resolves at that time, or throws where the load was stopped. */
  readonly sleepUntil: (ms: number) => Promise<void>;
  readonly random: Random;
}

/** The words of expectations were put into the system's spelling before. */
const benchOf = (names: Names): AnswerBench => ({ names, grammar: { speech: { spelling: AS_WRITTEN } } });

/** Between two looks, in milliseconds: short at first, since news is quick, and then longer. */
const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 200;

const demandAnswer = ({ status }: HttpResponse, what: string, subject: string | undefined): void => {
  if (status === 0)
    throw new NotPassed({ message: `${what} was not answered`, expected: 'an answer', ...(subject === undefined ? {} : { subject }) });
};

const lookOf = ({ key, path, of, name }: Look, names: Names) => {
  const named = expandText(name, names.lookUp);
  const id = of === undefined ? named : names.idOf({ what: of, by: 'name', name });
  return {
    request: { method: 'GET', url: `${path}/${encodeURIComponent(id)}`, headers: {} },
    what: `${key} ${named}`,
    subject: of === undefined ? undefined : id,
    about: { route: path, subject: id },
  };
};

/** What the steps of one journey share. */
interface Way {
  readonly names: Names;
  readonly bench: AnswerBench;
  readonly now: () => number;
  readonly dueMs: () => number;
  readonly ask: (request: Omit<JourneyRequest, 'dueMs'>) => Promise<HttpResponse>;
  readonly pause: (ms: number) => Promise<void>;
}

const createWay = (names: Names, ports: JourneyPorts, intendedMs: number): Way => {
  let dueMs = intendedMs;
  return {
    names,
    bench: benchOf(names),
    now: ports.now,
    dueMs: () => dueMs,
    ask: async (request) => {
      const answer = await ports.ask({ ...request, dueMs });
      dueMs = ports.now();
      return answer;
    },
    pause: async (ms) => {
      dueMs += ms;
      await ports.sleepUntil(dueMs);
    },
  };
};

type StepOf<Kind extends OrderedStep['kind']> = Extract<OrderedStep, { readonly kind: Kind }>;

const aboutOf = ({ route, makes }: CommandStep, subject: string | undefined): NonNullable<JourneyRequest['about']> => ({
  route,
  subject,
  ...(makes === undefined ? {} : { makes }),
});

const command = async ({ names, ask }: Way, { label, step }: StepOf<'command'>): Promise<void> => {
  const { request, subject } = requestOf({ names }, step);
  const answer = await ask({ request, label, isWanted: isSuccess, about: aboutOf(step, subject) });
  names.setAnswer(undefined, answer);
  demandAnswer(answer, step.verb, subject);
  demandSuccess(step, answer, subject);
  if (step.makes !== undefined) keepNames(names, step.makes, idMade(step.makes, answer));
};

const refused = async ({ names, ask }: Way, { label, step }: StepOf<'refused'>): Promise<void> => {
  const { request, subject } = requestOf({ names }, step.command);
  const { status, code, message } = step;
  const answer = await ask({
    request,
    label,
    isWanted: (got) => (status === undefined ? got.status >= 400 && got.status < 500 : got.status === status),
    about: aboutOf(step.command, subject),
  });
  names.setAnswer(undefined, answer);
  demandAnswer(answer, step.command.verb, subject);
  const expected = {
    ...(status === undefined ? {} : { status }),
    ...(code === undefined ? {} : { code: expandText(code, names.lookUp) }),
    ...(message === undefined ? {} : { message: expandText(message, names.lookUp) }),
  };
  demandRefusal(step.command, answer, expected, subject, AS_WRITTEN);
};

const request = async ({ names, bench, ask }: Way, { label, step }: StepOf<'request'>): Promise<void> => {
  const { expect } = step;
  const isWanted = (answer: HttpResponse): boolean => (expect === undefined ? isSuccess(answer) : isAnswer(bench, answer, expect));
  const answer = await ask({ request: rawRequestOf(step, names.lookUp), label, isWanted });
  names.setAnswer(step.as === undefined ? undefined : expandText(step.as, names.lookUp), answer);
  demandAnswer(answer, `${step.method} ${step.url}`, undefined);
  judgeRawAnswer(bench, step, answer);
};

const eventually = async (way: Way, { label, look, shown, withinMs }: StepOf<'eventually'>): Promise<void> => {
  const { names, now } = way;
  const { request: asked, what, subject, about } = lookOf(look, names);
  const deadlineMs = way.dueMs() + withinMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    // Whoever waits for what is not there yet has been answered well.
    const answer = await way.ask({ request: asked, label, about, isWanted: ({ status }) => status > 0 && status < 500 });
    try {
      demandAnswer(answer, what, subject);
      return judgeShown({ what, subject, lookUp: names.lookUp, spelling: AS_WRITTEN }, answer, shown);
    } catch (error) {
      if (!(error instanceof NotPassed)) throw error;
      if (now() >= deadlineMs) throw new NotPassed({ ...error.failure, message: `${error.failure.message} (after ${withinMs} ms)` });
    }
    await way.pause(pauseMs);
  }
};

const capturedFrom = async ({ names, ask }: Way, { label, from }: StepOf<'capture'>): Promise<HttpResponse | undefined> => {
  if (from.read === 'answer') return names.answer(from.name === undefined ? undefined : expandText(from.name, names.lookUp));
  const looked =
    from.read === 'path' ? { method: 'GET', url: expandText(from.path, names.lookUp), headers: {} } : lookOf(from.look, names).request;
  return ask({ request: looked, label, isWanted: isSuccess });
};

const capture = async (way: Way, step: StepOf<'capture'>): Promise<void> => {
  const found = await capturedFrom(way, step);
  const field = expandText(step.field, way.names.lookUp);
  const value = fieldOf(found?.body, field);
  if (value === undefined)
    throw new NotPassed({ message: `there is no field ${field} to capture`, expected: field, actual: found?.body ?? 'no answer' });
  way.names.setValue(step.as, value);
};

const play = (way: Way, step: OrderedStep, random: Random): Promise<void> | void => {
  switch (step.kind) {
    case 'command':
      return command(way, step);
    case 'refused':
      return refused(way, step);
    case 'request':
      return request(way, step);
    case 'eventually':
      return eventually(way, step);
    case 'expect':
      return step.claim.form === 'answer' ? judgeNamedAnswer(way.bench, step.claim) : judgeValue(way, step.claim);
    case 'capture':
      return capture(way, step);
    case 'think':
      return way.pause(step.leastMs + (step.mostMs - step.leastMs) * random.next());
  }
};

/** Thrown where somebody sleeps when the load is stopped: that is no fault of the system. */
export class Stopped extends Error {}

/** How a journey ended, but for which it was and when. */
export type JourneyEnd = Pick<LoadJourneyEnd, 'outcome' | 'step' | 'message' | 'subject'>;

/**
 * Plays a journey that was meant to begin at `intendedMs`. `onStep` hears of each step that begins. Never throws: a step that did
 * not pass, or could not be made, is in the end.
 */
export const playJourney = async (
  { steps }: OrderedJourney,
  names: Names,
  ports: JourneyPorts,
  intendedMs: number,
  onStep: (step: number) => void,
): Promise<JourneyEnd> => {
  const way = createWay(names, ports, intendedMs);
  for (const [index, step] of steps.entries()) {
    onStep(index);
    try {
      await play(way, step, ports.random);
    } catch (error) {
      if (error instanceof Stopped) return { outcome: 'unfinished', step: index, message: 'the load was stopped' };
      if (!(error instanceof NotPassed) && !(error instanceof OperatingError)) throw error;
      const subject = error instanceof NotPassed ? error.failure.subject : undefined;
      return { outcome: 'failed', step: index, message: messageOf(error), ...(subject === undefined ? {} : { subject }) };
    }
  }
  return { outcome: 'finished' };
};
