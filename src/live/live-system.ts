/** A system as a live session knows it: how it is shown, and how it is asked. */
import { z } from 'zod';
import type { ExploredSystem } from '../explore/definition.ts';
import type { ContextDefinition } from '../runtime/actor/context.ts';
import type { Refusals } from '../runtime/http/catalogue.ts';
import {
  callsOf,
  contextNamesOf,
  describeContexts,
  eventsOf,
  refusalsOf,
  slowFaultOf,
  type SystemDefinition,
} from '../system/definition.ts';
import type { Verb, Verbs } from '../system/verb.ts';
import type { Field, Screen, ScreenedSystem } from '../tui/definition.ts';
import type { Thing } from '../tui/model/model.ts';
import type { ShownTable } from '../tui/rows/rows-fold.ts';
import { rowsScreen, type RowsVerb } from '../tui/rows/rows-screen.ts';

/** How a system is shown, and what it takes to ask it. */
export interface LiveSystem {
  readonly screened: ScreenedSystem;
  readonly verbs: Verbs;
  readonly refusals: Refusals;
  /** By table, the columns of its key. */
  readonly keys: ReadonlyMap<string, readonly string[]>;
}

/** What of a system is needed for that. */
type Shown = SystemDefinition & Pick<ExploredSystem, 'verbs' | 'transitions'>;

/** A JSON schema, as far as a form is made from it. */
interface JsonSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}

const PARAMETER = /:(\w+)/g;

/** The parameters of a path: `/accounts/:accountId` has one. */
export const parametersOf = (path: string): readonly string[] => [...path.matchAll(PARAMETER)].map(([, name]) => name ?? '');

const fieldOf = (name: string, { type, enum: choices }: JsonSchema, isRequired: boolean): Field => {
  const optional = isRequired ? {} : { isOptional: true };
  if (choices?.every((choice) => typeof choice === 'string') === true)
    return { name, kind: 'choice', choices: isRequired ? choices : ['', ...choices], ...optional };
  switch (type) {
    case 'string':
      return { name, kind: 'text', ...optional };
    case 'integer':
      return { name, kind: 'number', pattern: /^-?\d+$/, ...optional };
    case 'number':
      return { name, kind: 'number', ...optional };
    case 'boolean':
      return { name, kind: 'boolean', ...optional };
    default:
      return { name, kind: 'json', ...optional };
  }
};

const USUAL_NUMBER = 100;

const givenOf = ({ type, default: usual, minimum = -Infinity, maximum = Infinity }: JsonSchema): unknown => {
  if (usual !== undefined) return usual;
  return type === 'integer' || type === 'number' ? Math.min(maximum, Math.max(minimum, USUAL_NUMBER)) : undefined;
};

const bodySchemaOf = (verb: Verb, definitions: readonly ContextDefinition[]): JsonSchema => {
  const route = definitions.flatMap(({ routes }) => routes).find(({ method, path }) => method === verb.method && path === verb.path);
  return route === undefined || route.method === 'GET' || route.body === undefined
    ? {}
    : (z.toJSONSchema(route.body, { io: 'input', unrepresentable: 'any' }) as JsonSchema);
};

const rowsVerbOf = (name: string, verb: Verb, definitions: readonly ContextDefinition[]): RowsVerb => {
  const { makes, at, copies = [], usual } = verb;
  const { properties = {}, required = [] } = bodySchemaOf(verb, definitions);
  const asked = Object.entries(properties).filter(([member]) => !copies.includes(member));
  const members = asked.map(([member, schema]) => fieldOf(member, schema, required.includes(member)));
  const parameters = makes === undefined ? [] : parametersOf(verb.path).filter((parameter) => properties[parameter] === undefined);
  const given = asked.flatMap(([member, schema]): [string, unknown][] => {
    const value = required.includes(member) ? givenOf(schema) : schema.default;
    return value === undefined ? [] : [[member, value]];
  });
  return {
    name,
    by: verb.by,
    makes: makes !== undefined,
    route: `${verb.method} ${verb.path}`,
    fields: [...parameters.map((parameter): Field => ({ name: parameter, kind: 'text' })), ...members],
    given: Object.fromEntries(given),
    ...(makes === undefined ? {} : { what: makes.what, table: makes.table }),
    ...(at === undefined || makes !== undefined
      ? {}
      : { at: { table: at.table, ...(at.status === undefined ? {} : { statuses: [at.status] }) } }),
    ...(usual === undefined ? {} : { usual: (lines: number) => usual(`${makes?.what ?? name}-${lines + 1}`, lines) }),
  };
};

/** Statuses that rows of a table come to, and never leave. */
const endsOf = (transitions: readonly (readonly [from: string, to: string])[] = []): ReadonlySet<string> => {
  const left = new Set(transitions.map(([from]) => from));
  return new Set(transitions.map(([, to]) => to).filter((to) => !left.has(to)));
};

const tablesOf = (definitions: readonly ContextDefinition[], transitions: Shown['transitions']): readonly ShownTable[] =>
  definitions.flatMap(({ name: context, schema }) =>
    schema.tables.map(({ name, key }) => ({ name, context, key, ends: endsOf(transitions[name]) })),
  );

const hearsOf = (definitions: readonly ContextDefinition[]): ScreenedSystem['hears'] => {
  const hears: Record<string, string[]> = {};
  for (const { name, subscriptions } of definitions) for (const { event } of subscriptions) (hears[event.type] ??= []).push(name);
  return hears;
};

/** How a system is shown: by its own screen, or by its rows. A system of one's own has no load to be driven. */
export const liveSystemOf = <Line extends Thing, Extra>(system: Shown, own?: Screen<Line, Extra>, hasLoad = false): LiveSystem => {
  const definitions = describeContexts(system);
  const tables = tablesOf(definitions, system.transitions);
  const [call] = callsOf(system);
  const verbs = Object.entries(system.verbs).map(([name, verb]) => rowsVerbOf(name, verb, definitions));
  return {
    screened: {
      name: system.name,
      contexts: contextNamesOf(system),
      eventTypes: eventsOf(definitions).map(({ event }) => event.type),
      hears: hearsOf(definitions),
      hasCalls: call !== undefined,
      hasLoad,
      screen:
        own ??
        rowsScreen({
          tables,
          verbs,
          statuses: system.vocabulary.statuses,
          ...(call === undefined ? {} : { slowFault: slowFaultOf(call.name) }),
        }),
    },
    verbs: system.verbs,
    refusals: refusalsOf(definitions),
    keys: new Map(tables.map(({ name, key }) => [name, key])),
  };
};
