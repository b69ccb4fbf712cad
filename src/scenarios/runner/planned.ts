import type { Scenario } from '../language/ast.ts';

/** A scenario that is to be played; its round, where each is played several times. */
export type Planned = Scenario & { readonly round?: number };
