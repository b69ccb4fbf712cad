/** What a load's journeys come to for the load process, and all that can be said of them before anything is sent. */
import { OperatingError } from '../kernel/errors.ts';
import type { Grammar } from '../scenarios/definition.ts';
import type {
  CaptureStep,
  EventuallyStep,
  JsonTemplate,
  LoadJourney,
  LoadSection,
  NamedAnswerExpectation,
  RefusedStep,
  RequestStep,
  ResourceExpectation,
  RowReference,
  RowExpectation,
  Step,
  Template,
  ValueExpectation,
  Wanted,
} from '../scenarios/language/ast.ts';
import type { Spelling } from '../scenarios/language/speech.ts';
import { spelled } from '../scenarios/runner/json.ts';
import type { Shown } from '../scenarios/claims/shown.ts';
import { feedersOf } from './fire/feeds.ts';
import { namesIn } from './fire/requests.ts';
import type { Look, OrderedJourney, OrderedStep } from './order.ts';

/** Under which a request is counted. */
export interface Label {
  readonly name: string;
  readonly tags: readonly string[];
}

/** A journey, ready to be ordered; a request beside journeys is one of a single step. */
export interface CompiledJourney extends OrderedJourney {
  readonly name: string;
  /** Each step as it is written, and where. */
  readonly places: readonly { readonly text: string; readonly place: string }[];
}

/** What the load process is told of journeys, and how their requests are counted. */
export interface CompiledLoad {
  /** In the order of their numbers in answers: the requests first. */
  readonly labels: readonly Label[];
  readonly journeys: readonly CompiledJourney[];
}

/** How long `eventually` waits in a journey that does not say, in milliseconds. */
const WITHIN_MS = 5_000;

/** The name of a request in the results. */
const nameOf = ({ name, method, path }: { readonly name?: string; readonly method: string; readonly path: string }): string =>
  name ?? `${method} ${path}`;

/** A verb as results call it: one word, so that a threshold can hold it. */
export const nameOfVerb = (verb: string): string => verb.replaceAll(' ', '-');

const placeOf = ({ position: { file, line, column } }: Pick<Step, 'position'>): string => `${file}:${line}:${column}`;

const refuse = (step: Pick<Step, 'position'>, message: string, mend: string): never => {
  throw new OperatingError('invalid-input', `${placeOf(step)}: ${message}`, { mend });
};

/** Gives each label its number, once. */
const createLabels = (first: readonly Label[]) => {
  const labels = [...first];
  const known = new Map(labels.map((label, index) => [JSON.stringify(label), index]));
  return {
    labels,
    numberOf: (label: Label): number => {
      const key = JSON.stringify(label);
      const number = known.get(key) ?? labels.push(label) - 1;
      known.set(key, number);
      return number;
    },
  };
};

const isShownOverHttp = ({ inventory }: Grammar, context: string, path: string): boolean =>
  inventory.definitions.some(
    (one) => one.name === context && one.routes.some((route) => route.method === 'GET' && route.path.startsWith(`${path}/:`)),
  );

/** How a row is looked at from outside: where its context shows its table as a collection. */
const lookAtRow = (step: Step, grammar: Grammar, { context, table, key }: RowReference): Look => {
  const path = `/${table}`;
  const named =
    'what' in key ? { of: key.what, name: key.name, key: key.what } : key.length === 1 ? { name: key[0], key: 'row' } : undefined;
  if (named?.name === undefined || !isShownOverHttp(grammar, context, path))
    return refuse(
      step,
      `${context} does not show its table ${table} over HTTP, one row at a time, so a journey can't look at it`,
      'Look at what it shows.',
    );
  return { path, key: named.key, name: named.name, ...('of' in named ? { of: named.of } : {}) };
};

const lookAtResource = ({ resources }: Grammar, { resource: key, name }: { readonly resource: string; readonly name: Template }): Look => {
  const { path = '', of } = resources.get(key) ?? {};
  return { key, path, name, ...(of === undefined ? {} : { of }) };
};

/** What a field must be, in the spelling of the system. */
const wantedOf = (spelling: Spelling, field: string, wanted: Wanted): Wanted => {
  const own = (value: JsonTemplate): JsonTemplate => spelled(spelling, value, field) as JsonTemplate;
  return 'equals' in wanted ? { equals: own(wanted.equals) } : { compares: wanted.compares.map(({ by, to }) => ({ by, to: own(to) })) };
};

/** What must be shown, in the spelling of the system. */
const shownOf = ({ speech: { spelling } }: Grammar, { is, isNot, where, exists }: Shown): Shown => {
  const own = (words: readonly Template[]): readonly Template[] => words.map((one) => spelling.own(one) as Template);
  return {
    ...(is === undefined ? {} : { is: own(is) }),
    ...(isNot === undefined ? {} : { isNot: own(isNot) }),
    ...(where === undefined
      ? {}
      : { where: Object.fromEntries(Object.entries(where).map(([field, wanted]) => [field, wantedOf(spelling, field, wanted)])) }),
    ...(exists === undefined ? {} : { exists }),
  };
};

