import type { Bus } from '../bus/bus.ts';
import { assert } from '../kernel/errors.ts';
import { idInCell } from '../kernel/cells.ts';
import { createIds, type IdSource } from '../kernel/ids.ts';
import { createActor } from '../runtime/actor/actor.ts';
import type { ActorOptions } from '../runtime/actor/actor-options.ts';
import { breakerEntry, createBreaker, type BreakerEvent } from '../runtime/breaker/breaker.ts';
import type { ContextDefinition } from '../runtime/actor/context.ts';
import { createFaults, type Faults } from '../runtime/faults/faults.ts';
import { createHttpClient, type HttpClient } from '../runtime/http/client.ts';
import type { Dispatch } from '../runtime/http/route.ts';
import { createContextHost, type ContextHost, type ContextHostOptions, type Reach } from './context-host.ts';
import { createCrashes, type Crashes } from './crashes.ts';
import {
  callsOf,
  contextNamesOf,
  defineContexts,
  type ContextDeclaration,
  type DelayRange,
  type GuardedCall,
  type Needs,
  type Outlet,
} from './definition.ts';
import { tellHandlerFailures } from './handler-failures.ts';
import { createSlowCalls } from './slow-calls.ts';
import type { Endable, SystemOptions } from './system.ts';
import { equip, mutate } from './mutation.ts';
import { nextTurn } from './wall-time.ts';

/** How long a call to a context may take before it is given up on, in milliseconds. */
export const UPSTREAM_TIMEOUT_MS = 30_000;

/** A system taken apart; nothing of it has been started. */
export interface Parts {
  readonly ids: IdSource;
  /** The world's bus, with faults between it and its consumers. */
  readonly bus: Bus;
  readonly faults: Faults;
  readonly crashes: Crashes;
  /** What leaves the system by the contexts that run here. */
  readonly outlets: readonly { readonly context: string; readonly outlet: Outlet }[];
  /** All of them, whichever run here. */
  readonly definitions: readonly ContextDefinition[];
  /** The contexts that are to run here, up or down. */
  readonly hosts: ReadonlyMap<string, ContextHost>;
  /** Throws (a bug) for a context that is not to run here. */
  hostOf(name: string): ContextHost;
  /** Those that are up. */
  running(): readonly ContextHost[];
  slowCall(call: string, range: DelayRange | undefined): Endable;
  /** Opens so many connections for each call between contexts, as they would be open after a while. */
  openCalls(count: number): Promise<void>;
  /** Lets go of those connections, and ends the calls under way. */
  closeCalls(): Promise<void>;
  /** It is looked at for metrics no more. */
  unwatch(): void;
}

/** A call's own way to the context that it asks: over HTTP as to any context, or in process. */
const createWay = (options: SystemOptions, asked: () => ContextHost) => {
  let client: { readonly url: string; readonly call: HttpClient } | undefined;
  const call: Dispatch = async (request) => {
    const url = asked().url();
    if (url === undefined) return asked().dispatch(request);
    if (client?.url !== url) {
      const former = client;
      client = {
        url,
        call: createHttpClient({
          baseUrl: url,
          timeoutMs: UPSTREAM_TIMEOUT_MS,
          token: options.http.kind === 'http' ? options.http.token : undefined,
        }),
      };
      await former?.call.close();
    }
    return client.call(request);
  };
  const open = async (count: number): Promise<void> => {
    await Promise.all(Array.from({ length: count }, () => call({ method: 'GET', url: '/health', headers: {} })));
  };
  return { call, open, close: async () => client?.call.close() };
};

/** The calls between contexts, each with its way, and with a breaker of its own that the recording tells of. */
const createCalls = (options: SystemOptions, hostOf: (name: string) => ContextHost, around: (name: string, call: Dispatch) => Dispatch) => {
  const { definition, timers, recorder, http } = options;
  const opened = callsOf(definition).map(({ from: context, name, to }) => {
    const way = createWay(options, () => hostOf(to));
    const count = options.metrics?.onCallOf(context, name);
    const onEvent = (event: BreakerEvent): void => {
      recorder.record(breakerEntry(context, name, event));
      // Only the end of a call says how long it took.
      if ('latencyMs' in event.detail) count?.(event.change);
    };
    const breaker = createBreaker(
      { ...options.breaker, timeoutMs: options.lookupTimeoutMs },
      { timers, onEvent, ...(http.kind === 'in-process' ? {} : { nextTurn }) },
    );
    return { context, name, way, breaker };
  });
  return {
    circuits: opened.map(({ context, name, breaker }) => ({ context, call: name, state: () => breaker.state() })),
    callOf:
      (context: string) =>
      (name: string): GuardedCall => {
        const call = opened.find((one) => one.context === context && one.name === name);
        assert(call !== undefined, `${context} declares its call ${name}`);
        return { dispatch: around(name, options.fate?.aroundLookup(call.way.call) ?? call.way.call), guard: call.breaker.guard };
      },
    open: async (count: number): Promise<void> => {
      await Promise.all(opened.map(({ way }) => way.open(count)));
    },
    close: async (): Promise<void> => {
      for (const { breaker } of opened) breaker.close();
      await Promise.all(opened.map(({ way }) => way.close()));
    },
  };
};

