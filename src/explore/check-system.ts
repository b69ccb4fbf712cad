import { nearest } from '../kernel/nearest.ts';
import type { ContextDefinition } from '../runtime/actor/context.ts';
import { RUNTIME_SCHEMA } from '../runtime/actor/ledger.ts';
import type { Table } from '../runtime/tables/tables.ts';
import type { Moment, Verb } from '../system/verb.ts';
import type { ExploredSystem } from './definition.ts';

/** Something in a system that does not fit, and what mends it. */
export interface SystemProblem {
  readonly problem: string;
  readonly mend: string;
}

const NAME = /^[a-z][a-z0-9-]*$/;
const RESERVED: ReadonlySet<string> = new Set(RUNTIME_SCHEMA.tables.map(({ name }) => name));

/** Those that stand in a list more than once. */
const repeated = (names: readonly string[]): readonly string[] => [
  ...new Set(names.filter((name, index) => names.indexOf(name) !== index)),
];

const hint = (name: string, known: readonly string[]): string => {
  const near = nearest(name, known);
  return near === undefined ? `; known are ${known.join(', ') || 'none'}` : `; did you mean ${near}?`;
};

type Say = (problem: string, mend: string) => void;

/** Each event, the contexts that emit it, and each table with its context. */
interface Known {
  readonly contexts: readonly ContextDefinition[];
  readonly emitters: ReadonlyMap<string, readonly string[]>;
  readonly tables: ReadonlyMap<string, Table>;
}

const knownOf = (contexts: readonly ContextDefinition[]): Known => {
  const emitters = new Map<string, string[]>();
  for (const { name, events } of contexts) for (const { type } of events) emitters.set(type, [...(emitters.get(type) ?? []), name]);
  return {
    contexts,
    emitters,
    tables: new Map(contexts.flatMap(({ schema }) => schema.tables.map((table) => [table.name, table] as const))),
  };
};

const checkNames = ({ name, contexts, people }: ExploredSystem, say: Say): void => {
  if (!NAME.test(name)) say(`its name ${JSON.stringify(name)} is not one of small letters, digits and dashes`, 'Call it for example bank.');
  if (contexts.length === 0) say('it has no context', 'Give it at least one: contexts: [defineContext({ … })].');
  for (const context of contexts) {
    if (!NAME.test(context.name) || context.name === 'gateway')
      say(
        `a context can not be called ${JSON.stringify(context.name)}`,
        'Call contexts by small letters, digits and dashes; gateway is taken.',
      );
  }
  for (const twice of repeated(contexts.map((context) => context.name)))
    say(`two contexts are called ${twice}`, 'Give each context a name of its own.');
  for (const twice of repeated(contexts.map(({ port }) => String(port))))
    say(`two contexts have the port ${twice}`, 'Give each context a port of its own, or none.');
  if (Object.keys(people).length === 0) say('nobody does anything', 'Give it people, or leave them out to have everything tried.');
};

const checkEvents = ({ contexts, emitters }: Known, say: Say): void => {
  for (const [type, names] of emitters)
    if (names.length > 1) say(`${names.join(' and ')} both emit ${type}`, 'An event belongs to one context: call one of them otherwise.');
  const known = [...emitters.keys()];
  const everHeard = new Set(contexts.flatMap(({ subscriptions }) => subscriptions.map(({ event }) => event.type)));
  for (const { name, deadlines = [] } of contexts) {
    for (const { type } of deadlines)
      if (!everHeard.has(type))
        say(
          `${name} has the deadline ${type}, which nobody has a policy for`,
          'Give a context a policy for it, whenever(…), or leave the deadline out.',
        );
  }
  for (const { name, subscriptions } of contexts) {
    const heard = subscriptions.map(({ event }) => event.type);
    for (const type of heard)
      if (!emitters.has(type))
        say(
          `${name} has a policy for ${type}, which nobody emits${hint(type, known)}`,
          'Add the event to the events of the context that emits it.',
        );
    for (const type of repeated(heard)) say(`${name} has two policies for ${type}`, 'Make them one policy: a message is handled once.');
  }
};

