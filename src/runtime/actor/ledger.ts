import { defineTable } from '../tables/tables.ts';
import { repliesTable } from './replies.ts';
import type { EpochMs } from '../../kernel/clock.ts';
import type { Envelope } from '../../kernel/envelope.ts';
import type { DeadLetter } from './actor-port.ts';
import type { Reads, Schema } from '../tables/tables.ts';

/** An event that was taken in: it had its effect, or its fate stands in `parked` or `dead_letters`. */
export interface InboxRow {
  readonly eventId: string;
  readonly handledAt: EpochMs;
}

/** An event that was committed and may not be on the bus yet. */
export interface OutboxRow {
  /** Counts in the order of emission. */
  readonly position: number;
  readonly eventId: string;
  readonly envelope: Envelope;
}

/** How far a consumer has come in the stream: `seq` of the last message that it took in. */
export interface PositionRow {
  readonly consumer: string;
  readonly seq: number;
  /** The id of that message; null where it had none. A place in the stream proves nothing by its number alone. */
  readonly eventId: string | null;
}

/** Which stream a database belongs to, and where it began; written before anything is handled. */
export interface BindingRow {
  readonly consumer: string;
  readonly stream: string;
  /** Where the consumer began. */
  readonly seq: number;
  /** Tells this database from every other one of the same context. */
  readonly owner: string;
}

/** By which claim a context's database is at work, where processes share a world: whoever has another one last saw it has fallen behind. */
export interface ClaimRow {
  readonly consumer: string;
  /** The claim that it ran under last. */
  readonly token: string;
  /** The one that is being made: it may have been told to the others, or not. */
  readonly next: string;
}

/** A message put aside: it came too early, or its handler failed. */
export interface ParkedRow {
  readonly eventId: string;
  readonly seq: number;
  readonly type: string;
  readonly subject: string;
  readonly envelope: Envelope;
  /** Handlings so far that failed (or, too early, were not yet possible). */
  readonly attempts: number;
  /** Why the last one failed. */
  readonly reason: string;
  /** True where it waits for another message of its subject. */
  readonly tooEarly: boolean;
  readonly nextAttemptAt: EpochMs;
  readonly parkedAt: EpochMs;
}

/** Keyed by event id. In the order of keys it is nearly in the order of time, because ids sort so; removal relies on that. */
export const inboxTable = defineTable<InboxRow>({
  name: 'inbox',
  columns: { eventId: 'text', handledAt: 'integer' },
  key: ['eventId'],
});

/** What the relay has to publish, in this order. */
export const outboxTable = defineTable<OutboxRow>({
  name: 'outbox',
  columns: { position: 'integer', eventId: 'text', envelope: 'document' },
  key: ['position'],
});

/** One row: a context has one consumer, named as the context. */
export const positionTable = defineTable<PositionRow>({
  name: 'position',
  columns: { consumer: 'text', seq: 'integer', eventId: 'text?' },
  key: ['consumer'],
});

/** One row, too: a context listens to one stream. */
export const bindingTable = defineTable<BindingRow>({
  name: 'binding',
  columns: { consumer: 'text', stream: 'text', seq: 'integer', owner: 'text' },
  key: ['consumer'],
});

/** One row, where a world is shared. */
export const claimTable = defineTable<ClaimRow>({
  name: 'claim',
  columns: { consumer: 'text', token: 'text', next: 'text' },
  key: ['consumer'],
});

/** The messages put aside. */
export const parkedTable = defineTable<ParkedRow>({
  name: 'parked',
  columns: {
    eventId: 'text',
    seq: 'integer',
    type: 'text',
    subject: 'text',
    envelope: 'document',
    attempts: 'integer',
    reason: 'text',
    tooEarly: 'boolean',
    nextAttemptAt: 'integer',
    parkedAt: 'integer',
  },
  key: ['eventId'],
});

/** The messages given up on. Keyed by their place in the stream, because what is malformed has no id. */
export const deadLettersTable = defineTable<DeadLetter>({
  name: 'dead_letters',
  columns: { seq: 'integer', id: 'text?', type: 'text?', subject: 'text', error: 'text', message: 'text', attempts: 'integer', at: 'text' },
  key: ['seq'],
});

/** How many bytes something holds, so that nobody has to read it to know. */
export interface TallyRow {
  readonly name: string;
  readonly bytes: number;
}

/** One row: what dead letters hold together. */
export const talliesTable = defineTable<TallyRow>({ name: 'tallies', columns: { name: 'text', bytes: 'integer' }, key: ['name'] });

