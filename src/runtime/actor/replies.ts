import { defineTable } from '../tables/tables.ts';
import type { EpochMs } from '../../kernel/clock.ts';
import type { Cell, Reads, Tx } from '../tables/tables.ts';

/** The answer that a command with an `Idempotency-Key` got; a repeat of the command gets it again. */
export interface KeptReply {
  /** The header's value. */
  readonly key: string;
  /** Tells whether a repeat asks the same: the method, path and body of the first request, in any stable form. */
  readonly fingerprint: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** A JSON value; absent where the answer had no body. */
  readonly body?: unknown;
  readonly at: EpochMs;
}

interface ReplyRow {
  readonly key: string;
  readonly fingerprint: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Cell;
  readonly at: EpochMs;
}

/** The kept replies, in the runtime's part of a context's database. The index serves their removal, oldest first. */
export const repliesTable = defineTable<ReplyRow>({
  name: 'replies',
  columns: { key: 'text', fingerprint: 'text', status: 'integer', headers: 'json', body: 'document?', at: 'integer' },
  key: ['key'],
  indexes: [['at']],
});

/** The reply kept under this key, or undefined where the key is new. */
export const findReply = (tables: Reads, key: string): KeptReply | undefined => {
  const row = tables.get(repliesTable, key);
  if (row === undefined) return undefined;
  const { body, ...reply } = row;
  return body === null ? reply : { ...reply, body };
};

/** Keeps a reply, in the transaction of the command that it answers. */
export const keepReply = (tables: Tx, reply: KeptReply): void => {
  tables.put(repliesTable, { ...reply, body: (reply.body ?? null) as Cell });
};
