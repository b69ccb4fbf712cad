import type { Screen, ScreenVerb } from '../definition.ts';
import type { Thing } from '../model/model.ts';
import type { ScreenWords } from './screen-words.ts';

/**
 * Whether the verb makes sense for the line now, as far as the screen knows. The key of one that does not still asks for
 * it, so that the system's own sentence says why not.
 */
export const allows = (line: Thing, { at }: ScreenVerb, { seen }: Pick<Screen, 'seen'>): boolean => {
  if (at === undefined) return false;
  const row = seen(line, at.table);
  if (row === undefined) return false;
  return at.statuses === undefined || at.statuses.includes(row['status'] as string);
};

/** The verb of this name. */
export const verbOf = ({ verbs }: Pick<Screen, 'verbs'>, name: string): ScreenVerb | undefined => verbs.find((verb) => verb.name === name);

/** What a verb is called: as its key says, or by its name. */
export const sayVerb = ({ keys }: Pick<Screen, 'keys'>, name: string, { does }: Pick<ScreenWords, 'does'>): string =>
  does[keys.find(({ verb }) => verb === name)?.does ?? ''] ?? name;
