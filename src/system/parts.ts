import type { Bus } from '../bus/bus.ts';
import { createCustomer } from '../contexts/customer/index.ts';
import { createFront } from '../contexts/front/index.ts';
import { createNotification } from '../contexts/notification/index.ts';
import { createRider } from '../contexts/rider/index.ts';
import { createStore } from '../contexts/store/index.ts';
import { assert } from '../kernel/errors.ts';
import { createIds, type IdSource } from '../kernel/ids.ts';
import { equip, mutate } from '../mutations/index.ts';
import { createActor } from '../runtime/actor.ts';
import { breakerEntry, createBreaker } from '../runtime/breaker/breaker.ts';
import type { ContextDefinition } from '../runtime/context.ts';
import { createFaults, type Faults } from '../runtime/faults.ts';
import { createHttpClient, type HttpClient } from '../runtime/http/client.ts';
import type { Dispatch } from '../runtime/http/route.ts';
import { createOrderLookup, type Guard } from '../runtime/order-lookup.ts';
import { createContextHost, type ContextHost } from './context-host.ts';
import { createCrashes, type Crashes } from './crashes.ts';
import { tellHandlerFailures } from './handler-failures.ts';
import { createNotices, type Notices } from './notices.ts';
import { CONTEXT_NAMES, type ContextName } from './options.ts';
import type { DelayRange, SystemOptions } from './system.ts';
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
  readonly notices: Notices;
  /** All five, whichever run here. */
  readonly definitions: readonly ContextDefinition[];
  /** The contexts that are to run here, up or down. */
  readonly hosts: ReadonlyMap<ContextName, ContextHost>;
  /** Throws (a bug) for a context that is not to run here. */
  hostOf(name: ContextName): ContextHost;
  /** Those that are up. */
  running(): readonly ContextHost[];
  slowOrderLookup(range: DelayRange | undefined): void;
  /** Opens so many of the look-up's connections, as they would be open after a while. */
  openLookups(count: number): Promise<void>;
  /** Lets go of the look-up's connections. */
  closeLookup(): Promise<void>;
}

/** The look-up's own way to front's orders: over HTTP as to any context, or in process. */
const createLookupCall = (options: SystemOptions, front: () => ContextHost) => {
  let client: { readonly url: string; readonly call: HttpClient } | undefined;
  const call: Dispatch = async (request) => {
    const url = options.http.kind === 'in-process' ? undefined : front().url();
    if (url === undefined) return front().dispatch(request);
    if (client?.url !== url) {
      const former = client;
      client = { url, call: createHttpClient({ baseUrl: url, timeoutMs: UPSTREAM_TIMEOUT_MS }) };
      await former?.call.close();
    }
    return client.call(request);
  };
  const open = async (count: number): Promise<void> => {
    await Promise.all(Array.from({ length: count }, () => call({ method: 'GET', url: '/health', headers: {} })));
  };
  return { call, open, close: async () => client?.call.close() };
};

/** The delay of `GET /orders/{id}` (the fault slow-order-lookup), drawn anew for each answer; in whole milliseconds, as databases keep times. */
const createSlowLookup = ({ random, recorder }: SystemOptions) => {
  const draws = random.fork('slow-order-lookup');
  let range: DelayRange | undefined;
  return {
    delay: (operation: string, correlation: string | undefined): number | undefined => {
      if (operation !== 'getOrder' || range === undefined) return undefined;
      const delayMs = Math.floor(range.fromMs + draws.next() * (range.toMs - range.fromMs));
      recorder.record({ kind: 'fault', fault: 'slow-order-lookup', detail: { delayMs, ...(correlation === undefined ? {} : { correlation }) } });
      return delayMs;
    },
    set: (to: DelayRange | undefined): void => {
      range = to;
      recorder.record({ kind: 'fault', fault: 'slow-order-lookup', detail: to === undefined ? { off: true } : { ...to } });
    },
  };
};

/** The five contexts, by name. */
const defineContexts = (lookUp: Dispatch, guard: Guard, options: SystemOptions, onNotice: Notices['wake']): Readonly<Record<ContextName, ContextDefinition>> => {
  return {
    front: createFront({ lookUpOrder: createOrderLookup({ dispatch: lookUp, guard }) }),
    store: createStore(),
    rider: createRider(),
    notification: createNotification({ channel: options.notifyUrl === undefined ? 'log' : 'webhook', onNotice }),
    customer: createCustomer(),
  };
};

/** Makes the parts of a system, and opens its world on the bus. Throws an OperatingError (infrastructure) where that can't be had. */
export const createParts = async (options: SystemOptions): Promise<Parts> => {
  const { timers, random, recorder, log, http } = options;
  const ids = createIds(timers, random.fork('ids'));
  const faults = createFaults({ timers, random: random.fork('faults'), recorder, onHandlerFailure: tellHandlerFailures(log, options.onTrouble) });
  const bus = faults.wrap(await options.busHost.open(options.world));
  const hosts = new Map<ContextName, ContextHost>();
  const hostOf = (name: ContextName): ContextHost => {
    const host = hosts.get(name);
    assert(host !== undefined, `${name} runs in this process`);
    return host;
  };
  const crashes = createCrashes({ timers, recorder, hostOf: (name) => hosts.get(name as ContextName), onTrouble: options.onTrouble, isFated: options.fate?.isCrash });
  const lookup = createLookupCall(options, () => hostOf('front'));
  const slowLookup = createSlowLookup(options);
  const breaker = createBreaker(
    { ...options.breaker, timeoutMs: options.lookupTimeoutMs },
    { timers, onEvent: (event) => recorder.record(breakerEntry('front', 'order-lookup', event)), ...(http.kind === 'http' ? { nextTurn } : {}) },
  );
  const mutations = options.mutations ?? [];
  const healthy = defineContexts(options.fate?.aroundLookup(lookup.call) ?? lookup.call, breaker.guard, options, (notice) => {
    notices.wake(notice);
  });
  const definitions = mutate(healthy, mutations);
  const knownEvents = Object.values(definitions).flatMap((definition) => definition.events.map((event) => ({ ...event, source: `/${definition.name}` })));

  for (const name of options.contexts ?? CONTEXT_NAMES) {
    const definition = definitions[name];
    const ownTimers = options.fate?.timersFor(name) ?? timers;
    const own = { timers: ownTimers, ids: createIds(ownTimers, random.fork(`ids of ${name}`)), random: random.fork(`pauses of ${name}`) };
    const actor = createActor({ definition, ...equip({ disk: options.disk, bus }, mutations), ...own, recorder, knownEvents, reach: crashes.reach, log, onFailure: options.onTrouble });
    const reach = http.kind === 'http' ? ({ kind: 'http', host: http.host, port: http.ports[name] } as const) : ({ kind: 'in-process' } as const);
    hosts.set(name, createContextHost({ name, definition, actor, reach, timers, ids, recorder, log, delay: slowLookup.delay }));
  }
  const notices = createNotices({ host: () => hosts.get('notification'), notifyUrl: options.notifyUrl, timers, random: random.fork('notices'), log });
  return {
    ids,
    bus,
    faults,
    crashes,
    notices,
    definitions: Object.values(definitions),
    hosts,
    hostOf,
    running: () => [...hosts.values()].filter((host) => host.isRunning()),
    slowOrderLookup: slowLookup.set,
    openLookups: lookup.open,
    closeLookup: () => {
      breaker.close();
      return lookup.close();
    },
  };
};
