import type { Envelope } from '../../kernel/envelope.ts';

/** Of a stream that is shorter, looking through it beats any index; the stream of a load is not. */
const LEAST_INDEXED = 2_000;

const indexes = new WeakMap<readonly Envelope[], { readonly length: number; readonly bySubject: ReadonlyMap<string, Envelope[]> }>();

/** The events of a stream that can be of this subject, in order: all of a short stream, and of a long one those of the subject. */
export const eventsAbout = (stream: readonly Envelope[], subject: string): readonly Envelope[] => {
  if (stream.length < LEAST_INDEXED) return stream;
  let index = indexes.get(stream);
  if (index?.length !== stream.length) {
    index = { length: stream.length, bySubject: Map.groupBy(stream, (event) => event.subject) };
    indexes.set(stream, index);
  }
  return index.bySubject.get(subject) ?? [];
};
