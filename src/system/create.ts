import type { Bus, BusHost } from '../bus/bus.ts';
import { subjectPrefix } from '../bus/wire.ts';
import { createCustomer, mypageDrift, rebuildMypages } from '../contexts/customer/index.ts';
import { createFront } from '../contexts/front/index.ts';
import { createNotification } from '../contexts/notification/index.ts';
import { createRider } from '../contexts/rider/index.ts';
import { createStore } from '../contexts/store/index.ts';
import { createGateway, createInProcessGateway, type Gateway } from '../gateway/gateway.ts';
import type { Timers } from '../kernel/clock.ts';
import { assert } from '../kernel/errors.ts';
import { createIds } from '../kernel/ids.ts';
import type { Logger } from '../kernel/log.ts';
import type { Random } from '../kernel/random.ts';
import type { Recorder } from '../kernel/recording.ts';
import { createActor } from '../runtime/actor.ts';
import type { ContextDefinition } from '../runtime/context.ts';
import { createFaults, type HeldMessage } from '../runtime/faults.ts';
import { createHttpClient, type HttpClient } from '../runtime/http/client.ts';
import type { Dispatch } from '../runtime/http/route.ts';
import { createOrderLookup, createTimeoutGuard } from '../runtime/order-lookup.ts';
import type { Disk } from '../runtime/tables.ts';
import { createContextHost, type ContextHost } from './context-host.ts';
import { createCrashes } from './crashes.ts';
import { describeDrift, eventsOf } from './mypage.ts';
import { createNotices } from './notices.ts';
import { openApiOf } from './openapi.ts';
import { CONTEXT_NAMES, type ContextName, type Ports } from './options.ts';
import { createRestWatch, type RestSources } from './rest.ts';
import type { System } from './system.ts';

/** What a system is made of. */
export interface SystemOptions {
  readonly busHost: BusHost;
  /** The world on the bus; made where it is not there. */
  readonly world: string;
  /** One database for each context. */
  readonly disk: Disk;
  readonly timers: Timers;
  readonly random: Random;
  readonly recorder: Recorder;
  readonly log: Logger;
  /** The contexts that run here; default: all. */
  readonly contexts?: readonly ContextName[];
  /** How people and contexts reach contexts: over HTTP, or in process (virtual time). */
  readonly http: { readonly kind: 'http'; readonly host: string; readonly ports: Ports; readonly gateway: boolean } | { readonly kind: 'in-process' };
  /** How long the review's look-up of its order may take, in milliseconds (the seed: 500). */
  readonly lookupTimeoutMs: number;
  /** Where notices are sent; the log where absent. */
  readonly notifyUrl?: string;
  /** Hears of trouble that nobody else is told: a database that fails while messages are handled, a context that did not come back. */
  readonly onTrouble: (error: unknown) => void;
}

/** How long a call between the gateway and a context may take before it is given up on, in milliseconds. */
const UPSTREAM_TIMEOUT_MS = 30_000;

/** The look-up's own way to front's orders: over HTTP as to any context, or in process. */
const createLookupCall = (options: SystemOptions, front: () => ContextHost) => {
  let client: { readonly url: string; readonly call: HttpClient } | undefined;
  const call: Dispatch = async (request) => {
    if (options.http.kind === 'in-process') return front().dispatch(request);
    const url = front().url();
    if (url === undefined) return front().dispatch(request);
    if (client?.url !== url) {
      await client?.call.close();
      client = { url, call: createHttpClient({ baseUrl: url, timeoutMs: UPSTREAM_TIMEOUT_MS }) };
    }
    return client.call(request);
  };
  return { call, close: async () => client?.call.close() };
};

/** A message that waits for somebody to let it go; one that a fault lets go by itself, or that was let go, is only late. */
const isHeldForGood = (held: HeldMessage): boolean => held.fault === 'hold' && held.dueAt === undefined;

/** The five contexts, by name. */
const defineContexts = (lookUp: Dispatch, options: SystemOptions, onNotice: () => void): Readonly<Record<ContextName, ContextDefinition>> => {
  const isWebhook = options.notifyUrl !== undefined;
  const guard = createTimeoutGuard(options.timers, options.lookupTimeoutMs);
  const lookUpOrder = createOrderLookup({ dispatch: lookUp, guard });
  return {
    front: createFront({ lookUpOrder }),
    store: createStore(),
    rider: createRider(),
    notification: createNotification({ channel: isWebhook ? 'webhook' : 'log', onNotice }),
    customer: createCustomer(),
  };
};

/**
 * Wires and starts a food-delivery system: the one place where contexts, bus, disk, clock and HTTP meet.
 * Throws an OperatingError (infrastructure) where something can't be had; then nothing is left running.
 */
