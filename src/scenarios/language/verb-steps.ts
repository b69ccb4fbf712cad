/** The steps of people: each is one verb of the system, with the fields that its request takes. */
import { assert } from '../../kernel/errors.ts';
import type { CommandRoute } from '../../runtime/http/route.ts';
import type { Verb, Verbs } from '../../system/verb.ts';
import type { BodyFields } from '../definition.ts';
import type { CommandStep, MadeByStep, Reference, Sent, Template } from './ast.ts';
import { withArticle, type Thing } from './speech.ts';
import { defineStep, type StepType } from './step-types.ts';
import { canonicalKey, fields, isEmptyNode, optional, refined, required, shorthand, type Field, type FieldTable } from './structures.ts';
import { askedFor, type RouteWithBody } from './taken.ts';
import { canBeName, name, newName, text, type Type } from './types.ts';
import { memberFields, sentBody, type MemberField } from './verb-members.ts';
import type { Inventory } from './inventory.ts';
import type { Wording, Wordings } from './wording.ts';

type Values = Readonly<Record<string, unknown>>;
type Complain = (message: string, expected?: string) => undefined;
/** A command step without its place. */
type Command = Omit<CommandStep, 'kind' | 'position' | 'text' | 'path'> & { readonly route: string };

const paramsOf = (path: string): readonly string[] => [...path.matchAll(/:(\w+)/g)].map(([, param]) => param ?? '');

/** What a verb asks for, and about what. */
interface Asked {
  readonly key: string;
  readonly verb: Verb;
  readonly route: CommandRoute;
  readonly wording: Wording | undefined;
  /** What it is about, by a name that an earlier step gave. */
  readonly about: Thing | undefined;
  readonly makes: Thing | undefined;
  /** The parameters of its path that the file has to say. */
  readonly params: readonly string[];
  /** The members of its body that are the id of what it is about. */
  readonly copies: readonly string[];
}

const aboutOf = ({ at, path, copies = [] }: Verb, made: Thing | undefined, things: readonly Thing[]): Thing | undefined => {
  const others = things.filter((thing) => thing !== made);
  const params = paramsOf(path);
  const byKey = others.find(({ key }) => params.includes(key)) ?? others.find(({ key }) => copies.includes(key));
  return byKey ?? (params.length === 1 ? others.find(({ row }) => row?.table.name === at?.table) : undefined);
};

const routeOf = (name: string, verb: Verb, { definitions }: Inventory): CommandRoute => {
  const route = definitions
    .find((context) => context.name === verb.context)
    ?.routes.find(({ method, path }) => method === verb.method && path === verb.path);
  assert(route !== undefined && route.method !== 'GET', `the verb ${name} has a route`);
  return route;
};

/** The fields of a verb's step that are sent as its body, for what speaks of it in another form. */
export const bodyFieldsOf = (name: string, verbs: Verbs, inventory: Inventory, wording: Wording | undefined): BodyFields => {
  const verb = verbs[name];
  assert(verb !== undefined, `the system has a verb ${name}`);
  const route = routeOf(name, verb, inventory);
  const members = route.body === undefined ? [] : memberFields(route as RouteWithBody, wording, verb.copies ?? [], new Set());
  return { table: Object.fromEntries(members.map((member) => [member.name, member.field])), sent: (values) => sentBody(members, values) };
};

const askedBy = (key: string, verb: Verb, inventory: Inventory, things: readonly Thing[], wording: Wording | undefined): Asked => {
  const route = routeOf(key, verb, inventory);
  const makes = things.find(({ what }) => what === (wording?.makes ?? verb.makes?.what));
  const about = aboutOf(verb, makes, things);
  const params = paramsOf(verb.path);
  const own = about === undefined ? [] : params.length === 1 && !params.includes(about.key) ? params : [about.key];
  return {
    key,
    verb,
    route,
    wording,
    about,
    makes,
    params: params.filter((param) => !own.includes(param)),
    copies: (verb.copies ?? []).filter((member) => member === about?.key),
  };
};

