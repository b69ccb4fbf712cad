import type { SystemModule } from '../explore/definition.ts';
import type { Screen } from '../tui/definition.ts';
import { liveSystemOf, type LiveSystem } from '../live/live-system.ts';
import type { WholeSystem } from '../public/definition.ts';
import type { Invocation } from './command.ts';
import { systemOf } from './system-module.ts';

/** The system that an invocation is about, and how it is shown: on its own screen where it has one, unless its rows are wanted; the bundled one with its load. */
export interface ShownSystem {
  readonly module: SystemModule;
  readonly shown: LiveSystem;
}

/** Throws as {@link systemOf}. */
export const shownSystemOf = async (invocation: Pick<Invocation, 'settings' | 'io'>): Promise<ShownSystem> => {
  const module = await systemOf(invocation);
  const { system, rows } = invocation.settings;
  const isBundled = system === undefined;
  const own = async (): Promise<Screen | undefined> => (isBundled ? (await import('../contexts/panes/index.ts')).FOOD_SCREEN : (module.system as WholeSystem).screen);
  return { module, shown: liveSystemOf(module.system, rows === true ? undefined : await own(), isBundled) };
};
