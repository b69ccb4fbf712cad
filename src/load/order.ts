import type {
  CaptureStep,
  CommandStep,
  JsonTemplate,
  NamedAnswerExpectation,
  RefusedStep,
  RequestStep,
  Template,
  ValueExpectation,
} from '../scenarios/language/ast.ts';
import type { Feeder } from '../scenarios/language/ast-load.ts';
import type { Shown } from '../scenarios/claims/shown.ts';
import type { LoadAnswer, LoadJourneyEnd } from '../kernel/load.ts';
import type { Told } from './history.ts';
import type { LoadPlan } from './plan.ts';

/** One request template of a load, as the load process needs it. */
export interface OrderedRequest {
  readonly method: string;
  readonly path: Template;
  readonly body?: JsonTemplate;
  readonly headers: Readonly<Record<string, Template>>;
  readonly weight: number;
}

/** Something that is shown over HTTP. */
export interface Look {
  /** Its word: `cooking`. */
  readonly key: string;
  /** The collection: `/foodCookings`. */
  readonly path: string;
  /** What it goes by the name of; absent where `name` is an id. */
  readonly of?: string;
  readonly name: Template;
}

/** A step of a journey; `label` is under which of the order's labels its requests are counted. */
export type OrderedStep =
  | { readonly kind: 'command'; readonly label: number; readonly step: CommandStep }
  | { readonly kind: 'refused'; readonly label: number; readonly step: RefusedStep }
  | { readonly kind: 'request'; readonly label: number; readonly step: RequestStep }
  | { readonly kind: 'eventually'; readonly label: number; readonly look: Look; readonly shown: Shown; readonly withinMs: number }
  | { readonly kind: 'expect'; readonly claim: NamedAnswerExpectation | ValueExpectation }
  | {
      readonly kind: 'capture';
      readonly label: number;
      readonly from: Extract<CaptureStep['from'], { readonly read: 'answer' | 'path' }> | { readonly read: 'look'; readonly look: Look };
      readonly field: Template;
      readonly as: string;
    }
  | { readonly kind: 'think'; readonly leastMs: number; readonly mostMs: number };

/** A journey, as the load process needs it. */
export interface OrderedJourney {
  readonly weight: number;
  readonly steps: readonly OrderedStep[];
  /** The feeders that it takes from, once each time it begins. */
  readonly feeders: readonly string[];
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
  /** What people do, in place of the requests; none where single requests are sent. */
  readonly journeys: readonly OrderedJourney[];
  /** What was made before the load, by its names. */
  readonly ids: readonly { readonly what: string; readonly name: string; readonly id: string }[];
  /** What the names in templates stand for, but those of feeders. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly feeders: Readonly<Record<string, Pick<Feeder, 'draw' | 'rows'>>>;
  readonly seed: string;
  /** The load ends early once it has sent so many. */
  readonly mostRequests: number;
  /** A request that is not answered by then has no answer. */
  readonly requestTimeoutMs: number;
  /** What the correlation ids of journeys begin with. */
  readonly correlation: string;
  /** How long journeys may take to their end once no more begin. */
  readonly graceMs: number;
}

/** What the load process tells, one JSON document a line of its standard output. */
export type CannonLine =
  /** The load begins: milliseconds since 1970 by the wall clock. */
  | { readonly kind: 'began'; readonly epochMs: number }
  | { readonly kind: 'answers'; readonly answers: readonly LoadAnswer[] }
  | { readonly kind: 'told'; readonly told: readonly Told[] }
  | { readonly kind: 'journeys'; readonly ends: readonly LoadJourneyEnd[] }
  /** All is answered or given up; so often a unique feeder had nothing left to begin with. */
  | { readonly kind: 'ended'; readonly isCut: boolean; readonly unfed: Readonly<Record<string, number>> }
  /** The load can't go on. */
  | { readonly kind: 'failed'; readonly message: string };