/** An event that is to come at its instant, unless it is called off before: one for each type and subject. */
export interface DeadlineRow {
  readonly type: string;
  readonly subject: string;
  readonly at: EpochMs;
  readonly data: unknown;
  /** What the command or message that set it was, as the event's cause. */
  readonly causationId: string;
  readonly correlationId: string;
  readonly traceId: string;
}

/** The deadlines that are still to come. */
export const deadlinesTable = defineTable<DeadlineRow>({
  name: 'deadlines',
  columns: { type: 'text', subject: 'text', at: 'integer', data: 'document', causationId: 'text', correlationId: 'text', traceId: 'text' },
  key: ['type', 'subject'],
  indexes: [['at']],
});

/** The runtime's part of every context's database. */
export const RUNTIME_SCHEMA: Schema = {
  component: 'runtime',
  tables: [
    inboxTable,
    outboxTable,
    positionTable,
    bindingTable,
    parkedTable,
    deadLettersTable,
    talliesTable,
    repliesTable,
    deadlinesTable,
    claimTable,
  ],
  migrations: [
    {
      version: 1,
      statements: [
        'CREATE TABLE inbox (eventId TEXT NOT NULL PRIMARY KEY, handledAt INTEGER NOT NULL) STRICT, WITHOUT ROWID',
        'CREATE TABLE outbox (position INTEGER NOT NULL PRIMARY KEY, eventId TEXT NOT NULL, envelope TEXT NOT NULL) STRICT',
        'CREATE TABLE position (consumer TEXT NOT NULL PRIMARY KEY, seq INTEGER NOT NULL) STRICT',
        `CREATE TABLE parked (eventId TEXT NOT NULL PRIMARY KEY, seq INTEGER NOT NULL, type TEXT NOT NULL, subject TEXT NOT NULL,
          envelope TEXT NOT NULL, attempts INTEGER NOT NULL, reason TEXT NOT NULL, tooEarly INTEGER NOT NULL,
          nextAttemptAt INTEGER NOT NULL, parkedAt INTEGER NOT NULL) STRICT`,
        `CREATE TABLE dead_letters (seq INTEGER NOT NULL PRIMARY KEY, id TEXT, type TEXT, subject TEXT NOT NULL, error TEXT NOT NULL,
          message TEXT NOT NULL, attempts INTEGER NOT NULL, at TEXT NOT NULL) STRICT`,
        `CREATE TABLE replies (key TEXT NOT NULL PRIMARY KEY, fingerprint TEXT NOT NULL, status INTEGER NOT NULL,
          headers TEXT NOT NULL, body TEXT, at INTEGER NOT NULL) STRICT`,
        'CREATE INDEX replies_at ON replies (at)',
      ],
    },
    {
      version: 2,
      statements: [
        'ALTER TABLE position ADD COLUMN eventId TEXT',
        'CREATE TABLE binding (consumer TEXT NOT NULL PRIMARY KEY, stream TEXT NOT NULL, seq INTEGER NOT NULL, owner TEXT NOT NULL) STRICT, WITHOUT ROWID',
      ],
    },
    {
      version: 3,
      statements: [
        'CREATE TABLE tallies (name TEXT NOT NULL PRIMARY KEY, bytes INTEGER NOT NULL) STRICT, WITHOUT ROWID',
        `INSERT INTO tallies SELECT 'dead_letters', sum(length(CAST(message AS BLOB)) + length(CAST(error AS BLOB)) + 256)
          FROM dead_letters HAVING count(*) > 0`,
      ],
    },
    {
      version: 4,
      statements: [
        `CREATE TABLE deadlines (type TEXT NOT NULL, subject TEXT NOT NULL, at INTEGER NOT NULL, data TEXT NOT NULL,
          causationId TEXT NOT NULL, correlationId TEXT NOT NULL, traceId TEXT NOT NULL, PRIMARY KEY (type, subject)) STRICT, WITHOUT ROWID`,
        'CREATE INDEX deadlines_at ON deadlines (at)',
      ],
    },
    {
      version: 5,
      statements: [
        'CREATE TABLE claim (consumer TEXT NOT NULL PRIMARY KEY, token TEXT NOT NULL, next TEXT NOT NULL) STRICT, WITHOUT ROWID',
      ],
    },
  ],
};

/** The `seq` of the last message that this consumer took in, 0 where there was none. */
export const positionOf = (read: Reads, consumer: string): number => read.get(positionTable, consumer)?.seq ?? 0;
