/**
 * A mutation brings in one fault, the original system's or one that is easily made, from outside: it wraps what a context declares,
 * or what its actor works with, and the healthy code never knows.
 */
import { nearest } from '../kernel/nearest.ts';
import type { Bus } from '../bus/bus.ts';
import { OperatingError } from '../kernel/errors.ts';
import type { EventDefinition } from '../kernel/event.ts';
import type { ContextDefinition, Scope, Subscription } from '../runtime/actor/context.ts';
import type { CommandRoute } from '../runtime/http/route.ts';
import type { Disk } from '../runtime/tables/tables.ts';

/** What an actor works with, as far as a mutation may spoil it. */
export interface ActorParts {
  readonly disk: Disk;
  readonly bus: Bus;
}

/** One fault, to be brought in by name. */
export interface Mutation {
  readonly name: string;
  /** Who made it: the original of a system, or a hurried change; undefined where that is of no matter. */
  readonly whose?: string;
  /** What the fault does, as a sentence. */
  readonly what: string;
  /** What breaks, as a sentence. */
  readonly breaks: string;
  /** Changes a context's definition; asked for each of them. */
  readonly define?: (definition: ContextDefinition) => ContextDefinition;
  /** Changes what an actor works with; asked for each of them. */
  readonly equip?: (parts: ActorParts) => ActorParts;
}

/** Changes the context of this name only. */
export const inContext =
  (name: string, change: (definition: ContextDefinition) => ContextDefinition) =>
  (definition: ContextDefinition): ContextDefinition =>
    definition.name === name ? change(definition) : definition;

/** Has another reaction to an event; `handle` is given the event's data, and the reaction that it replaces. */
export const reacting = <Data>(
  event: EventDefinition<string, Data>,
  handle: (data: Data, scope: Scope, healthy: (scope: Scope) => void) => void,
) => {
  const spoil = (subscription: Subscription): Subscription => ({
    event: subscription.event,
    handle: (envelope, scope) => {
      handle((envelope as { readonly data: Data }).data, scope, (inner) => {
        subscription.handle(envelope, inner);
      });
    },
  });
  return (definition: ContextDefinition): ContextDefinition => ({
    ...definition,
    subscriptions: definition.subscriptions.map((subscription) =>
      subscription.event.type === event.type ? spoil(subscription) : subscription,
    ),
  });
};

/** Has another reaction to every event. */
export const reactingToAll =
  (handle: Spoiled) =>
  (definition: ContextDefinition): ContextDefinition => ({
    ...definition,
    subscriptions: definition.subscriptions.map(({ event, handle: healthy }) => ({
      event,
      handle: (envelope, scope) => {
        handle(() => {
          healthy(envelope, scope);
        });
      },
    })),
  });

type Spoiled = (healthy: () => void) => void;

/** Answers a command in another way; `execute` is given the way that it replaces. */
export const answering =
  (
    operation: string,
    execute: (
      request: Parameters<CommandRoute['execute']>[0],
      scope: Scope,
      healthy: CommandRoute['execute'],
    ) => ReturnType<CommandRoute['execute']>,
  ) =>
  (definition: ContextDefinition): ContextDefinition => ({
    ...definition,
    routes: definition.routes.map((route) =>
      route.method !== 'GET' && route.operation === operation
        ? { ...route, execute: (request, scope) => execute(request, scope, (inner, innerScope) => route.execute(inner, innerScope)) }
        : route,
    ),
  });

/** A scope whose events carry other data. */
export const tellingOtherwise = (
  scope: Scope,
  rewrite: (type: string, data: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>,
): Scope => ({
  ...scope,
  emit: (event, subject, data) => {
    scope.emit(event, subject, rewrite(event.type, data as Readonly<Record<string, unknown>>) as typeof data);
  },
});

/** Throws an OperatingError (usage) for a name that no mutation has. */
const named = (mutations: readonly Mutation[], name: string): Mutation => {
  const mutation = mutations.find((one) => one.name === name);
  if (mutation !== undefined) return mutation;
  const known = mutations.map((one) => one.name);
  const near = nearest(name, known);
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  throw new OperatingError('usage', `there is no mutation ${JSON.stringify(name)}${hint}`, { mend: `Known are: ${known.join(', ')}.` });
};

/**
 * The contexts with those of the mutations that are named; contexts that none concerns are the same. Throws an
 * OperatingError (usage) for an unknown name.
 */
export const mutate = <Definitions extends Readonly<Record<string, ContextDefinition>>>(
  definitions: Definitions,
  mutations: readonly Mutation[],
  names: readonly string[],
): Definitions => {
  const changes = names.flatMap((name) => named(mutations, name).define ?? []);
  const changed = (definition: ContextDefinition): ContextDefinition => changes.reduce((before, change) => change(before), definition);
  return Object.fromEntries(Object.entries(definitions).map(([name, definition]) => [name, changed(definition)])) as Definitions;
};

/** What one actor works with under these mutations. Throws an OperatingError (usage) for an unknown name. */
export const equip = (parts: ActorParts, mutations: readonly Mutation[], names: readonly string[]): ActorParts =>
  names.reduce((before, name) => named(mutations, name).equip?.(before) ?? before, parts);

/** Throws an OperatingError (usage) where one of the names is not a mutation. */
export const checkMutations = (mutations: readonly Mutation[], names: readonly string[]): void => {
  for (const name of names) named(mutations, name);
};