const checkTables = ({ contexts }: Known, say: Say): void => {
  const named = contexts.flatMap(({ name, schema }) => schema.tables.map((table) => ({ context: name, table: table.name })));
  for (const { context, table } of named)
    if (RESERVED.has(table)) say(`${context} has a table ${table}, which is the runtime's own`, 'Call the table otherwise.');
  for (const twice of repeated(named.map(({ table }) => table))) {
    say(
      `${named
        .filter(({ table }) => table === twice)
        .map(({ context }) => context)
        .join(' and ')} both have a table ${twice}`,
      'Give each table a name of its own: invariants know tables by their names.',
    );
  }
  const segments = contexts.flatMap(({ name, routes }) =>
    [...new Set(routes.map(({ path }) => path.split('/', 2)[1] ?? ''))].map((segment) => ({ name, segment })),
  );
  for (const twice of repeated(segments.map(({ segment }) => segment))) {
    say(
      `${segments
        .filter(({ segment }) => segment === twice)
        .map(({ name }) => name)
        .join(' and ')} both answer /${twice}`,
      'The gateway knows a context by the first segment of its paths: give each its own.',
    );
  }
  for (const { name, routes } of contexts)
    for (const twice of repeated(routes.map(({ method, path }) => `${method} ${path}`)))
      say(`${name} has two routes ${twice}`, 'Leave one of them out.');
};

const checkMoment = (name: string, { table, status, subject }: Moment, { tables }: Known, say: Say): void => {
  const found = tables.get(table);
  if (found === undefined) {
    say(
      `the verb ${name} waits for a row of ${table}, a table that there is not${hint(table, [...tables.keys()])}`,
      'Name a table of one of the contexts.',
    );
    return;
  }
  const columns = Object.keys(found.columns);
  if (status !== undefined && !columns.includes('status'))
    say(
      `the verb ${name} waits for the status ${status}, and ${table} has no column status`,
      'Leave the status out, or keep one in that table.',
    );
  if (subject !== undefined && !columns.includes(subject))
    say(
      `the verb ${name} knows its subject by ${subject}, which ${table} does not have${hint(subject, columns)}`,
      'Name a column of that table.',
    );
};

const checkVerb = (name: string, verb: Verb, known: Known, say: Say): void => {
  const { context, method, path, makes, at, tells } = verb;
  const asked = known.contexts.find((one) => one.name === context);
  if (asked === undefined) {
    say(
      `the verb ${name} asks ${context}, which is not a context${hint(
        context,
        known.contexts.map((one) => one.name),
      )}`,
      'Name one of the contexts.',
    );
    return;
  }
  const routes = asked.routes.filter((route) => route.method !== 'GET').map((route) => `${route.method} ${route.path}`);
  if (!routes.includes(`${method} ${path}`))
    say(
      `the verb ${name} is ${method} ${path}, a route that ${context} does not have${hint(`${method} ${path}`, routes)}`,
      'Give the context that command, or name one that it has.',
    );
  if (!asked.events.some(({ type }) => type === tells))
    say(
      `the verb ${name} tells of ${tells}, which ${context} does not emit${hint(
        tells,
        asked.events.map(({ type }) => type),
      )}`,
      'Name the event that tells that it was done.',
    );
  if (makes === undefined && at === undefined)
    say(`the verb ${name} says neither what it makes nor when it makes sense`, 'Give it makes: { what, table }, or at: { table, status }.');
  for (const moment of [makes, at]) if (moment !== undefined) checkMoment(name, moment, known, say);
};

const checkRules = ({ invariants, transitions, resources }: ExploredSystem, { tables }: Known, say: Say): void => {
  const known = [...tables.keys()];
  const mend = 'Name a table of one of the contexts.';
  const hold = (table: string, whose: string): void => {
    if (!tables.has(table)) say(`${whose} is about ${table}, a table that there is not${hint(table, known)}`, mend);
  };
  for (const { sentence, rules } of invariants) {
    for (const rule of rules) {
      if (rule.when === 'changed') for (const table of rule.tables) hold(table, `the invariant ${JSON.stringify(sentence)}`);
      if (rule.when === 'row at rest') hold(rule.table, `the invariant ${JSON.stringify(sentence)}`);
    }
  }
  for (const twice of repeated(invariants.map(({ sentence }) => sentence)))
    say(`two invariants say ${JSON.stringify(twice)}`, 'Make them one: a violation is told by its sentence.');
  for (const table of Object.keys(transitions)) hold(table, 'a list of transitions');
  for (const [path, { table }] of Object.entries(resources)) hold(table, `the resource ${path}`);
};

/** Everything in a system that does not fit together; `describe` makes its contexts, once their names are known to be right. */
export const checkSystem = (system: ExploredSystem, describe: () => readonly ContextDefinition[]): readonly SystemProblem[] => {
  const problems: SystemProblem[] = [];
  const say: Say = (problem, mend) => void problems.push({ problem, mend });
  checkNames(system, say);
  if (problems.length > 0) return problems;
  const known = knownOf(describe());
  checkEvents(known, say);
  checkTables(known, say);
  for (const [name, verb] of Object.entries(system.verbs)) checkVerb(name, verb, known, say);
  checkRules(system, known, say);
  for (const twice of repeated(system.mutations.map(({ name }) => name)))
    say(`two mutations are called ${twice}`, 'Give each a name of its own.');
  return problems;
};
