import { z } from 'zod';
import { PROBLEMS, kindOf } from './catalogue.ts';
import type { ProblemCode, Refusals } from './catalogue.ts';
import { MAX_ID_LENGTH } from './router.ts';
import type { Route } from './route.ts';

/** What {@link createOpenApi} is made of. */
export interface OpenApiOptions {
  readonly title: string;
  readonly description: string;
  /** The program's version. */
  readonly version: string;
  /** Addresses without a path, the gateway's first. */
  readonly servers: readonly string[];
  /** Whether what it describes is split into cells. */
  readonly isInCells?: boolean;
  /** One tag for each. */
  readonly contexts: readonly { readonly name: string; readonly routes: readonly Route[]; readonly refusals: Refusals }[];
}

type Json = Record<string, unknown>;

/** The answers that every route may give, whatever it is for. */
const ANYWHERE: readonly ProblemCode[] = [
  'unauthorized',
  'internal-error',
  'overloaded',
  'database-trouble',
  'context-unavailable',
  'upstream-timeout',
];
/** What may be wrong with a body; a command that wants none is still read with the one that came. */
const OF_BODIES: readonly ProblemCode[] = [
  'malformed-json',
  'body-too-large',
  'event-too-large',
  'unsupported-media-type',
  'idempotency-key-reused',
];

const BEARER: Json = {
  type: 'http',
  scheme: 'bearer',
  description: 'Asked for on every port of a system that was started with a token (--token, --token-file).',
};

const problemSchema = (codes: readonly string[]): Json => ({
  type: 'object',
  description: 'A refusal, after RFC 9457.',
  required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'mend', 'correlationId'],
  properties: {
    type: { type: 'string', pattern: '^urn:food-sim:problem:' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: "The refusal's own sentence." },
    instance: { type: 'string', description: 'The path and query asked for.' },
    code: { type: 'string', enum: codes },
    mend: { type: 'string', description: 'What the caller can do about it.' },
    correlationId: { type: 'string' },
    errors: {
      type: 'array',
      description: 'With code invalid-request: every field that breaks its rule.',
      items: {
        type: 'object',
        required: ['field', 'in', 'message'],
        properties: {
          field: { type: 'string', description: 'A JSON pointer.' },
          in: { enum: ['body', 'query', 'path', 'header'] },
          message: { type: 'string' },
        },
      },
    },
  },
  additionalProperties: true,
});

const header = (name: string, description: string, schema: Json): Json => ({ name, in: 'header', required: false, description, schema });

const PARAMETERS: Json = {
  CorrelationId: header(
    'x-correlation-id',
    'The id of the request that started it all; made where it is absent. Every answer carries it.',
    { type: 'string', pattern: '^[\\x21-\\x7e]{1,128}$' },
  ),
  Traceparent: header('traceparent', 'W3C Trace Context.', { type: 'string' }),
  IdempotencyKey: header(
    'Idempotency-Key',
    'The same key with the same request gets the first answer again, marked by the header idempotency-replayed.',
    {
      type: 'string',
      pattern: '^[\\x21-\\x7e]{1,200}$',
    },
  ),
};

const ref = (place: string): Json => ({ $ref: `#/components/${place}` });

const jsonSchemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const json = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json;
  // The document as a whole says which dialect it speaks.
  delete json['$schema'];
  return json;
};

/** Says nothing about a value: what a conversion looks like from the side where it takes anything. */
const isOpaque = (schema: Json | undefined): boolean =>
  schema === undefined || !['type', 'enum', 'const', 'anyOf', 'oneOf', 'allOf', '$ref'].some((member) => member in schema);

const queryParameters = (schema: z.ZodType): Json[] => {
  const input = jsonSchemaOf(schema, 'input');
  const taken = (input['properties'] ?? {}) as Record<string, Json>;
  const given = (jsonSchemaOf(schema, 'output')['properties'] ?? {}) as Record<string, Json>;
  const required = (input['required'] ?? []) as readonly string[];
  return Object.entries(taken).map(([name, property]) => ({
    name,
    in: 'query',
    // A parameter with a default is never required, whichever side says it.
    required: required.includes(name) && given[name]?.['default'] === undefined,
    // A number in a query is taken as text; what it becomes says more.
    schema: isOpaque(property) && !isOpaque(given[name]) ? given[name] : property,
  }));
};

const pathParameters = (path: string): Json[] =>
  [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', minLength: 1, maxLength: MAX_ID_LENGTH },
  }));

const codesOf = (route: Route, isInCells: boolean): readonly string[] => {
  const isCommand = route.method !== 'GET';
  const refusals = route.refusals ?? [];
  const hasInput = route.path.includes(':') || route.query !== undefined;
  return [
    ...new Set<string>([
      ...refusals,
      ...(hasInput || isCommand ? (['invalid-request'] as const) : []),
      ...(isInCells ? (['cell-unavailable'] as const) : []),
      // Whatever may name an id, may name one of a cell that there is not.
      ...(isInCells && (hasInput || refusals.length > 0) ? (['unknown-cell'] as const) : []),
      ...(isCommand ? OF_BODIES : []),
      ...ANYWHERE,
    ]),
  ];
};

const CORRELATION_HEADER: Json = { 'x-correlation-id': { schema: { type: 'string' } } };

