import type { SystemModule } from '../explore/definition.ts';
import { liveSystemOf, type LiveSystem } from '../live/live-system.ts';
import type { WholeSystem } from '../public/definition.ts';
import type { Invocation } from './command.ts';
import { systemOf } from './system-module.ts';

/** The system that an invocation is about, and how it is shown: the bundled one on its own screen and with its load, another on its own screen where it has one. */
export interface ShownSystem {
  readonly module: SystemModule;
  readonly shown: LiveSystem;
}

/** Throws as {@link systemOf}. */
export const shownSystemOf = async (invocation: Pick<Invocation, 'settings' | 'io'>): Promise<ShownSystem> => {
  const module = await systemOf(invocation);
  if (invocation.settings.system === undefined) {
    const { FOOD_SCREEN } = await import('../contexts/panes/index.ts');
    return { module, shown: liveSystemOf(module.system, FOOD_SCREEN, true) };
  }
  return { module, shown: liveSystemOf(module.system, (module.system as WholeSystem).screen) };
};
