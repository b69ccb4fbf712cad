/** A small context, and a world around it in virtual time, for the specs of the actor. */
import { z } from 'zod';
import { createMemoryBusHost } from '../../bus/memory.ts';
import type { Bus, Delivery, HandleBatch } from '../../bus/bus.ts';
import type { Envelope } from '../../kernel/envelope.ts';
import { assert, NotYet, OperatingError } from '../../kernel/errors.ts';
import { defineEvent } from '../../kernel/event.ts';
import type { EventId } from '../../kernel/ids.ts';
import { createIds } from '../../kernel/ids.ts';
import { createRandom } from '../../kernel/random.ts';
import type { EntryBody } from '../../kernel/recording.ts';
import { createVirtualTime } from '../../kernel/virtual-time.ts';
import type { VirtualTime } from '../../kernel/virtual-time.ts';
import type { Actor } from './actor-port.ts';
import { createActor } from './actor.ts';
import type { ActorOptions } from './actor-options.ts';
import { whenever } from './context.ts';
import type { ContextDefinition } from './context.ts';
import { createSqliteMemoryDisk } from '../tables/sqlite.ts';
import { defineTable } from '../tables/tables.ts';
import type { Database, Disk } from '../tables/tables.ts';

/** A tab is opened; charges to it before that come too early. */
const Opened = defineEvent('Opened', z.object({ tabId: z.string().min(1) }));
/** Something is put on a tab. */
const Charged = defineEvent('Charged', z.object({ tabId: z.string().min(1), amount: z.number().int() }));
/** What the context under test says whenever a tab changes. */
export const Totaled = defineEvent('Totaled', z.object({ tabId: z.string(), total: z.number().int() }));

/** A tab, and what is on it. */
export interface TabRow {
  readonly tabId: string;
  readonly total: number;
}

/** The table of the context under test. */
export const tabsTable = defineTable<TabRow>({ name: 'tabs', columns: { tabId: 'text', total: 'integer' }, key: ['tabId'] });

/** A handler's chance to fail: throws, or lets the event pass. */
export type Interfere = (event: Envelope) => void;

const createDefinition = (interfere: () => Interfere, hearsAll: boolean): ContextDefinition => ({
  name: 'tabs',
  schema: {
    component: 'tabs',
    tables: [tabsTable],
    migrations: [{ version: 1, statements: ['CREATE TABLE tabs (tabId TEXT NOT NULL PRIMARY KEY, total INTEGER NOT NULL) STRICT'] }],
  },
  events: [Totaled],
  routes: [],
  refusals: {},
  hearsAll,
  subscriptions: [
    whenever(Opened, (event, scope) => {
      scope.tables.put(tabsTable, { tabId: event.data.tabId, total: 0 });
      scope.emit(Totaled, event.data.tabId, { tabId: event.data.tabId, total: 0 });
      interfere()(event);
    }),
    whenever(Charged, (event, scope) => {
      const { tabId, amount } = event.data;
      const tab = scope.tables.get(tabsTable, tabId);
      if (tab === undefined) throw new NotYet(`the tab ${tabId} is not known here`);
      scope.tables.put(tabsTable, { tabId, total: tab.total + amount });
      scope.emit(Totaled, tabId, { tabId, total: tab.total + amount });
      // After the writes, so that a failure has something to roll back.
      interfere()(event);
    }),
  ],
});

/** What a spec's world can be made different by. */
export interface WorldChanges extends Partial<Omit<ActorOptions, 'bus' | 'disk'>> {
  readonly wrapBus?: (bus: Bus) => Bus;
  readonly wrapDisk?: (disk: Disk) => Disk;
  readonly hearsAll?: boolean;
  /** The longest event that the bus takes. */
  readonly maxMessageBytes?: number;
}

/** An actor of the context under test on a memory bus and a SQLite disk in memory, and what a spec does to it. */
export interface World {
  readonly time: VirtualTime;
  readonly bus: Bus;
  readonly definition: ContextDefinition;
  readonly disk: Disk;
  readonly actor: Actor;
  readonly entries: readonly EntryBody[];
  readonly failures: readonly unknown[];
  /** From now on each handling ends with this. */
  interfere(next: Interfere): void;
  /** Publishes events as the context `till` would. */
  publish(...events: readonly Envelope[]): Promise<void>;
  /** Delivers a message at this place in the stream, past what the bus knows to be delivered: as a duplicate, or out of order. */
  deliver(seq: number, message: Delivery['message']): void;
  /** Lets everything happen that is due within so many milliseconds of virtual time. */
  pass(ms: number): Promise<void>;
  total(tabId: string): number | undefined;
  /** The `Totaled` events stored on the bus, as `tab=total`. */
  totaled(): Promise<readonly string[]>;
}

