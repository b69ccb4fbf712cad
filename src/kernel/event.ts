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

/** Declares an event of a context's contract. */
export const defineEvent = <Type extends string, Data>(type: Type, schema: Schema<Data>): EventDefinition<Type, Data> => ({ type, schema });
