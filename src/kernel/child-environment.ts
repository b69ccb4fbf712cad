/**
 * The environment for a process that this one starts to work for it: all but our own variables, which may hold passwords and
 * tokens, and which it does not read. What a process was started with, others of its user can see.
 */
export const childEnvironment = (own: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(own).filter(([name]) => !/^FOOD_SIM_/i.test(name)));
