import { grammarOf } from '../scenarios/grammar.ts';
import { SPOKEN_FOOD } from './spoken.ts';

/** All that scenario files can say about the food system. */
export const FOOD_GRAMMAR = grammarOf(SPOKEN_FOOD);
