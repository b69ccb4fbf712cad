import type { Scenario } from '../scenarios/language/ast.ts';

/** A scenario without steps: the system is up, and whoever watches does as they like. */
export const freePlay = (name: string): Scenario => ({
  name,
  tags: [],
  vars: {},
  config: {},
  given: [],
  steps: [],
  invariants: [],
  position: { file: 'food-sim tui', line: 1, column: 1 },
});
