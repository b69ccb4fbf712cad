import type { EventId } from './ids.ts';
import { DEEPEST_JSON, isDeeperThan } from './json-depth.ts';

/**
 * What travels on the bus: a CloudEvents 1.0 event in structured JSON. `correlationid` and
 * `causationid` are extension attributes of ours, `traceparent` is CloudEvents' distributed
 * tracing extension (W3C Trace Context).
 */
export interface Envelope<Type extends string = string, Data = unknown> {
  readonly specversion: '1.0';
  /** The deduplication key: published twice, it is the same event. */
  readonly id: EventId;
  /** The context that says it happened: `/front`. */
  readonly source: string;
  /** The event's name: `OrderPlaced`. */
  readonly type: Type;
  /** The entity concerned: an order id, or a customer id for events without an order. */
  readonly subject: string;
  /** When it happened, RFC 3339 in UTC with milliseconds. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  /** The id of the request that started it all. */
  readonly correlationid: string;
  /** The id of the command or event that caused this one. */
  readonly causationid: string;
  /** `00-<trace id>-<span id>-01`. */
  readonly traceparent: string;
  readonly data: Data;
}

/** What a command or a handled event passes on to the events that it causes. */
export interface Cause {
  /** The id of the command, or of the event handled. */
  readonly causationId: string;
  readonly correlationId: string;
  /** The 32 hex digits shared by all spans of one trace. */
  readonly traceId: string;
}

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/;

/** The trace id in a W3C traceparent, or undefined where the text is none (an all-zero id is invalid). */
export const traceIdOf = (traceparent: string | undefined): string | undefined => {
  const traceId = traceparent === undefined ? undefined : TRACEPARENT.exec(traceparent)?.[1];
  return traceId === undefined || /^0+$/.test(traceId) ? undefined : traceId;
};

/** What an event, once handled, is the cause of. */
export const causeOf = (event: Envelope): Cause => ({
  causationId: event.id,
  correlationId: event.correlationid,
  traceId: event.traceparent.slice(3, 35),
});

type Read = { readonly ok: true; readonly envelope: Envelope } | { readonly ok: false; readonly reason: string };

const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;
const TEXT_ATTRIBUTES = ['id', 'source', 'type', 'subject', 'time', 'correlationid', 'causationid'] as const;

/** The longest of our attributes, in UTF-16 code units; ids of people's own have 100 at most. */
const LONGEST_ATTRIBUTE = 1_024;

/** A value that somebody else sent, as a reason shows it: cut short, since what is wrong with it may be its length. */
const shown = (value: unknown): string => {
  const text = value === undefined ? 'missing' : JSON.stringify(value);
  return text.length <= 100 ? text : `${text.slice(0, 99)}…`;
};

/**
 * Reads what came from outside as an envelope. Checks the attributes, not the data: what the data of a
 * type must look like, its context's contract says. Never throws; says which attribute is wrong.
 */
export const readEnvelope = (value: unknown): Read => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { ok: false, reason: 'is not a JSON object, so not a CloudEvents 1.0 event' };
  }
  // Before anything of it is written as JSON again, which overflows the stack on what is nested by the thousand.
  if (isDeeperThan(value, DEEPEST_JSON)) return { ok: false, reason: `is nested deeper than ${DEEPEST_JSON} levels` };
  const attributes = value as Record<string, unknown>;
  if (attributes['specversion'] !== '1.0') {
    return { ok: false, reason: `is not a CloudEvents 1.0 event: specversion is ${shown(attributes['specversion'])}` };
  }
  for (const name of TEXT_ATTRIBUTES) {
    const attribute = attributes[name];
    if (typeof attribute !== 'string' || attribute === '') {
      return { ok: false, reason: `attribute ${name} must be a non-empty text, and is ${shown(attribute)}` };
    }
    if (attribute.length > LONGEST_ATTRIBUTE) {
      return {
        ok: false,
        reason: `attribute ${name} has ${attribute.length} characters, and none of ours has more than ${LONGEST_ATTRIBUTE}`,
      };
    }
  }
  const time = attributes['time'] as string;
  if (!RFC_3339.test(time) || Number.isNaN(Date.parse(time))) {
    return { ok: false, reason: `attribute time must be an RFC 3339 time, and is ${shown(attributes['time'])}` };
  }
  if (typeof attributes['traceparent'] !== 'string' || traceIdOf(attributes['traceparent']) === undefined) {
    return { ok: false, reason: `attribute traceparent must be a W3C traceparent, and is ${shown(attributes['traceparent'])}` };
  }
  if (typeof attributes['data'] !== 'object' || attributes['data'] === null || Array.isArray(attributes['data'])) {
    return { ok: false, reason: 'attribute data must be a JSON object' };
  }
  return { ok: true, envelope: value as Envelope };
};
