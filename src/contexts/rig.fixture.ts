/** A rig of the food system, for specs: with its mutations by name. */
import { createRig as createRigOf, type Rig, type Store } from '../explore/simulate/rig.ts';
import type { ContextDefinition } from '../runtime/actor/context.ts';
import type { Answer } from '../runtime/http/route.ts';
import { FOOD_MODULE } from './explored.ts';
import type { ContextName } from './index.ts';

/** The rig, by the names of its contexts. */
export interface FoodRig extends Rig {
  readonly definitions: Readonly<Record<ContextName, ContextDefinition>>;
  readonly dispatch: Readonly<Record<ContextName, Answer>>;
}

/** Makes a rig of the food system with these mutations. */
export const createRig = (mutations: readonly string[] = [], store: Store = 'memory'): FoodRig =>
  createRigOf(FOOD_MODULE, { mutations, store });

/** What schedules of the food system are drawn from. */
export const REPERTOIRE = createRig().repertoire;
