import type { PaneView, ScreenedSystem } from '../definition.ts';
import type { EventLine, StepLine, Thing, Window } from '../model/model.ts';
import type { RecordingPlayer, TuiSession } from '../session-port.ts';
import type { PaneName, Place } from './layout.ts';
import type { ScreenState } from './screen-state.ts';
import type { StoryText } from './story-text.ts';

/** A list as it is shown: its rows from `first` (the newest is 0), and how long it is. */
export interface Shown<Item> extends Window<Item> {
  readonly first: number;
}

/** One frame: everything that the panes draw. */
export interface Scene extends PaneView {
  readonly system: ScreenedSystem;
  readonly state: ScreenState;
  readonly title: string;
  readonly player: RecordingPlayer | undefined;
  readonly can: TuiSession['can'];
  readonly places: readonly Place[];
  /** All that there are, in the order of their numbers. */
  readonly panes: readonly PaneName[];
  readonly isEnding: boolean;
  readonly lines: Shown<Thing>;
  /** Newest first; drawn from the last to the first. */
  readonly events: Shown<EventLine>;
  /** The rows of the second pane. */
  readonly beside: Shown<unknown>;
  readonly story: StoryText;
  readonly steps: Shown<StepLine>;
}
