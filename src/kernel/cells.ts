/** Cells: the parts of a world that share nothing, each a whole world of its own. Who and what lives in which. Pure. */

/** The most cells that a world may have. */
export const MOST_CELLS = 1_000;

const UTF_8 = new TextEncoder();

/** FNV-1a over the bytes, finished by MurmurHash3's fmix32: 32 bits, each of which depends on each byte. */
const hash32 = (text: string): number => {
  let hash = 0x811c9dc5;
  for (const byte of UTF_8.encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
};

/**
 * The cell, from 0, in which an owner lives: for ever, as long as a world has so many cells. An id that looks the same to people
 * is the same: spaces around it and its composition make no difference.
 */
export const cellOfOwner = (owner: string, cells: number): number => hash32(owner.trim().normalize('NFC')) % cells;

/** An id of a cell: `01JZ…-3`. It sorts by time, as the id does that it is made of. */
export const idInCell = (id: string, cell: number): string => `${id}-${cell}`;

const ID_IN_CELL = /^[0-9A-HJKMNP-TV-Z]{26}-(0|[1-9]\d{0,2})$/;

/** The cell that an id names; undefined for one that was not made in a cell. */
export const cellOfId = (id: string): number | undefined => {
  const cell = ID_IN_CELL.exec(id)?.[1];
  return cell === undefined ? undefined : Number(cell);
};
