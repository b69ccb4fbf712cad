import type { Envelope } from './envelope.ts';

/** Whether a row or an event's data names what has this id: some member is that id. */
export const namesIn = (data: unknown, id: string): boolean =>
  typeof data === 'object' && data !== null && Object.values(data).includes(id);

/** Whether an event is about what has this id, or names it. */
export const isAbout = ({ subject, data }: Pick<Envelope, 'subject' | 'data'>, id: string): boolean => subject === id || namesIn(data, id);