const withOwnWords = <Said extends { readonly body?: unknown }>({ speech }: Grammar, said: Said): Said =>
  said.body === undefined ? said : { ...said, body: spelled(speech.spelling, said.body) };

const eventually = (
  step: EventuallyStep,
  grammar: Grammar,
): Pick<Extract<OrderedStep, { kind: 'eventually' }>, 'look' | 'shown' | 'withinMs'> => {
  const claim = step.expectation as ResourceExpectation | RowExpectation;
  return {
    look: claim.form === 'row' ? lookAtRow(step, grammar, claim) : lookAtResource(grammar, claim),
    shown: shownOf(grammar, claim),
    withinMs: step.withinMs ?? WITHIN_MS,
  };
};

const captureFrom = (step: CaptureStep, grammar: Grammar): Extract<OrderedStep, { kind: 'capture' }>['from'] => {
  const { from } = step;
  if (from.read === 'answer' || from.read === 'path') return from;
  return { read: 'look', look: from.read === 'row' ? lookAtRow(step, grammar, from.row) : lookAtResource(grammar, from) };
};

const refusedIn = ({ speech }: Grammar, step: RefusedStep): RefusedStep =>
  step.message === undefined ? step : { ...step, message: speech.spelling.own(step.message) as Template };

const requestIn = (grammar: Grammar, step: RequestStep): RequestStep =>
  step.expect === undefined ? step : { ...step, expect: withOwnWords(grammar, step.expect) };

/** Compiles one step; `labelled` gives the number of a label. */
const compileStep = (step: Step, grammar: Grammar, labelled: (name: string) => number): OrderedStep => {
  switch (step.kind) {
    case 'command':
      return { kind: 'command', label: labelled(nameOfVerb(step.verb)), step };
    case 'refused':
      return { kind: 'refused', label: labelled(nameOfVerb(step.command.verb)), step: refusedIn(grammar, step) };
    case 'request':
      return { kind: 'request', label: labelled(nameOf({ ...step, path: step.url })), step: requestIn(grammar, step) };
    case 'eventually': {
      const compiled = eventually(step, grammar);
      return { kind: 'eventually', label: labelled(compiled.look.key), ...compiled };
    }
    case 'expect': {
      const claim = step.expectation as NamedAnswerExpectation | ValueExpectation;
      return { kind: 'expect', claim: claim.form === 'answer' ? withOwnWords(grammar, claim) : claim };
    }
    case 'capture': {
      const from = captureFrom(step, grammar);
      const label = from.read === 'answer' ? 0 : labelled(from.read === 'path' ? `GET ${from.path}` : from.look.key);
      return { kind: 'capture', label, from, field: step.field, as: step.as };
    }
    case 'pause':
      return { kind: 'think', leastMs: step.durationMs, mostMs: step.mostMs ?? step.durationMs };
    default:
      throw new Error(`assertion failed: journeys have no steps of the kind ${step.kind}`);
  }
};

const compileJourney = (journey: LoadJourney, load: LoadSection, grammar: Grammar, numberOf: (label: Label) => number): CompiledJourney => {
  const { name, weight, tags, steps } = journey;
  return {
    name,
    weight,
    feeders: feedersOf(load.feeders, namesIn(steps)),
    steps: steps.map((step) => compileStep(step, grammar, (request) => numberOf({ name: request, tags }))),
    places: steps.map((step) => ({ text: step.text, place: placeOf(step) })),
  };
};

/** A single request as a journey of its own. */
const journeyOf = (request: LoadSection['requests'][number], label: number, load: LoadSection): CompiledJourney => {
  const { method, path, headers, body, weight } = request;
  const step = { kind: 'request', method, url: path, headers, ...(body === undefined ? {} : { body }) } as RequestStep;
  return {
    name: nameOf(request),
    weight,
    feeders: feedersOf(load.feeders, namesIn([path, headers, body])),
    steps: [{ kind: 'request', label, step }],
    places: [{ text: nameOf(request), place: placeOf(load) }],
  };
};

/**
 * Compiles what a load sends. Throws an OperatingError (invalid-input), with its place, for a step that can't be done from
 * outside.
 */
export const compileLoad = (load: LoadSection, grammar: Grammar): CompiledLoad => {
  const { labels, numberOf } = createLabels(load.requests.map((request) => ({ name: nameOf(request), tags: request.tags })));
  if (load.journeys.length === 0) return { labels, journeys: [] };
  const journeys = load.journeys.map((journey) => compileJourney(journey, load, grammar, numberOf));
  return { labels, journeys: [...journeys, ...load.requests.map((request, index) => journeyOf(request, index, load))] };
};

/** How long a journey may take at the most by what it thinks and waits for, in milliseconds. */
const mostMs = ({ steps }: OrderedJourney): number =>
  steps.reduce((sum, step) => sum + (step.kind === 'think' ? step.mostMs : step.kind === 'eventually' ? step.withinMs : 0), 0);

/** How long journeys are waited for once no more begin: what the longest thinks and waits, and one slow answer. */
export const graceOf = (journeys: readonly OrderedJourney[], requestTimeoutMs: number): number =>
  Math.max(0, ...journeys.map(mostMs)) + requestTimeoutMs;
