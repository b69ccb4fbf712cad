/** Holds a system that was under load to what exploring holds it to, over its commits and at rest, and clients to what they were told. */
import type { Calendar } from '../kernel/clock.ts';
import type { Envelope } from '../kernel/envelope.ts';
import type { EntryBody } from '../kernel/recording.ts';
import type { Database, Disk, RowChange } from '../runtime/tables/tables.ts';
import { describeContexts } from '../system/definition.ts';
import type { System } from '../system/system.ts';
import type { ExploredSystem } from './definition.ts';
import { judgeTold, type ToldByLoad } from './judge-told.ts';
import { codify, createJudge } from './simulate/judge.ts';
import type { Violation } from './simulate/invariant.ts';
import { driftOf } from './simulate/remains.ts';
import { watchDisk } from './simulate/watched-disk.ts';
import { createWorld } from './simulate/world.ts';

/** What did not hold: of the system as a whole, or of what clients were told. */
export interface FoundUnderLoad {
  readonly of: 'saga' | 'history';
  readonly rule: string;
  readonly found: string;
  readonly subject: string;
}

interface Committed {
  readonly context: string;
  readonly changes: readonly RowChange[];
  readonly now: number;
}

/** A disk whose transactions take their time from the first look at the clock in each, and that time. */
const createClockwork = (disk: Disk, timers: Calendar) => {
  let lookedAt: number | undefined;
  const now = (): number => {
    const at = timers.now();
    lookedAt ??= at;
    return at;
  };
  const timed = (database: Database): Database => ({
    ...database,
    transact: (work) => {
      lookedAt = undefined;
      return database.transact(work);
    },
  });
  return {
    timers: { ...timers, now },
    disk: { ...disk, open: (...given: Parameters<Disk['open']>) => timed(disk.open(...given)) },
    nowOfCommit: () => lookedAt ?? timers.now(),
  };
};

/** The events of a load, each once, in the order in which they were told; only what was stored on the bus is among them. */
const createStream = (published: ReadonlyMap<string, Envelope>) => {
  const stream: Envelope[] = [];
  const places = new Map<string, number>();
  const take = (event: Envelope): void => {
    if (places.has(event.id)) return;
    places.set(event.id, stream.length);
    stream.push(event);
  };
  return {
    stream,
    placeOf: (id: string) => places.get(id),
    take,
    /** A commit tells its events before anybody can have heard of them. */
    hear: ({ changes }: Committed): void => {
      for (const { table, row } of changes) {
        const event = table === 'outbox' ? (row as { readonly envelope: Envelope } | null)?.envelope : undefined;
        if (event !== undefined && published.has(event.id)) take(event);
      }
    },
  };
};

/** Keeps the history of a load on this system, and judges it. */
export const keepHistory = (system: ExploredSystem) => {
  const commits: Committed[] = [];
  const published = new Map<string, Envelope>();
  return {
    equip: (disk: Disk, timers: Calendar): { readonly disk: Disk; readonly timers: Calendar } => {
      const clockwork = createClockwork(disk, timers);
      const watched = watchDisk(clockwork.disk);
      watched.listen((context, changes) => void commits.push({ context, changes, now: clockwork.nowOfCommit() }));
      return { disk: watched.disk, timers: clockwork.timers };
    },
    record: (body: EntryBody): void => {
      if (body.kind === 'message.published') published.set(body.event.id, body.event);
    },
    judge: (running: System, told: readonly ToldByLoad[]): readonly FoundUnderLoad[] => {
      const definitions = describeContexts(system);
      const found: FoundUnderLoad[] = [];
      const report = ({ invariant: rule, found: what, subject }: Violation): void =>
        void found.push({ of: 'saga', rule, found: what, subject });
      const events = createStream(published);
      const shape = { tables: definitions.flatMap(({ schema }) => schema.tables.map(({ name }) => name)), transitions: system.transitions };
      const { world, committed } = createWorld(shape, events);
      const judge = createJudge(codify(system.invariants), world, report);
      for (const commit of commits) {
        const { context, changes, now } = commit;
        events.hear(commit);
        committed(context, changes, (change) => judge.changed(change, now));
        judge.committed(context, changes, now);
      }
      for (const event of published.values()) events.take(event);
      const letters = running.deadLetters();
      const remains = definitions.map(({ name: context }) => ({
        context,
        outbox: 0,
        parked: [],
        deadLetters: letters.filter((letter) => letter.context === context),
      }));
      const byName = Object.fromEntries(definitions.map((definition) => [definition.name, definition]));
      const drift = driftOf(byName, (context) => running.read(context), world.stream);
      judge.atRest({ world, remains, letters: [], unanswered: 0, drift });
      return [...found, ...judgeTold(system, told, world.stream)];
    },
  };
};
