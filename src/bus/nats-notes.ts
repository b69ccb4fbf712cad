import { JetStreamApiError } from '@nats-io/jetstream';
import type { JetStreamClient } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import type { KV, KvWatchEntry } from '@nats-io/kv';
import type { OperatingError } from '../kernel/errors.ts';
import type { Note, SharedNotes } from './bus.ts';
import { STREAM_PREFIX } from './nats-streams.ts';

/** What notes are kept with. */
export interface NotesOptions {
  readonly js: JetStreamClient;
  readonly world: string;
  readonly isCluster: boolean;
  readonly trouble: (error: unknown, doing: string) => OperatingError;
}

const bucketOf = (world: string): string => STREAM_PREFIX + world;

/** The stream as which a server keeps the notes of a world. */
export const notesStreamOf = (world: string): string => `KV_${bucketOf(world)}`;

const WRONG_LAST_SEQUENCE: readonly number[] = [10_071, 10_164];
/** What a cluster answers that can't keep so many replicas. */
const TOO_MANY_REPLICAS: readonly number[] = [10_005, 10_023, 10_074];
const PAUSE_MS = 500;

const isApiError = (error: unknown, codes: readonly number[]): boolean => error instanceof JetStreamApiError && codes.includes(error.code);

const openBucket = async ({ js, world, isCluster }: NotesOptions): Promise<KV> => {
  const kvm = new Kvm(js);
  const make = (replicas: number): Promise<KV> =>
    // What was read must be what was written last, so no replica answers by itself.
    kvm.create(bucketOf(world), { history: 1, replicas, allow_direct: false, description: `food-sim, who serves the world ${world}` });
  try {
    return await make(isCluster ? 3 : 1);
  } catch (error) {
    if (isCluster && isApiError(error, TOO_MANY_REPLICAS)) return make(1);
    throw error;
  }
};

/** Hears what a watch tells until it ends, for whatever reason. */
const follow = async (kv: KV, begun: (stop: () => void) => void, heard: (entry: KvWatchEntry) => void): Promise<void> => {
  const entries = await kv.watch();
  begun(() => entries.stop());
  for await (const entry of entries) heard(entry);
};

/** Opens the notes of a world in a bucket of its own. Rejects with what `trouble` makes of a server that can't be asked. */
export const openNatsNotes = async (options: NotesOptions): Promise<SharedNotes> => {
  const { world, trouble } = options;
  const told = <Result>(asked: Promise<Result>, doing: string): Promise<Result> =>
    asked.catch((error: unknown) => Promise.reject(trouble(error, `${doing} of world ${world}`)));
  const kv = await told(openBucket(options), 'open the notes');
  const stops = new Set<() => void>();
  let isOpen = true;

  const noteOf = (entry: Pick<KvWatchEntry, 'key' | 'operation' | 'revision' | 'string' | 'created'>): Note => ({
    key: entry.key,
    text: entry.operation === 'PUT' ? entry.string() : undefined,
    revision: entry.revision,
    at: entry.created.getTime(),
  });

  const unlessLate = async <Result>(asked: Promise<Result>, late: Result, doing: string): Promise<Result> => {
    try {
      return await asked;
    } catch (error) {
      if (isApiError(error, WRONG_LAST_SEQUENCE)) return late;
      throw trouble(error, `${doing} of world ${world}`);
    }
  };

  return {
    get: async (key) => {
      const entry = await told(kv.get(key), `read the note ${key}`);
      return entry === null ? undefined : noteOf(entry);
    },
    put: (key, text, after) =>
      unlessLate<number | undefined>(kv.put(key, text, { previousSeq: after }), undefined, `write the note ${key}`),
    remove: (key, after) =>
      unlessLate(
        kv.delete(key, { previousSeq: after }).then(() => true),
        false,
        `remove the note ${key}`,
      ),
    list: async () => {
      const notes: Note[] = [];
      const collect = async (): Promise<void> => {
        for await (const entry of await kv.history()) notes.push(noteOf(entry));
      };
      await told(collect(), 'list the notes');
      return notes;
    },
    watch: (heard) =>
      new Promise((resolve, reject) => {
        let isBegun = false;
        const again = async (): Promise<void> => {
          while (isOpen) {
            let stop: (() => void) | undefined;
            try {
              await follow(
                kv,
                (stopping) => {
                  stop = stopping;
                  stops.add(stopping);
                  if (!isOpen) stopping();
                },
                (entry) => {
                  heard(noteOf(entry));
                  if (!entry.isUpdate) return;
                  isBegun = true;
                  resolve();
                },
              );
            } catch (error) {
              if (!isBegun) throw trouble(error, `watch the notes of world ${world}`);
              // Lost for the moment: who watches goes by what was heard last, until it is found again.
            }
            if (stop !== undefined) stops.delete(stop);
            if (isOpen) await new Promise((pause) => setTimeout(pause, PAUSE_MS));
          }
        };
        again().then(resolve, reject);
      }),
    close: async ({ destroy = false } = {}) => {
      isOpen = false;
      for (const stop of stops) stop();
      stops.clear();
      if (destroy) await told(kv.destroy(), 'remove the notes');
    },
  };
};
