import { subjectPrefix } from '../bus/wire.ts';
import { createInProcessGateway } from '../gateway/gateway.ts';
import type { Envelope } from '../kernel/envelope.ts';
import { OperatingError, assert } from '../kernel/errors.ts';
import { createIds } from '../kernel/ids.ts';
import { SILENT_RECORDER } from '../kernel/recording.ts';
import type { Actor } from '../runtime/actor/actor-port.ts';
import type { ContextDefinition } from '../runtime/actor/context.ts';
import type { HeldMessage } from '../runtime/faults/faults.ts';
import { createDispatch } from '../runtime/http/dispatch.ts';
import type { Dispatch } from '../runtime/http/route.ts';
import type { ContextHost } from './context-host.ts';
import { openEntrance, type Entrance } from './entrance.ts';
import { lettersOfActors } from './letters.ts';
import { openApiOf } from './openapi.ts';
import { callsOf, viewOf } from './definition.ts';
import { createParts, type Parts } from './parts.ts';
import { createRestWatch, type RestSources } from './rest.ts';
import { storedIn } from './stored.ts';
import type { Backlog, System, SystemOptions } from './system.ts';

/** A message that waits for somebody to let it go; one that a fault lets go by itself, or that was let go, is only late. */
const isHeldForGood = (held: HeldMessage): boolean => held.fault === 'hold' && held.dueAt === undefined;

const sayLate = (held: HeldMessage): string =>
  `${held.type} of ${held.subject} to ${held.context}: ${held.fault} by a fault, not yet delivered`;

/** What the proof of rest looks at. */
const restSourcesOf = ({ bus, faults, crashes, outlets, running }: Parts, requests: () => readonly string[]): RestSources => ({
  actors: () => running().map((host) => host.actor),
  requests: () => [...new Set([...requests(), ...running().flatMap((host) => host.requests())])],
  outlets: () => outlets.map(({ context, outlet }) => ({ context, waiting: outlet.waiting() })),
  delayedMessages: () => [
    ...faults
      .held()
      .filter((held) => !isHeldForGood(held))
      .map(sayLate),
    ...crashes.restarting(),
  ],
  isWithheld: (context, subject) =>
    faults.held().some((held) => isHeldForGood(held) && held.context === context && held.subject === subject),
  lastSeq: () => bus.lastSeq(),
});

/** The views of a running system, compared with its stream and made anew from it. */
const viewCareOf = ({ bus, ids, definitions, hostOf }: Parts): Pick<System, 'rebuild' | 'drift'> => {
  const collect = async (): Promise<readonly Envelope[]> => {
    const events: Envelope[] = [];
    for await (const event of storedIn(bus)) events.push(event);
    return events;
  };
  const find = (name: string) => {
    const found = viewOf(definitions, name);
    assert(found !== undefined, `${name} is a view of this system`);
    return found;
  };
  return {
    rebuild: async (name) => {
      const { context, view } = find(name);
      const events = await collect();
      const cause = { causationId: ids.next(), correlationId: ids.next(), traceId: ids.traceId() };
      return hostOf(context).actor.execute(cause, (scope) => view.rebuild(scope.tables, events));
    },
    drift: async (name) => {
      const { context, view } = find(name);
      return view.drift(hostOf(context).actor.read, await collect()).map(({ message }) => message);
    },
  };
};

const createStop =
  (parts: Parts, entrance: () => Entrance | undefined): System['stop'] =>
  async (how = {}) => {
    // Each step is taken whatever became of those before it, so that nothing is left running; the first failure is told.
    const failures: unknown[] = [];
    const take = async (step: () => Promise<void> | undefined): Promise<void> => {
      try {
        await step();
      } catch (error) {
        failures.push(error);
      }
    };
    await take(() => entrance()?.close());
    await take(() => parts.crashes.stop());
    parts.faults.clear();
    for (const { outlet } of parts.outlets) await take(() => outlet.stop());
    parts.unwatch();
    await take(() => parts.closeCalls());
    // Together, so that each one's time for its last answers is not added to the others'.
    await Promise.all([...parts.hosts.values()].map((host) => take(() => host.stop())));
    await take(() => parts.bus.close(how));
    if (failures.length > 0) throw failures[0];
  };