const targetFields = ({ what }: Thing): FieldTable => ({
  [what]: optional(name(what), `The ${what}'s name.`),
  [`${what} id`]: optional(askedFor(text({ says: 'an id' })), `An id as it stands, for ${withArticle(what)} that never was.`),
});

/** What the step is about: exactly one of a name and an id must tell it. */
const targetOf = (key: string, { what }: Thing, values: Values, complain: Complain): Reference | undefined => {
  const [named, id] = [values[what] as Template | undefined, values[`${what} id`] as Template | undefined];
  if (named !== undefined && id === undefined) return { what, by: 'name', name: named };
  if (id !== undefined && named === undefined) return { what, by: 'id', id };
  return complain(`${key} needs either ${what} or ${what} id`, `the name of ${withArticle(what)}, or an id as it stands`);
};

const nameFields = ({ makes, wording }: Asked): FieldTable => {
  if (makes === undefined) return {};
  const field = wording?.namedBy;
  const says = 'The name that later steps use.';
  return field === undefined ? { as: optional(newName(makes.what), says) } : { [field]: required(newName(makes.what), says) };
};

/** An id that people choose for what they make: it is a name of it, where it can be one. */
const ownId = ({ what }: Thing, type: Type<Template>): Type<Template> => ({
  ...type,
  read: (node, at, reading) => {
    const id = type.read(node, at, reading);
    if (id !== undefined && canBeName(id)) reading.introduce(what, id, node ?? at, true);
    return id;
  },
});

const ownIdField = ({ makes }: Asked, member: string, field: Field): Field =>
  makes?.key === member ? { ...field, type: ownId(makes, field.type as Type<Template>) } : field;

const bodyOf = (members: readonly MemberField[], { copies, route }: Asked, values: Values): Readonly<Record<string, Sent>> | undefined =>
  route.body === undefined
    ? undefined
    : { ...Object.fromEntries(copies.map((member) => [member, { as: 'id' } as const])), ...sentBody(members, values) };

const madeBy = (
  { makes, wording, verb }: Asked,
  values: Values,
  body: Readonly<Record<string, Sent>> | undefined,
  params: Readonly<Record<string, Template>>,
): MadeByStep | undefined => {
  if (makes === undefined) return undefined;
  const sent = body?.[makes.key];
  const chosen = params[makes.key] ?? (sent?.as === 'text' ? sent.value : undefined);
  const names = [values[wording?.namedBy ?? 'as'] as Template | undefined, chosen !== undefined && canBeName(chosen) ? chosen : undefined];
  return { what: makes.what, key: makes.key, tells: verb.tells, names: names.filter((one) => one !== undefined) };
};

/** The same, where nothing has to be said. */
const orNothing = <Value extends object>(type: Type<Value>): Type<Value> => ({
  ...type,
  read: (node, at, reading) => (isEmptyNode(reading.resolve(node)) ? ({} as Value) : type.read(node, at, reading)),
});

