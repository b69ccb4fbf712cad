/** What people can ask of a system, as declarations: one table, from which everybody who asks, judges or tells reads. */

/** The moment at which something makes sense: a row of this table is seen, in this status where it has one. */
export interface Moment {
  readonly table: string;
  readonly status?: string;
  /** The column that names what the row belongs to; by default the row's own key does. */
  readonly subject?: string;
}

/**
 * What a verb makes: one word for it, and the row by which people see that it is there. Its key is the subject of the
 * event that tells of it.
 */
export interface Made extends Moment {
  readonly what: string;
}

/** Something that people can ask for: one request, when it makes sense, and what it does. */
export interface Verb {
  /** The context that is asked. */
  readonly context: string;
  readonly method: 'POST' | 'PUT' | 'DELETE';
  /** As its route says it: `/orders/:orderId`. A parameter is the column of that name of the row that is seen, or its key. */
  readonly path: string;
  /** Who asks, in one word: those of one word are one source of requests. */
  readonly by: string;
  /** What it makes; it waits for nothing then. */
  readonly makes?: Made;
  /** When it makes sense, for a verb that makes nothing. */
  readonly at?: Moment;
  /** The event that tells that it was done. */
  readonly tells: string;
  /** True where asking again changes nothing, and is granted all the same. */
  readonly isRepeatable?: true;
  /**
   * What people usually write into the request, other in each, so that a mix-up shows: by the label of what it is about,
   * and the errand's number.
   */
  readonly usual?: (label: string, index: number) => Readonly<Record<string, unknown>>;
  /** The members of the body that the row says: its column of that name. */
  readonly copies?: readonly string[];
  /** The members of the body that name whoever may ask several times: who is one stays one, whatever the name. */
  readonly names?: readonly string[];
}

/** The verbs of a system, by their names, in the order in which people are likely to ask. */
export type Verbs = Readonly<Record<string, Verb>>;

/** What some verb makes, and where: by the type of the event that tells of it. */
export interface Maker {
  readonly what: string;
  readonly context: string;
}

/** Every event that tells of something that people made. */
export const makersOf = (verbs: Verbs): ReadonlyMap<string, Maker> =>
  new Map(
    Object.values(verbs).flatMap(({ makes, tells, context }) =>
      makes === undefined ? [] : [[tells, { what: makes.what, context }] as const],
    ),
  );

/** What people make first of all: what the system is about, in one word. */
export const nounOf = (verbs: Verbs): string => Object.values(verbs).find(({ makes }) => makes !== undefined)?.makes?.what ?? 'thing';
