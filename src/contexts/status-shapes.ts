/** A status in the HTTP faces of the food contexts: the literal, and the seed's word for it. */
import { z } from 'zod';
import { must } from '../runtime/http/shapes.ts';
import { inSeedSpelling } from './front/contract.ts';

/** A filter by status, which takes the literal (`paid`) or the seed's word (`결재됨`, and as well `결제됨`) and gives the literal. */
export const statusFilter = <Status extends string>(texts: Readonly<Record<Status, string>>) => {
  const literals = Object.keys(texts) as Status[];
  const byWord = new Map<string, Status>(
    literals.flatMap((literal) => [
      [literal, literal],
      [texts[literal], literal],
    ]),
  );
  const words = z.enum([...byWord.keys()], must(`one of ${literals.map((literal) => `${literal} (${texts[literal]})`).join(', ')}`));
  return z
    .preprocess((word) => (typeof word === 'string' ? inSeedSpelling(word) : word), words)
    .transform((word): Status => byWord.get(word) as Status)
    .optional()
    .describe("The literal or the seed's word for it. 결제 is taken for the seed's 결재, which answers show.");
};

/** A status as every resource carries it: the literal, and the seed's word for it. */
export const statusShape = <Status extends string>(texts: Readonly<Record<Status, string>>) => ({
  status: z.enum(Object.keys(texts) as [Status, ...Status[]]),
  statusText: z.string(),
});
