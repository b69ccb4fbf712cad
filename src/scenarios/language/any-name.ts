import type { Named } from './ast.ts';
import { withArticle, type Thing } from './speech.ts';
import { name, type Type } from './types.ts';

/** A name that an earlier step gave to one of these things. A name of two of them tells nothing. */
export const anyName = (things: readonly Thing[]): Type<Named> => {
  const kinds = things.map(({ what }) => what);
  const plain = name(kinds);
  return {
    says: plain.says,
    schema: plain.schema,
    read: (node, at, reading) => {
      const named = plain.read(node, at, reading);
      if (named === undefined) return undefined;
      const owners = kinds.filter((what) => reading.isIntroduced(what, named));
      if (owners.length <= 1) return { what: owners[0] ?? kinds[0] ?? '', name: named };
      reading.complain(node ?? at, `${named} is the name of ${owners.map(withArticle).join(' and of ')}`, {
        expected: 'a name of one thing: as: gives what a step makes another one',
      });
      return undefined;
    },
  };
};
