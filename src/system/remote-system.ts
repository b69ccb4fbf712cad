/** A system that runs elsewhere, as it is seen from outside: asked over HTTP, and overheard on its stream. */
import { isMalformed, type Bus } from '../bus/bus.ts';
import { sleep, type Calendar } from '../kernel/clock.ts';
import type { Envelope } from '../kernel/envelope.ts';
import { OperatingError } from '../kernel/errors.ts';
import type { Dispatch } from '../runtime/http/route.ts';
import type { SystemDefinition } from './definition.ts';
import { confined } from './remote-collections.ts';
import { createMarking } from './remote-marks.ts';
import type { RestReport } from './rest.ts';
import type { System } from './system.ts';

/** What {@link openRemoteSystem} works with. */
export interface RemoteOptions {
  readonly definition: SystemDefinition;
  /** Asks its gateway. */
  readonly ask: Dispatch;
  /** What tells from all else there what is asked for here. */
  readonly mark: string;
  /** The stream of each of its cells; none where it is only asked. */
  readonly buses: readonly Bus[];
  readonly timers: Calendar;
  /** Hears each event of what was asked for here, in the order of its stream. */
  readonly onEvent: (event: Envelope) => void;
  /** Hears that its stream can't be read. */
  readonly onTrouble: (error: unknown) => void;
}

/** How often the stream is looked at meanwhile. */
const PULL_PAUSE_MS = 100;
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 250;

/** What a context says of its work, in all its cells and processes. */
interface Figures {
  readonly context: string;
  readonly waiting: readonly string[];
  readonly deadLetters: number;
  readonly activity: number;
}

const numberIn = (value: Readonly<Record<string, unknown>>, name: string): number => Number(value[name] ?? 0);

/** Every object within that tells of work: a context's own, or that of each process that serves some of its cells. */
const worksIn = (value: unknown): readonly Readonly<Record<string, unknown>>[] => {
  if (typeof value !== 'object' || value === null) return [];
  if ('outbox' in value) return [value];
  return Object.values(value).flatMap(worksIn);
};

const WORK = ['outbox', 'pending', 'unacknowledged', 'parked', 'overdue'] as const;

const figuresOf = (context: string, health: Readonly<Record<string, unknown>>): Figures => {
  const works = worksIn(health);
  const sum = (name: string): number => works.reduce((total, work) => total + numberIn(work, name), 0);
  const waiting = WORK.flatMap((name) => (sum(name) === 0 ? [] : [`${context}: ${sum(name)} ${name}`]));
  const isUp = health['status'] === 'up';
  return {
    context,
    waiting: isUp ? waiting : [...waiting, `${context} is ${String(health['status'])}: ${String(health['reason'] ?? 'no reason told')}`],
    deadLetters: sum('deadLetters'),
    activity: sum('activity'),
  };
};

/** Asks how everybody is. Throws an OperatingError (infrastructure) where the answer is no such thing. */
const askFigures = async (ask: Dispatch): Promise<readonly Figures[]> => {
  const answer = await ask({ method: 'GET', url: '/health', headers: {} });
  const contexts = (answer.body as { readonly contexts?: Readonly<Record<string, Readonly<Record<string, unknown>>>> } | undefined)
    ?.contexts;
  if (typeof contexts !== 'object')
    throw new OperatingError('infrastructure', `the target answered ${answer.status} to GET /health, and told of no contexts`, {
      mend: 'Name the gateway of a food-sim that runs, and the token that it asks for (--token-file).',
    });
  return Object.entries(contexts).map(([context, health]) => figuresOf(context, health));
};

/** Follows streams from now on, and passes on what is marked; one look at a time. */
const createOverhearing = async ({ buses, onEvent }: RemoteOptions, unmarked: (event: Envelope) => Envelope | undefined) => {
  const positions = new Map<Bus, number>();
  for (const bus of buses) positions.set(bus, await bus.lastSeq());
  const pull = async (): Promise<void> => {
    for (const [bus, afterSeq] of positions) {
      for await (const { seq, message } of bus.read({ afterSeq })) {
        positions.set(bus, seq);
        const event = isMalformed(message) ? undefined : unmarked(message);
        if (event !== undefined) onEvent(event);
      }
    }
  };
  let last: Promise<void> = Promise.resolve();
  return (): Promise<void> => {
    last = last.catch(() => undefined).then(pull);
    return last;
  };
};

