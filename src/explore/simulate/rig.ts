import { CONTEXT_NAMES, FOOD, type ContextName } from '../../contexts/index.ts';
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
import { defineContexts, type Needs } from '../../system/definition.ts';
import { repertoireOf, type Repertoire } from './repertoire.ts';
import { mutate } from '../../system/mutation.ts';

/** Where contexts keep their tables in a simulation: in plain maps, or in SQLite without files. Both do the same. */
export type Store = 'memory' | 'sqlite';

/** What happens to one look-up of an order: a delay, in milliseconds, or no way through. */
export type LookupFate = { readonly delayMs: number } | 'unreachable';

/** What changes from schedule to schedule. */
export interface Stage {
  readonly timers: Timers;
  readonly ids: IdSource;
  readonly recorder: Recorder;
  readonly actors: Readonly<Record<ContextName, Actor>>;
  /** Decides about the look-up of this order. */
  readonly lookup: (orderId: string) => LookupFate;
  /** Stands around each look-up. */
  readonly guard: Guard;
}

/** The production contexts with their routes, made once for many schedules; each schedule brings its stage. */
export interface Rig {
  readonly definitions: Readonly<Record<ContextName, ContextDefinition>>;
  readonly knownEvents: readonly KnownEvent[];
  /** What schedules are drawn from. */
  readonly repertoire: Repertoire;
  /** The contexts' faces; each answers at once where it need not ask another context. */
  readonly dispatch: Readonly<Record<ContextName, Answer>>;
  readonly mutations: readonly string[];
  readonly store: Store;
  /** Sets the stage for the next schedule. */
  set(stage: Stage): void;
  /** An empty disk; one that a schedule is done with, made as new, where there is one. */
  borrowDisk(): ReusableDisk;
  /** Takes a disk back that nobody uses any more. One that somebody still might is not given back. */
  returnDisk(disk: ReusableDisk): void;
}

/** Makes a rig with these mutations. Throws an OperatingError (usage) for one that there is not. */
export const createRig = (mutations: readonly string[] = [], store: Store = 'memory'): Rig => {
  let stage: Stage | undefined;
  let spare: ReusableDisk | undefined;
  const now = (): Stage => {
    if (stage === undefined) throw new Error('assertion failed: a stage is set before anybody plays on it');
    return stage;
  };
  const timers: Timers = { now: () => now().timers.now(), after: (delayMs, wake) => now().timers.after(delayMs, wake) };
  const ids: IdSource = { next: () => now().ids.next(), traceId: () => now().ids.traceId(), spanId: () => now().ids.spanId() };
  const recorder: Recorder = { record: (body) => now().recorder.record(body) };

  const faceOf = (definition: ContextDefinition): Answer => {
    const name = definition.name as ContextName;
    const actor: Pick<Actor, 'name' | 'read' | 'execute'> = {
      name,
      get read() {
        return now().actors[name].read;
      },
      execute: (cause, command, operation) => now().actors[name].execute(cause, command, operation),
    };
    return createAnswer({ actor, routes: definition.routes, refusals: definition.refusals, ids, recorder, log: SILENT_LOG, timers });
  };

  const lookUp: Dispatch = async (request) => {
    const fate = now().lookup(request.url.slice('/orders/'.length));
    if (fate === 'unreachable') throw new OperatingError('infrastructure', 'front can not be reached');
    if (fate.delayMs > 0) await sleep(timers, fate.delayMs);
    return dispatch.front(request);
  };
  const needs: Needs = { call: () => ({ dispatch: lookUp, guard: (call) => now().guard(call) }), webhookUrl: undefined, wakeOutlet: () => undefined };
  const healthy = defineContexts(FOOD, () => needs);
  const definitions = mutate(healthy, FOOD.mutations, mutations);
  const dispatch = Object.fromEntries(CONTEXT_NAMES.map((name) => [name, faceOf(definitions[name])])) as Record<ContextName, Answer>;
  return {
    definitions,
    knownEvents: Object.values(definitions).flatMap((definition) => definition.events.map((event) => ({ ...event, source: `/${definition.name}` }))),
    repertoire: repertoireOf(definitions),
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