/** One response for each status, that lists the codes which share it. */
const problemResponses = (codes: readonly string[], own: Refusals): Json => {
  const kinds = codes.flatMap((code) => {
    const kind = kindOf(code, own);
    return kind === undefined ? [] : [{ code, kind }];
  });
  const byStatus = Map.groupBy(kinds, ({ kind }) => kind.status);
  const responses: Json = {};
  for (const [status, shared] of [...byStatus].sort(([one], [other]) => one - other)) {
    responses[String(status)] = {
      description: shared.map(({ code, kind }) => `\`${code}\`: ${kind.meaning}`).join('\n\n'),
      headers: CORRELATION_HEADER,
      content: {
        'application/problem+json': {
          schema: { allOf: [ref('schemas/Problem'), { properties: { code: { enum: shared.map(({ code }) => code) } } }] },
        },
      },
    };
  }
  return responses;
};

const operationOf = (route: Route, tag: string, own: Refusals, isInCells: boolean): Json => {
  const { success } = route;
  const isCommand = route.method !== 'GET';
  return {
    operationId: route.operation,
    tags: [tag],
    summary: route.summary,
    parameters: [
      ...pathParameters(route.path),
      ...(route.query === undefined ? [] : queryParameters(route.query)),
      ref('parameters/CorrelationId'),
      ref('parameters/Traceparent'),
      ...(isCommand ? [ref('parameters/IdempotencyKey')] : []),
    ],
    ...(isCommand && route.body !== undefined
      ? { requestBody: { required: true, content: { 'application/json': { schema: jsonSchemaOf(route.body, 'input') } } } }
      : {}),
    responses: {
      [String(success.status)]: {
        description: success.description,
        headers: success.status === 201 ? { ...CORRELATION_HEADER, location: { schema: { type: 'string' } } } : CORRELATION_HEADER,
        ...(success.schema === undefined ? {} : { content: { 'application/json': { schema: jsonSchemaOf(success.schema, 'output') } } }),
      },
      ...problemResponses(codesOf(route, isInCells), own),
    },
  };
};

const SERVER_TAG = 'operating';

const stateOf = (values: readonly string[]): Json => ({
  'application/json': {
    schema: { type: 'object', required: ['status'], properties: { status: { enum: values } }, additionalProperties: true },
  },
});

/** What servers answer about themselves, each context and the gateway. */
const OWN: readonly {
  readonly path: string;
  readonly operation: string;
  readonly summary: string;
  readonly responses: Json;
  readonly open: boolean;
}[] = [
  {
    path: '/livez',
    operation: 'isAlive',
    summary: 'Whether the process answers',
    open: true,
    responses: { 200: { description: 'It does.', content: stateOf(['up']) } },
  },
  {
    path: '/readyz',
    operation: 'isReady',
    summary: 'Whether requests are to be sent here',
    open: true,
    responses: {
      200: { description: 'They are; a gateway names contexts that take none.', content: stateOf(['up']) },
      503: { description: 'They are not, and `reason` says why.', content: stateOf(['down', 'degraded', 'behind']) },
    },
  },
  {
    path: '/health',
    operation: 'showHealth',
    summary: 'What waits, and what keeps it waiting',
    open: false,
    responses: {
      200: { description: 'All is well.', content: stateOf(['up']) },
      503: { description: 'Something is not, and `reason` says what.', content: stateOf(['down', 'degraded']) },
    },
  },
  {
    path: '/metrics',
    operation: 'showMetrics',
    summary: 'What the process knows of its work in numbers, in the Prometheus text format',
    open: false,
    responses: { 200: { description: 'All of it.', content: { 'text/plain': { schema: { type: 'string' } } } } },
  },
];

const ownOperations = (): Record<string, Json> =>
  Object.fromEntries(
    OWN.map(({ path, operation, summary, responses, open }) => [
      path,
      {
        get: {
          operationId: operation,
          tags: [SERVER_TAG],
          summary,
          parameters: [],
          ...(open ? { security: [{}] } : {}),
          responses: { ...responses, ...(open ? {} : problemResponses(['unauthorized'], {})) },
        },
      },
    ]),
  );

/** Makes the OpenAPI 3.1 document of the contexts' routes: what is served is what it says, from the same data. */
export const createOpenApi = (options: OpenApiOptions): object => {
  const paths = ownOperations();
  const codes = [...options.contexts.flatMap(({ refusals }) => Object.keys(refusals)), ...Object.keys(PROBLEMS)];
  for (const { name, routes, refusals } of options.contexts) {
    for (const route of routes) {
      const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
      (paths[path] ??= {})[route.method.toLowerCase()] = operationOf(route, name, refusals, options.isInCells === true);
    }
  }
  return {
    openapi: '3.1.0',
    info: { title: options.title, version: options.version, description: options.description, license: { name: 'MIT', identifier: 'MIT' } },
    servers: options.servers.map((url) => ({ url })),
    tags: [...options.contexts.map(({ name }) => ({ name })), { name: SERVER_TAG }],
    // Without any, or with a token: the same document stands for systems that ask for one and for those that don't.
    security: [{}, { bearer: [] }],
    paths,
    components: { schemas: { Problem: problemSchema(codes) }, parameters: PARAMETERS, securitySchemes: { bearer: BEARER } },
  };
};
