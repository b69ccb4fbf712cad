import type { EntryBody } from '../../kernel/recording.ts';
import type { SagaEnd, Sagas } from '../../system/under-load.ts';
import { createDurations, metricsOf } from './histogram.ts';

/** Folds what the system recorded into metrics of sagas and of the view that is measured. */
export interface SagaFold {
  readonly record: (body: EntryBody, atMs: number) => void;
  readonly metrics: () => Readonly<Record<string, number>>;
}

interface Saga {
  readonly types: Set<string>;
  /** The member that names it. */
  readonly by: string;
}

/** The most messages on their way to the view whose lag is being measured. */
const MOST_UNDER_WAY = 100_000;

const stateOf = ({ types, by }: Saga, { followers, owed, ends, withoutEnd }: Sagas): SagaEnd | 'stuck' | 'waiting' => {
  for (const type of types) {
    const next = followers[type];
    if (next !== undefined && !next.some((follower) => types.has(follower))) return 'stuck';
  }
  if (owed.some(({ after, event }) => after.every((type) => types.has(type)) && !types.has(event))) return 'stuck';
  if (withoutEnd.includes(by)) return 'finished';
  const reached = [...types].map((type) => ends[type]).filter((end) => end !== undefined);
  return reached.includes('compensated') ? 'compensated' : (reached[0] ?? 'waiting');
};

/** An empty fold. It forgets nothing about a saga, and little of each: a name for each event. */
export const foldSagas = (declared: Sagas): SagaFold => {
  const sagas = new Map<string, Saga>();
  const publishedAtMs = new Map<string, number>();
  const lags = createDurations();
  let deadLetters = 0;
  const sagaOf = (by: string, id: string): Saga => {
    const key = `${by} ${id}`;
    const saga = sagas.get(key) ?? { types: new Set<string>(), by };
    sagas.set(key, saga);
    return saga;
  };
  const publish = (event: Extract<EntryBody, { kind: 'message.published' }>['event'], atMs: number): void => {
    const data = event.data as Readonly<Record<string, unknown>>;
    const by = declared.names.find((name) => typeof data[name] === 'string');
    if (by !== undefined) sagaOf(by, data[by] as string).types.add(event.type);
    if (publishedAtMs.size < MOST_UNDER_WAY) publishedAtMs.set(event.id, atMs);
  };
  return {
    record: (body, atMs) => {
      if (body.kind === 'message.published') publish(body.event, atMs);
      else if (body.kind === 'message.handled') {
        if (body.handling === 'dead-lettered') deadLetters += 1;
        if (body.context !== declared.viewOf || body.handling !== 'handled') return;
        const since = publishedAtMs.get(body.id);
        publishedAtMs.delete(body.id);
        if (since !== undefined) lags.put(atMs - since);
      }
    },
    metrics: () => {
      const states = [...sagas.values()].map((saga) => stateOf(saga, declared));
      const count = (state: string): number => states.filter((one) => one === state).length;
      return {
        'saga.started': sagas.size,
        'saga.finished': count('finished') + count('compensated'),
        'saga.compensated': count('compensated'),
        'saga.waiting': count('waiting'),
        'saga.stuck': count('stuck'),
        'saga.dead-letters': deadLetters,
        ...metricsOf('view.lag', lags),
      };
    },
  };
};
