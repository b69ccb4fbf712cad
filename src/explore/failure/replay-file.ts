import { z } from 'zod';
import { OperatingError, messageOf } from '../../kernel/errors.ts';
import type { ExploredSystem } from '../definition.ts';
import type { Failure } from '../search/slice.ts';
import type { Plan } from '../schedule/plan.ts';

/** The version of the file's format; raised when a member changes its meaning. */
const VERSION = 2;

const rate = z.number().min(0).max(1);
const milliseconds = z.int();

/** What a file is read for. */
type Played = Pick<ExploredSystem, 'name' | 'verbs' | 'contexts'>;

/** One of the names that a system has; a misspelt one is told with those that there are. */
const named = (names: readonly string[]) => z.enum(names as [string, ...string[]]);

const fileSchemaOf = ({ verbs, contexts }: Played) => {
  const [deed, context] = [named(Object.keys(verbs)), named(contexts.map(({ name }) => name))];
  return z.strictObject({
    format: z.literal('food-sim schedule'),
    version: z.literal(VERSION),
    system: z.string(),
    mutations: z.array(z.string()),
    violation: z.strictObject({ invariant: z.string(), found: z.string(), subject: z.string() }),
    plan: z.strictObject({
      seed: z.string(),
      errands: z.array(
        z.strictObject({
          deed,
          about: z.string(),
          afterMs: milliseconds.min(0),
          isImpatient: z.literal(true).optional(),
          when: deed.optional(),
          againAfterMs: milliseconds.min(0).optional(),
          wish: z.record(z.string(), z.json()).optional(),
          body: z.record(z.string(), z.json()).optional(),
        }),
      ),
      faults: z.strictObject({
        rates: z.strictObject({ delay: rate, drop: rate, duplicate: rate, publish: rate, crash: rate, lookup: rate }),
        partitions: z.array(z.strictObject({ context, direction: z.enum(['in', 'out']), fromMs: milliseconds, toMs: milliseconds })),
        clockJumps: z.array(z.strictObject({ context, atMs: milliseconds.min(0), byMs: milliseconds })),
        laggard: z.strictObject({ context, rate }).optional(),
        slowDisk: z.strictObject({ context, fromMs: milliseconds, toMs: milliseconds, byMs: milliseconds.min(0) }).optional(),
        lookupOutage: z.strictObject({ kind: z.enum(['slow', 'unreachable']), forMs: milliseconds.min(0) }).optional(),
        waveringLookups: z
          .strictObject({ forMs: milliseconds.min(0), failing: z.int().min(0), of: z.int().min(1), begin: z.int().min(0) })
          .optional(),
        failingHandler: z.strictObject({ context, type: z.string(), failures: z.union([z.literal('always'), z.int().min(1)]) }).optional(),
        outages: z
          .array(z.strictObject({ context, how: z.enum(['stopped', 'killed']), atMs: milliseconds.min(0), forMs: milliseconds.min(0) }))
          .optional(),
        silence: z.strictObject({ forMs: milliseconds.min(0) }).optional(),
        isPositioned: z.literal(true).optional(),
        isInOrder: z.boolean(),
        isTidy: z.boolean(),
        healAtMs: milliseconds.min(0),
      }),
      scenario: z
        .strictObject({
          file: z.string(),
          text: z.string(),
          name: z.string(),
          vars: z.record(z.string(), z.string()),
          leftOut: z.array(z.string()),
        })
        .optional(),
    }),
    deviations: z.record(z.string(), z.int()),
    trace: z.array(z.string()),
  });
};

/** A failure as a file keeps it, with everything that is needed to see it again. */
export interface KeptFailure {
  /** The name of the system. */
  readonly system: string;
  readonly mutations: readonly string[];
  readonly violation: Failure['violation'];
  readonly plan: Plan;
  readonly deviations: ReadonlyMap<string, number>;
  /** What happened, a line each, without ids: where a replay on other code first differs. */
  readonly trace: readonly string[];
}

/** Writes the file: the same failure is the same text. */
export const writeKeptFailure = ({ system, mutations, violation, plan, deviations, trace }: KeptFailure): string =>
  `${JSON.stringify({ format: 'food-sim schedule', version: VERSION, system, mutations, violation, plan, deviations: Object.fromEntries(deviations), trace }, null, 2)}\n`;

/**
 * Throws an OperatingError (invalid-input) for a file that a newer or older program wrote, whose members mean something
 * else, or that is about another system.
 */
const checkOrigin = (value: unknown, path: string, { name }: Played): void => {
  const { version, system } = (typeof value === 'object' && value !== null ? value : {}) as {
    readonly version?: unknown;
    readonly system?: unknown;
  };
  if (typeof version === 'number' && version !== VERSION) {
    const mend =
      version > VERSION
        ? 'Replay it with the food-sim that wrote it, or a newer one.'
        : 'Replay it with the food-sim that wrote it, or explore its seed once more with this one.';
    throw new OperatingError('invalid-input', `${path} is of version ${version}, and this food-sim reads version ${VERSION}`, { mend });
  }
  if (typeof system !== 'string' || system === name) return;
  throw new OperatingError('invalid-input', `${path} is a schedule of the system ${system}, and this is the system ${name}`, {
    mend: 'Name the file that defines that system: --system FILE; leave it out for the bundled one.',
  });
};

/**
 * Reads the file's text, for a system to play it; `path` is for people. Throws an OperatingError (invalid-input) that
 * names what is wrong.
 */
export const readKeptFailure = (text: string, path: string, played: Played): KeptFailure => {
  const mend = 'Give a file that `food-sim explore` wrote with this version.';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new OperatingError('invalid-input', `${path} is not JSON: ${messageOf(error)}`, { mend, cause: error });
  }
  checkOrigin(value, path, played);
  const read = fileSchemaOf(played).safeParse(value);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new OperatingError('invalid-input', `${path} is not a schedule: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`, {
      mend,
    });
  }
  const { system, mutations, violation, plan, deviations, trace } = read.data;
  return { system, mutations, violation, plan: plan as Plan, deviations: new Map(Object.entries(deviations)), trace };
};
