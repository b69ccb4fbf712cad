import type { ClaimKind } from '../definition.ts';
import type { Expectation } from '../language/ast.ts';
import { defineForm, required, type FieldTable } from '../language/structures.ts';
import { word } from '../language/types.ts';
import { NotPassed } from '../runner/verdict.ts';

/** That a read model is what the stream says. */
export interface DriftExpectation extends Expectation {
  readonly form: 'drift';
  readonly view: string;
}

const titled = (view: string): string => `${view.charAt(0).toUpperCase()}${view.slice(1)}`;

/** Expectations of these read models. */
export const driftClaims = (views: readonly string[]): ClaimKind<DriftExpectation> => ({
  form: 'drift',
  forms: views.map((view) =>
    defineForm<FieldTable, DriftExpectation>({
      key: `${view} drift`,
      what: 'expect',
      doc: `${titled(view)} is what the stream of events says, row for row.`,
      examples: [`expect: { ${view} drift: none }`],
      fields: { [`${view} drift`]: required(word('none', ['none']), 'Always `none`.') },
      build: () => ({ form: 'drift', view }),
    }),
  ),
  judge: async ({ system }, { view }) => {
    const drift = await system.drift(view);
    if (drift.length > 0)
      throw new NotPassed({ message: `${titled(view)} differs from the fold of the stream`, expected: 'no drift', actual: drift });
  },
  needs: () => 'tables',
  negativeWord: ({ view }) => `${view} drift`,
  // It follows the stream, so it is behind it most of the time.
  positiveWord: ({ view }) => `${view} drift`,
});