const onlyInside = (what: string) => (): never => {
  throw new OperatingError('usage', `--target: ${what} can't be done from outside`, {
    mend: 'Leave out --target, or the step that asks for it.',
  });
};

const INSIDE = [
  'read',
  'stopContext',
  'startContext',
  'crashContext',
  'armCrash',
  'slowCall',
  'openCalls',
  'inject',
  'rebuild',
  'drift',
  'face',
] as const;

const insideOnly = (): object => ({
  ...Object.fromEntries(INSIDE.map((name) => [name, onlyInside(name)])),
  faults: { add: onlyInside('a fault'), held: () => [], clear: () => undefined },
});

/**
 * Opens a system that runs elsewhere, for one scenario: what it asks for is marked, so that it meets nothing that was there before, and
 * only what comes of it is told. At rest means: twice in a row no context had anything to do, and none did anything in between.
 */
export const openRemoteSystem = async (options: RemoteOptions): Promise<System> => {
  const { ask, timers, onTrouble } = options;
  const marking = createMarking(options.definition, options.mark);
  const dispatch: Dispatch = async (request) => {
    const marked = marking.request(request);
    const answer = await ask(marked);
    if (request.method !== 'GET') marking.note(answer.body);
    return marking.answer(await confined(ask, marked, answer, marking.isOurs));
  };
  const before = new Map((await askFigures(ask)).map(({ context, deadLetters }) => [context, deadLetters]));
  const pull = await createOverhearing(options, marking.event);
  let figures: readonly Figures[] = [];
  let isOver = false;
  const follow = (): void => {
    timers.after(PULL_PAUSE_MS, () => {
      if (isOver) return;
      pull().then(follow, (error: unknown) => {
        onTrouble(error);
        follow();
      });
    });
  };
  if (options.buses.length > 0) follow();

  const inspectRest = async (): Promise<RestReport> => {
    const first = await askFigures(ask);
    const inFlight = first.flatMap(({ waiting }) => waiting);
    figures = first;
    if (inFlight.length > 0) return { isAtRest: false, inFlight };
    figures = await askFigures(ask);
    await pull();
    const since = figures.flatMap(({ waiting }) => waiting);
    const moved = figures.filter(({ activity }, index) => activity !== first[index]?.activity);
    if (since.length === 0 && moved.length === 0) return { isAtRest: true };
    return { isAtRest: false, inFlight: since.length > 0 ? since : moved.map(({ context }) => `${context} was at work meanwhile`) };
  };

  const system = {
    world: 'elsewhere',
    isElsewhere: true as const,
    dispatch,
    look: dispatch,
    timers,
    gatewayUrl: undefined,
    urls: {},
    calls: [],
    isRunning: () => true,
    backlog: () => Promise.resolve({}),
    deadLetters: () =>
      figures.flatMap(({ context, deadLetters }) =>
        Array.from({ length: Math.max(0, deadLetters - (before.get(context) ?? 0)) }, () => ({
          context,
          type: null,
          subject: 'a message',
          error: 'food-sim dead-letters list tells why',
        })),
      ),
    inspectRest,
    waitForRest: async (timeoutMs: number, signal?: AbortSignal): Promise<RestReport> => {
      const deadline = timers.now() + timeoutMs;
      for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
        const report = await inspectRest();
        if (report.isAtRest || timers.now() >= deadline || signal?.aborted === true) return report;
        await sleep(timers, pauseMs);
      }
    },
    stop: async () => {
      isOver = true;
      await pull();
    },
  };
  // What it can't do refuses to be asked for it.
  return { ...insideOnly(), ...system } as unknown as System;
};
