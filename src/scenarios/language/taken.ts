/** Holds what a scenario writes into commands to what the routes themselves take: the rule stands with its context, and here is none. */
import { isSeq, type Node } from 'yaml';
import { faultInId } from '../../runtime/http/router.ts';
import type { CommandRoute } from '../../runtime/http/route.ts';
import { createMemberCheck, type MemberCheck } from '../../runtime/http/validation.ts';
import type { JsonTemplate, Template } from './ast.ts';
import type { Place } from './reading.ts';
import { expandJson, expandText, isLiteral } from './template.ts';
import type { Type } from './types.ts';

const MEANT = 'a value that it takes, or the command within refused: { … } where its refusal is meant';

/** What a value will be when it is sent; undefined where only the run tells. */
const plainOf = (value: unknown): unknown => {
  if (typeof value !== 'string') return value;
  return isLiteral(value) ? expandText(value as Template, () => undefined) : undefined;
};

/** The same for a list: what only the run tells has some text in its place, for the others must be right without it. */
const plainList = (values: readonly unknown[]): readonly unknown[] => values.map((value) => plainOf(value) ?? 'known at run time');

/** Whether a fault is in such a place. */
const isOfRun = (values: unknown, [place]: readonly PropertyKey[]): boolean =>
  Array.isArray(values) && typeof place === 'number' && plainOf(values[place]) === undefined;

const isPlain = (value: JsonTemplate): boolean => {
  if (typeof value === 'string') return isLiteral(value);
  return typeof value !== 'object' || value === null || Object.values(value as Readonly<Record<string, JsonTemplate>>).every(isPlain);
};

/** The same for any JSON value; undefined where only the run tells a part of it. */
const plainJson = (value: JsonTemplate): unknown => (isPlain(value) ? expandJson(value, () => undefined) : undefined);

/** A command's route, which has a body. */
export type RouteWithBody = CommandRoute & { readonly body: NonNullable<CommandRoute['body']> };

/** A value that a command sends as this member of its body: one that the route would refuse is a mistake, told in the route's words. */
export const takenAs = <Value>(route: RouteWithBody, member: string, type: Type<Value>, isJson = false): Type<Value> => {
  let check: MemberCheck | undefined;
  return {
    ...type,
    get schema() {
      return type.schema;
    },
    read: (node, at, reading) => {
      const value = type.read(node, at, reading);
      if (value === undefined || reading.isToBeRefused()) return value;
      const plain = isJson ? plainJson(value as JsonTemplate) : Array.isArray(value) ? plainList(value) : plainOf(value);
      check ??= createMemberCheck(route.body, member);
      const fault = plain === undefined ? undefined : check(plain).find(({ path }) => !isOfRun(value, path));
      if (fault === undefined) return value;
      const resolved = reading.resolve(node);
      const item = isSeq(resolved) && typeof fault.path[0] === 'number' ? (resolved.items[fault.path[0]] as Node | null) : null;
      const place: Place = item ?? resolved ?? at;
      const pointer = [member, ...fault.path].map((part) => `/${String(part)}`).join('');
      reading.complain(place, `${route.method} ${route.path} refuses this: body ${pointer} ${fault.message}`, { expected: MEANT });
      return undefined;
    },
  };
};

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
