import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { LUNCH_REFUSALS, LUNCH_ROUTES } from './fake-context.fixture.ts';
import { createOpenApi } from './openapi.ts';
import type { Route } from './route.ts';

interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly parameters: readonly {
    readonly $ref?: string;
    readonly name?: string;
    readonly in?: string;
    readonly required?: boolean;
    readonly schema?: object;
  }[];
  readonly requestBody?: object;
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const documentOf = (routes: readonly Route[]): Document =>
  JSON.parse(
    JSON.stringify(
      createOpenApi({
        title: 'lunch',
        description: 'Lunches.',
        version: '1.2.3',
        servers: ['http://127.0.0.1:8088'],
        contexts: [{ name: 'lunch', routes, refusals: LUNCH_REFUSALS }],
      }),
    ),
  ) as Document;

/** Every `$ref` within a JSON value. */
const refsIn = (value: unknown): string[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([name, member]: [string, unknown]) =>
        name === '$ref' && typeof member === 'string' ? [member] : refsIn(member),
      );

const resolve = (document: unknown, pointer: string): unknown =>
  pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((within, name) => (within as Record<string, unknown> | undefined)?.[name], document);

describe('the OpenAPI document', () => {
  it('describes every route once, with resolvable references and described path parameters', () => {
    const document = documentOf(LUNCH_ROUTES);
    for (const ref of refsIn(document)) expect(resolve(document, ref), ref).toBeTypeOf('object');
    const operations = Object.entries(document.paths)
      .flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => ({ path, method, operation })))
      .filter(({ operation }) => !operation.tags.includes('operating'));
    expect(operations.map(({ operation }) => operation.operationId).sort()).toEqual(LUNCH_ROUTES.map((route) => route.operation).sort());
    for (const { path, method, operation } of operations) {
      const route = LUNCH_ROUTES.find((one) => one.operation === operation.operationId);
      expect([path, method]).toEqual([route?.path.replaceAll(/:(\w+)/g, '{$1}'), route?.method.toLowerCase()]);
      const inPath = operation.parameters.filter((parameter) => parameter.in === 'path').map((parameter) => `{${parameter.name}}`);
      expect(inPath).toEqual([...path.matchAll(/\{\w+\}/g)].map(([name]) => name));
      expect(operation.responses).toHaveProperty(String(route?.success.status));
      for (const response of Object.values(operation.responses)) expect(response.description).not.toBe('');
    }
  });

  it('is this: what all operations share, and one of them', () => {
    const { components, paths } = documentOf(LUNCH_ROUTES) as unknown as {
      readonly components: Readonly<Record<string, unknown>>;
      readonly paths: Document['paths'];
    };
    expect({ ...components, delete: paths['/orders/{orderId}']?.['delete'] }).toMatchSnapshot();
  });

  it('tells of the bearer token that a system may ask for', () => {
    const document = documentOf(LUNCH_ROUTES) as unknown as {
      readonly security: unknown;
      readonly components: { readonly securitySchemes: unknown };
    };
    expect(document.security).toEqual([{}, { bearer: [] }]);
    expect(document.components.securitySchemes).toEqual({
      bearer: { type: 'http', scheme: 'bearer', description: expect.stringContaining('--token') as string },
    });
  });

  it('says what a command takes and how it is refused', () => {
    const place = documentOf(LUNCH_ROUTES).paths['/orders']?.['post'];
    expect(place?.requestBody).toMatchObject({
      required: true,
      content: { 'application/json': { schema: { required: ['customerId', 'price'], properties: { price: { type: 'integer' } } } } },
    });
    expect(place?.parameters).toContainEqual({ $ref: '#/components/parameters/IdempotencyKey' });
    expect(Object.keys(place?.responses ?? {})).toEqual(['201', '400', '401', '413', '415', '422', '500', '503', '504']);
    const cancel = documentOf(LUNCH_ROUTES).paths['/orders/{orderId}']?.['delete'];
    expect(cancel?.responses['409']?.description).toContain(LUNCH_REFUSALS['order-already-cooking'].meaning);
    expect(cancel).not.toHaveProperty('requestBody');
  });

  it('describes a query by what is taken, and a converted number by what it becomes', () => {
    const route = LUNCH_ROUTES.find((one) => one.operation === 'listLunches') as Route;
    const query = z.strictObject({
      status: z
        .enum(['paid', '결재됨'])
        .transform((word) => word.length)
        .optional(),
      page: z.preprocess((value) => Number(value), z.int().min(0)).default(0),
      near: z.string(),
    });
    const parameters = documentOf([{ ...route, query }]).paths['/orders']?.['get']?.parameters.filter(
      (parameter) => parameter.in === 'query',
    );
    expect(parameters).toMatchObject([
      { name: 'status', required: false, schema: { enum: ['paid', '결재됨'] } },
      { name: 'page', required: false, schema: { type: 'integer', minimum: 0 } },
      { name: 'near', required: true, schema: { type: 'string' } },
    ]);
  });
});
