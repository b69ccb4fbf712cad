import type { Envelope } from '../../kernel/envelope.ts';
import type { Actor } from '../../runtime/actor/actor-port.ts';
import type { ContextDefinition } from '../../runtime/actor/context.ts';
import type { Reads } from '../../runtime/tables/tables.ts';
import type { Remains, Rest } from './invariant.ts';

/** What is left to do in the contexts. */
export const remainsOf = (actors: Readonly<Record<string, Actor>>): readonly Remains[] =>
  Object.entries(actors).map(([context, actor]) => ({
    context,
    outbox: actor.unpublished(),
    parked: actor.parked(),
    deadLetters: actor.deadLetters(),
  }));

/** Where the views of these contexts are not the fold of the stream. */
export const driftOf = (
  definitions: Readonly<Record<string, ContextDefinition>>,
  readOf: (context: string) => Reads,
  stream: readonly Envelope[],
): Rest['drift'] => Object.values(definitions).flatMap(({ name, views = [] }) => views.flatMap(({ drift }) => drift(readOf(name), stream)));
