import type { ContextDefinition } from '../runtime/context.ts';
import { createOpenApi } from '../runtime/http/openapi.ts';

/** The OpenAPI document of the whole system, as its gateway answers it. */
export const openApiOf = (definitions: readonly ContextDefinition[], gatewayUrl: string): object =>
  createOpenApi({ version: '0.1.0', servers: [gatewayUrl], contexts: definitions.map(({ name, routes }) => ({ name, routes })) });
