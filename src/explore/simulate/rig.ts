import { OperatingError } from '../../kernel/errors.ts';
import { sleep, type Timers } from '../../kernel/clock.ts';
import type { IdSource } from '../../kernel/ids.ts';
import { SILENT_LOG } from '../../kernel/log.ts';
import type { Recorder } from '../../kernel/recording.ts';
import type { Actor } from '../../runtime/actor/actor-port.ts';
import type { ContextDefinition } from '../../runtime/actor/context.ts';
import type { Guard } from '../../runtime/breaker/guard.ts';
import { createAnswer } from '../../runtime/http/dispatch.ts';
import type { Answer, Dispatch } from '../../runtime/http/route.ts';
import type { KnownEvent } from '../../runtime/actor/intake.ts';
import { createMemoryDisk } from '../../runtime/tables/memory-tables.ts';
import { createSqliteMemoryDisk } from '../../runtime/tables/sqlite.ts';
import type { ReusableDisk } from '../../runtime/tables/tables.ts';
import { contextNamesOf, defineContexts, type ContextDeclaration, type Needs } from '../../system/definition.ts';
import { makersOf, type Maker } from '../../system/verb.ts';
import type { ExploredSystem, SystemModule } from '../definition.ts';
import { codify, type Code } from './judge.ts';
import { readablesOf, type Readables } from './readers.ts';
import { repertoireOf, type Repertoire } from './repertoire.ts';
import { mutate } from '../../system/mutation.ts';
import type { WorldShape } from './world.ts';

/** Where contexts keep their tables in a simulation: in plain maps, or in SQLite without files. Both do the same. */
export type Store = 'memory' | 'sqlite';

/** What happens to one call to another context: a delay, in milliseconds, or no way through. */
export type LookupFate = { readonly delayMs: number } | 'unreachable';

/** What the routes of a context work with. */
export type StagedActor = Pick<Actor, 'name' | 'read' | 'execute'>;

/** What changes from schedule to schedule. */
export interface Stage {
  readonly timers: Timers;
  readonly ids: IdSource;
  readonly recorder: Recorder;
  readonly actors: Readonly<Record<string, StagedActor>>;
  /** Decides about the call that asks for this id. */
  readonly lookup: (id: string) => LookupFate;
  /** What stands around each call of this name. */
  readonly guardOf: (call: string) => Guard;
}

/** The production contexts with their routes, made once for many schedules; each schedule brings its stage. */
export interface Rig {
  readonly system: ExploredSystem;
  /** The module whose default export the system is: another thread finds it there. */
  readonly url: string;
  /** The names of its contexts, in order. */
  readonly contexts: readonly string[];
  /** What it must keep to, sorted; and what of it where a handler fails for good. */
  readonly code: Code;
  readonly codeWhereOneFails: Code;
  /** What its world consists of. */
  readonly shape: WorldShape;
  /** The events that tell of what people made; and what they make first of all, in one word. */
  readonly makers: ReadonlyMap<string, Maker>;
  readonly noun: string;
  readonly definitions: Readonly<Record<string, ContextDefinition>>;
  readonly knownEvents: readonly KnownEvent[];
  /** What readers may look at. */
  readonly readables: Readables;
  /** What schedules are drawn from. */
  readonly repertoire: Repertoire;
  /** The contexts' faces; each answers at once where it need not ask another context. */
  readonly dispatch: Readonly<Record<string, Answer>>;
  readonly mutations: readonly string[];
  readonly store: Store;
  /** Sets the stage for the next schedule. */
  set(stage: Stage): void;
  /** An empty disk; one that a schedule is done with, made as new, where there is one. */
  borrowDisk(): ReusableDisk;
  /** Takes a disk back that nobody uses any more. One that somebody still might is not given back. */
  returnDisk(disk: ReusableDisk): void;
}

/** How a rig is made. */
export interface RigOptions {
  /** By name; none by default. */
  readonly mutations?: readonly string[];
  /** `memory` by default. */
  readonly store?: Store;
}

/** The last part of a URL: the id that a call asks for. */
export const idAsked = (url: string): string => url.slice(url.lastIndexOf('/') + 1);

/** Makes a rig of a system. Throws an OperatingError (usage) for a mutation that there is not. */
export const createRig = ({ system, url }: SystemModule, { mutations = [], store = 'memory' }: RigOptions = {}): Rig => {
  let stage: Stage | undefined;
  let spare: ReusableDisk | undefined;
  const now = (): Stage => {
    if (stage === undefined) throw new Error('assertion failed: a stage is set before anybody plays on it');
    return stage;
  };
  const actorNow = (name: string): StagedActor => now().actors[name]!;
  const timers: Timers = { now: () => now().timers.now(), after: (delayMs, wake) => now().timers.after(delayMs, wake) };
  const ids: IdSource = { next: () => now().ids.next(), traceId: () => now().ids.traceId(), spanId: () => now().ids.spanId() };
  const recorder: Recorder = { record: (body) => now().recorder.record(body) };

  const faceOf = ({ name, routes, refusals }: ContextDefinition): Answer => {
    const actor: StagedActor = {
      name,
      get read() {
        return actorNow(name).read;
      },
      execute: (cause, command, operation) => actorNow(name).execute(cause, command, operation),
    };
    return createAnswer({ actor, routes, refusals, ids, recorder, log: SILENT_LOG, timers });
  };

  const callTo = (context: string): Dispatch => {
    // Made once: nobody looks for the place where a simulation throws it.
    const unreachable = new OperatingError('infrastructure', `${context} can not be reached`);
    return async (request) => {
      const fate = now().lookup(idAsked(request.url));
      if (fate === 'unreachable') throw unreachable;
      if (fate.delayMs > 0) await sleep(timers, fate.delayMs);
      return dispatch[context]!(request);
    };
  };
  const needsOf = ({ calls }: ContextDeclaration): Needs => ({
    call: (name) => ({ dispatch: callTo(calls?.[name]?.to ?? ''), guard: (call) => now().guardOf(name)(call) }),
    webhookUrl: undefined,
    wakeOutlet: () => undefined,
  });
  const definitions: Readonly<Record<string, ContextDefinition>> = mutate(defineContexts(system, needsOf), system.mutations, mutations);
  const contexts = contextNamesOf(system);
  const dispatch: Readonly<Record<string, Answer>> = Object.fromEntries(contexts.map((name) => [name, faceOf(definitions[name]!)]));
  return {
    system,
    url,
    contexts,
    code: codify(system.invariants),
    codeWhereOneFails: codify(system.whereOneFails),
    shape: {
      tables: Object.values(definitions).flatMap(({ schema }) => schema.tables.map(({ name }) => name)),
      transitions: system.transitions,
    },
    makers: makersOf(system.verbs),
    noun: system.vocabulary.noun.one,
    definitions,
    knownEvents: Object.values(definitions).flatMap((definition) =>
      definition.events.map((event) => ({ ...event, source: `/${definition.name}` })),
    ),
    readables: readablesOf(system.resources, Object.values(definitions)),
    repertoire: repertoireOf(definitions, system),
    dispatch,
    mutations,
    store,
    set: (next) => {
      stage = next;
    },
    borrowDisk: () => {
      const disk = spare ?? (store === 'memory' ? createMemoryDisk() : createSqliteMemoryDisk());
      spare = undefined;
      return disk;
    },
    returnDisk: (disk) => {
      disk.wipe();
      spare = disk;
    },
  };
};
