/** What the contexts promise to whoever asks them or hears of them, whole, so that a change of it is seen. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { NotYet } from '../kernel/errors.ts';
import type { ContextDefinition } from '../runtime/actor/context.ts';
import { describeContexts } from '../system/definition.ts';
import { putToWork } from './context.fixture.ts';
import { EVERY_EVENT } from './every-event.fixture.ts';
import { CONTEXT_NAMES, FOOD } from './index.ts';

const contextOf = (name: string): ContextDefinition => describeContexts(FOOD).find((context) => context.name === name)!;
const shapeOf = (schema: z.ZodType | undefined): string =>
  schema === undefined
    ? 'nothing'
    : JSON.stringify(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })).replace(/"\$schema":"[^"]*",?/, '');

/** What a context without any row comes to where it hears of this: why it waits, or nothing. */
const onNothing = (definition: ContextDefinition, event: (typeof EVERY_EVENT)[number]): string => {
  const subscription = definition.subscriptions.find(({ event: { type } }) => type === event.type);
  if (subscription === undefined) return 'is not heard';
  try {
    putToWork(definition).execute({ causationId: 'c', correlationId: 'c', traceId: '' }, (scope) =>
      subscription.handle(event as never, scope),
    );
    return 'is taken in';
  } catch (error) {
    if (error instanceof NotYet) return error.message;
    throw error;
  }
};

describe.each(CONTEXT_NAMES)('%s', (name) => {
  it('answers so', () => {
    const lines = contextOf(name).routes.flatMap(({ method, path, operation, summary, success, refusals = [], ...route }) => [
      `${method} ${path} (${operation}): ${summary}`,
      `  ${success.status}: ${success.description}${refusals.length === 0 ? '' : `; or ${refusals.join(', ')}`}`,
      ...('query' in route ? [`  by ${shapeOf(route.query)}`] : []),
      ...('body' in route ? [`  with ${shapeOf(route.body)}`] : []),
    ]);
    expect(lines.join('\n')).toMatchSnapshot();
    expect(contextOf(name).refusals).toMatchSnapshot();
  });

  it('tells so', () => {
    expect(
      contextOf(name)
        .events.map(({ type, schema }) => `${type} ${shapeOf(schema as z.ZodType)}`)
        .join('\n'),
    ).toMatchSnapshot();
  });

  it('hears so, where it knows nothing yet', () => {
    expect(EVERY_EVENT.map((event) => `${event.type}: ${onNothing(contextOf(name), event)}`).join('\n')).toMatchSnapshot();
  });
});