/** The outlets of the contexts that run here; each is woken by its context alone. */
const createOutlets = ({ definition, webhookUrl, timers, random, log }: SystemOptions) => {
  const opened: { readonly context: string; readonly outlet: Outlet }[] = [];
  return {
    opened,
    open: (host: ContextHost): void => {
      const create = definition.contexts.find(({ name }) => name === host.name)?.outlet;
      if (create !== undefined)
        opened.push({ context: host.name, outlet: create({ host, webhookUrl, timers, random: random.fork('notices'), log }) });
    },
    wake: (context: string, message: unknown): void => {
      for (const one of opened) if (one.context === context) one.outlet.wake(message);
    },
  };
};

/** The ids that a context makes: of a cell, they say of which. */
const idsOf = (ids: IdSource, cell: number | undefined): IdSource =>
  cell === undefined ? ids : { ...ids, next: () => idInCell(ids.next(), cell) };

/** What a context goes by: its clock, its ids and its draws. */
const ownOf = ({ fate, timers, random, cell }: SystemOptions, name: string) => {
  const own = fate?.timersFor(name) ?? timers;
  return { timers: own, ids: idsOf(createIds(own, random.fork(`ids of ${name}`)), cell), random: random.fork(`pauses of ${name}`) };
};

const reachOf = (http: SystemOptions['http'], name: string): Reach =>
  http.kind === 'http' ? { kind: 'http', host: http.host, port: http.ports[name] ?? 0, token: http.token } : { kind: 'in-process' };

/** What a context's host is given of the parts that all share. */
interface Around {
  readonly definition: ContextDefinition;
  readonly bus: Bus;
  readonly ids: IdSource;
  readonly knownEvents: Required<ActorOptions>['knownEvents'];
  readonly reach: Crashes['reach'];
  readonly delay: ContextHostOptions['delay'];
}

/** One context, with its actor, its own draws and its way in; down until it is started. */
const createHost = (options: SystemOptions, { definition, bus, ids, knownEvents, reach, delay }: Around): ContextHost => {
  const { timers, recorder, log, http, isLeaving, metrics } = options;
  const { name } = definition;
  const actor = createActor({
    definition,
    ...equip({ disk: options.disk, bus }, options.definition.mutations, options.mutations ?? []),
    ...ownOf(options, name),
    recorder,
    tally: metrics?.tallyOf(name),
    knownEvents,
    reach,
    log,
    onFailure: options.onTrouble,
  });
  const own = { name, definition, actor, reach: reachOf(http, name) };
  return createContextHost({ ...own, timers, ids, recorder, log, delay, isLeaving, metrics });
};

/** Makes the parts of a system, and opens its world on the bus. Throws an OperatingError (infrastructure) where that can't be had. */
export const createParts = async (options: SystemOptions): Promise<Parts> => {
  const { timers, random, recorder, log } = options;
  const ids = createIds(timers, random.fork('ids'));
  const faults = createFaults({
    timers,
    random: random.fork('faults'),
    recorder,
    onHandlerFailure: tellHandlerFailures(log, options.onTrouble),
  });
  const bus = faults.wrap(await options.busHost.open(options.world, options.worldUse));
  const hosts = new Map<string, ContextHost>();
  const hostOf = (name: string): ContextHost => {
    const host = hosts.get(name);
    assert(host !== undefined, `${name} runs in this process`);
    return host;
  };
  const crashes = createCrashes({
    timers,
    recorder,
    hostOf: (name) => hosts.get(name),
    onTrouble: options.onTrouble,
    isFated: options.fate?.isCrash,
  });
  const slowCalls = createSlowCalls(options);
  const calls = createCalls(options, hostOf, slowCalls.around);
  const outlets = createOutlets(options);
  const mutations = options.mutations ?? [];
  const needsOf = ({ name }: ContextDeclaration): Needs => ({
    call: calls.callOf(name),
    webhookUrl: options.webhookUrl,
    wakeOutlet: (message) => {
      outlets.wake(name, message);
    },
  });
  const healthy = defineContexts(options.definition, needsOf);
  const definitions = mutate(healthy, options.definition.mutations, mutations);
  const knownEvents = Object.values(definitions).flatMap((definition) =>
    definition.events.map((event) => ({ ...event, source: `/${definition.name}` })),
  );

  for (const name of options.contexts ?? contextNamesOf(options.definition)) {
    const definition = definitions[name];
    assert(definition !== undefined, `${name} is a context of this system`);
    const host = createHost(options, { definition, bus, ids, knownEvents, reach: crashes.reach, delay: slowCalls.delayFor(name) });
    hosts.set(name, host);
    outlets.open(host);
  }
  const unwatch = options.metrics?.watch({
    cell: options.cell,
    contexts: [...hosts.values()],
    outlets: outlets.opened,
    calls: calls.circuits.filter(({ context }) => hosts.has(context)),
  });
  return {
    ids,
    bus,
    faults,
    crashes,
    outlets: outlets.opened,
    definitions: Object.values(definitions),
    hosts,
    hostOf,
    running: () => [...hosts.values()].filter((host) => host.isRunning()),
    slowCall: slowCalls.set,
    openCalls: calls.open,
    closeCalls: calls.close,
    unwatch: () => unwatch?.(),
  };
};
