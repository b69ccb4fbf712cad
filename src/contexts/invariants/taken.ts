/** The ids that people give, which are kept in one composition (NFC), so that the same word is the same id. */
const IDS: ReadonlySet<string> = new Set(['customerId', 'storeId', 'foodId', 'riderId']);

/** What is kept of a value that people give under this name: texts without the spaces around them. */
export const taken = (name: string, value: unknown): unknown => {
  if (Array.isArray(value)) return value.map((item: unknown) => taken(name, item));
  if (typeof value !== 'string') return value;
  return IDS.has(name) ? value.trim().normalize('NFC') : value.trim();
};
