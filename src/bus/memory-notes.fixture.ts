import type { Clock } from '../kernel/clock.ts';
import type { Note, SharedNotes } from './bus.ts';

/** Notes in this process's memory, for those who share it: as a server keeps them. */
export const createMemoryNotes = (clock: Clock): { readonly open: () => SharedNotes } => {
  const notes = new Map<string, Note>();
  const listeners = new Set<(note: Note) => void>();
  let lastRevision = 0;
  const change = (key: string, text: string | undefined, after: number): number | undefined => {
    if ((notes.get(key)?.revision ?? 0) !== after) return undefined;
    const note = { key, text, revision: (lastRevision += 1), at: clock.now() };
    notes.set(key, note);
    for (const heard of listeners) heard(note);
    return note.revision;
  };
  return {
    open: () => {
      const own = new Set<(note: Note) => void>();
      return {
        get: async (key) => notes.get(key),
        put: async (key, text, after) => change(key, text, after),
        remove: async (key, after) => change(key, undefined, after) !== undefined,
        list: async () => [...notes.values()],
        watch: async (heard) => {
          own.add(heard);
          listeners.add(heard);
          for (const note of notes.values()) heard(note);
        },
        close: async ({ destroy = false } = {}) => {
          for (const heard of own) listeners.delete(heard);
          if (destroy) notes.clear();
        },
      };
    },
  };
};
