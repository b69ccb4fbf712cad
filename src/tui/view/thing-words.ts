import type { Thing, TuiModel } from '../model/model.ts';

/** A line as people call it on the screen: `#17`. */
export const sayNumber = (line: Pick<Thing, 'number'>): string => `#${line.number}`;

/** The end of an id, which is what differs between ids made at the same time. */
export const shortId = (id: string): string => id.slice(-6);

const ID = /[0-9A-HJKMNP-TV-Z]{26}/g;

/** A text with the ids of known lines replaced by their numbers, and others shortened. */
export const shortenIds = (text: string, model: Pick<TuiModel, 'lineAbout'>): string =>
  text.replace(ID, (id) => {
    const line = model.lineAbout(id);
    return line === undefined ? `…${shortId(id)}` : sayNumber(line);
  });
