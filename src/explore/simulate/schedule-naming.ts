import type { Envelope } from '../../kernel/envelope.ts';

/**
 * Names messages by what they are: `Paid A`, and `Paid A 2` for the second. Few names are ever asked for, so none is made
 * before. `labelOf` tells the label of what an event says that people made.
 */
export const createNaming = (labelOf: (event: Envelope) => string | undefined) => {
  const labels = new Map<string, string>();
  /**
   * What each stored message is about, and which of its kind it is, by its id. A name never changes, whatever is learnt of
   * its subject later.
   */
  const noted = new Map<string, { readonly label: string; readonly place: number }>();
  const counts = new Map<string, Map<string, number>>();
  return {
    note: (message: Envelope): void => {
      const { id, type, subject } = message;
      const made = labelOf(message);
      if (made !== undefined) labels.set(subject, made);
      const label = labels.get(subject) ?? subject;
      let ofType = counts.get(type);
      if (ofType === undefined) counts.set(type, (ofType = new Map<string, number>()));
      const place = (ofType.get(label) ?? 0) + 1;
      ofType.set(label, place);
      noted.set(id, { label, place });
    },
    nameOf: (message: Envelope): string => {
      const { id, type, subject } = message;
      const known = noted.get(id);
      if (known === undefined) return `${type} ${labels.get(subject) ?? labelOf(message) ?? subject}`;
      return known.place === 1 ? `${type} ${known.label}` : `${type} ${known.label} ${known.place}`;
    },
  };
};
