import process from 'node:process';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { sleep, type Timers } from '../../kernel/clock.ts';
import type { Workload } from '../../runtime/actor/actor-port.ts';
import type { CircuitState } from '../../runtime/breaker/hystrix-circuit.ts';
import { describeContexts, eventsOf, type SystemDefinition } from '../definition.ts';
import { readVersion } from '../version.ts';
import type { Metrics, Watched } from './metrics.ts';
import { METRICS, type MetricDescription } from './table.ts';

/** What {@link createMetrics} is made of. */
export interface MetricsOptions {
  readonly definition: SystemDefinition;
  readonly world: string;
  readonly bus: 'nats' | 'memory';
  readonly timers: Timers;
}

/** OpenTelemetry's word for values beyond those that are known: whoever sends others must not make series of their own. */
const OTHER = '_OTHER';
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'CONNECT']);
const STATES: readonly CircuitState[] = ['closed', 'open', 'half-open'];
/** The boundaries that OpenTelemetry's conventions give this histogram, in seconds. */
const DURATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
/** Longest wait for a bus to say what waits there; less than scrapers have. */
const PATIENCE_MS = 500;

type Labels = Readonly<Record<string, string>>;

/** A counter that costs an addition until somebody looks: numbers by the values of its labels. */
const createCount = () => {
  const numbers = new Map<string, number>();
  return {
    add: (...values: readonly string[]): void => {
      const key = values.join('\n');
      numbers.set(key, (numbers.get(key) ?? 0) + 1);
    },
    all: () => [...numbers].map(([key, number]) => [key.split('\n'), number] as const),
  };
};

type Count = ReturnType<typeof createCount>;

/** Registers what is written anew for each page. */
const register = (registry: Registry, { name, type, help, labels }: MetricDescription): Gauge | Counter => {
  const options = { name, help, labelNames: [...labels], registers: [registry] };
  return type === 'gauge' ? new Gauge(options) : new Counter(options);
};

const registerAll = (registry: Registry) => {
  const { requests, ...others } = METRICS;
  const { name, help, labels } = requests;
  const durations = new Histogram({ name, help, labelNames: [...labels], registers: [registry], buckets: DURATION_BUCKETS });
  const metrics = new Map(Object.entries(others).map(([key, described]) => [key, register(registry, described)]));
  return {
    durations,
    forget: (): void => {
      for (const metric of metrics.values()) metric.reset();
    },
    /** Adds to 0, which each was reset to. */
    put: (metric: keyof typeof others, value: number, labels: Labels = {}): void => metrics.get(metric)?.inc(labels, value),
  };
};

/** What waits for a context on the bus; undefined where the bus does not say in time. */
const askWorkload = async (timers: Timers, asked: Promise<Workload>): Promise<Workload | undefined> => {
  // A bus that is away has no figures: what is known without it is told all the same.
  const known = asked.catch(() => undefined);
  return (await Promise.race([known, sleep(timers, PATIENCE_MS)])) ?? undefined;
};

type Put = ReturnType<typeof registerAll>['put'];

const putContext = async (
  { name: context, actor, isRunning }: Watched['contexts'][number],
  cell: string,
  timers: Timers,
  put: Put,
): Promise<void> => {
  const own = { context, cell };
  put('up', isRunning() ? 1 : 0, own);
  if (!isRunning()) return;
  const workload = await askWorkload(timers, actor.workload());
  if (!isRunning()) return;
  if (workload !== undefined) {
    put('lag', workload.pending, own);
    put('unacknowledged', workload.unacknowledged, own);
  }
  put('outbox', actor.unpublished(), own);
  const oldest = actor.oldestUnpublished();
  put('outboxAge', oldest === undefined ? 0 : Math.max(0, timers.now() - Date.parse(oldest)) / 1_000, own);
  put('parked', actor.parked().length, own);
  put('deadLetters', actor.deadLetterCount(), own);
  put('deadlines', actor.overdue(), own);
};

const putProcess = (put: Put): void => {
  const { user, system } = process.cpuUsage();
  put('cpu', (user + system) / 1e6);
  put('memory', process.memoryUsage.rss());
  put('startedAt', performance.timeOrigin / 1_000);
};

const putCounts = (put: Put, metric: 'calls' | 'transactions' | 'sent' | 'consumed', count: Count): void => {
  const { labels } = METRICS[metric];
  for (const [values, number] of count.all())
    put(metric, number, Object.fromEntries(labels.map((label, index) => [label, values[index]!])));
};

/** What passes, counted as it does. */
const createCounts = ({ definition, bus }: MetricsOptions) => {
  const types = new Set(eventsOf(describeContexts(definition)).map(({ event }) => event.type));
  const counts = { calls: createCount(), transactions: createCount(), sent: createCount(), consumed: createCount() };
  return {
    all: Object.entries(counts) as [keyof typeof counts, Count][],
    called: counts.calls.add,
    tallyOf: (context: string) => ({
      transacted: (isCommitted: boolean) => counts.transactions.add(context, isCommitted ? 'committed' : 'rolled back'),
      published: (type: string) => counts.sent.add(context, bus, type),
      handled: (type: string | undefined, handling: string) =>
        counts.consumed.add(context, bus, type !== undefined && types.has(type) ? type : OTHER, handling),
    }),
  };
};

/** Makes the metrics of a process. */
export const createMetrics = (options: MetricsOptions): Metrics => {
  const { definition, world, timers } = options;
  const registry = new Registry();
  const { durations, forget, put } = registerAll(registry);
  const counts = createCounts(options);
  const watched = new Set<Watched>();

  const writeOne = async ({ cell, contexts, outlets, calls }: Watched): Promise<void> => {
    const name = cell === undefined ? '' : String(cell);
    for (const { context, outlet } of outlets) put('outlet', outlet.waiting(), { context, cell: name });
    for (const { context, call, state } of calls)
      for (const one of STATES) put('circuit', one === state() ? 1 : 0, { context, cell: name, call, state: one });
    await Promise.all(contexts.map((context) => putContext(context, name, timers, put)));
  };

  const write = async (): Promise<string> => {
    forget();
    put('info', 1, { version: readVersion(), system: definition.name, world });
    putProcess(put);
    for (const [metric, count] of counts.all) putCounts(put, metric, count);
    await Promise.all([...watched].map(writeOne));
    return registry.metrics();
  };
  let writing: Promise<string> | undefined;

  return {
    tallyOf: counts.tallyOf,
    onCallOf: (context, call) => (outcome) => counts.called(context, call, outcome),
    onAnswerOf:
      (context) =>
      ({ method, route = '', status, durationMs }) =>
        durations.observe(
          {
            context,
            http_request_method: METHODS.has(method) ? method : OTHER,
            http_route: route,
            http_response_status_code: String(status),
          },
          durationMs / 1_000,
        ),
    watch: (given) => {
      watched.add(given);
      return () => void watched.delete(given);
    },
    text: async () => {
      // Two who ask at once are told the same.
      writing ??= write().finally(() => {
        writing = undefined;
      });
      return { contentType: registry.contentType, text: await writing };
    },
  };
};
