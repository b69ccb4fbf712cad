/** A JSON Schema, or a part of one. */
type Schema = Readonly<Record<string, unknown>>;

/** Where a schema holds others: one, several, or several by name. */
const ONE = ['items', 'additionalProperties', 'not', 'if', 'then', 'else', 'propertyNames', 'contains'];
const SEVERAL = ['anyOf', 'oneOf', 'allOf', 'prefixItems'];
const NAMED = ['properties', 'patternProperties', '$defs'];

/** Shorter than that, a schema says more where it stands than a reference does; in characters. */
const LEAST = 300;

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The same schema with each schema that it holds made into another; `name` is what the part is called there. */
const mapParts = (schema: Schema, part: (schema: Schema, name: string) => Schema): Schema => {
  const map = (value: unknown, name: string): unknown => (isSchema(value) ? part(value, name) : value);
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => {
      if (ONE.includes(key)) return [key, map(value, key)];
      if (SEVERAL.includes(key) && Array.isArray(value)) return [key, value.map((one) => map(one, 'either'))];
      if (NAMED.includes(key) && isSchema(value))
        return [key, Object.fromEntries(Object.entries(value).map(([name, one]) => [name, map(one, name)]))];
      return [key, value];
    }),
  );
};

/** How often each part stands in a schema; what stands in a repeated part is counted there once. */
const countParts = (schema: Schema): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  const count = (part: Schema): Schema => {
    const text = JSON.stringify(part);
    const before = counts.get(text) ?? 0;
    counts.set(text, before + 1);
    if (before === 0) mapParts(part, count);
    return part;
  };
  mapParts(schema, count);
  return counts;
};

/**
 * The same JSON Schema (draft 2020-12), in which what is long and stands several times stands once, among its `$defs`, under
 * the name of the first place.
 */
export const shareSchemas = (schema: Schema): Schema => {
  const counts = countParts(schema);
  const names = new Map<string, string>();
  const shared: Record<string, Schema> = {};
  const isTaken = (name: string): boolean => name in shared || (isSchema(schema['$defs']) && name in schema['$defs']);
  const nameFor = (wanted: string): string => {
    for (let count = 1; ; count += 1) {
      const name = count === 1 ? wanted : `${wanted}-${count}`;
      if (!isTaken(name)) return name;
    }
  };
  const share = (part: Schema, wanted: string): Schema => {
    const text = JSON.stringify(part);
    if (text.length < LEAST || (counts.get(text) ?? 0) < 2) return mapParts(part, share);
    let name = names.get(text);
    if (name === undefined) {
      name = nameFor(wanted.replaceAll(/[^\w-]+/g, '-'));
      names.set(text, name);
      // Its name is taken before its parts look for theirs.
      shared[name] = {};
      shared[name] = mapParts(part, share);
    }
    return { $ref: `#/$defs/${name}` };
  };
  const whole = mapParts(schema, share);
  return { ...whole, $defs: { ...(whole['$defs'] as Readonly<Record<string, Schema>> | undefined), ...shared } };
};
