import type { Entry } from '../../kernel/recording.ts';
import type { ScreenedSystem } from '../definition.ts';
import type { Subjects } from '../model/model.ts';

/** Where in a recording something happened to a subject: positions, each after the entry that tells of it. */
export interface TurningPoints {
  /** The first position behind `position`; undefined where there is none. */
  next(subject: string, position: number): number | undefined;
  previous(subject: string, position: number): number | undefined;
}

/** What is worth a stop: what was asked for, what happened, what went another way than usual; and what then shows. */
const isTurn = (entry: Entry, { tells }: ScreenedSystem['screen']): boolean =>
  entry.kind === 'message.published' ||
  entry.kind === 'command' ||
  entry.kind === 'fault' ||
  (entry.kind === 'message.handled' && entry.handling !== 'handled') ||
  (entry.kind === 'state' && tells(entry) !== undefined);

/** Indexes a recording, entry by entry. */
export const createTurningPoints = ({
  screen,
}: Pick<ScreenedSystem, 'screen'>): TurningPoints & {
  add(entry: Entry, position: number, subjectsOf: (entry: Entry) => Subjects | undefined): void;
} => {
  const points = new Map<string, number[]>();
  return {
    add: (entry, position, subjectsOf) => {
      const subjects = isTurn(entry, screen) ? (subjectsOf(entry) ?? []) : [];
      for (const subject of typeof subjects === 'string' ? [subjects] : subjects) {
        const known = points.get(subject);
        if (known === undefined) points.set(subject, [position]);
        else known.push(position);
      }
    },
    next: (subject, position) => points.get(subject)?.find((point) => point > position),
    previous: (subject, position) => points.get(subject)?.findLast((point) => point < position),
  };
};
