/** A small context for the specs of the HTTP edge and the gateway: lunches, ordered and looked up. */
import { z } from 'zod';
import { Refusal } from '../../kernel/errors.ts';
import { createIds } from '../../kernel/ids.ts';
import type { IdSource } from '../../kernel/ids.ts';
import { createRandom } from '../../kernel/random.ts';
import type { EntryBody } from '../../kernel/recording.ts';
import type { Cause } from '../../kernel/envelope.ts';
import type { Timers } from '../../kernel/clock.ts';
import type { Actor } from '../actor/actor-port.ts';
import { RUNTIME_SCHEMA } from '../actor/ledger.ts';
import { createMemoryDisk } from '../tables/memory-tables.ts';
import { createTableSql } from '../tables/sqlite.ts';
import { defineTable } from '../tables/tables.ts';
import type { Schema } from '../tables/tables.ts';
import { missingKind, refusalKind, type Refusals } from './catalogue.ts';
import { createDispatch } from './dispatch.ts';
import type { DispatchOptions } from './dispatch.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Dispatch, Route } from './route.ts';

interface Lunch {
  readonly orderId: string;
  readonly customerId: string;
  readonly price: number;
}

const lunchTable = defineTable<Lunch>({
  name: 'lunches',
  columns: { orderId: 'text', customerId: 'text', price: 'integer' },
  key: ['orderId'],
});

const LUNCH_SCHEMA: Schema = {
  component: 'lunch',
  tables: [lunchTable],
  migrations: [{ version: 1, statements: createTableSql(lunchTable) }],
};

const lunchSchema = z.object({
  customerId: z.string().min(1).max(100),
  price: z.int().positive(),
  options: z.array(z.string()).optional(),
  payment: z
    .object({ method: z.enum(['card', 'cash']) })
    .strict()
    .optional(),
});
const pageSchema = z.object({ customerId: z.string().optional(), limit: z.coerce.number().int().min(1).max(100).default(20) });
const lunchAnswer = z.object({ orderId: z.string(), customerId: z.string(), price: z.int() });

/** What lunches refuse. */
export const LUNCH_REFUSALS = {
  'order-not-found': missingKind('Order', 'GET /orders'),
  'order-already-cooking': refusalKind(
    409,
    'Cooking has already begun',
    'A lunch can be canceled only before its cooking begins.',
    'Eat it.',
  ),
} as const satisfies Refusals;

