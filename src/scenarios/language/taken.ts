/** Holds what a scenario writes into commands to what the routes themselves take: the rule stands with its context, and here is none. */
import { isSeq, type Node } from 'yaml';
import { FOOD } from '../../contexts/index.ts';
import { assert } from '../../kernel/errors.ts';
import { faultInId } from '../../runtime/http/router.ts';
import { createMemberCheck, type MemberCheck } from '../../runtime/http/validation.ts';
import { describeContexts } from '../../system/definition.ts';
import type { Template } from './ast.ts';
import type { Place } from './reading.ts';
import { expandText, isLiteral } from './template.ts';
import type { Type } from './types.ts';

const ROUTES = new Map(describeContexts(FOOD).flatMap(({ routes }) => routes.map((route) => [route.operation, route] as const)));

const MEANT = 'a value that it takes, or the command within refused: { … } where its refusal is meant';

/** What a value will be when it is sent; undefined where only the run tells. */
const plainOf = (value: unknown): unknown => {
  if (typeof value !== 'string') return value;
  return isLiteral(value) ? expandText(value as Template, () => undefined) : undefined;
};

/** The same for a list: what only the run tells has some text in its place, for the others must be right without it. */
const plainList = (values: readonly unknown[]): readonly unknown[] => values.map((value) => plainOf(value) ?? 'known at run time');

const checks = new Map<string, MemberCheck>();

const checkOf = (operation: string, member: string): { readonly check: MemberCheck; readonly asked: string } => {
  const route = ROUTES.get(operation);
  assert(route !== undefined && 'body' in route && route.body !== undefined, `${operation} is a command with a body`);
  const key = `${operation} ${member}`;
  const check = checks.get(key) ?? createMemberCheck(route.body, member);
  checks.set(key, check);
  return { check, asked: `${route.method} ${route.path}` };
};

/** A value that a command sends as this member of its body: one that the route would refuse is a mistake, told in the route's words. */
export const takenAs = <Value>(operation: string, member: string, type: Type<Value>): Type<Value> => ({
  ...type,
  get schema() {
    return type.schema;
  },
  read: (node, at, reading) => {
    const value = type.read(node, at, reading);
    if (value === undefined || reading.isToBeRefused()) return value;
    const plain = Array.isArray(value) ? plainList(value) : plainOf(value);
    const { check, asked } = checkOf(operation, member);
    const [fault] = plain === undefined ? [] : check(plain);
    if (fault === undefined) return value;
    const resolved = reading.resolve(node);
    const item = isSeq(resolved) && typeof fault.path[0] === 'number' ? (resolved.items[fault.path[0]] as Node | null) : null;
    const place: Place = item ?? resolved ?? at;
    reading.complain(place, `${asked} refuses this: body ${[member, ...fault.path].map((part) => `/${String(part)}`).join('')} ${fault.message}`, { expected: MEANT });
    return undefined;
  },
});

/** An id that a command asks for by its path. */
export const askedFor = (type: Type<Template>): Type<Template> => ({
  ...type,
  read: (node, at, reading) => {
    const value = type.read(node, at, reading);
    if (value === undefined || reading.isToBeRefused()) return value;
    const plain = plainOf(value);
    const fault = typeof plain === 'string' ? faultInId(plain) : undefined;
    if (fault === undefined) return value;
    reading.complain(node ?? at, `no path takes this id: it ${fault}`, { expected: MEANT });
    return undefined;
  },
});
