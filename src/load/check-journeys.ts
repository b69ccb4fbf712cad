/** Mistakes in a load's journeys that would only show when it is too late. */
import { z } from 'zod';
import { OperatingError } from '../kernel/errors.ts';
import { nearest } from '../kernel/nearest.ts';
import type { Route } from '../runtime/http/route.ts';
import type { Grammar } from '../scenarios/definition.ts';
import type { CaptureStep, LoadJourney, LoadSection, Step } from '../scenarios/language/ast.ts';
import { referencesIn } from '../scenarios/language/template.ts';
import type { CompiledLoad } from './journeys.ts';
import { arrivalAt, type LoadPlan } from './plan.ts';

const refuse = ({ position: { file, line, column } }: Pick<Step, 'position'>, message: string, mend: string): never => {
  throw new OperatingError('invalid-input', `${file}:${line}:${column}: ${message}`, { mend });
};

/** A JSON Schema, as far as a field is looked up in it. */
interface Shape {
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly additionalProperties?: unknown;
  readonly items?: Shape;
}

const partsOf = (field: string): readonly string[] =>
  field.startsWith('/')
    ? field
        .slice(1)
        .split('/')
        .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    : [field];

/** The fields that a shape has where the field is looked for and is none of them; undefined where it may be there. */
const fieldsInstead = (shape: Shape, field: string): readonly string[] | undefined => {
  let at: Shape | undefined = shape;
  for (const part of partsOf(field)) {
    if (at?.items !== undefined && /^\d+$/.test(part)) at = at.items;
    else if (at?.properties === undefined || (at.additionalProperties !== undefined && at.additionalProperties !== false)) return undefined;
    else if (!Object.hasOwn(at.properties, part)) return Object.keys(at.properties);
    else at = at.properties[part];
  }
  return undefined;
};

/** Whether a URL of a file is of this route: what a variable stands for may be any one part of its path. */
const isOfRoute = (url: string, route: string): boolean => {
  const [given, wanted] = [url.split('?', 1)[0]?.split('/') ?? [], route.split('/')];
  return given.length === wanted.length && wanted.every((part, index) => part === given[index] || part.startsWith(':'));
};

/** What is known of an answer: the route that gives it. */
type Answering = Route | undefined;

const routesOf = ({ inventory }: Grammar): readonly Route[] => inventory.definitions.flatMap(({ routes }) => routes);

/** The answers of one journey's steps, as far as they are known. */
const createAnswers = (grammar: Grammar) => {
  const routes = routesOf(grammar);
  const find = (method: string, url: string): Answering =>
    // Of two that fit, the one without a parameter there is meant.
    routes.find((route) => route.method === method && route.path === url.split('?', 1)[0]) ??
    routes.find((route) => route.method === method && isOfRoute(url, route.path));
  const named = new Map<string, Answering>();
  let last: Answering;
  return {
    hear: (step: Step): void => {
      if (step.kind === 'command') last = routes.find(({ method, path }) => method === step.method && path === step.route);
      else if (step.kind === 'refused') last = undefined;
      else if (step.kind === 'request') {
        const isProblem = (step.expect?.status ?? 200) >= 400;
        last = isProblem ? undefined : find(step.method, step.url);
        if (step.as !== undefined) named.set(step.as, last);
      }
    },
    of: ({ from }: CaptureStep): Answering => {
      switch (from.read) {
        case 'answer':
          return from.name === undefined ? last : named.get(from.name);
        case 'path':
          return find('GET', from.path);
        case 'resource':
          return routes.find(({ method, path }) => method === 'GET' && path.startsWith(`${grammar.resources.get(from.resource)?.path}/:`));
        case 'row':
          return routes.find(({ method, path }) => method === 'GET' && path.startsWith(`/${from.row.table}/:`));
      }
    },
  };
};

const checkCaptures = ({ steps }: LoadJourney, grammar: Grammar): void => {
  const answers = createAnswers(grammar);
  for (const step of steps) {
    answers.hear(step);
    if (step.kind !== 'capture' || referencesIn(step.field).length > 0) continue;
    const route = answers.of(step);
    if (route?.success.schema === undefined) continue;
    const shape = z.toJSONSchema(route.success.schema, { io: 'output', unrepresentable: 'any' }) as Shape;
    const fields = fieldsInstead(shape, step.field);
    if (fields === undefined) continue;
    const near = nearest(step.field, fields);
    refuse(
      step,
      `the answer of ${route.method} ${route.path} has no field ${step.field}${near === undefined ? '' : `; did you mean ${near}?`}`,
      `It has: ${fields.join(', ')}.`,
    );
  }
};

const checkLength = (journey: LoadJourney, { totalMs }: LoadPlan): void => {
  const thinksMs = journey.steps.reduce((sum, step) => sum + (step.kind === 'pause' ? step.durationMs : 0), 0);
  if (thinksMs > totalMs)
    refuse(
      journey,
      `the journey ${journey.name} thinks for ${thinksMs} ms and the load lasts ${totalMs} ms, so none that begins can finish within it`,
      'Think for less, or let the load last longer.',
    );
};

/** A journey whose every step only thinks asks for nothing. */
const checkAsks = (journey: LoadJourney): void => {
  if (journey.steps.every(({ kind }) => kind === 'pause' || kind === 'expect'))
    refuse(journey, `the journey ${journey.name} asks for nothing`, 'Give it a step that asks.');
};

/** How many arrivals an open plan has; at most as many as are asked for. */
const hasArrivals = (plan: LoadPlan, count: number): boolean => plan.loop === 'open' && arrivalAt(plan, count - 1) !== undefined;

/** A unique feeder that everything takes from must last for all that is sure to begin. */
const checkUnique = (load: LoadSection, takers: readonly (readonly string[])[], plan: LoadPlan): void => {
  for (const [name, { draw, rows, position }] of Object.entries(load.feeders)) {
    if (draw !== 'unique' || !takers.every((feeders) => feeders.includes(name)) || !hasArrivals(plan, rows.length + 1)) continue;
    refuse(
      { position },
      `the unique feeder ${name} has ${rows.length} rows, and this load begins more than that`,
      'Give it more rows, or begin less.',
    );
  }
};

/** Holds the journeys of a load, and its unique feeders, to what can be known before. Throws an OperatingError (invalid-input). */
export const checkJourneys = (
  load: LoadSection,
  { journeys }: CompiledLoad,
  takers: readonly (readonly string[])[],
  grammar: Grammar,
  plan: LoadPlan,
): void => {
  for (const journey of load.journeys) {
    checkAsks(journey);
    checkCaptures(journey, grammar);
    checkLength(journey, plan);
  }
  checkUnique(load, journeys.length === 0 ? takers : journeys.map(({ feeders }) => feeders), plan);
};
