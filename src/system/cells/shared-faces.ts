/** The HTTP faces of contexts that run here in several cells: one for each context, whichever cell a request belongs to. */
import type { CellLookup } from '../../gateway/cell-places.ts';
import { askEveryCell } from '../../gateway/every-cell.ts';
import { CELL_HEADER } from '../../gateway/passage.ts';
import { cellUnavailable } from '../../gateway/paths.ts';
import type { Timers } from '../../kernel/clock.ts';
import type { IdSource } from '../../kernel/ids.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Secret } from '../../kernel/secret.ts';
import type { HealthCounts, HealthSources } from '../../runtime/http/health.ts';
import { toProblem } from '../../runtime/http/problems.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Dispatch } from '../../runtime/http/route.ts';
import { createHttpServer, type HttpServer } from '../../runtime/http/server.ts';
import type { Ports } from '../options.ts';
import type { ContextFace } from '../system.ts';

/** What the faces are made of. */
export interface SharedFacesOptions {
  readonly contexts: readonly string[];
  /** How many cells the world has. */
  readonly count: number;
  readonly placeOf: CellLookup;
  /** The face of a context of a cell; undefined where it does not run here. */
  readonly faceOf: (context: string, cell: number) => ContextFace | undefined;
  /** Those that run here. */
  readonly cells: readonly number[];
  /** Why nothing may be answered here now; undefined where it may. */
  readonly whyNot: () => string | undefined;
  readonly host: string;
  readonly ports: Ports;
  readonly token: Secret | undefined;
  readonly ids: IdSource;
  readonly timers: Timers;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** The faces, listening. */
export interface SharedFaces {
  /** By context. */
  readonly urls: Readonly<Record<string, string>>;
  /** Takes no new requests, and finishes what is being answered. */
  close(): Promise<void>;
}

/** The cell that a request is for by its header, as a gateway sets it; undefined where it has none of ours. */
const cellInHeader = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,3}$/.test(text) ? Number(text) : undefined;

/** Answers for one context in all cells that run here. Never rejects. */
const createSharedDispatch = (context: string, options: SharedFacesOptions): Dispatch => {
  const { count, placeOf, faceOf, cells, whyNot, ids, log } = options;
  const dispatchTo = (cell: number): Dispatch => {
    const face = faceOf(context, cell);
    if (face === undefined) throw cellUnavailable(context, cell, 'it is not served here');
    const check = (): void => {
      const reason = whyNot();
      if (reason !== undefined) throw cellUnavailable(context, cell, reason);
    };
    return async (request) => {
      check();
      const response = await face.dispatch(request);
      // What was lost meanwhile must not be told as done.
      check();
      return response;
    };
  };
  return async (request) => {
    try {
      const place = placeOf(context, { method: request.method, url: request.url, body: () => request.body });
      if (place.kind === 'one') return await dispatchTo(place.cell)(request);
      const asked = cellInHeader(request.headers[CELL_HEADER]);
      if (place.kind === 'any' || asked !== undefined) return await dispatchTo(asked ?? cells[0] ?? 0)(request);
      return await askEveryCell(request, count, place.sortedBy, dispatchTo);
    } catch (error) {
      return toProblem(error, { url: request.url, correlationId: request.headers['x-correlation-id'] ?? ids.next() }, log);
    }
  };
};

const sum = (counts: readonly number[]): number => counts.reduce((all, one) => all + one, 0);

const countsOf = (counts: readonly HealthCounts[]): HealthCounts => ({
  outbox: sum(counts.map(({ outbox }) => outbox)),
  parked: sum(counts.map(({ parked }) => parked)),
  deadLetters: sum(counts.map(({ deadLetters }) => deadLetters)),
});

/** The health of a context in all its cells here: what is wrong with one is wrong with it, and says in which. */
const healthOfAll = (context: string, { cells, faceOf, whyNot }: SharedFacesOptions): HealthSources => {
  const sources = () =>
    cells.flatMap((cell) => {
      const face = faceOf(context, cell);
      return face === undefined ? [] : [{ cell, health: face.health }];
    });
  const firstOf = (ask: (health: HealthSources) => string | undefined): string | undefined => {
    for (const { cell, health } of sources()) {
      const reason = ask(health);
      if (reason !== undefined) return `cell ${cell}: ${reason}`;
    }
    return undefined;
  };
  return {
    whyNotReady: () => {
      const missing = cells.find((cell) => faceOf(context, cell) === undefined);
      if (missing !== undefined) return `cell ${missing}: it is being opened`;
      return whyNot() ?? firstOf((health) => health.whyNotReady());
    },
    obstacle: () => firstOf((health) => health.obstacle()),
    counts: () => countsOf(sources().map(({ health }) => health.counts())),
    workload: async () => {
      const work = await Promise.all(sources().map(({ health }) => health.workload()));
      return {
        ...countsOf(work),
        pending: sum(work.map(({ pending }) => pending)),
        unacknowledged: sum(work.map(({ unacknowledged }) => unacknowledged)),
        overdue: sum(work.map(({ overdue }) => overdue)),
        activity: sum(work.map(({ activity }) => activity)),
      };
    },
  };
};

/** Opens the faces. Throws an OperatingError (infrastructure) where a port can't be had; then none is left open. */
export const openSharedFaces = async (options: SharedFacesOptions): Promise<SharedFaces> => {
  const { contexts, host, ports, token, timers, log, metrics } = options;
  const servers = new Map<string, HttpServer>();
  const close = async (): Promise<void> => {
    await Promise.all([...servers.values()].map((server) => server.close()));
  };
  try {
    for (const name of contexts) {
      const dispatch = createSharedDispatch(name, options);
      const health = healthOfAll(name, options);
      const portOption = `--port ${name}=PORT`;
      const counted = { onAnswer: metrics.onAnswerOf(name), metrics: metrics.text };
      const own = { name, dispatch, port: ports[name] ?? 0, host, portOption, health };
      servers.set(name, await createHttpServer({ ...own, log, timers, token, ...counted }));
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { urls: Object.fromEntries([...servers].map(([name, { url }]) => [name, url])), close };
};
