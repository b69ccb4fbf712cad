import { readableLine } from './readable.ts';
import { columnsOf, fit } from './width.ts';
import type { Happening, Holding, Reaction, Story } from '../kernel/story.ts';
import type { Vocabulary } from '../kernel/vocabulary.ts';
import { sayValue, type Lang, type Words } from './words.ts';

/** The most lines of a story that are shown: about a screen. */
export const STORY_LINES = 40;

const sayReaction = (reaction: Reaction, words: Words): string => {
  if (reaction.handling === 'handled') return reaction.context;
  const what = reaction.handling === 'not-handled' ? words.notHandled : words.handling[reaction.handling];
  return `${reaction.context} (${what}${reaction.reason === undefined ? '' : `: ${reaction.reason}`})`;
};

const sayHappening = (happening: Happening, words: Words): string => {
  switch (happening.what) {
    case 'command': {
      const { method, url, status, problem, context } = happening.command;
      return `${method} ${url} → ${context}: ${status}${problem === undefined ? '' : ` ${problem}`}`;
    }
    case 'event': {
      const heard = happening.reactions.map((reaction) => sayReaction(reaction, words)).join(', ');
      return `${happening.event.type} (${happening.context})${heard === '' ? '' : ` → ${heard}`}`;
    }
    case 'context':
      return `${happening.context}: ${words.change[happening.change]}`;
    case 'fault': {
      const detail = Object.entries(happening.detail).map(([name, value]) => `${name} ${sayValue(value)}`);
      return `${words.fault}: ${[happening.fault, ...detail].join(', ')}`;
    }
  }
};

interface Line {
  readonly atMs: number;
  readonly text: string;
}

const treeLines = (happenings: readonly Happening[], words: Words, indent: string | undefined): Line[] =>
  happenings.flatMap((happening, index) => {
    const isLast = index === happenings.length - 1;
    const branch = indent === undefined ? '' : `${indent}${isLast ? '└ ' : '├ '}`;
    const below = indent === undefined ? '' : `${indent}${isLast ? '  ' : '│ '}`;
    return [{ atMs: happening.atMs, text: branch + sayHappening(happening, words) }, ...treeLines(happening.caused, words, below)];
  });

/** How a story is told. */
export interface StoryStyle {
  readonly words: Words;
  readonly lang: Lang;
  readonly vocabulary: Vocabulary;
}

/** What a context holds, in a few words: its table and status, or the columns that are told: `accounts.accounts balance 70`. */
export const sayHolding = ({ context, table, row }: Holding, { words, lang, vocabulary }: StoryStyle): string => {
  const place = `${context}.${table}`;
  if (row === null) return `${place} ${words.removed}`;
  const { status } = row;
  if (typeof status !== 'string') {
    const told = Object.entries(row).filter(([column]) => vocabulary.told?.includes(column) ?? true);
    return `${place} ${told.map(([column, value]) => `${column} ${sayValue(value)}`).join(', ')}`;
  }
  const korean = vocabulary.statuses[table]?.[status];
  if (korean === undefined) return `${place} ${status}`;
  return lang === 'ko' ? `${place} ${korean}` : `${place} ${status} (${korean})`;
};

/** A story as lines of at most `width` columns, not more than {@link STORY_LINES}; times count from the scenario's beginning. */
export const storyLines = (story: Story, style: StoryStyle & { readonly width: number }): readonly string[] => {
  const { words, width } = style;
  const lines = treeLines(story.roots, words, undefined);
  const holdings = counted(story.holdings.map((holding) => readableLine(sayHolding(holding, style))));
  const room = Math.max(10, STORY_LINES - Math.min(holdings.length, 12) - 2);
  // The end is where it went wrong and the beginning says where it came from: the middle gives way.
  const head = lines.length > room ? Math.ceil(room / 3) : lines.length;
  const shown = [...lines.slice(0, head)];
  const tail = lines.length > room ? lines.slice(lines.length - (room - head)) : [];
  const timeColumns = Math.max(0, ...lines.map(({ atMs }) => `+${Math.round(atMs)} ms`.length));
  const draw = ({ atMs, text }: Line): string => fit(`${`+${Math.round(atMs)} ms`.padStart(timeColumns)}  ${readableLine(text)}`, width);
  return [
    ...shown.map(draw),
    ...(tail.length === 0 ? [] : [fit(`${' '.repeat(timeColumns)}  ${words.left(lines.length - head - tail.length)}`, width)]),
    ...tail.map(draw),
    ...wrapHoldings(holdings, words.holds, width),
  ];
};

/** Each text once; one that came several times says how often. */
const counted = (texts: readonly string[]): readonly string[] =>
  [...Map.groupBy(texts, (text) => text)].map(([text, all]) => (all.length === 1 ? text : `${text} ×${all.length}`));

const wrapHoldings = (holdings: readonly string[], heading: string, width: number): readonly string[] => {
  if (holdings.length === 0) return [];
  const lines: string[] = [];
  let line = `${heading}: `;
  const indent = ' '.repeat(columnsOf(line));
  let isFirst = true;
  for (const holding of holdings) {
    if (!isFirst && columnsOf(line) + columnsOf(holding) + 3 > width) {
      lines.push(`${line} ·`);
      line = indent;
      isFirst = true;
    }
    line += (isFirst ? '' : ' · ') + holding;
    isFirst = false;
  }
  return [...lines, line].map((text) => fit(text, width));
};
