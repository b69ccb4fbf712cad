/** For specs: one context at work on memory tables, told events in any order and asked over its routes, without bus or clock. */
import type { Clock } from '../kernel/clock.ts';
import type { Envelope } from '../kernel/envelope.ts';
import { NotYet, Refusal } from '../kernel/errors.ts';
import type { EventDefinition } from '../kernel/event.ts';
import type { EventId } from '../kernel/ids.ts';
import type { Random } from '../kernel/random.ts';
import type { Actor } from '../runtime/actor/actor-port.ts';
import type { ContextDefinition, Scope } from '../runtime/actor/context.ts';
import type { Reply, RouteRequest } from '../runtime/http/route.ts';
import { createMemoryDisk } from '../runtime/tables/memory-tables.ts';
import type { Disk, Reads, Tx } from '../runtime/tables/tables.ts';

/** 2024-01-01T00:00:00Z. */
const EPOCH_MS = 1_704_067_200_000;

/** An event as it travels: its id tells type and place, its time is `second` seconds after 2024 began. */
export const eventOf = <Data extends { readonly orderId: string }>(
  definition: EventDefinition<string, Data>,
  data: Data,
  second = 0,
): Envelope<string, Data> => ({
  specversion: '1.0',
  id: `${String(second).padStart(4, '0')}-${definition.type}-${data.orderId}` as EventId,
  source: '/test',
  type: definition.type,
  subject: data.orderId,
  time: new Date(EPOCH_MS + second * 1000).toISOString(),
  datacontenttype: 'application/json',
  correlationid: 'correlation',
  causationid: 'causation',
  traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`,
  data: definition.schema.parse(data),
});

/** A context at work. */
export interface ContextAtWork {
  readonly read: Reads;
  /** What it emitted so far, oldest first: `Picked o1`. */
  readonly emitted: readonly { readonly type: string; readonly subject: string; readonly data: unknown }[];
  /** Delivers each event once, as the runtime does: known ids are ignored, what is too early is tried again after each later one. */
  deliver(...events: readonly Envelope[]): void;
  /** Delivers the event past the inbox, as if its duplicate had not been recognised. */
  deliverAgain(event: Envelope): void;
  /** How many events came too early and still wait. */
  readonly parkedCount: () => number;
  /** Asks `PUT /deliveries/o1/pick`; a refusal is thrown. */
  ask(call: string, body?: unknown): Reply;
  /** What the refusal of this call says; throws where it is not refused. */
  refusalOf(call: string, body?: unknown): Refusal;
  transact(work: (tables: Tx) => void): void;
  /** As the actor's: one transaction. */
  execute: Actor['execute'];
}

const asking =
  (definition: ContextDefinition, read: Reads, inTransaction: <Result>(work: (scope: Scope) => Result) => Result) =>
  (call: string, body?: unknown): Reply => {
    const [method = '', url = ''] = call.split(' ');
    const [path = '', search = ''] = url.split('?');
    for (const route of definition.routes) {
      const pattern = new RegExp(`^${route.path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`);
      const match = route.method === method ? pattern.exec(path) : null;
      if (match === null) continue;
      const query = Object.fromEntries(new URLSearchParams(search));
      const request: RouteRequest = {
        params: { ...match.groups },
        query: (route.query?.parse(query) ?? {}) as Record<string, unknown>,
        body: route.method === 'GET' ? undefined : route.body?.parse(body),
        prepared: undefined,
      };
      const reply = route.method === 'GET' ? route.answer(request, read) : inTransaction((scope) => route.execute(request, scope));
      // A reply that breaks its own documentation is a defect wherever it is seen.
      route.success.schema?.parse(reply.body);
      return reply;
    }
    throw new Error(`${definition.name} has no route for ${call}`);
  };

/** Starts a context on empty tables. Without a clock, each transaction takes place one second after the one before. */
export const putToWork = (definition: ContextDefinition, clock?: Clock, disk: Disk = createMemoryDisk()): ContextAtWork => {
  const database = disk.open(definition.name, [definition.schema]);
  const emitted: { type: string; subject: string; data: unknown }[] = [];
  const inbox = new Set<string>();
  let parked: Envelope[] = [];
  let nowMs = EPOCH_MS + 10_000_000;
  let idCount = 0;

  const inTransaction = <Result>(work: (scope: Scope) => Result): Result => {
    const staged: typeof emitted = [];
    nowMs = clock?.now() ?? nowMs + 1000;
    const result = database.transact((tables) =>
      work({
        tables,
        now: nowMs,
        newId: () => `id-${String((idCount += 1))}`,
        emit: (event, subject, data) => {
          if (!definition.events.includes(event)) throw new Error(`${event.type} is not declared by ${definition.name}`);
          staged.push({ type: event.type, subject, data: event.schema.parse(data) });
        },
        // None of these contexts sets any.
        setDeadline: () => undefined,
        cancelDeadline: () => false,
      }),
    );
    emitted.push(...staged);
    return result;
  };
  const handle = (event: Envelope): boolean => {
    const subscription = definition.subscriptions.find((candidate) => candidate.event.type === event.type);
    try {
      inTransaction((scope) => subscription?.handle(event as Envelope<string, never>, scope));
      return true;
    } catch (error) {
      if (error instanceof NotYet) return false;
      throw error;
    }
  };
  const retryParked = (): void => {
    for (let isMoving = true; isMoving;) {
      const before = parked.length;
      parked = parked.filter((event) => !handle(event));
      isMoving = parked.length < before;
    }
  };
  const ask = asking(definition, database.read, inTransaction);

  return {
    read: database.read,
    emitted,
    deliver: (...events) => {
      for (const event of events) {
        if (inbox.has(event.id)) continue;
        inbox.add(event.id);
        if (!handle(event)) parked.push(event);
        retryParked();
      }
    },
    deliverAgain: (event) => {
      if (!handle(event)) throw new Error(`${event.type} came too early`);
    },
    parkedCount: () => parked.length,
    ask,
    refusalOf: (call, body) => {
      try {
        ask(call, body);
      } catch (error) {
        if (error instanceof Refusal) return error;
        throw error;
      }
      throw new Error(`${call} was not refused`);
    },
    execute: (_cause, command) => inTransaction(command),
    transact: (work) => {
      database.transact(work);
    },
  };
};

/** Every order in which these can come. */
export const permutationsOf = <Item>(items: readonly Item[]): Item[][] =>
  items.length === 0
    ? [[]]
    : items.flatMap((item, index) => permutationsOf([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [item, ...rest]));

/** The items in an order drawn from `random`, about a third of them twice. */
export const shuffledWithDuplicates = <Item>(items: readonly Item[], random: Random): Item[] => {
  const drawn = items.flatMap((item) => (random.below(3) === 0 ? [item, item] : [item]));
  for (let index = drawn.length - 1; index > 0; index -= 1) {
    const other = random.below(index + 1);
    [drawn[index], drawn[other]] = [drawn[other]!, drawn[index]!];
  }
  return drawn;
};
