import type { EventLine, NoticeLine, OrderLine, StepLine, TuiModel, Window } from '../model/model.ts';
import type { RecordingPlayer, TuiSession } from '../session-port.ts';
import type { Place } from './layout.ts';
import type { Paint } from './paint.ts';
import type { ScreenState } from './screen-state.ts';
import type { ScreenWords } from './screen-words.ts';
import type { StoryText } from './story-text.ts';

/** A list as it is shown: its rows from `first` (the newest is 0), and how long it is. */
export interface Shown<Item> extends Window<Item> {
  readonly first: number;
}

/** One frame: everything that the panes draw. */
export interface Scene {
  readonly state: ScreenState;
  readonly words: ScreenWords;
  readonly paint: Paint;
  readonly title: string;
  readonly nowMs: number;
  readonly model: TuiModel;
  readonly player: RecordingPlayer | undefined;
  readonly can: TuiSession['can'];
  readonly places: readonly Place[];
  readonly hasSteps: boolean;
  readonly isEnding: boolean;
  readonly chosen: OrderLine | undefined;
  readonly orders: Shown<OrderLine>;
  /** Newest first; drawn from the last to the first. */
  readonly events: Shown<EventLine>;
  readonly notices: Shown<NoticeLine>;
  readonly story: StoryText;
  readonly steps: Shown<StepLine>;
}
