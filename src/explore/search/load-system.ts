import type { ExploredSystem, SystemModule } from '../definition.ts';

/** Loads the system that is the default export of this module, which somebody has loaded before and found to be one. */
export const loadSystem = async (url: string): Promise<SystemModule> => {
  const { default: system } = (await import(url)) as { readonly default: ExploredSystem };
  return { system, url };
};