/** Starts all of them. Throws what the first one that failed threw, when none is still starting. */
const startAll = async (hosts: Iterable<ContextHost>): Promise<void> => {
  const starts = await Promise.allSettled([...hosts].map((host) => host.start()));
  const failed = starts.find((start) => start.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
};

/** Counts the requests that were sent in here and are not answered yet: a context sees them later, and loses sight of them sooner. */
const createRequestBook = () => {
  const underWay = new Set<string>();
  let count = 0;
  return {
    list: (): readonly string[] => [...underWay].map((ticket) => ticket.slice(ticket.indexOf(' ') + 1)),
    keep:
      (dispatch: Dispatch): Dispatch =>
      async (request) => {
        const ticket = `${(count += 1)} ${request.method} ${request.url}`;
        underWay.add(ticket);
        try {
          return await dispatch(request);
        } finally {
          underWay.delete(ticket);
        }
      },
  };
};

/** Reads what is committed, past the hosts: never delayed, never refused, and without a draw from the run's ids. */
const createLook = ({ definitions, hosts, hostOf }: Parts, { definition: system, timers, random, log }: SystemOptions): Dispatch => {
  const ids = createIds(timers, random.fork('looks'));
  const dispatchOf = ({ name, routes, refusals }: ContextDefinition): Dispatch => {
    const actor = hosts.get(name)?.actor;
    return actor === undefined
      ? () => Promise.reject(new OperatingError('infrastructure', `${name} does not run here`))
      : createDispatch({
          actor,
          routes: routes.filter(({ method }) => method === 'GET'),
          refusals,
          ids,
          recorder: SILENT_RECORDER,
          log,
          timers,
        });
  };
  let gateway: Dispatch | undefined;
  return (request) => {
    gateway ??= createInProcessGateway({
      contexts: definitions,
      dispatchers: Object.fromEntries(definitions.map((definition) => [definition.name, dispatchOf(definition)])),
      healthOf: (context) => hostOf(context).health(),
      openApi: (url) => openApiOf(system, definitions, url),
      log,
    });
    return gateway(request);
  };
};

const backlogOf = async (actor: Actor): Promise<Backlog> => {
  const { pending, unacknowledged, outbox, parked } = await actor.workload();
  return { inbox: pending + unacknowledged, outbox, parked: parked.length, deadLetters: actor.deadLetterCount() };
};

/**
 * Wires and starts a system: the one place where contexts, bus, disk, clock and HTTP meet.
 * Throws an OperatingError (infrastructure) where something can't be had; then nothing is left running.
 */
export const createSystem = async (options: SystemOptions): Promise<System> => {
  const { timers } = options;
  const parts = await createParts(options);
  const { bus, faults, hosts, hostOf, running } = parts;
  let entrance: Entrance | undefined;
  const stop = createStop(parts, () => entrance);
  try {
    await startAll(hosts.values());
    for (const { outlet } of parts.outlets) outlet.start();
    entrance = await openEntrance(options, parts);
  } catch (error) {
    await stop();
    throw error;
  }
  const requests = createRequestBook();
  const rest = createRestWatch(restSourcesOf(parts, requests.list), timers);
  return {
    world: options.world,
    dispatch: requests.keep(entrance.dispatch),
    look: createLook(parts, options),
    read: (context) => hostOf(context).actor.read,
    face: (context) => ({ dispatch: hostOf(context).dispatch, health: hostOf(context).sources }),
    timers,
    faults,
    gatewayUrl: entrance.gatewayUrl,
    get urls() {
      return Object.fromEntries([...hosts].flatMap(([name, host]) => (host.url() === undefined ? [] : [[name, host.url()]])));
    },
    isRunning: (context) => hosts.get(context)?.isRunning() ?? false,
    stopContext: (context) => hostOf(context).stop(),
    startContext: (context) => hostOf(context).start(),
    crashContext: (context) => hostOf(context).crash(),
    armCrash: parts.crashes.arm,
    calls: callsOf(options.definition),
    slowCall: parts.slowCall,
    openCalls: parts.openCalls,
    inject: (context, type, payload) => bus.injectRaw(`${subjectPrefix(options.world)}${context}.${type}`, payload),
    ...viewCareOf(parts),
    backlog: async () =>
      Object.fromEntries(await Promise.all(running().map(async ({ name, actor }) => [name, await backlogOf(actor)] as const))),
    deadLetters: () => running().flatMap((host) => host.actor.deadLetters().map((letter) => ({ ...letter, context: host.name }))),
    letters: lettersOfActors([...hosts.values()].map(({ actor }) => actor)),
    inspectRest: rest.inspect,
    waitForRest: rest.wait,
    stop,
  };
};
