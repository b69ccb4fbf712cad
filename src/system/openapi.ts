import type { ContextDefinition } from '../runtime/actor/context.ts';
import { createOpenApi } from '../runtime/http/openapi.ts';
import type { SystemDefinition } from './definition.ts';
import { readVersion } from './version.ts';

/** The OpenAPI document of the whole system, as its gateway answers it. */
export const openApiOf = (
  { title, description }: SystemDefinition,
  definitions: readonly ContextDefinition[],
  gatewayUrl: string,
  isInCells = false,
): object =>
  createOpenApi({
    title,
    description,
    version: readVersion(),
    servers: [gatewayUrl],
    isInCells,
    contexts: definitions.map(({ name, routes, refusals }) => ({ name, routes, refusals })),
  });
