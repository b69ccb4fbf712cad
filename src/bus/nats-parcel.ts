import { headers } from '@nats-io/transport-node';
import type { Msg, MsgHdrs } from '@nats-io/transport-node';
import type { Envelope } from '../kernel/envelope.ts';
import { CONTENT_TYPE, LONGEST_PAYLOAD_BYTES, encode, subjectOf } from './wire.ts';

/** An event as it is sent. */
export interface Parcel {
  readonly type: string;
  readonly subject: string;
  readonly payload: Uint8Array;
  readonly headers: MsgHdrs;
  /** What the server counts: headers and payload. */
  readonly bytes: number;
}

/** How long headers are on the wire: a first line, a line for each, and an empty one. */
const bytesOf = (head: MsgHdrs): number => {
  let text = 'NATS/1.0\r\n';
  for (const [name, values] of head) for (const value of values) text += `${name}: ${value}\r\n`;
  return Buffer.byteLength(`${text}\r\n`);
};

/** Packs events for one world: each once, although it is weighed before it is committed and sent afterwards. */
export const createPacking = (world: string): ((message: Envelope) => Parcel) => {
  const packed = new WeakMap<Envelope, Parcel>();
  return (message) => {
    const known = packed.get(message);
    if (known !== undefined) return known;
    const head = headers();
    head.set('Nats-Msg-Id', message.id);
    head.set('Content-Type', CONTENT_TYPE);
    const payload = encode(message);
    const parcel = {
      type: message.type,
      subject: subjectOf(world, message),
      payload,
      headers: head,
      bytes: payload.length + bytesOf(head),
    };
    packed.set(message, parcel);
    return parcel;
  };
};

/** What a server takes, as far as it is known: the least of what it says, what the stream says, and what it refused. */
export interface SizeLimit {
  /** Why this can't be stored, as the end of a sentence; undefined where it can. */
  whyTooLarge(parcel: Parcel): string | undefined;
  /** It was refused for its size, whatever was known. */
  refused(parcel: Parcel): void;
}

/** A limit of what a server says now (it may be another one after a reconnection) and a stream said when it was opened. */
export const createSizeLimit = (serverBytes: () => number, streamBytes: number): SizeLimit => {
  let refusedBytes = Infinity;
  return {
    whyTooLarge: ({ payload, bytes }) => {
      const limit = Math.min(serverBytes(), streamBytes, refusedBytes - 1);
      if (bytes > limit) return `has ${bytes} bytes with its headers, and the bus takes ${limit} at most`;
      if (payload.length > LONGEST_PAYLOAD_BYTES)
        return `has ${payload.length} bytes, and no context reads more than ${LONGEST_PAYLOAD_BYTES}`;
      return undefined;
    },
    refused: ({ bytes }) => {
      refusedBytes = Math.min(refusedBytes, bytes);
    },
  };
};

/** What the server answers to a parcel: its place in the stream; or that it passes, and sending again may help; or why it is not stored. */
export type Answer =
  | { readonly kind: 'stored'; readonly seq: number }
  | { readonly kind: 'passing'; readonly text: string }
  | { readonly kind: 'refused'; readonly code: number; readonly text: string };

/** Codes of JetStream's API for what passes by itself: nobody leads for the moment, or somebody else does now. */
export const PASSING_CODES: readonly number[] = [10_008, 10_009];
/** The message is longer than the stream takes. */
export const TOO_LONG_CODE = 10_054;

/** The members of what should be a JSON object; none of anything else. */
const membersOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

/** Reads an answer, whatever came; a server that starts, or has no stream (yet), answers by a status alone. */
export const readAnswer = (reply: Pick<Msg, 'data' | 'string'>): Answer => {
  if (reply.data.length === 0) return { kind: 'passing', text: 'no stream takes it' };
  const raw = reply.string();
  const unreadable: Answer = { kind: 'refused', code: 0, text: `an answer that can't be read came: ${raw.slice(0, 100)}` };
  let answer: Readonly<Record<string, unknown>>;
  try {
    answer = membersOf(JSON.parse(raw));
  } catch {
    return unreadable;
  }
  const { seq, error } = answer;
  // A refusal says `seq: 0` too.
  if (error === undefined) return Number.isSafeInteger(seq) && Number(seq) > 0 ? { kind: 'stored', seq: Number(seq) } : unreadable;
  const { err_code: given, description } = membersOf(error);
  const code = typeof given === 'number' ? given : 0;
  const text = typeof description === 'string' && description !== '' ? description : 'it did not say why';
  return PASSING_CODES.includes(code) ? { kind: 'passing', text } : { kind: 'refused', code, text };
};

const GIVE_ROOM =
  'Make room for its streams: remove what nobody needs (food-sim doctor --bus … lists ours), or raise its limits (max_file_store, max_file, max_bytes). What waits is published then.';
/**
 * In words: account resources exceeded, insufficient resources, storage resources exceeded, insufficient storage, the
 * stream's own limit.
 */
const NO_ROOM_CODES: readonly number[] = [10_002, 10_023, 10_028, 10_047, 10_077];
const MENDS: Readonly<Record<number, string>> = {
  ...Object.fromEntries(NO_ROOM_CODES.map((code) => [code, GIVE_ROOM])),
  10_027:
    'Remove what nobody needs (food-sim doctor --bus … lists our streams, and --remove-left-overs removes those of killed runs), or raise max_streams.',
  [TOO_LONG_CODE]: 'Raise max_msg_size of the stream, or max_payload of the server.',
};

/** Whether the server refused for want of room by this code: what is refused now is taken when there is some. */
export const isNoRoom = (code: number): boolean => NO_ROOM_CODES.includes(code);

/** What mends what the server refused by this code of its API, as full sentences. */
export const mendOf = (code: number): string | undefined => MENDS[code];
