import type { Happening, Reaction } from '../../kernel/story.ts';
import { columnsOf } from '../../reports/width.ts';
import type { ThingStory } from '../model/model.ts';
import { cell } from './cells.ts';
import { sayFault } from './event-text.ts';
import type { Paint } from './paint.ts';
import { sayMs } from './spans.ts';
import type { ScreenWords } from './screen-words.ts';

/** A story as painted lines; `lines` may be a stretch of it, from `first` of `total`. */
export interface StoryText {
  readonly lines: readonly string[];
  readonly isWhole: boolean;
  readonly total?: number;
  readonly first?: number;
}

interface Piece {
  readonly text: string;
  readonly paint: (text: string) => string;
}

/** At most so many lines are made: more than anybody reads; the latest are kept. */
const MOST_LINES = 2000;
const TIME_COLUMNS = 8;

const piecesOfReaction = (reaction: Reaction, words: ScreenWords, paint: Paint): Piece => {
  switch (reaction.handling) {
    case 'handled':
      return { text: reaction.context, paint: paint.dim };
    case 'not-handled':
      return { text: `${reaction.context} (${words.handling['not-handled']})`, paint: paint.warn };
    case 'duplicate':
    case 'parked':
    case 'dead-lettered':
      return {
        text: `${reaction.context} (${words.handling[reaction.handling]}${reaction.reason === undefined ? '' : `: ${reaction.reason}`})`,
        paint: reaction.handling === 'dead-lettered' ? paint.bad : paint.warn,
      };
  }
};

const piecesOf = (happening: Happening, words: ScreenWords, paint: Paint, shorten: (text: string) => string): readonly Piece[] => {
  switch (happening.what) {
    case 'command': {
      const { method, url, status, problem, context } = happening.command;
      const isRefused = status >= 400;
      return [
        { text: `${method} ${shorten(url)}`, paint: paint.strong },
        { text: ` → ${context} `, paint: paint.dim },
        { text: `${status}${problem === undefined ? '' : ` ${problem}`}`, paint: isRefused ? paint.bad : paint.good },
      ];
    }
    case 'event': {
      const heard = happening.reactions.flatMap((reaction, index): Piece[] => [
        ...(index === 0 ? [] : [{ text: ' ', paint: paint.dim }]),
        piecesOfReaction(reaction, words, paint),
      ]);
      return [
        { text: happening.event.type, paint: paint.onTheWay },
        { text: ` ${happening.context}${heard.length === 0 ? '' : ' → '}`, paint: paint.dim },
        ...heard,
      ];
    }
    case 'context':
      return [
        { text: `${happening.context}: ${words.change[happening.change]}`, paint: happening.change === 'started' ? paint.good : paint.bad },
      ];
    case 'fault':
      return [{ text: shorten(`! ${happening.fault} ${sayFault(happening.detail)}`), paint: paint.bad }];
  }
};

/** Pieces cut to a width, each painted by itself: a cut must not fall into a colour's code. */
const paintPieces = (pieces: readonly Piece[], columns: number): string => {
  let left = columns;
  let painted = '';
  for (const { text, paint } of pieces) {
    if (left <= 0) break;
    const wide = columnsOf(text);
    painted += paint(cell(text, Math.min(left, wide)));
    left -= Math.min(left, wide);
  }
  return painted + ' '.repeat(Math.max(0, left));
};

const treeLines = (
  happenings: readonly Happening[],
  indent: string | undefined,
  line: (happening: Happening, branch: string) => string,
): string[] =>
  happenings.flatMap((happening, index) => {
    const isLast = index === happenings.length - 1;
    const branch = indent === undefined ? '' : `${indent}${isLast ? '└ ' : '├ '}`;
    const below = indent === undefined ? '' : `${indent}${isLast ? '  ' : '│ '}`;
    return [line(happening, branch), ...treeLines(happening.caused, below, line)];
  });

/** A story as lines of exactly `columns` columns; times count from its beginning. */
export const storyText = (
  told: ThingStory,
  options: { readonly columns: number; readonly words: ScreenWords; readonly paint: Paint; readonly shorten: (text: string) => string },
): StoryText => {
  const { columns, words, paint, shorten } = options;
  const roots = told.story.roots.slice(-MOST_LINES);
  const fromMs = told.story.roots[0]?.atMs ?? 0;
  const lines = treeLines(roots, undefined, (happening, branch) => {
    const time = `${happening.atMs < fromMs ? '-' : '+'}${sayMs(Math.abs(happening.atMs - fromMs))}`;
    const pieces = [
      { text: `${cell(time, TIME_COLUMNS, 'right')} ${branch}`, paint: paint.dim },
      ...piecesOf(happening, words, paint, shorten),
    ];
    return paintPieces(pieces, columns);
  });
  return { lines: lines.slice(-MOST_LINES), isWhole: told.isWhole && told.story.roots.length <= MOST_LINES && lines.length <= MOST_LINES };
};
