import type { JsonTemplate, Template } from '../scenarios/language/ast.ts';
import type { LoadAnswer } from '../kernel/load.ts';
import type { LoadPlan } from './plan.ts';

/** One request template of a load, as the load process needs it. */
export interface OrderedRequest {
  readonly method: string;
  readonly path: Template;
  readonly body?: JsonTemplate;
  readonly headers: Readonly<Record<string, Template>>;
  readonly weight: number;
}

/** All that the load process is told, as one JSON document on its standard input. */
export interface CannonOrder {
  /** `http://127.0.0.1:8088`, without a path. */
  readonly url: string;
  /** Goes before the path of each request. */
  readonly basePath?: string;
  /** The header of that name, for requests that have none of their own. */
  readonly authorization?: string;
  readonly plan: LoadPlan;
  readonly requests: readonly OrderedRequest[];
  /** What the names in templates stand for, but those of feeders. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly feeders: Readonly<Record<string, readonly (string | number | boolean)[]>>;
  readonly seed: string;
  /** The load ends early once it has sent so many. */
  readonly mostRequests: number;
  /** A request that is not answered by then has no answer. */
  readonly requestTimeoutMs: number;
}

/** What the load process tells, one JSON document a line of its standard output. */
export type CannonLine =
  /** The load begins: milliseconds since 1970 by the wall clock. */
  | { readonly kind: 'began'; readonly epochMs: number }
  | { readonly kind: 'answers'; readonly answers: readonly LoadAnswer[] }
  /** All is answered or given up. */
  | { readonly kind: 'ended'; readonly isCut: boolean }
  /** The load can't go on. */
  | { readonly kind: 'failed'; readonly message: string };
