import type { Envelope } from '../../../kernel/envelope.ts';
import type { Entry, EntryBody } from '../../../kernel/recording.ts';

/** Numbers and times entries as a journal does: one millisecond apart. */
export const recorded = (...bodies: readonly EntryBody[]): readonly Entry[] =>
  bodies.map((body, index) => ({ n: index + 1, atMs: index, ...body }));

/** An event as a context publishes it, about the order `O1`. */
export const published = (
  context: string,
  id: string,
  type: string,
  cause: string,
  data: object = { orderId: 'O1', customerId: 'kim' },
): EntryBody => ({
  kind: 'message.published',
  context,
  event: {
    id,
    type,
    subject: (data as { orderId?: string }).orderId ?? 'O1',
    source: `/${context}`,
    causationid: cause,
    correlationid: 'R1',
    data,
  } as unknown as Envelope,
});

/** What became of an event in a context. */
export const handled = (
  context: string,
  id: string,
  type: string,
  handling: 'handled' | 'duplicate' | 'parked' | 'dead-lettered' = 'handled',
  subject = 'O1',
): EntryBody => ({
  kind: 'message.handled',
  context,
  seq: 1,
  id,
  type,
  subject,
  handling,
});

/** A delivery before it is handled. */
export const delivered = (context: string, id: string, type: string): EntryBody => ({
  kind: 'message.delivered',
  context,
  seq: 1,
  attempt: 1,
  id,
  type,
  subject: 'O1',
});

/** A request that a context answered. */
export const commanded = (
  context: string,
  id: string,
  operation: string,
  status = 200,
  more: { readonly method?: string; readonly subject?: string; readonly problem?: string } = {},
): EntryBody => ({
  kind: 'command',
  context,
  id,
  correlation: 'R1',
  operation,
  method: more.method ?? 'PUT',
  url: `/${operation}`,
  status,
  subject: more.subject ?? 'O1',
  ...(more.problem === undefined ? {} : { problem: more.problem }),
});

/** A row after a commit. */
export const row = (
  context: string,
  table: string,
  cause: string,
  values: Readonly<Record<string, unknown>> | null,
  key = 'O1',
): EntryBody => ({ kind: 'state', context, table, key: [key], row: values, cause });

/** A step that begins. */
export const step = (path: string, text: string): EntryBody => ({
  kind: 'step.started',
  step: path,
  text,
  position: { file: 'a.yaml', line: 1, column: 1 },
});