export const createSystem = async (options: SystemOptions): Promise<System> => {
  const { timers, random, recorder, log, http } = options;
  const ids = createIds(timers, random.fork('ids'));
  const faults = createFaults({ timers, random: random.fork('faults'), recorder });
  const realBus = await options.busHost.open(options.world);
  const bus: Bus = faults.wrap(realBus);
  const hosts = new Map<ContextName, ContextHost>();
  const hostOf = (name: ContextName): ContextHost => {
    const host = hosts.get(name);
    assert(host !== undefined, `${name} runs in this process`);
    return host;
  };

  let slowLookup: { readonly fromMs: number; readonly toMs: number } | undefined;
  const lookupDelays = random.fork('slow-order-lookup');
  const delay = (operation: string): number | undefined =>
    operation !== 'getOrder' || slowLookup === undefined ? undefined : slowLookup.fromMs + lookupDelays.next() * (slowLookup.toMs - slowLookup.fromMs);

  const crashes = createCrashes({ timers, recorder, hostOf: (name) => hosts.get(name as ContextName), onTrouble: options.onTrouble });
  const lookup = createLookupCall(options, () => hostOf('front'));
  const definitions = defineContexts(lookup.call, options, () => { notices.wake(); });
  const knownEvents = Object.values(definitions).flatMap((definition) => definition.events.map((event) => ({ ...event, source: `/${definition.name}` })));

  for (const name of options.contexts ?? CONTEXT_NAMES) {
    const definition = definitions[name];
    const actor = createActor({
      definition,
      disk: options.disk,
      bus,
      timers,
      ids: createIds(timers, random.fork(`ids of ${name}`)),
      random: random.fork(`pauses of ${name}`),
      recorder,
      knownEvents,
      reach: crashes.reach,
      log,
      onFailure: options.onTrouble,
    });
    const reach = http.kind === 'http' ? ({ kind: 'http', host: http.host, port: http.ports[name] } as const) : ({ kind: 'in-process' } as const);
    hosts.set(name, createContextHost({ name, definition, actor, reach, timers, ids, recorder, log, delay }));
  }
  const notices = createNotices({ host: () => hosts.get('notification'), notifyUrl: options.notifyUrl, timers, random: random.fork('notices'), log });
  const running = (): ContextHost[] => [...hosts.values()].filter((host) => host.isRunning());

  let gateway: Gateway | undefined;
  let client: HttpClient | undefined;
  let dispatch: Dispatch;

  const stop = async (how: { readonly destroy?: boolean } = {}): Promise<void> => {
    await client?.close();
    await gateway?.close();
    await crashes.stop();
    faults.clear();
    await notices.stop();
    await lookup.close();
    for (const host of hosts.values()) if (host.isRunning()) await host.stop();
    await bus.close(how);
  };

  const startGateway = async (): Promise<Dispatch> => {
    if (http.kind === 'in-process') {
      return createInProcessGateway({ dispatchers: Object.fromEntries([...hosts].map(([name, host]) => [name, host.dispatch])), log });
    }
    if (!http.gateway) return (request) => hostOf('front').dispatch(request);
    gateway = await createGateway({
      upstreams: Object.fromEntries(CONTEXT_NAMES.map((name) => [name, () => hosts.get(name)?.url() ?? (hosts.has(name) ? undefined : `http://${http.host}:${http.ports[name]}`)])),
      port: http.ports.gateway,
      host: http.host,
      log,
      timers,
      openApi: () => openApiOf(Object.values(definitions), gateway?.url),
    });
    client = createHttpClient({ baseUrl: gateway.url, timeoutMs: UPSTREAM_TIMEOUT_MS });
    return client;
  };

  try {
    await Promise.all([...hosts.values()].map((host) => host.start()));
    notices.start();
    dispatch = await startGateway();
  } catch (error) {
    await stop();
    throw error;
  }

  const sources: RestSources = {
    actors: () => running().map((host) => host.actor),
    requests: () => running().flatMap((host) => host.requests()),
    unsentNotices: () => notices.unsent(),
    delayedMessages: () => [
      ...faults
        .held()
        .filter((held) => !isHeldForGood(held))
        .map((held) => `${held.type} of ${held.subject} to ${held.context}: ${held.fault} by a fault, not yet delivered`),
      ...crashes.restarting(),
    ],
    isWithheld: (context, subject) => faults.held().some((held) => isHeldForGood(held) && held.context === context && held.subject === subject),
    lastSeq: () => bus.lastSeq(),
  };

  const rest = createRestWatch(sources, timers);
  const customerReads = () => hostOf('customer').actor.read;
  const collectEvents = async () => {
    const events = [];
    for await (const event of eventsOf(bus)) events.push(event);
    return events;
  };

  return {
    world: options.world,
    dispatch,
    timers,
    faults,
    gatewayUrl: gateway?.url,
    get urls() {
      return Object.fromEntries([...hosts].flatMap(([name, host]) => (host.url() === undefined ? [] : [[name, host.url()]])));
    },
    isRunning: (context) => hosts.get(context)?.isRunning() ?? false,
    stopContext: (context) => hostOf(context).stop(),
    startContext: (context) => hostOf(context).start(),
    crashContext: (context) => hostOf(context).crash(),
    armCrash: crashes.arm,
    slowOrderLookup: (range) => {
      slowLookup = range;
      recorder.record({ kind: 'fault', fault: 'slow-order-lookup', detail: range ?? { off: true } });
    },
    inject: (context, type, payload) => bus.injectRaw(`${subjectPrefix(options.world)}${context}.${type}`, payload),
    stream: () => eventsOf(bus),
    rebuildMypage: async () => {
      const events = await collectEvents();
      const cause = { causationId: ids.next(), correlationId: ids.next(), traceId: ids.traceId() };
      return hostOf('customer').actor.execute(cause, (scope) => rebuildMypages(scope.tables, events));
    },
    mypageDrift: async () => mypageDrift(customerReads(), await collectEvents()).map(describeDrift),
    deadLetters: () => running().flatMap((host) => host.actor.deadLetters().map((letter) => ({ ...letter, context: host.name }))),
    inspectRest: rest.inspect,
    waitForRest: rest.wait,
    stop,
  };
};
