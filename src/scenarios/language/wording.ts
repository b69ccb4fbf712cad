/** How files speak of a verb, where that is not as the verb and its route say by themselves. */

/** A field of a verb's step that is a member of its request's body. */
export interface FieldWording {
  readonly member: string;
  /** What its value is, with its article: `a customer's id`. */
  readonly says: string;
  readonly doc: string;
  /** What is sent where it is left out. */
  readonly default?: string | number;
}

/** The words for one verb. */
export interface Wording {
  readonly doc: string;
  readonly examples?: readonly string[];
  /** By the names that files use, in this order; by default the members of the body, each by its own name. */
  readonly fields?: Readonly<Record<string, FieldWording>>;
  /** What it makes, where the verb itself says only when it makes sense. */
  readonly makes?: string;
  /** The field that names what it makes, where that is not `as`; it must be there then. */
  readonly namedBy?: string;
}

/** The words for verbs, by their names. */
export type Wordings = Readonly<Record<string, Wording>>;
