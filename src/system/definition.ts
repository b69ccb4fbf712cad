import type { CellRule } from '../gateway/cell-places.ts';
import type { Timers } from '../kernel/clock.ts';
import type { EventDefinition } from '../kernel/event.ts';
import type { Logger } from '../kernel/log.ts';
import type { Random } from '../kernel/random.ts';
import type { Address } from '../kernel/secret.ts';
import type { Vocabulary } from '../kernel/vocabulary.ts';
import type { Actor } from '../runtime/actor/actor-port.ts';
import type { Guard } from '../runtime/breaker/guard.ts';
import type { ContextDefinition, View } from '../runtime/actor/context.ts';
import type { Refusals } from '../runtime/http/catalogue.ts';
import type { Dispatch } from '../runtime/http/route.ts';
import type { Mutation } from './mutation.ts';
import type { UnderLoad } from './under-load.ts';

/** A way to ask another context: its routes, and the circuit breaker that stands around each call. */
export interface GuardedCall {
  readonly dispatch: Dispatch;
  readonly guard: Guard;
}

/** What a context is given from outside when it is defined. */
export interface Needs {
  /** The way to ask another context; `name` is one of those that its declaration names. */
  readonly call: (name: string) => GuardedCall;
  /** Where what leaves the system is sent; undefined for the log. */
  readonly webhookUrl: Address | undefined;
  /** Called in a transaction that writes something which is to leave the system: a hint, for it may still be rolled back. */
  readonly wakeOutlet: (message: unknown) => void;
}

/** What an outlet sees of its context. */
export interface OutletHost {
  readonly actor: Actor;
  isRunning(): boolean;
}

/** What an outlet is made of. */
export interface OutletOptions {
  readonly host: OutletHost;
  /** Where it sends to; undefined for the log. */
  readonly webhookUrl: Address | undefined;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Logger;
}

/** What leaves the system by a context, beside its events: a worker beside its actor. */
export interface Outlet {
  /** Says that something is being written which is to leave; whether it was shows when the transaction is over. */
  wake(message: unknown): void;
  start(): void;
  /** How much was written and neither sent nor given up: while there is any, the system is not at rest. */
  waiting(): number;
  stop(): Promise<void>;
}

/** How long something takes: uniformly drawn between these, in milliseconds. */
export interface DelayRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A call that a context makes while it answers a request; a circuit breaker of its own stands around it. */
export interface Call {
  /** The context that is asked. */
  readonly to: string;
  /** Its operation that is asked: what the fault `slow-` and the call's name holds back. */
  readonly operation: string;
  /** What such calls are called, in words: `look-ups of orders`. */
  readonly says: string;
  /** How slow it is under that fault, unless the fault says otherwise. */
  readonly slow: DelayRange;
}

/** A context as the system declares it: how it is called, reached and made. */
export interface ContextDeclaration<Name extends string = string> {
  readonly name: Name;
  /** The port that its HTTP face has by default. */
  readonly port: number;
  /** What it asks others while it answers a request, by the name of the call. */
  readonly calls?: Readonly<Record<string, Call>>;
  /** Makes its definition. Called for each system, simulated or not, and for documents about it, which call nothing. */
  readonly define: (needs: Needs) => ContextDefinition;
  /** What leaves the system by it, if anything does. */
  readonly outlet?: (options: OutletOptions) => Outlet;
}

/** What a system consists of; everything that says "all contexts" or "all events" is derived from it. */
export interface SystemDefinition<Name extends string = string> {
  readonly name: string;
  /** Its title and what it is, as its documents (OpenAPI, AsyncAPI) say. */
  readonly title: string;
  readonly description: string;
  /** The port of the gateway by default. */
  readonly gatewayPort: number;
  /** In the order of their default ports. */
  readonly contexts: readonly ContextDeclaration<Name>[];
  /** Faults to be brought in by name, each of which exploration must find. */
  readonly mutations: readonly Mutation[];
  readonly vocabulary: Vocabulary;
  /** What a load needs to know of it; without it, none can be driven. */
  readonly underLoad?: UnderLoad;
  /** How it can be split into cells; without it, a world of it is one. */
  readonly cells?: CellRule;
}

/** What is needed where contexts are only described: nothing is called, and nothing leaves. */
const DESCRIBED: Needs = {
  call: () => ({
    dispatch: () => Promise.reject(new Error('assertion failed: a description calls nobody')),
    guard: (call) => call(new AbortController().signal),
  }),
  webhookUrl: undefined,
  wakeOutlet: () => undefined,
};

/** Makes the contexts of a system, each with what it needs: the one place where that is done. In the order of the declaration. */
export const defineContexts = <Name extends string>(
  system: Pick<SystemDefinition<Name>, 'contexts'>,
  needsOf: (context: ContextDeclaration<Name>) => Needs,
): Readonly<Record<Name, ContextDefinition>> =>
  Object.fromEntries(system.contexts.map((context) => [context.name, context.define(needsOf(context))])) as Record<Name, ContextDefinition>;

/** The contexts of a system, for those who only read what they declare. */
export const describeContexts = (system: Pick<SystemDefinition, 'contexts'>): readonly ContextDefinition[] =>
  Object.values(defineContexts(system, () => DESCRIBED));

/** The names of a system's contexts, in order. */
export const contextNamesOf = <Name extends string>({ contexts }: SystemDefinition<Name>): readonly Name[] =>
  contexts.map(({ name }) => name);

/** A call, its name, and the context that makes it. */
export interface NamedCall extends Call {
  readonly name: string;
  readonly from: string;
}

/** Every call between contexts, in the order of the contexts. */
export const callsOf = ({ contexts }: SystemDefinition): readonly NamedCall[] =>
  contexts.flatMap(({ name: from, calls = {} }) => Object.entries(calls).map(([name, call]) => ({ ...call, name, from })));

/** The fault by which a call is slow. */
export const slowFaultOf = (call: string): `slow-${string}` => `slow-${call}`;

/** The default port of each context, and of the gateway. */
export const portsOf = <Name extends string>({
  contexts,
  gatewayPort,
}: SystemDefinition<Name>): Readonly<Record<Name | 'gateway', number>> =>
  Object.fromEntries([...contexts.map(({ name, port }) => [name, port]), ['gateway', gatewayPort]]) as Record<Name | 'gateway', number>;

/** Any free port for each context and the gateway. */
export const freePortsOf = (system: SystemDefinition): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.keys(portsOf(system)).map((name) => [name, 0]));

/** An event, and the context whose it is. */
export interface OwnedEvent {
  readonly context: string;
  readonly event: EventDefinition;
}

/** Every event of these contexts, in their order and by name within each. */
export const eventsOf = (definitions: readonly ContextDefinition[]): readonly OwnedEvent[] =>
  definitions.flatMap(({ name, events }) =>
    [...events].sort((one, other) => (one.type < other.type ? -1 : 1)).map((event) => ({ context: name, event })),
  );

/** The view of this name, and the context that keeps it; undefined where there is none. */
export const viewOf = (
  definitions: readonly ContextDefinition[],
  name: string,
): { readonly context: string; readonly view: View } | undefined => {
  for (const { name: context, views = [] } of definitions) {
    const view = views.find((one) => one.name === name);
    if (view !== undefined) return { context, view };
  }
  return undefined;
};

/** What all these contexts refuse. */
export const refusalsOf = (definitions: readonly ContextDefinition[]): Refusals =>
  Object.assign({}, ...definitions.map(({ refusals }) => refusals)) as Refusals;
