/**
 * The public face of the package: how a system of one's own is declared. What is not exported from here, or from
 * `food-sim/vitest`, is nobody's business and may change in any version.
 */
export { z } from 'zod';
export { defineEvent, type DataOf, type EventDefinition, type EventOf } from '../kernel/event.ts';
export type { Envelope } from '../kernel/envelope.ts';
export { NotYet, Refusal } from '../kernel/errors.ts';
export type { Random } from '../kernel/random.ts';
export {
  aggregate,
  type AggregateDeclaration,
  type Change as AggregateChange,
  type Happened,
  type RowAggregateDeclaration,
} from '../runtime/actor/aggregate.ts';
export { whenever, type Scope, type Subscription } from '../runtime/actor/context.ts';
export { refusalKind, type ProblemKind, type Refusals } from '../runtime/http/catalogue.ts';
export { defineTable, type Reads, type Table, type Tx } from '../runtime/tables/tables.ts';
export { command, defineContext, type CommandDeclaration, type CommandRequest, type ContextInput } from '../system/define-context.ts';
export type { ContextDeclaration } from '../system/definition.ts';
export { inContext, reacting, type Mutation } from '../system/mutation.ts';
export type { Made, Moment, Verb, Verbs } from '../system/verb.ts';
export type { Language } from '../scenarios/definition.ts';
export { defineSystem, type SystemInput } from '../explore/define-system.ts';
export type { ExploredSystem, People } from '../explore/definition.ts';
export type { Errand, FaultPlan, Plan } from '../explore/schedule/plan.ts';
export {
  always,
  atRest,
  inAll,
  onAnswer,
  onChange,
  onCommit,
  perEvent,
  perRow,
  sometimes,
  type Found,
  type Invariant,
  type Rest,
  type Rule,
  type Say,
  type Violation,
} from '../explore/simulate/invariant.ts';
export { rowsOf, type Change, type Row, type World } from '../explore/simulate/world.ts';
