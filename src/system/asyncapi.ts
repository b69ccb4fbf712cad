import { z } from 'zod';
import type { ContextDefinition } from '../runtime/actor/context.ts';
import { eventsOf, type SystemDefinition } from './definition.ts';
import { readVersion } from './version.ts';

type Json = Readonly<Record<string, unknown>>;

const TEXT: Json = { type: 'string', minLength: 1 };

/** A CloudEvents 1.0 event in structured JSON with this data; our attributes are lower case, as CloudEvents wants them. */
const envelopeOf = (context: string, type: string, data: unknown): Json => ({
  type: 'object',
  required: [
    'specversion',
    'id',
    'source',
    'type',
    'subject',
    'time',
    'datacontenttype',
    'correlationid',
    'causationid',
    'traceparent',
    'data',
  ],
  properties: {
    specversion: { const: '1.0' },
    id: { ...TEXT, description: 'The deduplication key: published twice, it is the same event.' },
    source: { const: `/${context}` },
    type: { const: type },
    subject: { ...TEXT, description: 'The entity concerned.' },
    time: { type: 'string', format: 'date-time' },
    datacontenttype: { const: 'application/json' },
    correlationid: { ...TEXT, description: 'The id of the request that started it all.' },
    causationid: { ...TEXT, description: 'The id of the command or event that caused this one.' },
    traceparent: { type: 'string', pattern: '^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$' },
    data,
  },
});

const messageOf = (context: string, type: string, schema: z.ZodType): Json => {
  const { $schema: _dialect, ...data } = z.toJSONSchema(schema);
  return {
    name: type,
    contentType: 'application/cloudevents+json',
    correlationId: { location: '$message.payload#/correlationid' },
    headers: {
      type: 'object',
      properties: { 'Nats-Msg-Id': { ...TEXT, description: "The event's id, so that the stream keeps it once." } },
    },
    payload: envelopeOf(context, type, data),
  };
};

const published = (
  definitions: readonly ContextDefinition[],
): readonly { readonly context: string; readonly type: string; readonly schema: z.ZodType }[] =>
  eventsOf(definitions).map(({ context, event: { type, schema } }) => ({ context, type, schema: schema as z.ZodType }));

/** What each context does with the events: says its own, hears those that it subscribes to. */
const operationsOf = (definitions: readonly ContextDefinition[]): Json => {
  const channel = (type: string) => ({
    channel: { $ref: `#/channels/${type}` },
    messages: [{ $ref: `#/channels/${type}/messages/${type}` }],
  });
  const says = published(definitions).map(({ context, type }) => [
    `${context}-says-${type}`,
    { action: 'send', tags: [{ name: context }], ...channel(type) },
  ]);
  const hears = definitions.flatMap(({ name, subscriptions }) =>
    subscriptions.map(
      ({ event }) => [`${name}-hears-${event.type}`, { action: 'receive', tags: [{ name }], ...channel(event.type) }] as const,
    ),
  );
  return Object.fromEntries([...says, ...hears]) as Json;
};

/** The AsyncAPI 3.0 document of the events on the bus: who says which, who hears it, and what it looks like. */
export const asyncApiOf = ({ name, title, description }: SystemDefinition, definitions: readonly ContextDefinition[]): object => ({
  asyncapi: '3.0.0',
  info: {
    title,
    version: readVersion(),
    description: `The events on NATS JetStream. ${description} The stream of a world is FOODSIM_<world>.`,
    license: { name: 'MIT' },
  },
  defaultContentType: 'application/cloudevents+json',
  servers: { nats: { host: '127.0.0.1:4222', protocol: 'nats', description: 'Any nats-server from 2.10 on, with JetStream.' } },
  channels: Object.fromEntries(
    published(definitions).map(({ context, type }) => [
      type,
      {
        address: `foodsim.{world}.${context}.${type}`,
        parameters: { world: { description: `The name of the running system on the bus; \`${name}\` for food-sim serve.`, default: name } },
        messages: { [type]: { $ref: `#/components/messages/${type}` } },
      },
    ]),
  ),
  operations: operationsOf(definitions),
  components: {
    messages: Object.fromEntries(published(definitions).map(({ context, type, schema }) => [type, messageOf(context, type, schema)])),
  },
});
