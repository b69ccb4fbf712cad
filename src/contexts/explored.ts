/** The food system with all that can be known of it. */
import type { ExploredSystem, SystemModule } from '../explore/definition.ts';
import type { ContextName } from './index.ts';
import { INVARIANTS, WHERE_ONE_FAILS } from './invariants/index.ts';
import { RESOURCES } from './invariants/resources.ts';
import { LEGAL } from './invariants/transitions.ts';
import { PEOPLE } from './people.ts';
import { SPOKEN_FOOD } from './spoken.ts';

const EXPLORED_FOOD: ExploredSystem<ContextName> = {
  ...SPOKEN_FOOD,
  people: PEOPLE,
  invariants: INVARIANTS,
  whereOneFails: WHERE_ONE_FAILS,
  transitions: LEGAL,
  resources: RESOURCES,
  // Front hears of everything, so it has the most to mix up.
  laggards: ['front', 'front', 'front', 'front', 'store', 'rider', 'notification', 'customer'],
};

// eslint-disable-next-line no-restricted-syntax -- another thread finds a system by its module alone
export default EXPLORED_FOOD;

/** The same, and where another thread finds it. */
export const FOOD_MODULE: SystemModule = { system: EXPLORED_FOOD, url: import.meta.url };
