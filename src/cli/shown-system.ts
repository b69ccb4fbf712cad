import type { SystemModule } from '../explore/definition.ts';
import { liveSystemOf, type LiveSystem } from '../live/live-system.ts';
import type { Invocation } from './command.ts';
import { systemOf } from './system-module.ts';

/**
 * The system that an invocation is about, and how it is shown: the bundled one on its own screen, unless its rows are
 * wanted, and with its load; any other by its rows.
 */
export interface ShownSystem {
  readonly module: SystemModule;
  readonly shown: LiveSystem;
}

/** Throws as {@link systemOf}. */
export const shownSystemOf = async (invocation: Pick<Invocation, 'settings' | 'io'>): Promise<ShownSystem> => {
  const module = await systemOf(invocation);
  const { system, rows } = invocation.settings;
  const isBundled = system === undefined;
  const own = isBundled && rows !== true ? (await import('../contexts/panes/index.ts')).FOOD_SCREEN : undefined;
  return { module, shown: liveSystemOf(module.system, own, isBundled) };
};
