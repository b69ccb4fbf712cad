/** The part of a schema library that the kernel needs: reads an unknown value as a `Value`, or throws. */
export interface Schema<Value> {
  parse(value: unknown): Value;
}

/** An event that a context's contract publishes: its name, and what its data looks like. */
export interface EventDefinition<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly schema: Schema<Data>;
}

/** The data that events of this definition carry. */
export type DataOf<Definition> = Definition extends EventDefinition<string, infer Data> ? Data : never;

/** Any one of these events, by their names: its type, and its data. */
export type EventOf<Definitions extends Readonly<Record<string, EventDefinition>>> = {
  readonly [Type in keyof Definitions & string]: { readonly type: Type; readonly data: DataOf<Definitions[Type]> };
}[keyof Definitions & string];

/** Declares an event of a context's contract. */
export const defineEvent = <Type extends string, Data>(type: Type, schema: Schema<Data>): EventDefinition<Type, Data> => ({ type, schema });

/** Data that were told, by the schema that they were held to. */
const vouched = new WeakMap<object, Schema<unknown>>();

/**
 * Holds data to the contract before they are told, once for all who hear of them as these very objects. Throws what
 * the schema throws. Nobody changes the data of an event any more.
 */
export const vouchFor = ({ schema }: EventDefinition, data: unknown): void => {
  schema.parse(data);
  if (typeof data === 'object' && data !== null) vouched.set(data, schema);
};

/**
 * Holds data that were heard to the contract; those that were vouched for as they are need no second look. Throws what the
 * schema throws.
 */
export const checkHeard = ({ schema }: EventDefinition, data: unknown): void => {
  if (typeof data === 'object' && data !== null && vouched.get(data) === schema) return;
  schema.parse(data);
};
