import type { Entry } from '../../kernel/recording.ts';

/** A text member of something whose shape is not known; undefined where it has none. */
export const textIn = (data: unknown, name: string): string | undefined => {
  if (typeof data !== 'object' || data === null) return undefined;
  const value = (data as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'string' ? value : undefined;
};

/**
 * The order that an entry is about, as far as it can be told; `orderOfReview` knows reviews by what came before. What
 * is about a customer alone, or about nobody, is about no order.
 */
export const orderOf = (entry: Entry, orderOfReview: (reviewId: string) => string | undefined): string | undefined => {
  switch (entry.kind) {
    case 'message.published':
      return textIn(entry.event.data, 'orderId') ?? entry.event.subject;
    case 'message.delivered':
    case 'message.handled':
      return entry.subject;
    case 'command':
      // Somebody who only looks changes nothing.
      return entry.method === 'GET' || entry.subject === undefined ? undefined : (orderOfReview(entry.subject) ?? entry.subject);
    case 'state':
      if (entry.row !== null) return textIn(entry.row, 'orderId');
      return entry.table === 'reviews' ? orderOfReview(String(entry.key[0])) : String(entry.key[0]);
    case 'fault': {
      const subject = textIn(entry.detail, 'subject');
      return subject === '' ? undefined : subject;
    }
    default:
      return undefined;
  }
};
