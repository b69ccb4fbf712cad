import type { ReactElement } from 'react';
import { columnsOf } from '../../../reports/width.ts';
import { cell } from '../cells.ts';
import { innerColumns, listRowsOf, type Place } from '../layout.ts';
import { emptyLines, Pane, type PaneContent } from '../pane.tsx';
import type { Scene } from '../scene.ts';
import { sayNumber } from '../thing-words.ts';

/** What each context holds of the chosen line: two lines of pairs, as they fit. */
const heldLines = (scene: Scene, inner: number): readonly [string, string] => {
  const { chosen, paint, system } = scene;
  if (chosen === undefined) return ['', ''];
  const pairs = system.screen.list.held(chosen, scene);
  const lines: { text: string; wide: number }[] = [{ text: '', wide: 0 }];
  for (const { name, value } of pairs) {
    const wide = columnsOf(name) + 1 + columnsOf(value);
    const last = lines.at(-1) as { text: string; wide: number };
    const gap = last.wide === 0 ? 0 : 3;
    const painted = `${paint.dim(name)} ${paint.strong(value)}`;
    if (last.wide + gap + wide <= inner || last.wide === 0) {
      last.text += ' '.repeat(gap) + painted;
      last.wide += gap + wide;
    } else lines.push({ text: painted, wide });
  }
  const [first = { text: '', wide: 0 }, second = { text: '', wide: 0 }] = lines;
  const fill = ({ text, wide }: { readonly text: string; readonly wide: number }): string => text + ' '.repeat(Math.max(0, inner - wide));
  return [fill(first), fill(second)];
};

const contentOf = (scene: Scene, place: Place): PaneContent => {
  const { chosen, words, paint, story, system } = scene;
  const inner = innerColumns(place);
  if (chosen === undefined) return { lines: emptyLines(place, words.say.noStory, paint.dim) };
  const rule = paint.dim(story.isWhole ? '─'.repeat(inner) : cell(`─ ${words.say.forgotten} ${'─'.repeat(inner)}`, inner));
  return {
    note: [sayNumber(chosen), ...system.screen.list.title(chosen)].join(' · '),
    lines: [...heldLines(scene, inner), rule, ...story.lines],
    scroll: { total: story.total ?? 0, first: story.first ?? 0, rows: listRowsOf('story', place.rows), fromRow: 3 },
  };
};

/** What happened to the chosen line across contexts, each thing beneath its cause. */
export const StoryPane = ({ scene, place }: { readonly scene: Scene; readonly place: Place }): ReactElement => (
  <Pane scene={scene} place={place} content={contentOf(scene, place)} />
);
