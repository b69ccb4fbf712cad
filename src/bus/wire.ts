import { readEnvelope } from '../kernel/envelope.ts';
import type { Envelope } from '../kernel/envelope.ts';
import { OperatingError, assert, messageOf } from '../kernel/errors.ts';
import { DEEPEST_JSON, isDeeperThan, placeDeeperThan } from '../kernel/json-depth.ts';
import { isMalformed } from './bus.ts';
import type { Malformed } from './bus.ts';

/** The content type of a CloudEvents 1.0 event in structured JSON; sent as a header of each message. */
export const CONTENT_TYPE = 'application/cloudevents+json';

/** The most characters of a broken payload that are kept for the person who will look at it. */
const RAW_LIMIT = 64 * 1024;

/** The longest payload that is read, in bytes: four times the longest body of a command, which no event of ours comes near. */
export const LONGEST_PAYLOAD_BYTES = 262_144;

const WORLD = /^[A-Za-z0-9_-]{1,64}$/;
const TOKEN = /^[A-Za-z0-9_-]+$/;

/** Returns the world's name, or throws an OperatingError (usage): it becomes part of subjects and of a stream's name. */
export const checkedWorld = (world: string): string => {
  if (WORLD.test(world)) return world;
  throw new OperatingError('usage', `${JSON.stringify(world)} can't be the name of a world on the bus`, {
    mend: 'Use 1 to 64 letters, digits, _ and -.',
  });
};

const ROOT = 'foodsim.';

/** The subjects of all worlds. */
export const EVERY_WORLD = `${ROOT}>`;

/** What all subjects of a world begin with, the last dot included. */
export const subjectPrefix = (world: string): string => `${ROOT}${world}.`;

/** The subject of an event: `foodsim.<world>.<context>.<Type>`. An event whose source or type is not a token is a bug. */
export const subjectOf = (world: string, envelope: Envelope): string => {
  const context = envelope.source.slice(1);
  assert(envelope.source.startsWith('/') && TOKEN.test(context), `the source of an event is a slash and a name, not ${envelope.source}`);
  assert(TOKEN.test(envelope.type), `the type of an event is one word, not ${envelope.type}`);
  return subjectPrefix(world) + context + '.' + envelope.type;
};

/** The type by which consumers choose a message: the event's own, and for what is none, the last word of its subject. */
export const typeOf = (message: Envelope | Malformed): string =>
  isMalformed(message) ? message.subject.slice(message.subject.lastIndexOf('.') + 1) : message.type;

const encoder = new TextEncoder();
const strictDecoder = new TextDecoder('utf-8', { fatal: true });
const lenientDecoder = new TextDecoder('utf-8');

/** The payload of a message. */
export const encode = (envelope: Envelope): Uint8Array => encoder.encode(JSON.stringify(envelope));

const malformed = (subject: string, raw: string, reason: string): Malformed => ({
  malformed: true,
  subject,
  raw: raw.slice(0, RAW_LIMIT),
  reason,
});

/** Why an envelope doesn't belong on this subject, or undefined where it does. */
const misplaced = (subject: string, envelope: Envelope): string | undefined => {
  const tail = `${envelope.source.replace(/^\//, '')}.${envelope.type}`;
  return subject.endsWith(`.${tail}`) ? undefined : `came on a subject that does not end with .${tail}, as its source and type demand`;
};

/** Reads what came on a subject; never throws, whoever sent it: a message that can't be read would come again for ever. */
export const decode = (subject: string, payload: string | Uint8Array): Envelope | Malformed => {
  const bytes = typeof payload === 'string' ? Buffer.byteLength(payload) : payload.byteLength;
  if (bytes > LONGEST_PAYLOAD_BYTES) {
    const beginning = typeof payload === 'string' ? payload : lenientDecoder.decode(payload.subarray(0, RAW_LIMIT));
    return malformed(subject, beginning, `has ${bytes} bytes, and no event of ours has more than ${LONGEST_PAYLOAD_BYTES}`);
  }
  let text: string;
  if (typeof payload === 'string') {
    text = payload;
  } else {
    try {
      text = strictDecoder.decode(payload);
    } catch {
      // The reason for the failure is the same each time: these bytes are not text.
      return malformed(subject, lenientDecoder.decode(payload), 'is not UTF-8 text');
    }
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return malformed(subject, text, `is not JSON: ${messageOf(error)}`);
  }
  if (isDeeperThan(value, DEEPEST_JSON)) {
    return malformed(subject, text, `is nested deeper than ${DEEPEST_JSON} levels, from ${placeDeeperThan(text, DEEPEST_JSON)} on`);
  }
  const read = readEnvelope(value);
  if (!read.ok) return malformed(subject, text, read.reason);
  const reason = misplaced(subject, read.envelope);
  return reason === undefined ? read.envelope : malformed(subject, text, reason);
};
