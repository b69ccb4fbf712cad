import type { HttpRequest, HttpResponse } from '../../runtime/http/route.ts';
import type { Verb } from '../../system/verb.ts';
import type { Errand } from '../schedule/plan.ts';
import type { Row, World } from './world.ts';

/** A request as it was made. */
export interface Asked {
  readonly errand: Errand;
  readonly request: HttpRequest;
  /** The id of what it is about; empty where it makes something. */
  readonly subject: string;
  /** The key of the row that the person saw. */
  readonly key: string;
  /** The row that it is about, as it was then. */
  readonly before: Row | undefined;
}

/** What one person asked for, and what came of it. */
export interface Letter {
  readonly errand: Errand;
  /** The correlation id of all its requests, which is their idempotency key too. */
  readonly key: string;
  /** What its request says; undefined where it says nothing, or was never sent. */
  readonly wanted: Row | undefined;
  /** The last answer; undefined where the moment never came. */
  readonly answer: HttpResponse | undefined;
}

/** The row that a request of this verb is about, as it is now; undefined where there is none. */
export const rowAsked = ({ tables }: World, { at }: Verb, subject: string, key: string): Row | undefined =>
  at === undefined ? undefined : tables[at.table]?.get(at.subject === undefined ? subject : key);

const ERRAND = 'errand-';

/** The correlation id of an errand's requests, which is their idempotency key too. */
export const keyOfErrand = (index: number): string => `${ERRAND}${index}`;

/** The errand whose request has this correlation id; undefined where none has. */
export const errandOf = (errands: readonly Errand[], correlationId: string): Errand | undefined =>
  correlationId.startsWith(ERRAND) ? errands[Number(correlationId.slice(ERRAND.length))] : undefined;