/** The step's value, and an example of it. */
const valueOf = (asked: Asked): { readonly type: Type<Command>; readonly isBareAllowed: boolean; readonly example: string } => {
  const { key, verb, route, about, makes, params, copies } = asked;
  const own: FieldTable = {
    ...nameFields(asked),
    ...(about === undefined ? {} : targetFields(about)),
    ...Object.fromEntries(
      params.map((param) => [
        canonicalKey(param),
        ownIdField(asked, param, required(askedFor(text({ says: 'an id' })), `The ${param} of ${verb.path}.`)),
      ]),
    ),
  };
  const members = route.body === undefined ? [] : memberFields(route as RouteWithBody, asked.wording, copies, new Set(Object.keys(own)));
  const table: FieldTable = {
    ...own,
    ...Object.fromEntries(members.map(({ name: field, member, field: type }) => [field, ownIdField(asked, member, type)])),
  };
  const needed = Object.entries(table)
    .filter(([, { isRequired }]) => isRequired)
    .map(([field]) => field);
  const isBareAllowed = about === undefined && needed.length === 0;
  const mapping = about === undefined ? fields(key, table) : shorthand(key, about.what, table);
  const plain = isBareAllowed ? orNothing(mapping) : mapping;
  const type = refined(plain, (values, complain): Command | undefined => {
    const target = about === undefined ? undefined : targetOf(key, about, values, complain);
    if (about !== undefined && target === undefined) return undefined;
    const told = Object.fromEntries(params.map((param) => [param, values[canonicalKey(param)] as Template]));
    const body = bodyOf(members, asked, values);
    const made = madeBy(asked, values, body, told);
    return {
      verb: key,
      method: verb.method,
      route: verb.path,
      params: told,
      ...(target === undefined ? {} : { about: target }),
      ...(body === undefined ? {} : { body }),
      ...(made === undefined ? {} : { makes: made }),
    };
  });
  const samples = [
    ...(makes === undefined || asked.wording?.namedBy !== undefined ? [] : [`as: ${makes.sample}`]),
    ...(about === undefined ? [] : [`${about.what}: ${about.sample}`]),
    ...needed.map((field) => `${field}: ${members.find((one) => one.name === field)?.sample ?? 'x1'}`),
  ];
  return { type, isBareAllowed, example: `${key}: { ${samples.join(', ')} }` };
};

const docOf = ({ route, wording, verb }: Asked): string =>
  wording?.doc ??
  (route.summary === `${route.method} ${route.path}` ? `Asks ${verb.context} for ${route.method} ${route.path}.` : `${route.summary}.`);

const examplesOf = ({ key, wording, about, makes }: Asked, example: string, needsNothing: boolean): readonly string[] => {
  if (wording?.examples !== undefined) return wording.examples;
  if (about === undefined || makes !== undefined || !needsNothing) return [example];
  return [`${key}: ${about.sample}`, `${key}: { ${about.what} id: no-such-${about.what} }`];
};

/** A verb's step. What its route takes is looked up when the step is first read: most files use few of them. */
const verbStep = (asked: Asked): StepType<CommandStep> => {
  let known: ReturnType<typeof valueOf> | undefined;
  const value = (): ReturnType<typeof valueOf> => (known ??= valueOf(asked));
  const step = defineStep<Command, CommandStep>({
    key: asked.key,
    group: 'commands',
    doc: docOf(asked),
    examples: [],
    value: { says: '', schema: {}, read: () => undefined },
    build: ({ route, ...command }, base) => ({ kind: 'command', ...base, ...command, route }),
  });
  return Object.defineProperties(step, {
    value: { get: () => value().type, enumerable: true },
    isBareAllowed: { get: () => value().isBareAllowed, enumerable: true },
    examples: {
      get: () =>
        examplesOf(
          asked,
          value().example,
          Object.values((value().type as unknown as { readonly fields: FieldTable }).fields).every(({ isRequired }) => !isRequired),
        ),
      enumerable: true,
    },
  });
};

/** The steps of a system's verbs. One that is called like a step of the language itself is written with `do ` before it. */
export const verbSteps = (
  verbs: Verbs,
  inventory: Inventory,
  things: readonly Thing[],
  wordings: Wordings,
  isGeneric: (key: string) => boolean,
): readonly StepType<CommandStep>[] => {
  const names = [
    ...Object.keys(wordings).filter((verb) => Object.hasOwn(verbs, verb)),
    ...Object.keys(verbs).filter((verb) => !Object.hasOwn(wordings, verb)),
  ];
  return names.flatMap((verb) => {
    const declared = verbs[verb];
    const key = canonicalKey(verb);
    return declared === undefined
      ? []
      : [verbStep(askedBy(isGeneric(key) ? `do ${key}` : key, declared, inventory, things, wordings[verb]))];
  });
};