/** A disk whose writes to this table fail while `isFull` says so, as SQLite's do on a full disk. */
export const fullDisk =
  (isFull: () => boolean, tableName = tabsTable.name) =>
  (disk: Disk): Disk => ({
    has: (name) => disk.has(name),
    open: (name, schemas) => {
      const database: Database = disk.open(name, schemas);
      return {
        ...database,
        transact: (work) =>
          database.transact((tx) =>
            work({
              ...tx,
              put: (table, row) => {
                if (isFull() && table.name === tableName)
                  throw new OperatingError('infrastructure', 'the disk is full', { mend: 'Make room.' });
                tx.put(table, row);
              },
            }),
          ),
      };
    },
  });

let serial = 0;

/** An event as another context publishes it; `id` defaults to a new one. */
export const eventOf = (type: string, subject: string, data: unknown, changes: Partial<Envelope> = {}): Envelope => {
  serial += 1;
  return {
    specversion: '1.0',
    id: `event-${String(serial).padStart(6, '0')}` as EventId,
    source: '/till',
    type,
    subject,
    time: '2026-01-01T00:00:00.000Z',
    datacontenttype: 'application/json',
    correlationid: 'request-1',
    causationid: 'command-1',
    traceparent: '00-0123456789abcdef0123456789abcdef-0123456789abcdef-01',
    data,
    ...changes,
  };
};

/** A tab is opened. */
export const opened = (tabId: string): Envelope => eventOf('Opened', tabId, { tabId });
/** Something is put on a tab. */
export const charged = (tabId: string, amount: number): Envelope => eventOf('Charged', tabId, { tabId, amount });

/** Lets the promise reactions run that are due; all that a spec's world awaits are chains of a few of them. */
const turn = async (): Promise<void> => {
  for (let reaction = 0; reaction < 20; reaction += 1) await Promise.resolve();
};

/** The same bus, and the handler that was given to it last. */
const listening = (bus: Bus): { readonly bus: Bus; readonly handle: HandleBatch } => {
  let handler: HandleBatch = () => undefined;
  const consume: Bus['consume'] = (options, handle) => {
    handler = handle;
    return bus.consume(options, handle);
  };
  return { bus: { ...bus, consume }, handle: (batch) => handler(batch) };
};

/** Makes a world; its actor is not started. */
export const createWorld = async (changes: WorldChanges = {}): Promise<World> => {
  const { wrapBus, wrapDisk, hearsAll, maxMessageBytes, ...options } = changes;
  const time = createVirtualTime(turn);
  const bus = await createMemoryBusHost({ timers: time, ...(maxMessageBytes === undefined ? {} : { maxMessageBytes }) }).open('spec');
  const random = createRandom('spec');
  const entries: EntryBody[] = [];
  const failures: unknown[] = [];
  const overheard = listening(wrapBus?.(bus) ?? bus);
  const ownDisk = createSqliteMemoryDisk();
  const disk = wrapDisk?.(ownDisk) ?? ownDisk;
  let interfere: Interfere = () => undefined;
  const definition = createDefinition(() => interfere, hearsAll ?? false);
  const actor = createActor({
    definition,
    disk,
    bus: overheard.bus,
    timers: time,
    ids: createIds(time, random),
    random,
    recorder: { record: (entry) => entries.push(entry) },
    onFailure: (error) => failures.push(error),
    ...options,
  });
  return {
    time,
    bus,
    definition,
    disk,
    actor,
    entries,
    failures,
    interfere: (next) => {
      interfere = next;
    },
    publish: async (...events) => bus.publish(events),
    deliver: (seq, message) => overheard.handle([{ seq, attempt: 1, message }]),
    pass: async (ms) => {
      let isOver = false;
      time.after(ms, () => {
        isOver = true;
      });
      for (let step = 0; !isOver; step += 1) {
        assert(step < 100_000, 'a spec comes to an end');
        await turn();
        time.advance();
      }
      await turn();
    },
    total: (tabId) => actor.read.get(tabsTable, tabId)?.total,
    totaled: async () => {
      const told: string[] = [];
      for await (const { message } of bus.read({ afterSeq: 0, types: ['Totaled'] })) {
        const { tabId, total } = (message as Envelope<string, TabRow>).data;
        told.push(`${tabId}=${total}`);
      }
      return told;
    },
  };
};
