/** The configuration file that is looked for in the current folder, and is no scenario in any folder. */
export const CONFIG_FILE = 'food-sim.config.yaml';