/** Routes of every sort: collection, item, create, guarded change, a command that prepares, and one with a bug. */
export const LUNCH_ROUTES: readonly Route[] = [
  {
    method: 'POST',
    path: '/orders',
    operation: 'placeLunch',
    summary: 'Orders a lunch.',
    body: lunchSchema,
    success: { status: 201, description: 'The lunch.', schema: lunchAnswer },
    execute: (request, scope) => {
      const { customerId, price } = request.body as z.infer<typeof lunchSchema>;
      const lunch = { orderId: scope.newId(), customerId, price };
      scope.tables.put(lunchTable, lunch);
      return { status: 201, body: lunch, headers: { location: `/orders/${lunch.orderId}` } };
    },
  },
  {
    method: 'GET',
    path: '/orders',
    operation: 'listLunches',
    summary: 'Lists lunches.',
    query: pageSchema,
    success: { status: 200, description: 'Lunches.', schema: z.object({ items: z.array(lunchAnswer) }) },
    answer: (request, read) => {
      const { customerId, limit } = request.query as z.infer<typeof pageSchema>;
      return {
        status: 200,
        body: { limit, items: read.select(lunchTable, { where: customerId === undefined ? {} : { customerId }, limit }) },
      };
    },
  },
  {
    method: 'GET',
    path: '/orders/:orderId',
    operation: 'getLunch',
    summary: 'Shows a lunch.',
    success: { status: 200, description: 'The lunch.', schema: lunchAnswer },
    refusals: ['order-not-found'],
    answer: (request, read) => {
      const orderId = request.params['orderId'] ?? '';
      const lunch = read.get(lunchTable, orderId);
      if (lunch === undefined) throw new Refusal('order-not-found', `There is no order ${orderId}.`, { orderId });
      return { status: 200, body: { ...lunch, status: 'delivered' } };
    },
  },
  {
    method: 'DELETE',
    path: '/orders/:orderId',
    operation: 'cancelLunch',
    summary: 'Cancels a lunch.',
    success: { status: 204, description: 'Canceled.' },
    refusals: ['order-already-cooking', 'order-not-found'],
    execute: (request, scope) => {
      const orderId = request.params['orderId'] ?? '';
      const lunch = scope.tables.get(lunchTable, orderId);
      if (lunch === undefined) throw new Refusal('order-not-found', `There is no order ${orderId}.`, { orderId });
      scope.tables.remove(lunchTable, orderId);
      if (lunch.price > 50_000)
        throw new Refusal('order-already-cooking', '요리가 시작되기 전에만 주문취소가 가능합니다.', { orderId, status: 'cooking' });
      return { status: 204 };
    },
  },
  {
    method: 'POST',
    path: '/reviews',
    operation: 'reviewLunch',
    summary: 'Reviews a lunch.',
    body: z.strictObject({ orderId: z.string(), content: z.string() }),
    success: { status: 201, description: 'The review.' },
    prepare: async (request, outgoing) => Promise.resolve({ ...(request.body as object), outgoing }),
    execute: (request, scope) => ({ status: 201, body: { reviewId: scope.newId(), prepared: request.prepared } }),
  },
  {
    method: 'PUT',
    path: '/orders/:orderId/break',
    operation: 'breakLunch',
    summary: 'Holds a bug.',
    success: { status: 200, description: 'Never.' },
    execute: () => {
      throw new TypeError('secret detail of a bug');
    },
  },
];

/** The fake context and what it took down. */
export interface FakeContext {
  readonly dispatch: Dispatch;
  readonly ids: IdSource;
  readonly recorded: EntryBody[];
  readonly logged: { readonly details: object; readonly message: string }[];
  readonly causes: Cause[];
  /** Replaces what the actor does with a command, to crash or to refuse; undefined puts it back. */
  failWith(error: Error | undefined): void;
}

/** Makes the fake context, at a standing clock; `delay` and `routes` as in {@link createDispatch}. */
export const createFakeContext = (
  options: { delay?: NonNullable<DispatchOptions['delay']>; timers?: Timers; routes?: readonly Route[]; about?: string } = {},
): FakeContext => {
  const clock = { now: () => Date.parse('2026-01-01T00:00:00Z') };
  const ids = createIds(clock, createRandom('http'));
  const database = createMemoryDisk().open('lunch', [RUNTIME_SCHEMA, LUNCH_SCHEMA]);
  const recorded: EntryBody[] = [];
  const logged: { details: object; message: string }[] = [];
  const causes: Cause[] = [];
  let failure: Error | undefined;
  const note = (details: object, message: string): void => void logged.push({ details, message });
  const log: Logger = { debug: note, info: note, warn: note, error: note };
  const actor: Pick<Actor, 'name' | 'read' | 'execute'> = {
    name: 'lunch',
    read: database.read,
    execute: (cause, command) => {
      if (failure !== undefined) throw failure;
      causes.push(cause);
      return database.transact((tables) =>
        command({
          tables,
          now: clock.now(),
          newId: () => ids.next(),
          emit: () => undefined,
          setDeadline: () => undefined,
          cancelDeadline: () => false,
        }),
      );
    },
  };
  const dispatch = createDispatch({
    actor,
    routes: options.routes ?? LUNCH_ROUTES,
    about: options.about ?? 'orderId',
    refusals: LUNCH_REFUSALS,
    ids,
    recorder: { record: (body) => void recorded.push(body) },
    log,
    timers: options.timers ?? { ...clock, after: () => () => undefined },
    ...(options.delay === undefined ? {} : { delay: options.delay }),
  });
  return { dispatch, ids, recorded, logged, causes, failWith: (error) => void (failure = error) };
};
