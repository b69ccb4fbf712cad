/** So many of a thing, for people: `1 deviation`, `2 deviations`. English has one word more for what is one. */
export const counted = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`;
