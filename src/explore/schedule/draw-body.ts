/** What people write into their requests, drawn from what the routes themselves say that they take: every edge of it comes up. */
import { z } from 'zod';
import { composed } from '../../kernel/words.ts';
import type { Random } from '../../kernel/random.ts';
import type { Route } from '../../runtime/http/route.ts';

/** A JSON schema, as far as values are drawn from it. */
interface JsonSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}

/** Draws one value; what it returned in this schedule before it does not return again, so that a mix-up shows. */
type Draw = (random: Random, taken: Set<unknown>) => unknown;

/** Draws the members of a request's body, but for those that somebody else gives. */
export type DrawBody = (random: Random, taken: Set<unknown>, without: readonly string[]) => Readonly<Record<string, unknown>>;

/** How often a value is one of those at the edge of what is allowed. */
const EDGES = 0.15;
const MOST_REDRAWS = 6;
const USUAL_LENGTH = 12;
const USUAL_ITEMS = 3;

/**
 * Letters by their code points: ASCII, accents, Hangul whole and in its parts, marks, spaces and signs that steer text,
 * Han, pictures, controls.
 */
const LETTERS: readonly (readonly [from: number, to: number])[] = [
  [0x21, 0x7e],
  [0xac00, 0xd7a3],
  [0x1100, 0x1112],
  [0x1161, 0x1175],
  [0x300, 0x36f],
  [0xa0, 0x17f],
  [0x2000, 0x206f],
  [0x4e00, 0x9fff],
  [0x1f300, 0x1faff],
  [0x01, 0x20],
  [0x7f, 0xd7ff],
  [0xe000, 0xffff],
  [0x10000, 0x10ffff],
];
const USUAL_LETTERS = 2;

const letter = (random: Random, [from, to]: readonly [number, number]): string => {
  const point = from + random.below(to - from + 1);
  // Nearly all letters are one unit, which is made without looking twice.
  return point < 0x1_0000 ? String.fromCharCode(point) : String.fromCodePoint(point);
};

/** What is longer says the same again: as long a text is as telling, and takes no longer to draw. */
const MOST_DRAWN = 40;

/** Whether a text ends with the first half of a letter of two units. */
const isCutOff = (drawn: string): boolean => (drawn.charCodeAt(drawn.length - 1) & 0xfc00) === 0xd800;

/** So many UTF-16 units of one or two kinds of letters, without the spaces around them, which nobody keeps. */
const text = (random: Random, length: number, kinds: number): string => {
  const [one, other] = [LETTERS[random.below(kinds)]!, LETTERS[random.below(kinds)]!];
  const most = Math.min(length, MOST_DRAWN);
  let drawn = '';
  while (drawn.length < most) drawn += letter(random, random.below(2) === 0 ? one : other);
  if (length > drawn.length) drawn = drawn.repeat(Math.ceil(length / drawn.length));
  const cut = drawn.slice(0, length);
  return (isCutOff(cut) ? `${cut.slice(0, -1)}~` : cut).trim();
};

/** The most that composing makes of one unit, by Unicode's own word. */
const MOST_COMPOSED = 3;

const isShortComposed = (drawn: string, maxLength: number): boolean =>
  drawn.length * MOST_COMPOSED <= maxLength || composed(drawn).length <= maxLength;

const drawText = ({ minLength = 0, maxLength = 200, pattern }: JsonSchema): Draw => {
  const rule = pattern === undefined ? undefined : new RegExp(pattern, 'u');
  const isAllowed = (drawn: string): boolean =>
    drawn.length >= minLength && drawn.length <= maxLength && isShortComposed(drawn, maxLength) && rule?.test(drawn) !== false;
  return (random, taken) => {
    const isEdge = random.next() < EDGES;
    for (let tries = 0; tries < MOST_REDRAWS; tries += 1) {
      const edges = [maxLength, Math.max(1, minLength), 1 + random.below(USUAL_LENGTH)] as const;
      const length = isEdge ? edges[random.below(edges.length)]! : Math.min(maxLength, 4 + random.below(USUAL_LENGTH));
      const drawn = text(random, length, isEdge ? LETTERS.length : USUAL_LETTERS);
      if (isAllowed(drawn) && !taken.has(drawn)) return drawn;
    }
    return `t${taken.size}`;
  };
};

/** A number that no rounding leaves as it is, or an edge. */
const drawInteger = ({ minimum = 0, maximum = Number.MAX_SAFE_INTEGER }: JsonSchema): Draw => {
  const span = maximum - minimum;
  return (random) => {
    if (random.next() < EDGES) return [minimum, maximum, minimum + 1, maximum - 1][random.below(4)];
    const drawn = minimum + Math.floor(span ** (0.3 + 0.7 * random.next()));
    return Math.min(maximum, drawn - (drawn % 10) + 1 + random.below(9));
  };
};

const drawList = ({ maxItems = USUAL_ITEMS, items = {} }: JsonSchema): Draw => {
  const drawItem = drawOf(items);
  return (random, taken) => {
    const length = random.next() < EDGES ? [0, 1, maxItems][random.below(3)]! : random.below(Math.min(maxItems, USUAL_ITEMS) + 1);
    const list: unknown[] = [];
    while (list.length < length) list.push(remembered(drawItem, random, taken));
    return list;
  };
};

const remembered = (draw: Draw, random: Random, taken: Set<unknown>): unknown => {
  let drawn = draw(random, taken);
  for (let tries = 0; tries < MOST_REDRAWS && taken.has(drawn); tries += 1) drawn = draw(random, taken);
  taken.add(drawn);
  return drawn;
};

const drawOf = (schema: JsonSchema): Draw => {
  const { enum: words } = schema;
  if (words !== undefined) return (random) => words[random.below(words.length)];
  if (schema.type === 'string') return drawText(schema);
  if (schema.type === 'integer') return drawInteger(schema);
  if (schema.type === 'array') return drawList(schema);
  // Told when a system is set up, not in its thousandth schedule.
  throw new Error(`assertion failed: exploration knows how to draw a value of ${JSON.stringify(schema)}`);
};

const drawMembers = ({ properties = {}, required = [] }: JsonSchema): DrawBody => {
  const members = Object.entries(properties).map(([name, schema]) => ({ name, draw: drawOf(schema), isRequired: required.includes(name) }));
  return (random, taken, without) => {
    const body: Record<string, unknown> = {};
    for (const { name, draw, isRequired } of members) {
      // What need not be said is left out at times.
      if (without.includes(name) || (!isRequired && random.next() < EDGES)) continue;
      body[name] = remembered(draw, random, taken);
    }
    return body;
  };
};

/** How the body of each route is drawn, by method and path; a route without a body has none. */
export const bodiesOf = (routes: readonly Route[]): ReadonlyMap<string, DrawBody> =>
  new Map(
    routes.flatMap((route) => {
      if (route.method === 'GET' || route.body === undefined) return [];
      const schema = z.toJSONSchema(route.body, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
      return [[`${route.method} ${route.path}`, drawMembers(schema)] as const];
    }),
  );
