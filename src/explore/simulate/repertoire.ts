import type { ContextDefinition } from '../../runtime/actor/context.ts';
import { bodiesOf, type DrawBody } from '../schedule/draw-body.ts';

/** What a system offers to those who draw schedules of it. */
export interface Repertoire {
  /** How the body of a request is drawn, by method and path. */
  readonly bodies: ReadonlyMap<string, DrawBody>;
  /** Every context, and those from which events come. */
  readonly contexts: readonly string[];
  readonly publishers: readonly string[];
  /** Every handler: who hears what. */
  readonly handlers: readonly { readonly context: string; readonly type: string }[];
}

/** Reads the repertoire of these contexts. */
export const repertoireOf = (definitions: Readonly<Record<string, ContextDefinition>>): Repertoire => {
  const contexts = Object.values(definitions);
  return {
    contexts: contexts.map(({ name }) => name),
    publishers: contexts.flatMap(({ name, events }) => (events.length === 0 ? [] : [name])),
    bodies: bodiesOf(contexts.flatMap(({ routes }) => routes)),
    handlers: contexts.flatMap(({ name: context, subscriptions }) => subscriptions.map(({ event: { type } }) => ({ context, type }))),
  };
};
