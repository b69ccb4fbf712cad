import type { SpokenSystem } from '../scenarios/definition.ts';
import { FOOD, type ContextName } from './index.ts';
import { LANGUAGE } from './language/index.ts';
import { VERBS } from './verbs.ts';

/** The food system, with how scenario files speak of it: for who plays scenarios, and explores none. */
export const SPOKEN_FOOD = {
  ...FOOD,
  verbs: VERBS,
  language: LANGUAGE,
  bundled: new URL('../../scenarios', import.meta.url),
} satisfies SpokenSystem<ContextName>;
