import type { ExploredSystem } from '../explore/definition.ts';
import type { Screen } from '../tui/definition.ts';

/** All that a system can be: run, documented, explored, spoken of in scenarios, and shown. */
export interface WholeSystem<Name extends string = string> extends ExploredSystem<Name> {
  /** How the terminal UI shows it; by its rows, where it has none of its own. */
  readonly screen?: Screen;
}
