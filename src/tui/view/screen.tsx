import { Box, Text, useCursor } from 'ink';
import type { ReactElement } from 'react';
import { headerLine, statusLines, timeLine } from './chrome.ts';
import { helpBar } from './help-bar.ts';
import { FOOTER_ROWS, type PaneName, type Place } from './layout.ts';
import { overlayOf } from './overlay.tsx';
import { Block } from './pane.tsx';
import { AsidePane } from './panes/aside.tsx';
import { BreakerPane } from './panes/breaker.tsx';
import { ContextsPane } from './panes/contexts.tsx';
import { EventsPane } from './panes/events.tsx';
import { ListPane } from './panes/list.tsx';
import { StepsPane } from './panes/steps.tsx';
import { StoryPane } from './panes/story.tsx';
import type { Scene } from './scene.ts';

type PaneComponent = (props: { readonly scene: Scene; readonly place: Place }) => ReactElement;

const PANE: Readonly<Record<PaneName, PaneComponent>> = {
  list: ListPane,
  aside: AsidePane,
  story: StoryPane,
  events: EventsPane,
  breaker: BreakerPane,
  contexts: ContextsPane,
  steps: StepsPane,
};

/** One frame. It only draws: what is drawn is decided by the scene, and by nothing else. */
export const Screen = ({ scene }: { readonly scene: Scene }): ReactElement => {
  const { state, places, words } = scene;
  const { columns, rows } = state;
  const { setCursorPosition } = useCursor();
  if (places.length === 0) {
    setCursorPosition(undefined);
    return (
      <Box width={columns} height={rows}>
        <Text wrap="wrap">{words.tooSmall(columns, rows)}</Text>
      </Box>
    );
  }
  const overlay = overlayOf(scene);
  const status = statusLines(scene);
  const time = timeLine(scene);
  const footTop = rows - FOOTER_ROWS;
  // Korean is composed where the terminal's own cursor stands.
  setCursorPosition(overlay?.cursor ?? (status.cursor === undefined ? undefined : { x: status.cursor, y: footTop }));
  const above = [...status.lines, ...(time === undefined ? [] : [time])];
  const foot = [...above, ...helpBar(scene, columns, FOOTER_ROWS - above.length)];
  return (
    <Box width={columns} height={rows}>
      <Block left={0} top={0} columns={columns} lines={[headerLine(scene)]} />
      {places.map((place) => {
        const Drawn = PANE[place.pane];
        return <Drawn key={place.pane} scene={scene} place={place} />;
      })}
      {overlay?.element}
      <Block left={0} top={footTop} columns={columns} lines={foot} />
    </Box>
  );
};
