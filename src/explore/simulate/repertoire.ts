import type { ContextDefinition } from '../../runtime/actor/context.ts';
import type { Verbs } from '../../system/verb.ts';
import type { SpokenSystem } from '../../scenarios/definition.ts';
import type { ExploredSystem, People } from '../definition.ts';
import { bodiesOf, type DrawBody } from '../schedule/draw-body.ts';

/** What a system offers to those who draw schedules of it. */
export interface Repertoire {
  /** How scenarios speak of it. */
  readonly system: SpokenSystem;
  readonly verbs: Verbs;
  /** How people behave, by the name of the workload. */
  readonly people: Readonly<Record<string, People>>;
  /** How the body of a request is drawn, by method and path. */
  readonly bodies: ReadonlyMap<string, DrawBody>;
  /** Every context; those from which events come; and those of which one may hear the news late. */
  readonly contexts: readonly string[];
  readonly publishers: readonly string[];
  readonly laggards: readonly string[];
  /** Every handler: who hears what. */
  readonly handlers: readonly { readonly context: string; readonly type: string }[];
}

/** Reads the repertoire of a system and its contexts. */
export const repertoireOf = (definitions: Readonly<Record<string, ContextDefinition>>, system: ExploredSystem): Repertoire => {
  const { verbs, people, laggards } = system;
  const contexts = Object.values(definitions);
  return {
    system,
    verbs,
    people,
    laggards,
    contexts: contexts.map(({ name }) => name),
    publishers: contexts.flatMap(({ name, events }) => (events.length === 0 ? [] : [name])),
    bodies: bodiesOf(contexts.flatMap(({ routes }) => routes)),
    handlers: contexts.flatMap(({ name: context, subscriptions }) => subscriptions.map(({ event: { type } }) => ({ context, type }))),
  };
};
